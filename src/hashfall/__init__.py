"""Solvency and contagion risk of Bitcoin mining companies."""

__all__ = ["__version__"]

__version__ = "0.1.0"
