"""A forced choice in words: title, first sentences, how to read it, what is left out."""

from __future__ import annotations

from sim.reporting.document import Exhibit
from sim.simulation.branching import LET_PASS
from sim.statistics.estimate import VISIBLE_SD, VISIBLE_SHARE
from sim.studies.whatif.result import FEW_FUTURES, Work, largest_changes
from sim.text import count, listing, number, sentence

ASK_FOR_MORE = "ask for more with --runs"


def title(work: Work) -> str:
    """Whose scenario, which run, when, and who toward whom."""
    actor, target = work.who
    fork = work.asked.fork
    past = "" if fork.run is None else f"run {fork.run}, "
    return (
        f"{work.scenario.description.title}: {past}round {fork.round} ({work.when}), "
        f"{actor} toward {target}, {fork.track}"
    )


def whatif_lead(work: Work) -> str:
    """What was done where that is known, and what the choices change most."""
    done = work.done
    first = f"{_done(work, done)} " if done is not None else ""
    marked = work.asked.lever
    if marked is not None and marked != done:
        return first + (_had(work, marked) if marked in work.drawn else _not_drawn(work, marked))
    if not work.drawn:
        return f"{first}No choice can be compared in {FEW_FUTURES} futures or more: {ASK_FOR_MORE}."
    if done is None:
        return first + _largest(work, f"{count(len(work.drawn), 'choice')} that {work.who[0]} has")
    if LET_PASS not in work.drawn:
        return first + _largest(work, f"{count(len(work.drawn), 'other choice')}")
    said = f"{first}{_had(work, LET_PASS)}"
    others = count(len(work.drawn) - 1, "other choice")
    return f"{said} {_largest(work, others, but=LET_PASS)}" if len(work.drawn) > 1 else said


def _done(work: Work, done: str) -> str:
    """What the run itself did, and how it was answered."""
    run = work.asked.fork.run
    if done == LET_PASS:
        return (
            f"In run {run} {work.who[0]} let the round pass in {work.asked.fork.track} toward "
            f"{work.who[1]} in {work.when}."
        )
    answer = f", and {work.who[1]} {work.answered}" if work.asks(done) else ""
    return (
        f"In run {run} {work.who[0]} chose “{work.label(done)}” toward {work.who[1]} in "
        f"{work.when}{answer}."
    )


def _had(work: Work, choice: str) -> str:
    """What one choice changes, as a sentence."""
    said = largest_changes(*work.most(choice), work.data, work.reference)
    if 0 < work.weight(choice) < 1:
        said = f"hardly anything changes by the end; {said}"
    if (ruled := work.ruled(choice)) is not None:
        then = "come into force" if ruled == "begin" else "ended"
        held = work.label(choice).removesuffix(" in force").removesuffix(" ended")
        return f"Had {held} {then} in {work.when}, whatever the two chose: {said}."
    if work.done is not None:
        what = "let the round pass" if choice == LET_PASS else f"chosen “{work.label(choice)}”"
        return f"Had {work.who[0]} {what} instead: {said}."
    return (
        f"Had {work.who[0]} chosen “{work.label(choice)}” toward {work.who[1]} in {work.when}, and "
        f"not what the model chose for it: {said}."
    )


def _largest(work: Work, choices: str, but: str | None = None) -> str:
    best = next(name for name in work.ranked if name != but)
    verb, where = "would have changed", ""
    if work.done is None:
        verb, where = "changes", f" toward {work.who[1]} in {work.when}"
    if not work.weight(best):
        return f"Of {choices}{where}, none {verb} any outcome or watched event clearly."
    said = largest_changes(*work.most(best), work.data, work.reference)
    return f"Of {choices}{where}, “{work.label(best)}” {verb} most: {said}."


def _not_drawn(work: Work, marked: str) -> str:
    one, name = work.data.sel(alternative=marked), work.label(marked)
    actor, target = work.who
    if not float(one["open"]):
        said = f"{sentence(actor)} could choose “{name}” toward {target} in no run: there is "
        return f"{said}nothing to compare. The other choices are shown."
    if not int(one["pairs"]):
        return f"No future under “{name}” can be compared: the runs failed."
    return (
        f"“{name}” can be compared in {count(int(one['pairs']), 'future')} only, which is too few: "
        f"{ASK_FOR_MORE}."
    )


def how_to_read(work: Work) -> tuple[str, ...]:
    """How to read the page."""
    actor, target = work.who
    limit = number(float(work.data.attrs["limit"]), 2)
    run = work.asked.fork.run
    if run is None:
        shares = (
            "Open is the share of the futures in which the actor could choose it then; the others "
            "are left out of its comparison. “Chosen by the model” says how often it does so by "
            "itself: there the two futures are the same. "
        )
        answer = (
            f"A choice that needs consent is a proposal: {target} still answers as the model has "
            "it. “Agreed to” says how often."
        )
        past = "Every future is played on the same draws of chance under each choice."
    else:
        shares = (
            f"All is compared with what {actor} did in run {run}, and not with what it might have "
            "done. "
        )
        answer = (
            f"A choice that needs consent is a proposal: {target} still answers as the model has "
            f"it, by the draw of chance that run {run} has in this round. So it is agreed to in "
            "all futures, or in none."
        )
        past = (
            f"Up to the end of this round every future is run {run}: its events, what all others "
            "did, and its chance. From the next round on each future has draws of its own, the "
            "same under each choice."
        )
    return (
        f"{past} Only what {actor} chooses of {work.asked.fork.track} toward {target} in this one "
        "round differs, and what follows from it.",
        f"{shares}“Moves most” and “changes most” leave out what counts the choice itself.",
        answer,
        f"A choice that can be compared in fewer than {FEW_FUTURES} futures is not drawn, and its "
        "numbers are not told: so few say nothing for sure.",
        "The intervals that are shown are of 95 %, each taken alone. Of so many differences some "
        "would seem clear by chance; so one stands in brackets unless an interval that allows "
        f"for all others leaves out zero too ({limit} standard errors to either side instead of "
        "1.96: then all hold at once in 95 of 100 such pages).",
        "One choice in one round is a small push: what moves by itself, and what others do, wear "
        f"it off. A standard deviation is that of the outcome at the end under {work.reference}.",
    )


def choices_left_out(work: Work) -> tuple[str, ...]:
    """Choices that are not drawn, and futures that failed."""
    said = []
    if work.closed:
        verb = "is" if len(work.closed) == 1 else "are"
        said.append(f"{_quoted(work, work.closed)} {verb} open in no run that could be compared.")
    if work.few:
        verb = "has" if len(work.few) == 1 else "have"
        few = f"{verb} fewer than {FEW_FUTURES} futures to compare: too few."
        said.append(f"{_quoted(work, work.few)} {few}")
    if work.failed:
        verb = "is" if work.failed == 1 else "are"
        said.append(
            f"{count(work.failed, 'future')} of {work.runs:,} failed under some choice, since the "
            f"numbers broke down, and {verb} left out of its comparison."
        )
    return tuple(said)


def _quoted(work: Work, names: tuple[str, ...]) -> str:
    return listing([f"“{work.label(name)}”" for name in names])


def still(
    work: Work, outcomes: tuple[Exhibit, ...], events: tuple[Exhibit, ...]
) -> tuple[str, ...]:
    """What no choice moves clearly."""
    drawn = {exhibit.id for exhibit in (*outcomes, *events)}
    described = work.scenario.description
    quiet = [
        f"“{item.name}”"
        for kind, home in (("outcome", described.outcomes), ("event", described.watch))
        for key, item in home.items()
        if f"{kind}-{key}" not in drawn
    ]
    if not quiet or not work.drawn:
        return ()
    return (
        f"No choice moves {listing(quiet, 'or')} clearly by {VISIBLE_SD} standard deviations or "
        f"{100 * VISIBLE_SHARE:.0f} percentage points: their numbers stand in the tables.",
    )
