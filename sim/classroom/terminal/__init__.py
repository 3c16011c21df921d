"""A game that one person plays in a terminal."""
