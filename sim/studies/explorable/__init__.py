"""One page in which a few numbers of a scenario can be turned without the program."""
