"""What the page of a forced choice draws: every choice on each measure, and one over time."""

from __future__ import annotations

import math

import numpy as np

from sim.analysis.alternatives_words import Effect
from sim.analysis.propositions import VISIBLE_SD, VISIBLE_SHARE
from sim.analysis.words import month, sentence
from sim.report.contents import Exhibit, Plot, lasting
from sim.report.lasting import Arm
from sim.report.whatif_charts import course_chart, forest_chart
from sim.report.whatif_work import Work

COURSES = 6
"""Most outcomes of which the course under the forced choice is drawn."""


def forests(work: Work, *, events: bool) -> tuple[Exhibit, ...]:
    """One for each measure that some alternative changes clearly and visibly."""
    read = work.events if events else work.outcomes
    by_choice = {name: read(name) for name in work.drawn}
    least = 100 * VISIBLE_SHARE if events else VISIBLE_SD
    made: list[Exhibit] = []
    if not by_choice:
        return ()
    for effects in zip(*by_choice.values(), strict=True):
        lines = [
            (name, work.label(name), effect)
            for name, effect in zip(by_choice, effects, strict=True)
        ]
        seen = [line for line in lines if line[2].clear and abs(line[2].size) >= least]
        if not seen:
            continue
        first = effects[0]
        said = _said(seen)
        id = f"{'event' if events else 'outcome'}-{first.id}"
        chart = forest_chart(sentence(first.name), lines, work.asked.lever, said, work.reference)
        made.append(Exhibit(id, chart.name, said, (Plot(f"plot-{id}", chart),)))
    return tuple(made)


def _said(seen: list[tuple[str, str, Effect]]) -> str:
    """Which alternative raises a measure most, and which lowers it most."""
    said = []
    for sign, word in ((1, "raises"), (-1, "lowers")):
        sided = [line for line in seen if sign * line[2].size > 0]
        if sided:
            _, label, effect = max(sided, key=lambda line: abs(line[2].size))
            size = effect.much
            if effect.item is None:
                much = f"{size} percentage points"
            else:
                much = f"{size} standard deviations ({effect.change}; {effect.item.unit})"
            said.append(f"“{label}” {word} it most, by {much}")
    return f"{'; '.join(said)}."


def courses(work: Work) -> tuple[Exhibit, ...]:
    """The outcomes that the marked choice moves farthest at any time, over time."""
    lever = work.asked.lever
    if lever is None or work.forced is None or lever not in work.drawn:
        return ()
    ranked = sorted(
        (one for one in work.outcomes(lever) if one.item and math.isfinite(one.size)),
        key=lambda one: -_reach(work, lever, one),
    )
    whole = work.comparable & (work.own["failed_round"].values < 0)
    whole &= work.forced["failed_round"].values < 0
    dates = work.own["until"].values
    made = []
    for effect in ranked[:COURSES]:
        if effect.item is None or not _reach(work, lever, effect):
            continue
        own, forced = (
            one["reported"].sel(outcome=effect.id).transpose("run", "round").values[whole]
            for one in (work.own, work.forced)
        )
        cell = work.data.sel(alternative=lever, outcome=effect.id)
        band = tuple(cell[name].values for name in ("difference", "low", "high"))
        at = int(np.abs(band[0]).argmax())
        said = (
            f"The two part most in {month(dates[at])}, by "
            f"{effect.at(float(band[0][at]))}; at the end the difference is {effect.change} "
            f"(95 % interval {effect.interval})."
        )
        chart = course_chart(
            effect.item, dates, own.mean(axis=0), forced.mean(axis=0), band,
            label=work.label(lever), said=said, against=work.own_label,
        )  # fmt: skip
        id = f"course-{effect.id}"
        made.append(Exhibit(id, effect.name, said, (Plot(f"plot-{id}", chart),)))
    return tuple(made)


def stays(work: Work) -> tuple[Exhibit, ...]:
    """What lasts under what all is compared with, and under the marked choice."""
    lever = work.asked.lever
    if lever is None or work.forced is None or lever not in work.drawn:
        return ()
    here = np.flatnonzero(work.comparable)
    own = Arm(work.own_label, work.own.isel(run=here), work.scenario)
    limit, forced = float(work.data.attrs["limit"]), work.forced.isel(run=here)
    return lasting([own, Arm(work.label(lever), forced, work.scenario, own, limit)])


def _reach(work: Work, lever: str, effect: Effect) -> float:
    """How far the two courses part at any time, in standard deviations at the end."""
    apart = np.abs(work.data["difference"].sel(alternative=lever, outcome=effect.id).values)
    return float(apart.max() / effect.spread)
