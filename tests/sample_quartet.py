"""A scenario of four actors in which everything a file can say is said once."""

from __future__ import annotations

from typing import Any

Document = dict[str, Any]

QUARTET: Document = {
    "title": "Four powers, with everything a file can say used once",
    "summary": "A hegemon, its ally, a rival and a bystander.",
    "calendar": {"start": "2019-01-31", "round": "quarter", "rounds": 6},
    "runs": 50,
    "seed": 7,
    "coefficients": {
        "rationality": {"value": 0.3, "spread": {"triangular": [0.1, 0.5]}},
        "loss_aversion": {"value": 2, "spread": {"uniform": [1.5, 2.5]}},
        "balance": 0.02,
        "concentration": {"value": 0.5, "spread": {"beta": [2, 2]}},
        "reversion": {"affinity": 0.1},
        "noise": {"support": 0.05},
        "effect_scale": {"verbal_conflict": 1.2, "material_conflict": 0.8},
    },
    "actors": {
        "west": {
            "name": "West",
            "brief": {
                "role": "You lead the strongest.",
                "knows": "Ally has never left you.",
                "secret": "You would let the strait go.",
            },
            "power": {"value": 0.25, "spread": {"normal": 0.02}},
            "power_growth": -0.001,
            "support": {"value": 0.5, "spread": {"pert": [0.3, 0.7]}},
            "patience": 0.9,
            "audience_cost": 0.6,
            "attention": 2,
            "weights": {"security": 0.4, "prosperity": 0.3, "support": 0.5},
        },
        "ally": {"name": "Ally", "brief": "You follow.", "power": 0.05, "lens": "liberal"},
        "east": {
            "name": "East",
            "power": 0.2,
            "power_growth": {"value": 0.002, "spread": {"cases": [0.001, 0.002, 0.003]}},
            "support": 0.7,
            "patience": 0.7,
            "attention": 1,
        },
        "isle": {"name": "Isle", "power": 0.02},
    },
    "relations": {
        "west and ally": {"affinity": 0.7},
        "east and west": {"affinity": -0.3, "tension": {"value": 0.3, "spread": {"normal": 0.1}}},
        "ally and east": {"affinity": -0.1, "tension": 0.15},
        "east and isle": {"affinity": 0.2, "tension": 0.1},
        "west to ally": {"commitment": 0.9, "ties": 0.3},
        "ally to west": {"commitment": 0.5, "ties": 0.6},
        "ally to east": {"ties": 0.3},
        "east to west": {"ties": 0.4},
        "west to east": {"ties": 0.35},
        "isle to east": {"ties": 0.5},
    },
    "issues": {
        "strait": {
            "name": "Who holds the strait",
            "low": "West",
            "high": "East",
            "outcome": 45,
            "reversion": 0.1,
            "volatility": 2,
            "stances": {
                "west": {"position": 10, "salience": 0.6},
                "east": {"position": {"value": 90, "spread": {"normal": 8}}, "salience": 0.8},
                "isle": {"position": 50, "salience": 0.9},
            },
        },
        "tariffs": {
            "name": "Tariffs",
            "low": "none",
            "high": "prohibitive",
            "outcome": {"value": 30, "spread": {"uniform": [20, 40]}},
            "stances": {
                "west": {"position": 50, "salience": 0.4},
                "east": {"position": 5, "salience": 0.5},
            },
        },
    },
    "levers": {
        "summit": {
            "name": "hold a summit",
            "says": "{actor} meets {target}.",
            "usual": {"anyone to anyone": 0.06, "west to ally": 0.15, "anyone to east": 0.1},
            "consent": {"anyone to anyone": 0.6, "ally to anyone": 0.9},
            "cost": {"value": 0.01, "spread": {"uniform": [0, 0.02]}},
            "effects": {
                "affinity of actor and target": {"value": 0.05, "spread": {"normal": 0.02}},
                "tension of actor and target": -0.06,
                "support of target": 0.01,
            },
            "requires": {"rounds since summit": {"at_least": 2}},
            "cameo": "036",
            "goldstein": 4,
        },
        "treaty": {
            "name": "sign a treaty",
            "usual": 0.02,
            "consent": 0.4,
            "effects": {
                "commitment of actor to target": 0.3,
                "commitment of target to actor": 0.3,
                "issue strait": -4,
            },
            "requires": {"gap on strait": {"at_most": 90}, "power of target": {"at_least": 0.01}},
            "once": True,
            "cameo": "057",
            "goldstein": 8,
        },
        "aid": {
            "name": "send aid",
            "usual": {"west to anyone": 0.05, "east to isle": 0.1},
            "effects": {
                "ties of target to actor": 0.05,
                "affinity of actor and others": -0.01,
                "affinity of actor and target": 0.03,
            },
            "cameo": "070",
            "goldstein": 7,
        },
        "tariff": {
            "name": "raise tariffs",
            "usual": {"west to east": 0.1, "east to west": 0.05},
            "effects": {
                "issue tariffs": {"value": 10, "spread": {"pert": [5, 20]}},
                "ties of actor to target": -0.05,
                "ties of target to actor": -0.08,
                "support of others": -0.005,
            },
            "requires": {"support of actor": {"at_least": 0.2, "at_most": 0.95}},
            "cameo": "163",
            "goldstein": -5,
        },
        "protest": {
            "name": "protest",
            "usual": 0.08,
            "effects": {
                "affinity of actor and target": -0.04,
                "tension of east and west": 0.01,
                "issue strait": 2,
            },
            "cameo": "112",
            "goldstein": -2,
        },
        "patrol": {
            "name": "patrol the strait",
            "usual": {"west to east": 0.1, "east to anyone": 0.08},
            "effects": {
                "tension of actor and target": 0.08,
                "commitment of others to target": 0.02,
            },
            "cameo": "150",
            "goldstein": -7,
        },
    },
    "events": {
        "election": {
            "name": "An election in West",
            "on": "2019-11-05",
            "changes": {
                "support of west": {"to": 0.65, "lasting": True},
                "weight of west on issues": {"to": 0.6},
                "position of west on tariffs": {"by": 20},
            },
            "forbids": ["aid by west"],
        },
        "thaw": {
            "name": "A thaw",
            "since": "2020-03-01",
            "until": "2020-09-30",
            "chance": 0.8,
            "when": {"affinity of east and west": {"at_most": 0.5}},
            "repeats": True,
            "changes": {
                "affinity of west and east": {"by": 0.1, "lasting": True},
                "salience of isle on strait": {"by": -0.3},
                "power of isle": {"by": 0.01},
            },
            "permits": ["aid by west"],
        },
        "incident": {
            "name": "A collision in the strait",
            "chance": {"value": 0.2, "spread": {"uniform": [0.1, 0.3]}},
            "changes": {
                "tension of east and west": {"by": 0.2},
                "commitment of west to isle": {"to": 0.4},
                "issue strait": {"by": 5},
                "ties of isle to east": {"by": -0.1},
            },
        },
    },
    "outcomes": {
        "strait": {"name": "The strait", "of": "issue strait"},
        "protests": {"name": "Protests", "acts": ["protest"], "by": "west"},
    },
    "watch": {
        "crisis": {
            "name": "The crisis is acute",
            "when": {"tension of east and west": {"at_least": 0.55}},
        },
        "pact": {"name": "West and East sign", "lever": "treaty", "by": "west", "toward": "east"},
        "clash": {"name": "Ships collide", "event": "incident"},
    },
    "stop": ["pact"],
    "history": {
        "strait": {"why": "as remembered", "values": {"2019-01-31": 50, "2030-01-01": 60.5}},
        "protests": {"why": "as counted", "values": {"2019-06-30": 1}},
    },
}
"""Every kind of effect, condition, event, spread and watch at least once."""
