"""What came out: labelled arrays, saved and loaded."""
