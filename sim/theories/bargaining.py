"""Theories of bargaining as theories by which actors decide: each issue to where it is forecast.

Source
------
The forecasts are those of :mod:`sim.theories.compromise`, :mod:`sim.theories.median`,
:mod:`sim.theories.nash_bargaining` and :mod:`sim.theories.expected_utility`. These theories say
where an issue ends and not by which acts. That an actor takes the act that is expected to bring
issues nearest to the forecast, and agrees to what brings them nearer, is our reading; of what
moves no issue the theory says nothing, and there the actor does as by the built-in theory.

Published check
---------------
None exists for the acts. The forecasts have theirs: see their files.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from sim.arrays import Bools, Floats, Ints
from sim.theories.compromise import compromise
from sim.theories.expected_utility import play
from sim.theories.median import weighted_median
from sim.theories.nash_bargaining import on_a_line
from sim.theories.positions import Positions, total
from sim.theories.protocol import PASS, Proposal, Surroundings, View
from sim.theories.quantal import by_chance

_WHEN = "round of forecasts"
"""Where the memory says of which round its forecasts are."""


@dataclass(frozen=True)
class Bargaining:
    """A theory of where an issue ends, played.

    Parameters
    ----------
    forecast : callable
        Where an issue ends, by the actors that hold a position on it.
    pressed : callable, optional
        Where these actors stand after one round of bargaining. Each round of a scenario is then
        one of bargaining, and the forecast is that of where they stand by now.
    """

    forecast: Callable[[Positions], Floats]
    pressed: Callable[[Positions], Positions] | None = None

    def foretold(self, actors: Positions, rounds: int) -> Floats:
        """Where an issue ends after so many rounds in which nothing but bargaining happens."""
        if self.pressed is not None:
            for _ in range(rounds):
                actors = self.pressed(actors)
        return self.forecast(actors)

    def choose(self, view: View) -> Ints:
        """Pick the lever expected to bring issues nearest to the forecasts.

        Where none brings them nearer, pick as by the built-in theory, of those that do not bring
        them farther away.
        """
        nearer = self._nearer(view, view.actor)
        expected = np.where(view.open, view.chance * nearer, -np.inf)
        best = expected.argmax(axis=0)
        weight = view.weight.copy()
        weight[1:][nearer < 0] = 0
        return np.where(expected.max(axis=0) > 0, best, by_chance(weight, view.draw))

    def answer(self, proposal: Proposal) -> Bools:
        """Agree to what brings issues nearer to the forecasts, and refuse the opposite.

        To what does neither, agree by chance, as by the built-in theory.
        """
        nearer = self._nearer(proposal, proposal.target)
        runs = np.arange(nearer.shape[1])
        asked = np.where(proposal.picked == PASS, 0.0, nearer[proposal.picked, runs])
        by_luck = proposal.draw < proposal.chance
        return np.where(asked == 0, by_luck, asked > 0)

    def _nearer(self, seen: View | Proposal, actor: str) -> Floats:
        """How much nearer each lever brings the issues, by the actor's salience; (levers, runs)."""
        around = seen.around
        found = np.zeros((len(seen.levers), len(seen.draw)))
        forecasts = self._forecasts(around, seen.round, len(seen.draw))
        for issue, target in forecasts.items():
            change = around.change(f"issue {issue}")
            if not change.any() or actor not in around.stances[issue]:
                continue
            apart = around.state[f"issue {issue}"] - target
            salience = around.state[f"salience of {actor} on {issue}"]
            found += salience * (np.abs(apart) - np.abs(apart + change))
        return found

    def _forecasts(self, around: Surroundings, now: int, runs: int) -> dict[str, Floats]:
        """By issue, the forecast of this round, shape (runs,); found once in each round."""
        memory = around.memory
        issues = [issue for issue, actors in around.stances.items() if len(actors) > 1]
        if _WHEN not in memory or (memory[_WHEN] != now).any():
            for issue in issues:
                memory[issue] = self._found(around, issue)
            memory[_WHEN] = np.full(runs, float(now))
        return {issue: memory[issue] for issue in issues}

    def _found(self, around: Surroundings, issue: str) -> Floats:
        state, names = around.state, around.stances[issue]
        forms = (f"position of {{}} on {issue}", f"salience of {{}} on {issue}", "power of {}")
        numbers = np.array([[state[form.format(name)] for name in names] for form in forms])
        # Of a run that has failed they are no numbers.
        sound = np.isfinite(numbers).all(axis=(0, 1))
        wanted, salience, power = np.where(sound, numbers, 1.0)
        weighty = sound & (total(salience * power) > 0)
        # Where nobody has any weight the issue stays where it is; these numbers do not count.
        salience, power = np.where(weighty, salience, 1.0), np.where(weighty, power, 1.0)
        actors = Positions(names, wanted, salience, power)
        if self.pressed is not None:
            # What bargaining has moved them by lasts, whatever else moves what they want.
            kept = f"moves on {issue}"
            actors = self.pressed(actors.moved(wanted + around.memory.get(kept, 0.0)))
            around.memory[kept] = actors.position - wanted
        return np.where(weighty, self.forecast(actors), state[f"issue {issue}"])


def _pressed(actors: Positions) -> Positions:
    return play(actors, 1)[-1]


BARGAINING = {
    "compromise": Bargaining(compromise),
    "median": Bargaining(weighted_median),
    "nash_bargaining": Bargaining(on_a_line),
    "expected_utility": Bargaining(compromise, _pressed),
}
"""Those that come with the program, by name."""
