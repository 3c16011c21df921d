"""Soundness: each measure finds what it is there to find."""
