"""A site of the documents and of the code's docstrings: ``python -m docs.site``."""
