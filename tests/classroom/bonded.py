"""A scenario in which treaties are signed and left, plans promised, and a government can fall."""

from __future__ import annotations

from tests.samples import DUEL, Document, changed

BOTH = {"north to south": 0.1, "south to north": 0.1}

BONDED: Document = changed(
    DUEL,
    title="Three on a river",
    calendar={"start": "2016-10-01", "round": "quarter", "rounds": 8},
    actors__isle={"name": "Isle", "power": 0.1},
    actors__north__government={
        "name": "A new cabinet in the north",
        "in_office": 5,
        "elections": ["2017-04-02"],
        "every": 8,
        "loses": 1e-6,
        "brief": {
            "role": "You are the party of the river.",
            "knows": "The old cabinet signed too much.",
            "secret": "You will leave the ridge.",
        },
        "successor": {"positions": {"border": 20}, "saliences": {"border": 0.2}},
    },
    actors__south__government={"in_office": 2, "hazard": 1e-6},
    levers={
        "sign": {
            "name": "sign the peace treaty", "usual": BOTH, "consent": 0.5, "begins": ["peace"],
            "cameo": "057",
        },
        "leave": {
            "name": "leave the peace treaty", "usual": BOTH, "ends": ["peace"], "cameo": "161",
        },
        "freeze": {
            "name": "freeze the peace treaty", "usual": BOTH, "suspends": ["peace"],
            "cameo": "120",
        },
        "thaw": {
            "name": "take the peace treaty up again", "usual": BOTH, "consent": 0.5,
            "resumes": ["peace"], "cameo": "050",
        },
        "plan": {
            "name": "agree on a plan", "usual": BOTH, "consent": 0.6,
            "delivers": {"lever": "build", "within": 2}, "cameo": "057",
            "effects": {"affinity of actor and target": 0.02},
        },
        "build": {
            "name": "build the bridge", "usual": BOTH,
            "effects": {"ties of target to actor": 0.05}, "cameo": "070",
        },
        "punish": {
            "name": "impose sanctions", "usual": BOTH, "begins": ["sanctions"], "cameo": "163",
        },
        "lift": {
            "name": "lift sanctions", "usual": BOTH, "ends": ["sanctions"], "cameo": "085",
        },
    },
    arrangements={
        "peace": {
            "name": "the peace treaty", "term": 4, "solemnity": 0.8,
            "effects": {"tension of actor and target": -0.02},
        },
        "sanctions": {
            "name": "sanctions", "one_sided": True, "in_force": ["south to north"],
            "effects": {"ties of target to actor": -0.01},
        },
        "pact": {
            "name": "the river pact", "parties": ["north", "south", "isle"],
            "in_force": ["north and south"], "solemnity": 0.3,
        },
    },
    events={
        "flood": {
            "name": "A flood", "chance": 1e-9, "ends": ["pact between north and south"],
        },
    },
)  # fmt: skip
"""Peace for four rounds, sanctions of South toward North from the start, a pact of all three."""
