"""What a reader sees: terminal text, one-file page, charts."""
