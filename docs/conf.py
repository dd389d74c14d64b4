"""Settings of the documentation."""

from __future__ import annotations

import runpy
import sys
from pathlib import Path

_DOCS = Path(__file__).resolve().parent
sys.path[:0] = [str(_DOCS), str(_DOCS.parent / "src")]

project = "hashfall"
author = "the hashfall authors"
copyright = "2026, the hashfall authors"
release = runpy.run_path(str(_DOCS.parent / "src/hashfall/__init__.py"))["__version__"]

extensions = [
    "myst_parser",
    "numpydoc",
    "sphinx.ext.autodoc",
    "sphinx.ext.doctest",
    "sphinx.ext.mathjax",
    "tables",
]
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = f"hashfall {release}"
html_show_sourcelink = False

myst_enable_extensions = ["deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_member_order = "bysource"
autodoc_typehints = "none"
numpydoc_show_class_members = False
# Examples in docstrings are run by pytest; here those that stand on the pages are.
doctest_test_doctest_blocks = ""
