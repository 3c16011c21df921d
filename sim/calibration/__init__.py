"""Calibration: the structural coefficients fitted to data, outside the run path."""
