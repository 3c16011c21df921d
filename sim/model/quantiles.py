"""Temporary."""

from sim.model.vectors import helper

QUANTITIES = []


@helper
def draw_quantile(m, place, drawn):
    """Temp."""
    return drawn


def spread(path, quantity):
    """Temp."""
    QUANTITIES.append(quantity)
    return len(QUANTITIES) - 1
