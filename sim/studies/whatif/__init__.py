"""One choice forced, and what each alternative changes."""
