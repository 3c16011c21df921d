"""Paired experiments: the arms of propositions, run on the same draws."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain
from typing import NamedTuple

from sim.arrays import StageProgress, of_stage
from sim.claims.measure import recording
from sim.claims.proposition import Claim, same_ids
from sim.errors import Fault, Place, ScenarioError
from sim.model.ledger import Account
from sim.results.series import Series, series
from sim.scenario.arguments import MOST_RUNS, MOST_SEED, whole_number
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Order
from sim.simulation.ensemble import labelled, play
from sim.simulation.executors.base import HERE, Workers
from sim.statistics.interest import with_interests

NULL_PAIRS = 1000
"""Pairs of runs of a null check at most: it looks for no effect that is small."""


@dataclass(frozen=True)
class Design:
    """What one arm runs: a scenario, moves laid down in it, and a seed.

    ``null`` says that it is an arm of a null check, of which fewer runs are played.
    """

    scenario: Scenario
    orders: tuple[Order, ...]
    seed: int
    null: bool = False

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Design) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        return self.scenario.sha256, self.orders, self.seed, self.null


@dataclass(frozen=True)
class Arm:
    """What one arm of an experiment came to.

    Attributes
    ----------
    scenario : Scenario
    series : dict of label -> Series
        Every measure, run by run.
    account : Account
        Why the actors chose as they did.
    """

    scenario: Scenario
    series: dict[str, Series]
    account: Account


class Pair(NamedTuple):
    """Two arms whose runs are compared one by one."""

    reference: Arm
    changed: Arm


Shown = tuple[Mapping[str, Series], Mapping[str, Series]]
"""The measures of two arms, by label."""


@dataclass(frozen=True)
class Experiment:
    """A claim with its arms; the same arm twice where nothing is changed.

    Attributes
    ----------
    claim : Claim
    reference, changed : Arm
    moderated : Pair or None
        The two arms with the claim's moderator laid over both.
    null : tuple of Pair
        The same arms where the matter of the claim does not count; none where the claim
        states no null check. They have at most :data:`NULL_PAIRS` pairs.
    """

    claim: Claim
    reference: Arm
    changed: Arm
    moderated: Pair | None = None
    null: tuple[Pair, ...] = ()

    @property
    def pairs(self) -> tuple[Shown, ...]:
        """The measures of the arms as they are, and with the moderator."""
        own = Pair(self.reference, self.changed)
        return tuple(map(_shown, (own, self.moderated) if self.moderated else (own,)))

    @property
    def null_pairs(self) -> tuple[Shown, ...]:
        """The measures of the same arms where the matter does not count."""
        return tuple(map(_shown, self.null))


def _shown(pair: Pair) -> Shown:
    return pair.reference.series, pair.changed.series


def experiments(
    claims: Claim | Iterable[Claim],
    pairs: int | None = None,
    seed: int | None = None,
    progress: StageProgress | None = None,
    workers: Workers = HERE,
) -> list[Experiment]:
    """Run the arms of all claims; an arm that several claims share is run once.

    Parameters
    ----------
    claims : Claim or sequence of Claim
    pairs : int, optional
        Pairs of runs instead of each claim's own number; of null checks
        :data:`NULL_PAIRS` at most.
    seed : int, optional
        Instead of the reference arm's own. Both arms always take the same.
    progress : callable, optional
    workers : Workers
        Who plays them; the results are the same.

    Returns
    -------
    found : list of Experiment
        One for each claim: the series of its arms, of equal draws.

    Raises
    ------
    ScenarioError
        When two claims have one id.
    """
    claims = list(claims) if isinstance(claims, Iterable) else [claims]
    if any(not isinstance(claim, Claim) for claim in claims):
        remedy = "read them by load_claims or load_proposition"
        raise ScenarioError([Fault(Place("claims"), "these are no claims", remedy)])
    pairs = None if pairs is None else whole_number("pairs", pairs, 2, MOST_RUNS)
    seed = None if seed is None else whole_number("seed", seed, 0, MOST_SEED)
    if faults := same_ids(claims):
        raise ScenarioError(faults)
    wanted: dict[Design, list[tuple[Claim, int]]] = {}
    for claim in claims:
        size = pairs or claim.stated.pairs
        for design in dict.fromkeys(chain.from_iterable(designs(claim, seed))):
            runs = min(size, NULL_PAIRS) if design.null else size
            wanted.setdefault(design, []).append((claim, runs))
    arms = {
        design: _arm(design, users, progress, f"{nth} of {len(wanted)}", workers)
        for nth, (design, users) in enumerate(wanted.items(), 1)
    }
    return [_experiment(claim, arms, seed) for claim in claims]


def _experiment(claim: Claim, arms: Mapping[Design, Arm], seed: int | None) -> Experiment:
    played = [Pair(*(arms[design] for design in pair)) for pair in designs(claim, seed)]
    own, others = played[0], played[1:]
    moderated = others.pop(0) if claim.moderated else None
    return Experiment(claim, own.reference, own.changed, moderated, tuple(others))


def designs(claim: Claim, seed: int | None = None) -> list[tuple[Design, Design]]:
    """What the pairs of arms of a claim run: its own, then those of its null check."""
    common = claim.reference.description.seed if seed is None else seed
    return [
        (
            Design(pair.reference, pair.reference_orders, common, null),
            Design(pair.changed, pair.changed_orders, common, null),
        )
        for pairs, null in ((claim.arms, False), (claim.null, True))
        for pair in pairs
    ]


def _arm(
    design: Design,
    users: Sequence[tuple[Claim, int]],
    progress: StageProgress | None,
    place: str,
    workers: Workers,
) -> Arm:
    wanted = [(target, size) for claim, size in users for target in claim.targets]
    watching = recording(design.scenario, [target for target, _ in wanted])
    runs = max(size for _, size in wanted)
    title = f"{design.scenario.description.title} ({place})"
    played = play(
        watching,
        runs,
        design.seed,
        orders=design.orders,
        accounted=True,
        workers=workers,
        progress=of_stage(progress, title, runs),
    )
    assert played.ledger is not None  # asked for
    dataset = labelled(watching, played.blocks, design.seed)
    dataset = with_interests(dataset, watching, [target for target, _ in wanted])
    # A claim that asks for fewer pairs than another of the arm's looks at the first of them.
    found = {
        target.label: series(dataset.isel(run=slice(0, size)), target) for target, size in wanted
    }
    return Arm(design.scenario, found, played.ledger.account())
