"""The sentences of a page on which numbers can be turned."""

from __future__ import annotations

from sim.reporting.chart_kit import Table
from sim.scenario.scenario import changes
from sim.statistics.paired_difference import Estimate
from sim.studies.explorable.design import Knob
from sim.studies.explorable.result import At, Explored
from sim.text import NBSP, count, listing, number, percent, sentence

_TOLD = 3
"""Differences that are told in words; the charts have all."""
OWN = "as handed on"
"""What is said of a number that is not turned: the page may start from a changed scenario."""


def lead(found: Explored) -> str:
    """What the page holds."""
    scenario, knobs, places = found.plan.scenario, found.plan.knobs, len(found.places)
    names = listing([f"“{knob.title}”" for knob in knobs])
    how = "changed" if changes(scenario) else "unchanged"
    what = ("one number", "two numbers", "three numbers")[len(knobs) - 1]
    return (
        f"Turn {what} of the scenario: {names}. At each of {places:,} places "
        f"{count(found.runs, 'run')} were played beforehand, on the same draws of chance as "
        "those of the scenario as it was handed on, which stays behind in grey. "
        f"It was handed on {how}, held against its file."
    )


def told(found: Explored, at: At) -> tuple[str, ...]:
    """The largest differences that are clear and can be seen, in words."""
    if at.place == found.plan.own:
        return ()
    pairs = list(zip(found.wanted, at.changes, range(len(found.wanted)), strict=True))
    seen = sorted((one for one in pairs if one[1].notable), key=lambda one: -abs(one[1].size))
    if not seen:
        return ("No difference that is clear and large enough to see.",)
    return tuple(
        f"{sentence(output.name)}: {difference(found, nth, change)}"
        for output, change, nth in seen[:_TOLD]
    )


def words(found: Explored, at: At) -> dict[str, str]:
    """What is said of each chart at a place: the difference with its interval."""
    return {
        f"{'event' if output.kind == 'watch' else 'outcome'}-{output.id}": difference(
            found, nth, change
        )
        for nth, (output, change) in enumerate(zip(found.wanted, at.changes, strict=True))
    }


def difference(found: Explored, nth: int, change: Estimate) -> str:
    """A difference from the scenario as it is: ``on average +0.12 (+0.10 to +0.14)``."""
    output = found.wanted[nth]
    if not change.difference and not change.clear:
        return "no difference"
    points = found.in_points(output)
    said = change.text(0, 100) if points else change.text(found.measures[output.id].digits + 1)
    mean, unit = ("", f"{NBSP}points") if points else ("on average ", "")
    chance = "" if change.clear else ", may be chance"
    return f"{mean}{said.at(change.difference)}{unit} ({said.interval(*change.alone)}{chance})"


def headline(found: Explored) -> Table:
    """Each measure as handed on, and with each number at the ends of its range by itself."""
    ends: list[tuple[str, At]] = []
    for nth, knob in enumerate(found.plan.knobs):
        for last in (False, True):
            at = found.end(nth, last)
            if at.place == found.plan.own:
                continue  # the first column has it
            ends.append((f"{knob.title} ({knob.texts[at.place[nth]]})", at))
    base = found.at(found.plan.own)
    rows = [
        (sentence(output.name), *(_level(found, nth, at) for at in (base, *(at for _, at in ends))))
        for nth, output in enumerate(found.wanted)
    ]
    header = ("Outcome or event", "As handed on", *(name for name, _ in ends))
    caption = "Median at the end, or probability by then; all else as handed on"
    return Table(caption, header, tuple(rows))


def _level(found: Explored, nth: int, at: At) -> str:
    output, level = found.wanted[nth], at.levels[nth]
    if found.in_points(output):
        return percent(level)
    measure = found.measures[output.id]
    return number(level, 0 if measure.whole and level == round(level) else measure.digits)


def data(found: Explored) -> dict[str, object]:
    """What the page's script reads: the knobs, and what is shown at each place."""
    return {
        "knobs": [_knob(knob) for knob in found.plan.knobs],
        "frame": found.frame,
        "places": [
            {**at.bands, "words": words(found, at), "told": list(told(found, at))}
            for at in found.places
        ],
    }


def _knob(knob: Knob) -> dict[str, object]:
    return {"title": knob.title, "values": list(knob.texts), "own": knob.own}
