"""How much of it: blocks of runs, workers, reproduction."""
