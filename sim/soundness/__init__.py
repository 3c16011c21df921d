"""Soundness: four measures of whether a scenario's answers point the right way."""
