"""Elementary functions and draws in loops of their own, to be compiled."""

from __future__ import annotations

import sim.model.record  # noqa: F401  (sections are typed by it)
from sim.model.elementary import exp, log, logistic, logit, normal_quantile
from sim.model.quantiles import SpreadFields, draw_quantile
from sim.model.vectors import Rows, section


class Functions(SpreadFields):
    """Numbers, shares from 0 to 1, and room for what is made of them; as many as spreads."""

    size: int
    x: Rows
    share: Rows
    out: Rows


@section
def exponentials(m: Functions) -> None:
    """Of numbers."""
    for n in range(m.size):
        m.out[n] = exp(m.x[n])


@section
def logarithms(m: Functions) -> None:
    """Of numbers, also below 0."""
    for n in range(m.size):
        m.out[n] = log(m.x[n])


@section
def logistics(m: Functions) -> None:
    """Of numbers."""
    for n in range(m.size):
        m.out[n] = logistic(m.x[n])


@section
def logits(m: Functions) -> None:
    """Of numbers, also outside of 0 to 1."""
    for n in range(m.size):
        m.out[n] = logit(m.x[n])


@section
def normals(m: Functions) -> None:
    """Of shares."""
    for n in range(m.size):
        m.out[n] = normal_quantile(m.share[n])


@section
def draws(m: Functions) -> None:
    """Of each spread, at shares."""
    for n in range(m.size):
        m.out[n] = draw_quantile(m, n, m.share[n])
