"""Three neighbours with a peace, sanctions, promises and governments that may fall."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

LASTING: Document = {
    "title": "What was signed, promised and voted out",
    "calendar": {"start": "2016-10-01", "round": "quarter", "rounds": 12},
    "actors": {
        "north": {
            "name": "North",
            "power": 0.2,
            "support": {"value": 0.6, "spread": {"uniform": [0.4, 0.8]}, "why": "a guess"},
            "government": {
                "name": "A new cabinet takes office in North",
                "elections": ["2017-05-01"],
                "every": 4,
                "loses": 0.4,
                "hazard": 0.05,
                "limit": 16,
            },
        },
        "south": {"name": "South", "power": 0.1, "support": 0.4, "government": {"hazard": 0.1}},
        "west": {"name": "West", "power": 0.3, "support": 0.5},
    },
    "relations": {
        "north and south": {"affinity": -0.2, "tension": 0.4},
        "north and west": {"affinity": 0.3, "tension": 0.1},
        "south and west": {"affinity": 0.1, "tension": 0.1},
        "north to south": {"ties": 0.2},
        "south to north": {"ties": 0.4, "trust": 0.3},
        "west to north": {"ties": 0.3},
        "north to west": {"ties": 0.3},
    },
    "issues": {
        "border": {
            "name": "Where the border runs",
            "low": "the river",
            "high": "the ridge",
            "outcome": 40,
            "stances": {
                "north": {"position": 80, "salience": 0.5},
                "south": {"position": 10, "salience": 0.9},
            },
        }
    },
    "levers": {
        "sign": {
            "name": "sign the peace",
            "usual": 0.2,
            "consent": 0.6,
            "effects": {"affinity of actor and target": 0.05},
            "begins": ["peace"],
            "cameo": "057",
        },
        "leave": {
            "name": "leave the peace",
            "usual": 0.1,
            "effects": {"affinity of actor and target": -0.1},
            "ends": ["peace"],
            "cameo": "120",
        },
        "freeze": {
            "name": "freeze the peace",
            "usual": 0.1,
            "effects": {"tension of actor and target": 0.02},
            "suspends": ["peace"],
            "cameo": "111",
        },
        "thaw": {
            "name": "thaw the peace",
            "usual": 0.2,
            "consent": 0.5,
            "effects": {"tension of actor and target": -0.02},
            "resumes": ["peace"],
            "cameo": "036",
        },
        "punish": {
            "name": "impose sanctions",
            "usual": {"north to south": 0.15, "west to south": 0.1},
            "effects": {"affinity of actor and target": -0.05},
            "begins": ["sanctions"],
            "cameo": "163",
        },
        "lift": {
            "name": "lift sanctions",
            "usual": {"north to south": 0.2, "west to south": 0.2},
            "effects": {"affinity of actor and target": 0.03},
            "ends": ["sanctions"],
            "cameo": "085",
        },
        "plan": {
            "name": "agree on a plan of aid",
            "usual": {"north to south": 0.3, "west to south": 0.2},
            "consent": 0.7,
            "effects": {"affinity of actor and target": 0.02},
            "delivers": {"lever": "aid", "within": 2},
            "cameo": "057",
        },
        "aid": {
            "name": "send aid",
            "usual": {"north to south": 0.2, "west to south": 0.2},
            "effects": {"ties of target to actor": 0.03},
            "cameo": "070",
        },
    },
    "arrangements": {
        "peace": {
            "name": "the peace",
            "term": 5,
            "solemnity": 0.8,
            "effects": {"tension of actor and target": -0.02},
            "in_force": ["north and west"],
        },
        "sanctions": {
            "name": "sanctions",
            "one_sided": True,
            "in_force": ["west to south"],
            "effects": {"ties of target to actor": -0.02, "support of actor": -0.005},
        },
    },
    "events": {
        "storm": {
            "name": "a storm tears the peace apart",
            "chance": 0.1,
            "ends": ["peace between north and south"],
            "repeats": True,
        },
        "talks": {
            "name": "a conference restores the peace",
            "on": "2018-02-01",
            "begins": ["peace between north and south"],
        },
    },
    "outcomes": {
        "border": {"name": "The border", "of": "issue border"},
        "peace": {"name": "The peace", "of": "in force peace between south and north"},
        "sanctions": {"name": "Sanctions", "of": "in force sanctions by north toward south"},
        "trust": {"name": "Trust", "of": "trust of south in north"},
        "office": {"name": "The cabinet", "of": "rounds in office of north"},
    },
    "watch": {
        "at_peace": {
            "name": "north and south are at peace",
            "when": {"in force peace between north and south": True},
        },
        "fallen": {"name": "North has a new cabinet", "event": "new_government_north"},
    },
}  # fmt: skip
"""What is begun, suspended, resumed, broken off and run out; promises; governments."""
