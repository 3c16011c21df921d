"""The model a second time: plain agents, one run, one number at a time."""
