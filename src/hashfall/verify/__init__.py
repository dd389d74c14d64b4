"""Statistical verification against closed forms and published numbers, with verdicts."""
