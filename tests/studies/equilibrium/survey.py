"""What stage games of the shipped scenarios are like; ``docs/equilibrium.md`` has what it prints.

``python -m tests.studies.equilibrium.survey`` takes a minute or two.
"""

from __future__ import annotations

from contextlib import suppress
from itertools import combinations

import sim
from sim.errors import ScenarioError
from sim.scenario.shipped import scenarios
from sim.studies.equilibrium.study import Equilibrium

ROUND, RUNS = 4, 100


def games() -> list[Equilibrium]:
    """The games of all pairs and tracks, where there is one."""
    found = []
    for path in scenarios(shelves=False):
        scenario = sim.load_scenario(path)
        for pair in combinations(scenario.description.actors, 2):
            for track in ("words", "deeds"):
                with suppress(ScenarioError):  # neither has levers of the track toward the other
                    found.append(sim.equilibrium(scenario, pair, ROUND, track=track, runs=RUNS))
    return found


def main() -> None:
    """Count them."""
    every = [one.found for one in games()]
    one = [found for found in every if [each.pure for each in found.solutions.sets] == [True]]
    struck = [found for found in one if [len(side) for side in found.solutions.kept] == [1, 1]]
    steps = [max((each.step for each in found.solutions.struck), default=0) for found in struck]
    better = [found for found in one if found.better_for_both(found.worth(found.solutions.sets[0]))]
    print(f"{len(every)} games, {len(one)} with one equilibrium, without a mixture")
    print(f"{len(struck)} by striking out alone, {sum(step <= 1 for step in steps)} in one step")
    print(f"{len(better)} in which both could have more")


if __name__ == "__main__":
    main()
