"""Rules for levers: who uses them how often, and what they may change."""

from __future__ import annotations

import itertools
import re

from sim.scenario.cameo import CODES, TRACKS, suggested_code, track
from sim.scenario.checker import Checker
from sim.scenario.lookup import usual
from sim.scenario.node import Path
from sim.scenario.phrases import ANYONE, REQUIRED, expand
from sim.scenario.schema import Lever

_BOTH = ("actor", "target")
_ALL = ("actor", "target", "others")
_OFFER = re.compile(r"\{actor\} (asks|invites|offers|proposes|requests|suggests)\b")
Pair = tuple[str, str]
MEANINGS = ("pass", "any", "cooperation", "conflict")
"""Words that stand for no lever, or for several, where a question or a claim names levers."""


def check_levers(report: Checker) -> None:
    """Check each lever, then how often all of them together are used."""
    for name, lever in report.description.levers.items():
        path = ("levers", name)
        if name in MEANINGS:
            report.fault(
                path, f"'{name}' cannot be a lever: the word has a meaning", "choose another", True
            )
        _tables(report, path, lever)
        _effects(report, path, lever)
        report.conditions(
            (*path, "requires"), lever.requires, REQUIRED, "required of a lever", _BOTH
        )
        _lines(report, path, lever)
        if lever.cameo is not None and lever.cameo not in CODES:
            report.fault(
                (*path, "cameo"),
                f"'{lever.cameo}' is not a CAMEO code",
                f"{_instead(lever)}; the command 'codes' lists them all, or leave 'cameo' out",
            )
    _uncoded(report)
    _sums(report)


def _lines(report: Checker, path: Path, lever: Lever) -> None:
    for key, line in (("says", lever.says), ("offers", lever.offers)):
        for word in re.findall(r"\{(.*?)\}", line or ""):
            if word not in _BOTH:
                report.fault(
                    (*path, key),
                    f"'{{{word}}}' is not filled in",
                    "only {actor} and {target} are",
                )
    if lever.offers and not lever.consent:
        report.fault(
            (*path, "offers"),
            "'offers' says nothing without 'consent'",
            "delete it",
            True,
            lacks=path,
        )
    if lever.consent and not lever.offers and (found := _OFFER.match(lever.says or "")):
        report.notes.append(
            f"the lever '{path[-1]}' tells what was agreed as if it were only proposed: "
            f"'{found[0]}' is a line for 'offers'; 'says' is what is told once it is done"
        )


def _instead(lever: Lever) -> str:
    """The code that was probably meant, or how one is written."""
    code = str(lever.cameo)
    likely = suggested_code(lever.name)
    # A group of three digits stands for its finer codes.
    if len(code) == 4 and code[:3] in CODES:
        likely = CODES[code[:3]]
    return f"did you mean {likely}?" if likely else "write two to four digits in quotes: '036'"


def _uncoded(report: Checker) -> None:
    """Say once which levers have no code, and which would fit by their names."""
    levers = report.description.levers
    without = [
        f"{name}{f' (by its name {likely}?)' if (likely := suggested_code(lever.name)) else ''}"
        for name, lever in levers.items()
        if lever.cameo is None
    ]
    if without:
        report.notes.append(
            f"levers without a CAMEO code are sorted by their effects: {', '.join(without)}; "
            "the command 'codes' lists them all"
        )


def _pairs(report: Checker) -> list[Pair]:
    return list(itertools.permutations(sorted(report.description.actors), 2))


def _tables(report: Checker, path: Path, lever: Lever) -> None:
    if not lever.usual:
        report.fault(
            (*path, "usual"),
            "nobody uses the lever in ordinary times",
            "write how often, e.g. usual: {north to south: 0.05}",
            True,
            lacks=(*path, "usual"),
        )
    for table, keys in (("usual", lever.usual), ("consent", lever.consent)):
        for key in keys:
            here = (*path, table, key)
            ends = _ends(key)
            if ends is None:
                remedy = f"write 'A to B'; either may be '{ANYONE}'"
                report.fault(here, f"'{key}' is not a directed pair", remedy, True)
                continue
            sound = True
            for name in ends:
                if name != ANYONE:
                    sound = report.name(here, name, "actors", at_key=True) and sound
            if ends[0] == ends[1] != ANYONE:
                report.fault(here, f"'{ends[0]}' deals with itself", "name two actors", True)
            elif sound and table == "consent" and not _used(report, lever, ends):
                report.fault(
                    here,
                    f"consent is given for '{key}', who have no usual frequency",
                    f"add '{key}' under 'usual', or delete it here",
                    True,
                )


def _ends(key: str) -> Pair | None:
    match = re.fullmatch(r"(\S+) to (\S+)", key)
    return (match[1], match[2]) if match else None


def _used(report: Checker, lever: Lever, ends: Pair) -> bool:
    return any(
        usual(lever, actor, target)
        for actor, target in _pairs(report)
        if ends[0] in (actor, ANYONE) and ends[1] in (target, ANYONE)
    )


def _effects(report: Checker, path: Path, lever: Lever) -> None:
    path = (*path, "effects")
    phrases = report.effects(path, lever.effects, "moved by a lever", _ALL)
    actors = report.description.actors
    met: set[frozenset[str]] = set()
    for actor, target in _pairs(report):
        if usual(lever, actor, target):
            report.twice(
                path,
                [(text, one) for text, phrase in phrases
                 for one in expand(phrase, actor, target, actors)],
                met,
                f"when {actor} uses it toward {target}",
                "keep one of them, with the sum of both",
            )  # fmt: skip


def _sums(report: Checker) -> None:
    """One fault for each key that is the largest share of sums of 1 or more."""
    over: dict[Pair, list[tuple[float, str]]] = {}
    # A code that is none is told elsewhere; its lever is then known by its effects.
    tracks = {
        name: track(lever if lever.cameo in CODES else lever.model_copy(update={"cameo": None}))
        for name, lever in report.description.levers.items()
    }
    for (actor, target), kind in itertools.product(_pairs(report), TRACKS):
        parts = sorted(
            (
                (-found[1].value, name, found[0])
                for name, lever in report.description.levers.items()
                if tracks[name] == kind and (found := usual(lever, actor, target))
            ),
        )
        total = -sum(part[0] for part in parts)
        # Rounding must not fail a file whose sum is just below 1.
        if total < 1 - 1e-9:
            continue
        most = ", ".join(f"{name} {-value:g}" for value, name, _ in parts[:3])
        _, name, key = parts[0]
        problem = f"the usual frequencies of {kind} of {actor} toward {target} add up to {total:g}"
        over.setdefault((name, key), []).append((total, f"{problem}, most by {most}"))
    for (name, key), sums in over.items():
        _, problem = max(sums, key=lambda one: one[0])
        if others := len(sums) - 1:
            problem += f"; {others} more {'pair' if others == 1 else 'pairs'} at 1 or more"
        report.fault(
            ("levers", name, "usual", key),
            problem,
            "they are shares of one round: make the sum less than 1",
            True,
        )
