"""Runs the command line as ``python -m hashfall``."""

import sys

from hashfall.cli import main

if __name__ == "__main__":
    sys.exit(main())
