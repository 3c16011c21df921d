"""One round of one run, explained: why each actor did what it did."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sim.errors import Fault, Place, ScenarioError, option
from sim.model.parts import parts_of
from sim.reporting.document import Document
from sim.scenario.arguments import integer, text
from sim.scenario.loading import ScenarioLike, scenario_of
from sim.scenario.lookup import governed_actors, has_trust
from sim.simulation.branching import actor_faults, round_faults
from sim.studies.arguments import seats_of, seed_of
from sim.studies.base import Study
from sim.studies.explanation.page import explanation_page
from sim.studies.explanation.result import Explained, stop_run
from sim.studies.explanation.text import closed
from sim.theories.protocol import Theories

if TYPE_CHECKING:
    import pandas as pd


class Explanation(Study):
    """Why actors chose as they did in one round of one run.

    Attributes
    ----------
    scenario : Scenario
    decisions : tuple of Decided
        What each actor weighed and chose: see :class:`sim.model.reasons.Decided`.
    data : Dataset
        Labelled results of the run, up to the end of the round.
    run, round, seed : int
    """

    kind = "explain"

    def __init__(self, work: Explained) -> None:
        self._work = work
        self.scenario, self.decisions, self.data = (
            work.scenario,
            work.decisions,
            work.stopped.dataset,
        )
        self.run, self.round, self.seed = work.run, work.round, work.seed

    def to_dataframe(self) -> pd.DataFrame:
        """Every choice with its chance and what speaks for it, one row per choice.

        Values are hundredths of weighted value. ``log_odds`` is the change against ordinary
        times: the sum of ``interest_log_odds``, ``sentiment_log_odds`` (how the two stand)
        and ``heat_log_odds`` (of their quarrel). ``answer_log_odds`` is that of consent, by
        the target's own interests and by sentiment.
        """
        import pandas as pd

        return pd.DataFrame(list(_rows(self._work)))

    def _page(self) -> Document:
        return explanation_page(self._work)


def _rows(work: Explained) -> Iterator[dict[str, object]]:
    described = work.scenario.description
    names = parts_of(described)
    lasts = has_trust(described) or bool(governed_actors(described))
    for one in work.decisions:
        for choice in one.options:
            chosen = choice is one.chosen
            parts = {
                f"{kind}_{part}": float(amount)
                for kind, row, of in (
                    ("part", choice.parts[0], names),
                    ("ordinary", choice.before[0], names),
                    ("answer", choice.parts[1], names[:-2]),
                )
                for part, amount in zip(of, row, strict=False)
            }
            yield {
                "actor": one.actor,
                "target": one.target,
                "track": one.track,
                "lever": choice.lever,
                "name": described.levers[choice.lever].name,
                "open": choice.open,
                "closed_by": closed(choice, described),
                "usual": choice.usual,
                "chance": choice.chance,
                "log_odds": choice.odds,
                "interest_log_odds": choice.felt[0],
                "sentiment_log_odds": choice.sentiment,
                "heat_log_odds": choice.heat,
                **({"review_log_odds": choice.review} if lasts else {}),
                "value": float(choice.worth[0]),
                "ordinary_value": float(choice.ordinary[0]),
                "usual_consent": choice.usual_consent,
                "consent": choice.consent,
                "answer_log_odds": choice.felt[1] + choice.sentiment + choice.trust,
                "answer_interest_log_odds": choice.felt[1],
                **({"trust_log_odds": choice.trust} if lasts else {}),
                "chosen": chosen,
                "accepted": chosen and one.accepted,
                **parts,
                **(
                    {
                        "value_lasting": choice.lasting[0],
                        "value_breach": choice.breach[0],
                        "answer_lasting": choice.lasting[1],
                        "answer_breach": choice.breach[1],
                    }
                    if lasts
                    else {}
                ),
                f"reaction_{one.target}": choice.answer,
                **{f"reaction_{third}": push for third, push in choice.reactions.items()},
            }


def explain(
    scenario: ScenarioLike,
    run: int,
    round: int,
    actor: str | None = None,
    toward: str | None = None,
    seed: int | None = None,
    *,
    theories: Theories | None = None,
) -> Explanation:
    """Stop one run at one round, and read why each actor chose as it did.

    The run is the same alone as among thousands.

    Parameters
    ----------
    scenario : Scenario, path or mapping
        A scenario, the path of its file, or what its file holds.
    run : int
        Its number, from 0.
    round : int
        From 1.
    actor, toward : str, optional
        Only what this actor decided, and only toward that one.
    seed : int, optional
        The scenario's own where not given.
    theories : theory, or mapping of actor to theory, optional
        How actors decide: as for :func:`sim.run`. What speaks for each choice is told as the
        built-in theory weighs it, and the page says so.

    Returns
    -------
    found : Explanation
        What each actor weighed and chose, and the page.

    Raises
    ------
    ScenarioError
        For a round or an actor that the scenario does not have, a run that is over
        before the round, and where nothing is decided.
    """
    scenario = scenario_of(scenario)
    actor = None if actor is None else text("actor", actor)
    toward = None if toward is None else text("toward", toward)
    described = scenario.description
    faults = round_faults(integer("round", round), described)
    for name, typed in ((actor, "--actor"), (toward, "--toward")):
        if name is not None:
            faults += actor_faults(name, option(typed), described)
    if integer("run", run) < 0:
        faults.append(Fault(Place(option("--run")), f"run {run}", "runs are counted from 0"))
    if faults:
        raise ScenarioError(faults)
    seed = seed_of(scenario, seed)
    found = stop_run(scenario, run, round, seed, seats_of(theories, scenario))
    decisions = tuple(
        one for one in found.choices if actor in (None, one.actor) and toward in (None, one.target)
    )
    if not decisions:
        who = f"'{actor}'" if actor else "anybody"
        whom = f" toward '{toward}'" if toward else ""
        problem = f"the scenario has no lever of {who}{whom}"
        raise ScenarioError([Fault(Place(option("--actor")), problem, "name another actor")])
    return Explanation(Explained(scenario, found, decisions, run, round, seed, actor, toward))
