"""Ask: what a curve is made of. A run in words, why an actor chose, and what if it had not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from typing import Any

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from sim.lab.asking import Which, first_in, otherwise, run_to_tell, told_round
from sim.lab.bench import Bench, RefusedError
from sim.lab.ensembles import FINE
from sim.lab.lab import Lab
from sim.lab.templates import environment, no_scenario, page
from sim.lab.variant import Variant
from sim.lab.work import Check, SupersededError
from sim.scenario.calendar import state_dates
from sim.scenario.scenario import Scenario
from sim.statistics.measures import measures
from sim.text import month, sentence

_WHICH: dict[str, Which] = {"typical": "typical", "with": "with", "without": "without"}
_MOST_RUN = 999_999
_LONGEST = 100


@dataclass(frozen=True)
class _Asked:
    """What the address asks for."""

    outcome: str
    event: str
    round: int
    which: Which
    run: str


def routes(lab: Lab) -> list[Route]:
    """The page, the run with its round explained, and what another choice would have changed."""

    async def show(request: Request) -> Response:
        if (missing := no_scenario(lab, request)) is not None:
            return missing
        bench = lab.bench(request)
        scenario = await asyncio.to_thread(bench.variant.scenario)
        asked = _asked(request, scenario)
        dates = state_dates(scenario.description.calendar)
        return page(
            lab,
            request,
            "ask.html.j2",
            asked=asked,
            outcomes={key: one.name for key, one in measures(scenario.description).items()},
            events={key: sentence(one.name) for key, one in scenario.description.watch.items()},
            rounds=[
                (nth, f"{month(dates[nth - 1])} to {month(dates[nth])}")
                for nth in range(1, len(dates))
            ],
            words=bench.variant.in_words(),
        )

    async def told(request: Request) -> Response:
        bench = lab.bench(request)
        variant = bench.variant
        asked = _asked(request, await asyncio.to_thread(variant.scenario))

        def made(check: Check) -> str:
            return _told(lab, variant, asked, check)

        return await answer(bench, "ask", (variant.base, variant.changes, asked), made)

    async def if_not(request: Request) -> Response:
        bench = lab.bench(request)
        variant = bench.variant
        given = {name: _short(request, name) for name in ("actor", "toward", "track", "lever")}
        run, round = _whole(request, "run"), _whole(request, "round")
        if run is None or round is None:
            raise HTTPException(400)

        def made(check: Check) -> str:
            scenario = variant.scenario()
            found = otherwise(
                scenario,
                scenario.description.seed,
                run,
                round,
                given["actor"],
                given["toward"],
                given["track"],
                given["lever"] or None,
                lambda done, of: check(),
            )
            return environment().get_template("otherwise.html.j2").render(found=found)

        key = variant.base, variant.changes, run, round, *given.values()
        return await answer(bench, "what if", key, made)

    async def answer(
        bench: Bench, subject: str, key: Hashable, made: Callable[[Check], str]
    ) -> Response:
        asked = lab.work.ask(bench.id, subject, key, made)
        try:
            return HTMLResponse(await asyncio.shield(asyncio.wrap_future(asked)))
        except SupersededError:
            raise RefusedError("something newer was asked on your bench meanwhile") from None

    return [
        Route("/ask", show, methods=["GET"]),
        Route("/ask/told", told, methods=["GET"]),
        Route("/ask/otherwise", if_not, methods=["GET"]),
    ]


def _told(lab: Lab, variant: Variant, asked: _Asked, check: Check) -> str:
    """The part of the page that tells a run."""
    fans = lab.ensembles.play(variant, FINE, check)
    played = fans.now
    run, fault = _run(asked, played.runs)
    scenario = variant.scenario()
    described = scenario.description
    if run is None and not fault:
        run = run_to_tell(played, asked.which, asked.event, asked.round)
    name = sentence(described.watch[asked.event].name) if asked.event else ""
    shown: dict[str, Any] = {
        "asked": asked,
        "event": name,
        "fault": fault,
        "runs": played.runs,
        "failed": fans.faults(),
    }
    if run is not None:
        if first := first_in(played, asked.event, run):
            shown["first"] = first, month(state_dates(described.calendar)[first - 1])
        shown["told"] = told_round(scenario, played.seed, run, asked.round)
        shown["median"] = {one.measure.name: one.end for one in played.summary.trajectories}
        shown["chance"] = next(
            (one.chance for one in played.summary.watched if one.id == asked.event), ""
        )
    return environment().get_template("told.html.j2").render(shown)


def _run(asked: _Asked, runs: int) -> tuple[int | None, str]:
    """The number of the run that is asked for, where one is; and why there is none such."""
    if asked.run:
        number = int(asked.run) if asked.run.isascii() and asked.run.isdigit() else -1
        if 0 <= number < runs:
            return number, ""
        rule = f"write a whole number from 0 to {runs - 1:,}, or leave the field empty"
        return None, f"There is no run “{asked.run}”: {rule}."
    if asked.which != "typical" and not asked.event:
        return None, "No event is chosen: choose one, or ask for a typical run."
    return None, ""


def _asked(request: Request, scenario: Scenario) -> _Asked:
    """What is asked for; what is not there is left out, so that an old address still works."""
    described = scenario.description
    outcome, event = _short(request, "outcome"), _short(request, "event")
    which = _short(request, "which") or ("with" if event in described.watch else "typical")
    last = described.calendar.rounds
    round = _whole(request, "round")
    if round is None:
        round = _round_of(_short(request, "date"), scenario)
    return _Asked(
        outcome=outcome if outcome in described.outcomes else "",
        event=event if event in described.watch else "",
        round=min(max(round, 1), last),
        which=_WHICH.get(which, "typical"),
        run=_short(request, "run").strip(),
    )


def _round_of(date: str, scenario: Scenario) -> int:
    """The round that ended on a date, as the charts have their dates; the first one else."""
    days = [str(one.astype("datetime64[D]")) for one in state_dates(scenario.description.calendar)]
    return days.index(date) if date in days else 1


def _short(request: Request, name: str) -> str:
    value = request.query_params.get(name, "")
    if len(value) > _LONGEST:
        raise HTTPException(400)
    return value


def _whole(request: Request, name: str) -> int | None:
    """A whole number of the address; None where there is none."""
    value = _short(request, name)
    if not (value.isascii() and value.isdigit()) or len(value) > len(str(_MOST_RUN)):
        return None
    return int(value)
