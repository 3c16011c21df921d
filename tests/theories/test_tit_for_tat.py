"""Whoever plays tit for tat answers in kind, and begins as everybody does."""

from __future__ import annotations

import numpy as np

import sim
from sim.arrays import Ints
from sim.model.candidates import friendliness
from sim.theories.best_response import best_response
from sim.theories.protocol import PASS, View
from sim.theories.quantal import quantal
from sim.theories.tit_for_tat import tit_for_tat
from tests.fixtures.shipped import loaded
from tests.theories.test_protocol import VALLEY


def test_it_answers_what_was_done_by_the_nearest_lever_that_is_open() -> None:
    levers = {name: friendliness(one) for name, one in loaded(VALLEY).description.levers.items()}
    answered = []

    def watch(view: View) -> Ints:
        picked, usual = tit_for_tat(view), quantal(view)
        assert view.around.friendliness == levers
        before = view.around.acts(view.target, view.actor, view.track)
        for run, took in enumerate(before.accepted):
            open_ = [one for one, here in zip(view.levers, view.open[:, run], strict=True) if here]
            if not took or not open_:
                assert picked[run] == usual[run]
                continue
            did = levers[before.levers[before.picked[run]]]
            nearest = min(abs(levers[one] - did) for one in open_)
            answered.append(view.levers[picked[run]])
            assert answered[-1] in open_
            assert abs(levers[answered[-1]] - did) == nearest
        return picked

    sim.run(VALLEY, runs=60, seed=3, theories={"north": watch})
    assert len(answered) > 50
    assert len(set(answered)) > 1


def test_two_of_them_keep_what_one_of_them_begins() -> None:
    both = sim.run(VALLEY, runs=200, seed=3, theories="tit_for_tat").data
    free = sim.run(VALLEY, runs=200, seed=3).data
    acts = {name: (one["choice"] >= 0).mean().item() for name, one in
            {"both": both, "free": free}.items()}  # fmt: skip
    assert acts["both"] > 1.5 * acts["free"]


def test_best_response_passes_where_nothing_is_worth_anything() -> None:
    def watch(view: View) -> Ints:
        picked = best_response(view)
        worth = np.where(view.open, view.worth, -np.inf)
        assert ((picked == PASS) == (worth.max(axis=0) <= 0)).all()
        here = picked >= 0
        chosen = worth[picked, np.arange(len(picked))]
        assert (chosen[here] == worth.max(axis=0)[here]).all()
        return picked

    data = sim.run(VALLEY, runs=60, seed=3, theories=watch).data
    assert (data["choice"] >= 0).any()
