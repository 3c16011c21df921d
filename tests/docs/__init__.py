"""The words around the code: that they are true, whole, and our own."""
