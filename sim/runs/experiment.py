"""Paired experiments: the arms of propositions, run on the same draws."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from sim.errors import Fault, Place, ScenarioError
from sim.model.ledger import Account
from sim.results.measured import Series, series
from sim.runs.ensemble import gather, labelled
from sim.runs.workers import HERE, Workers
from sim.scenario.arguments import MOST_RUNS, MOST_SEED, whole
from sim.scenario.measuring import recording
from sim.scenario.orders import Order
from sim.scenario.proposition import Claim, same_ids
from sim.scenario.scenario import Scenario


@dataclass(frozen=True)
class Design:
    """What one arm runs: a scenario, moves laid down in it, and a seed."""

    scenario: Scenario
    orders: tuple[Order, ...]
    seed: int

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Design) and self._key == other._key

    def __hash__(self) -> int:
        return hash(self._key)

    @property
    def _key(self) -> tuple[object, ...]:
        return self.scenario.sha256, self.orders, self.seed


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


@dataclass(frozen=True)
class Experiment:
    """A claim with its two arms; the same arm twice where nothing is changed."""

    claim: Claim
    reference: Arm
    changed: Arm


Progress = Callable[[str, int, int], None]
"""Called with the arm that is being run, its runs that are done, and all its runs."""


def experiments(
    claims: Claim | Iterable[Claim],
    pairs: int | None = None,
    seed: int | None = None,
    progress: Progress | None = None,
    workers: Workers = HERE,
) -> list[Experiment]:
    """Run the arms of all claims; an arm that several claims share is run once.

    Parameters
    ----------
    claims : Claim or sequence of Claim
    pairs : int, optional
        Pairs of runs instead of each claim's own number.
    seed : int, optional
        Instead of the reference arm's own. Both arms always take the same.
    progress : callable, optional
    workers : Workers
        Who plays them; the results are the same.

    Raises
    ------
    ScenarioError
        When two claims have one id.
    """
    claims = list(claims) if isinstance(claims, Iterable) else [claims]
    if any(not isinstance(claim, Claim) for claim in claims):
        remedy = "read them by load_claims or load_proposition"
        raise ScenarioError([Fault(Place("claims"), "these are no claims", remedy)])
    pairs = None if pairs is None else whole("pairs", pairs, 2, MOST_RUNS)
    seed = None if seed is None else whole("seed", seed, 0, MOST_SEED)
    if faults := same_ids(claims):
        raise ScenarioError(faults)
    wanted: dict[Design, list[Claim]] = {}
    for claim in claims:
        for design in dict.fromkeys(designs(claim, seed)):
            wanted.setdefault(design, []).append(claim)
    arms = {
        design: _arm(design, users, pairs, progress, f"{nth} of {len(wanted)}", workers)
        for nth, (design, users) in enumerate(wanted.items(), 1)
    }
    return [
        Experiment(claim, *(arms[design] for design in designs(claim, seed))) for claim in claims
    ]


def designs(claim: Claim, seed: int | None = None) -> tuple[Design, Design]:
    """The two arms of a claim: reference first."""
    common = claim.reference.description.seed if seed is None else seed
    return (
        Design(claim.reference, claim.reference_orders, common),
        Design(claim.changed, claim.changed_orders, common),
    )


def _arm(
    design: Design,
    users: Sequence[Claim],
    pairs: int | None,
    progress: Progress | None,
    place: str,
    workers: Workers,
) -> Arm:
    wanted = [(target, pairs or claim.stated.pairs) for claim in users for target in claim.targets]
    watching = recording(design.scenario, [target for target, _ in wanted])
    runs = max(size for _, size in wanted)
    title = f"{design.scenario.description.title} ({place})"
    played = gather(
        watching,
        runs,
        design.seed,
        orders=design.orders,
        accounted=True,
        workers=workers,
        progress=(lambda done: progress(title, done, runs)) if progress else None,
    )
    assert played.ledger is not None  # asked for
    dataset = labelled(watching, played.blocks, design.seed)
    # A claim that asks for fewer pairs than another of the arm's looks at the first of them.
    found = {
        target.label: series(dataset.isel(run=slice(0, size)), target) for target, size in wanted
    }
    return Arm(design.scenario, found, played.ledger.account())
