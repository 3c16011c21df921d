"""The model against the record: forecasts from yearly starts, scored beside simple rivals.

Like the calibration it is run by hand and outside every run (``python -m sim.backtest``). What
came of it stands in ``docs/backtest.md``.
"""
