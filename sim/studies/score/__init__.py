"""Forecasts held against a record of dated outcomes, beside simple rivals."""
