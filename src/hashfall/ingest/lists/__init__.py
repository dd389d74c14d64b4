"""Lists of sanctioned parties from a user's own files; none is shipped."""
