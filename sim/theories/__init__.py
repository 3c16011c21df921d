"""Theories of how actors who disagree on an issue come to an outcome, each in a file of its own."""
