"""Shipped books, sizing rules and reference history: data, no code."""
