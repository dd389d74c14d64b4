"""Readers of what was measured elsewhere: one file a source."""
