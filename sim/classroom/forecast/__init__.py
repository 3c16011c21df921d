"""Forecasts from where a table stands, and the queue in which they are worked out."""
