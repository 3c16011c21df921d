"""Scenarios held against one another on the same draws of chance."""
