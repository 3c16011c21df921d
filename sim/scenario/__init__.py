"""What is described: scenario files and their types."""
