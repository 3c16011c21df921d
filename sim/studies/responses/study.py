"""How each actor's choices move with the state: comparative statics of a scenario's start."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from sim.reporting.document import Document
from sim.reporting.html import write_page
from sim.reporting.output_folder import unwritable
from sim.scenario.arguments import path_of
from sim.scenario.scenario import Scenario
from sim.studies.base import Study
from sim.studies.responses.charts import ActorResponse
from sim.studies.responses.page import responses_page
from sim.studies.responses.result import Probe, near, ranked, response

if TYPE_CHECKING:
    import pandas as pd

PAGE = "responses.html"
_MOST = 3
"""Most telling quantities that are shown of each actor."""


class Responses(Study):
    """What each actor would do otherwise if one quantity stood otherwise.

    Attributes
    ----------
    scenario : Scenario
    answers : tuple of ActorResponse
        Those of one actor stand together.
    runs, seed : int
        The draws over which probabilities are averaged.
    """

    kind: ClassVar[str] = "responses"

    def __init__(
        self, scenario: Scenario, answers: Sequence[ActorResponse], runs: int, seed: int
    ) -> None:
        self.scenario, self.answers, self.runs, self.seed = scenario, tuple(answers), runs, seed

    def to_dataframe(self) -> pd.DataFrame:
        """The probability of each option by the value of the quantity, one row for each."""
        import pandas as pd

        rows = [
            {
                "actor": answer.near.actor,
                "quantity": str(answer.near.phrase),
                "value": value,
                "other": shift.other,
                "lever": shift.lever,
                "probability": chance,
            }
            for answer in self.answers
            for shift in answer.near.movers()
            for value, chance in zip(answer.whole.values, answer.whole.chances(shift), strict=True)
        ]
        return pd.DataFrame(rows)

    def _page(self) -> Document:
        return responses_page(self.scenario, self.answers, self.runs, self.seed)

    def write_report(
        self, folder: str | Path, *, command: str = "", seconds: float | None = None
    ) -> Path:
        """Write responses.html into a folder, beside whatever lies there.

        Raises
        ------
        ResultsError
            When the folder cannot be written.
        """
        place = path_of("folder", folder)
        text = self.html(command, seconds or 0.0)
        try:
            place.mkdir(parents=True, exist_ok=True)
            write_page(text, place / PAGE)
        except OSError as error:
            raise unwritable(place, error) from None
        return place / PAGE


def responses(
    scenario: Scenario,
    actors: Sequence[str],
    phrases: Sequence[str] = (),
    runs: int | None = None,
    seed: int | None = None,
) -> Responses:
    """Read how the choices of some actors move with quantities of the state.

    Parameters
    ----------
    scenario : Scenario
    actors : sequence of str
    phrases : sequence of str
        Quantities; the three that tell most of each actor, where none is given.
    runs, seed : int, optional
        The draws over which probabilities are averaged; see :class:`Probe`.

    Raises
    ------
    ScenarioError
        For an actor or a quantity that the scenario does not have.
    """
    seed = scenario.description.seed if seed is None else seed
    probe = Probe(scenario, runs, seed)

    def answers() -> Iterator[ActorResponse]:
        for actor in actors:
            asked = [near(probe, actor, phrase) for phrase in phrases]
            for one in asked or ranked(probe, actor)[:_MOST]:
                yield ActorResponse(one, response(probe, actor, str(one.phrase)))

    return Responses(scenario, tuple(answers()), probe.runs, seed)
