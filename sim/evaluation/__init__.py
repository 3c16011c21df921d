"""Forecasts held against the record: records, forecasts, simple rivals, scores and skill."""
