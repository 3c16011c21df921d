"""Forecasts, and what orders brought about: worked out in the background while a class plays."""
