"""The decision that a question is about: read, checked, and completed where it is clear."""

from __future__ import annotations

from dataclasses import dataclass

from sim.errors import Fault, Place, ScenarioError, option
from sim.runs.branch import DECREES, LET_PASS, Fork, decreed
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.cameo import track as track_of
from sim.scenario.instances import instances
from sim.scenario.lookup import usual
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Description
from sim.scenario.wording import closest, did_you_mean, listing

PASS = "pass"
"""A short name of :data:`sim.runs.branch.LET_PASS`."""
ANYTHING = {None: "do anything", "words": "choose any words", "deeds": "choose any deeds"}


@dataclass(frozen=True)
class Asked:
    """A decision with its alternatives.

    Attributes
    ----------
    fork : Fork
    alternatives : tuple of str
        Letting the round pass, then the actor's levers of that track toward the target;
        or only the one that is marked.
    lever : str or None
        The alternative that is marked: a lever, letting the round pass, or ``begin X`` or
        ``end X``: an arrangement between the two, whatever they choose.
    """

    fork: Fork
    alternatives: tuple[str, ...]
    lever: str | None


def asked(
    scenario: Scenario,
    round: int,
    actor: str,
    lever: str | None = None,
    toward: str | None = None,
    *,
    track: str | None = None,
    run: int | None = None,
    runs: int = 2,
    only: bool = False,
) -> Asked:
    """Check a decision, and find the target and the track where only one is possible.

    A lever says by itself whether it is a word or a deed; ``track`` is for a question
    about all choices, or about letting the round pass.

    Raises
    ------
    ScenarioError
        With all that is wrong at once.
    """
    described = scenario.description
    if lever == PASS and PASS not in described.levers:
        lever = LET_PASS
    faults = [
        *round_faults(round, described),
        *actor_faults(actor, option("--actor"), described),
        *(actor_faults(toward, option("--toward"), described) if toward is not None else ()),
        *_lever_faults(lever, actor, toward, described),
        *_track_faults(track, lever, described),
    ]
    if run is not None and run < 0:
        faults.append(Fault(Place(option("--run")), f"run {run}", "runs are counted from 0"))
    if runs < 2:
        faults.append(Fault(Place(option("--runs")), f"{runs} futures", "write 2 or more"))
    if only and lever is None:
        faults.append(
            Fault(Place(option("--only")), "only which choice?", f"name it by {option('--lever')}")
        )
    if faults:
        raise ScenarioError(faults)
    ruled = lever is not None and lever.split(" ")[0] in DECREES and lever not in described.levers
    named = None if lever == LET_PASS or ruled else lever
    target = _target(actor, named, toward, track, described)
    if ruled and track is None:  # it takes the place of no choice
        tracks = {track_of(described.levers[k]) for k in levers_toward(described, actor, target)}
        track = next(one for one in TRACKS if one in tracks)
    chosen = _track(actor, named, target, track, described)
    own = levers_toward(described, actor, target, chosen)
    alternatives = (lever,) if only and lever is not None else (LET_PASS, *own)
    fork = Fork(round, actor, target, chosen, run)
    if ruled and lever is not None:
        _can_be_ruled(lever, fork, described)
        alternatives = tuple(dict.fromkeys((*alternatives, lever)))
    return Asked(fork, alternatives, lever)


def _can_be_ruled(lever: str, fork: Fork, described: Description) -> None:
    """Refuse ``begin X`` and ``end X`` of what the two can never have."""
    found = decreed(lever, fork, described)
    if found is None or found[1] < 0:
        own = [one.name for one in instances(described) if one.concerns(fork.actor, fork.target)]
        problem = f"between '{fork.actor}' and '{fork.target}' there is nothing to {lever}"
        remedy = f"of arrangements, they can have {listing(own)}" if own else "they can have none"
        raise ScenarioError([Fault(Place(option("--lever")), problem, remedy)])


def levers_toward(
    described: Description, actor: str, target: str, track: str | None = None
) -> tuple[str, ...]:
    """The levers that an actor has toward another, of one track or of both; in the file's order."""
    return tuple(
        name
        for name, lever in described.levers.items()
        if usual(lever, actor, target) is not None
        if track in (None, track_of(lever))
    )


def round_faults(round: int, described: Description) -> list[Fault]:
    """What is wrong with a round."""
    last = described.calendar.rounds
    if 1 <= round <= last:
        return []
    remedy = f"write a round from 1 to {last}"
    return [Fault(Place(option("--round")), f"the scenario has no round {round}", remedy)]


def actor_faults(actor: str, given: str, described: Description) -> list[Fault]:
    """What is wrong with an actor's name."""
    if actor in described.actors:
        return []
    remedy = did_you_mean(actor, described.actors, "actors")
    return [Fault(Place(given), f"there is no actor '{actor}'", remedy)]


def _lever_faults(
    lever: str | None, actor: str, toward: str | None, described: Description
) -> list[Fault]:
    if lever is None or lever == LET_PASS or lever in described.levers:
        return []
    if described.arrangements and lever.split(" ")[0] in DECREES:
        return []
    remedy = _choices(actor, toward, described)
    if near := _meant(lever, described):
        remedy = f"did you mean '{near}'? {remedy}"
    return [Fault(Place(option("--lever")), f"there is no lever '{lever}'", remedy)]


def _track_faults(track: str | None, lever: str | None, described: Description) -> list[Fault]:
    if track is None:
        return []
    if track not in TRACKS:
        remedy = did_you_mean(track, TRACKS, "tracks")
        return [Fault(Place(option("--track")), f"there is no track '{track}'", remedy)]
    if lever in described.levers and (own := track_of(described.levers[lever])) != track:
        problem = f"'{lever}' is one of the {own}, not of the {track}"
        remedy = f"leave {option('--track')} out, or write {own}"
        return [Fault(Place(option("--track")), problem, remedy)]
    return []


def _meant(word: str, described: Description) -> str | None:
    """The lever whose id, or whose name as it is shown, is nearest to a word."""
    known = {one.name.lower(): key for key, one in described.levers.items()}
    known |= {LET_PASS: PASS, PASS: PASS} | {key.lower(): key for key in described.levers}
    near = closest(word.lower(), known)
    return known[near] if near else None


def _choices(actor: str, toward: str | None, described: Description) -> str:
    """What an actor can do, toward one other or toward anybody."""
    targets = [toward] if toward in described.actors else list(described.actors)
    own = dict.fromkeys(
        lever for target in targets if target for lever in levers_toward(described, actor, target)
    )
    shown = [*(f"{lever} ({described.levers[lever].name})" for lever in own), PASS]
    whom = f" toward '{toward}'" if toward in described.actors else ""
    return f"'{actor}' can choose{whom}: {', '.join(shown)}"


def _track(
    actor: str, lever: str | None, target: str, track: str | None, described: Description
) -> Track:
    """Whether a word or a deed is decided on: by the lever, as given, or the only one possible."""
    if lever is not None:
        return track_of(described.levers[lever])
    own = {track_of(described.levers[name]) for name in levers_toward(described, actor, target)}
    found = [one for one in TRACKS if one in own and track in (None, one)]
    if len(found) > 1:
        problem = f"'{actor}' chooses a word and a deed toward '{target}': which of the two?"
        remedy = f"write {' or '.join(TRACKS)}, or name a lever by {option('--lever')}"
        raise ScenarioError([Fault(Place(option("--track")), problem, remedy)])
    return found[0]


def _target(
    actor: str,
    lever: str | None,
    toward: str | None,
    track: str | None,
    described: Description,
) -> str:
    """The other actor, given or the only one possible."""
    others = [
        other
        for other in described.actors
        if other != actor and (own := levers_toward(described, actor, other, track))
        if lever is None or lever in own
    ]
    what = f"use '{lever}'" if lever else ANYTHING[track]
    if not others:
        problem = f"'{actor}' cannot {what} toward anybody"
        remedy = _choices(actor, None, described) if lever else "name another actor"
        raise ScenarioError([Fault(Place(option("--actor")), problem, remedy)])
    if toward is None:
        if len(others) > 1:
            problem = f"'{actor}' can {what} toward {listing(others)}"
            raise ScenarioError([Fault(Place(option("--toward")), problem, "name one of them")])
        return others[0]
    if toward not in others:
        itself = toward == actor
        problem = (
            "an actor does nothing toward itself" if itself
            else f"'{actor}' cannot {what} toward '{toward}'"
        )  # fmt: skip
        remedy = f"it can toward {listing(others)}"
        if lever and not itself:
            remedy += f"; {_choices(actor, toward, described)}"
        raise ScenarioError([Fault(Place(option("--toward")), problem, remedy)])
    return toward
