"""A scenario and results of the shape that the engine gives, made by random walks.

The report must not care who made the numbers; tests of its looks need many
levers, long names and odd runs more than they need a model.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import xarray as xr
from numpy.typing import NDArray

from sim.results.dataset import periods
from sim.scenario.cameo import TRACKS, track
from sim.scenario.parameters import walk
from sim.scenario.phrases import Phrase, parse
from sim.scenario.scenario import Scenario, SourceFile
from sim.scenario.schema import Description, Library, Outcome
from sim.statistics.conduct import ends_of

ACTORS = {
    "north": "Northland",
    "south": "Southland",
    "east": "the Eastern Union",
    "west": "Westmark",
}
LEVERS = (
    ("consult", "consult at working level", "010"),
    ("summit", "hold a summit", "036"),
    ("visit", "receive a minister", "043"),
    ("projects", "table an eight-point plan for cooperation", "031"),
    ("joint", "agree on joint economic activity in the disputed valley", "057"),
    ("treaty", "sign a peace treaty that leaves the border open", "057"),
    ("park", "set the claim aside", "035"),
    ("reassure", "declare that it will defend its ally", "018"),
    ("visas", "let former residents visit without visas", "050"),
    ("trade", "widen trade", "061"),
    ("pipeline", "agree on a new pipeline", "061"),
    ("aid", "give economic aid", "071"),
    ("arms_sale", "sell modern arms", "072"),
    ("exercise", "exercise together at sea", "062"),
    ("ease", "ease sanctions", "081"),
    ("withdraw", "withdraw forces from the border", "087"),
    ("criticise", "criticise in public", "111"),
    ("claim", "bring up the lands lost a century ago", "112"),
    ("demand", "demand that the other pay more, or else", "101"),
    ("reject", "refuse to talk about the valley", "120"),
    ("warn", "warn of consequences", "130"),
    ("protest", "lodge a protest", "141"),
    ("deploy", "deploy coastal missiles and submarines", "150"),
    ("patrol", "patrol contested waters", "152"),
    ("cut", "cut off deliveries of gas", "160"),
    ("sanction", "impose sanctions", "163"),
    ("bar", "bar goods", "163"),
    ("expel", "expel diplomats", "161"),
    ("seize", "seize a fishing boat", "171"),
    ("skirmish", "fire across the border", "190"),
)


def document() -> dict[str, Any]:
    """A scenario of four actors and thirty levers."""
    return {
        "title": "Four neighbours, a disputed valley and an alliance that may not hold",
        "summary": "Northland and Southland dispute a valley; two others look on and take sides.",
        "calendar": {"start": "2016-10-01", "round": "month", "rounds": 16},
        "actors": {
            "north": {"name": ACTORS["north"], "power": {"value": 0.21, "source": "published"}},
            "south": {
                "name": ACTORS["south"],
                "power": {"value": 0.08, "spread": {"uniform": [0.06, 0.1]}, "source": "F001"},
                "patience": {"value": 0.7, "why": "elections are near"},
            },
            "east": {"name": ACTORS["east"], "power": 0.04},
            "west": {"name": ACTORS["west"], "power": 0.14},
        },
        "relations": {
            "north and south": {
                "affinity": {"value": -0.3, "spread": {"normal": 0.1}, "source": ["F001", "F002"]},
                "tension": 0.4,
                "why": "they quarrel",
            },
            "south to west": {"commitment": 0.6, "why": "allied by treaty"},
        },
        "issues": {
            "valley": {
                "name": "the valley",
                "low": "all of it stays with Northland, as since the war",
                "high": "all of it goes back to Southland",
                "outcome": {"value": 20, "source": "F002"},
                "stances": {"north": {"position": 0, "salience": 0.8}},
            }
        },
        "levers": {
            key: {
                "name": name,
                "says": "{actor} and {target} sign a treaty." if key == "treaty" else None,
                "offers": "{actor} offers {target} a treaty." if key == "treaty" else None,
                "usual": {"anyone to anyone": 0.02},
                "consent": {"anyone to anyone": 0.5} if int(cameo[:2]) < 9 else {},
                "effects": {"affinity of actor and target": {"value": 0.03, "source": "F002"}},
                "cameo": cameo,
                "goldstein": 0,
            }
            for key, name, cameo in LEVERS
        },
        "events": {
            "election": {"name": "Southland elects a parliament", "on": "2016-12-15"},
            "congress": {
                "name": "the ruling party of Northland holds its congress",
                "on": "2017-01-10",
            },
            "storm": {"name": "A storm closes the strait", "chance": 0.05, "repeats": True},
            "anniversary": {"name": "Seventy years since the armistice", "on": "2017-09-03"},
        },
        "outcomes": {
            "warmth": {"name": "Northland and Southland", "of": "affinity of north and south"},
            "valley": {"name": "Who holds the valley", "of": "issue valley"},
            "support": {"name": "The government of Southland at home", "of": "support of south"},
            "steps": {
                "name": "Conciliatory steps",
                "acts": ["summit", "projects", "joint"],
                "by": "north",
                "toward": "south",
            },
        },
        "watch": {
            "peace": {"name": "a peace treaty is signed", "lever": "treaty"},
            "close": {
                "name": "Northland and Southland become friends",
                "when": {"affinity of north and south": {"at_least": 0.2}},
            },
            "storm": {"name": "a storm closes the strait", "event": "storm"},
            "never": {
                "name": "the valley changes hands",
                "when": {"issue valley": {"at_least": 99}},
            },
        },
    }


def library() -> Library:
    """Facts and data that the sample cites."""
    return Library.model_validate(
        {
            "articles": {
                "essay": {
                    "authors": "A. Writer",
                    "title": "Valleys & <alliances>",
                    "published": "A Journal",
                    "date": "2016-09",
                }
            },
            "facts": {
                "F001": {
                    "article": "essay",
                    "paragraph": 3,
                    "date": "2016",
                    "says": "The two have no treaty.",
                },
                "F002": {
                    "article": "essay",
                    "paragraph": 7,
                    "date": "2015",
                    "says": "The valley is held by the north.",
                },
            },
            "data": {
                "published": {"name": "Capabilities", "year": "2016", "about": "shares of power"}
            },
        }
    )


def sample_scenario(**changes: Any) -> Scenario:
    """Make the sample scenario; ``changes`` replace parts of its document."""
    description = Description.model_validate(document() | changes)
    return Scenario(
        id="sample",
        description=description,
        reference=description,
        library=library(),
        files=(SourceFile("sample.yaml", "title: sample\n"),),
    )


def manifest() -> dict[str, object]:
    """What was run, as the command line tells it."""
    return {
        "command": ["python", "run.py", "run", "scenarios/sample.yaml", "--seed", "7"],
        "seed": 7,
        "runs": 200,
        "seconds": 3.21,
        "versions": {"python": "3.11.7", "numpy": "2.0.0"},
    }


def sample_results(
    scenario: Scenario, runs: int = 200, seed: int = 7, failed: int = 0, stopped: int = 0
) -> xr.Dataset:
    """Make results of the engine's shape.

    The last ``failed`` runs break down half-way, the ``stopped`` ones before
    them end early.
    """
    rng = np.random.default_rng(seed)
    described = scenario.description
    actors, rounds = list(described.actors), described.calendar.rounds
    pairs = [f"{a} and {b}" for place, a in enumerate(actors) for b in actors[place + 1 :]]
    directions = [f"{a} to {b}" for a in actors for b in actors if a != b]
    levers, events = list(described.levers), list(described.events)

    def walks(
        start: NDArray[np.float64] | list[float], step: float, low: float, high: float
    ) -> NDArray[np.float32]:
        first = np.broadcast_to(np.asarray(start, dtype=np.float64), (runs, len(start)))
        noise = rng.normal(0.12 * step, step, (runs, rounds, len(start)))
        paths = np.concatenate([first[:, None], first[:, None] + noise.cumsum(axis=1)], axis=1)
        return np.clip(paths, low, high).astype(np.float32)

    shape = (runs, rounds + 1, len(directions), len(TRACKS))
    choice = np.full(shape, -1, dtype=np.int16)
    kinds = [track(described.levers[key]) for key in levers]
    for place, nth in np.ndindex(shape[2:]):
        own = [-1, *(n for n, kind in enumerate(kinds) if kind == TRACKS[nth])]
        mixed = 0.45 * rng.dirichlet(np.full(len(own), 0.25)) + 0.55 * np.eye(len(own))[0]
        choice[:, 1:, place, nth] = rng.choice(own, (runs, rounds), p=mixed)
    asked = np.array([bool(described.levers[key].consent) for key in levers] + [False])
    accepted = (choice >= 0) & (~asked[choice] | (rng.random(shape) < 0.6))
    happened = rng.random((runs, rounds + 1, len(events))) < 0.04
    happened[:, 0] = False

    dims = {"affinity": "pair", "tension": "pair", "commitment": "direction", "ties": "direction"}
    state = {
        "affinity": walks(rng.uniform(-0.7, 0.7, len(pairs)), 0.03, -1, 1),
        "tension": walks(rng.uniform(0, 0.6, len(pairs)), 0.03, 0, 1),
        "commitment": walks(rng.uniform(0, 0.6, len(directions)), 0.01, 0, 1),
        "ties": walks(rng.uniform(0, 0.6, len(directions)), 0.01, 0, 1),
        "support": walks(rng.uniform(0.4, 0.6, len(actors)), 0.03, 0, 1),
        "power": walks([actor.power.value for actor in described.actors.values()], 0.001, 0, 1),
        "issue_outcome": walks([i.outcome.value for i in described.issues.values()], 2, 0, 100),
    }
    labels = {"pair": pairs, "direction": directions, "actor": actors, "issue": [*described.issues]}
    stop = np.full(runs, -1, dtype=np.int16)
    if stopped:
        chosen = slice(runs - failed - stopped, runs - failed)
        stop[chosen] = max(rounds // 2, 1)
        after = max(rounds // 2, 1) + 1
        choice[chosen, after:] = -1
        accepted[chosen, after:] = False
        happened[chosen, after:] = False
        for values in state.values():
            values[chosen, after:] = values[chosen, after - 1 : after]
    reported = [
        _reported(outcome, state, labels, choice, accepted, levers, directions)
        for outcome in described.outcomes.values()
    ]
    variables: dict[str, Any] = {
        name: (("run", "round", dims.get(name, "actor" if name != "issue_outcome" else "issue")), v)
        for name, v in state.items()
    }
    variables["reported"] = (("run", "round", "outcome"), np.stack(reported, axis=-1))
    watched = rng.integers(-40, rounds + 1, (runs, len(described.watch))).astype(np.int16)
    watched[watched < 1] = -1
    watched[:, [key == "never" for key in described.watch]] = -1
    fail = np.full(runs, -1, dtype=np.int16)
    if failed:
        fail[-failed:] = max(rounds // 2, 1)
        for name in [*state, "reported"]:
            variables[name][1][-failed:, max(rounds // 2, 1) :] = np.nan
        watched[-failed:] = -1
    uncertain = [one.path for one in walk(described) if one.quantity.spread]
    variables |= {
        "choice": (("run", "round", "direction", "track"), choice),
        "accepted": (("run", "round", "direction", "track"), accepted),
        "happened": (("run", "round", "event"), happened),
        "watched": (("run", "watch"), watched),
        "drawn": (("run", "parameter"), rng.normal(size=(runs, len(uncertain)))),
        "failed_round": (("run",), fail),
        "stopped_round": (("run",), stop),
    }
    coordinates: dict[str, Any] = {
        "run": np.arange(runs),
        **periods(described.calendar, rounds + 1),
        **labels,
        "track": list(TRACKS),
        "parameter": uncertain,
    }
    for axis, home in (
        ("lever", described.levers),
        ("event", described.events),
        ("outcome", described.outcomes),
        ("watch", described.watch),
        ("actor", described.actors),
        ("issue", described.issues),
    ):
        coordinates[axis] = np.array(list(home), dtype=str)
        coordinates[f"{axis}_name"] = (
            axis,
            np.array([one.name for one in home.values()], dtype=str),
        )
    return xr.Dataset(variables, coords=coordinates, attrs={"title": described.title, "seed": seed})


def _reported(
    outcome: Outcome,
    state: dict[str, NDArray[np.float32]],
    labels: dict[str, list[str]],
    choice: NDArray[np.int16],
    accepted: NDArray[np.bool_],
    levers: list[str],
    directions: list[str],
) -> NDArray[np.float32]:
    phrase = parse(outcome.of) if outcome.of else None
    if isinstance(phrase, Phrase):
        if phrase.kind == "issue":
            return state["issue_outcome"][..., labels["issue"].index(phrase.names[0])]
        joint = " and " if phrase.kind in ("affinity", "tension") else " to "
        home = next(home for home in labels.values() if joint.join(phrase.names) in home)
        return state[phrase.kind][..., home.index(joint.join(phrase.names))]
    wanted = np.isin(choice, [levers.index(lever) for lever in outcome.acts]) & accepted
    for place, direction in enumerate(directions):
        actor, target = ends_of(direction)
        if outcome.by not in (None, actor) or outcome.toward not in (None, target):
            wanted[:, :, place] = False
    return wanted.sum(axis=(2, 3)).cumsum(axis=1).astype(np.float32)
