"""A game: the world of one run that follows what is laid down, and can be played again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary, WeakValueDictionary

import numpy as np

from sim.classroom.game.course import Course, Turn, play, slot, with_events
from sim.classroom.game.governments import Moved, Reign, came, moved
from sim.classroom.game.seat import Act
from sim.model.choice import PASS
from sim.model.compiled import Setting
from sim.model.world import World
from sim.scenario.cameo import TRACKS, Track
from sim.scenario.instances import Instance, Promise
from sim.scenario.phrases import Kind
from sim.scenario.scenario import Scenario
from sim.scenario.schema import Event
from sim.simulation.block import recorded
from sim.simulation.branching import levers_toward
from sim.simulation.ensemble import labelled

if TYPE_CHECKING:
    import xarray as xr


_Mark = tuple[tuple[str, str], ...]
_SETTINGS: WeakKeyDictionary[Setting, WeakValueDictionary[_Mark, Setting]] = WeakKeyDictionary()
"""By setting, and by events made up in it, whole: games with the same ones share theirs."""


class Game:
    """One run of a scenario, with what people and the teacher laid down in it.

    Parameters
    ----------
    scenario : Scenario
        As it was opened with.
    seed : int
    setting : Setting
        Of that scenario; games share it until a teacher makes up an event.

    Attributes
    ----------
    moves, answers, forced
        As of :class:`sim.classroom.game.course.Course`.
    made : dict of id to (round, Event)
        Events that the teacher made up.
    reigns : list of Reign
        Governments that came into office, oldest first.
    wishes : dict of round to dict of actor to tuple of Moved
        What events made actors want otherwise, in the rounds in which any did.
    world : World
        Where the game stands; once a round is open, with its events.
    """

    def __init__(self, scenario: Scenario, seed: int, setting: Setting) -> None:
        self._as_opened, self.seed, self._shared = scenario, seed, setting
        self.moves: dict[Turn, str | None] = {}
        self.answers: dict[Turn, bool] = {}
        self.forced: dict[int, tuple[str, ...]] = {}
        self.made: dict[str, tuple[int, Event]] = {}
        self._told: tuple[World, int, int, xr.Dataset] | None = None
        self._lay_out(setting)

    @property
    def scenario(self) -> Scenario:
        """The scenario with the events that the teacher made up."""
        return self.setting.source

    @property
    def rounds(self) -> int:
        """How many rounds the scenario has."""
        return self.setting.description.calendar.rounds

    @property
    def course(self) -> Course:
        """What was laid down so far, as it is now."""
        return Course(self.seed, dict(self.moves), dict(self.answers), dict(self.forced))

    def targets(self, actor: str) -> tuple[str, ...]:
        """The others toward whom an actor has levers, in the order of the file."""
        described = self.setting.description
        return tuple(
            other
            for other in described.actors
            if other != actor and levers_toward(described, actor, other)
        )

    def tracks(self, actor: str, target: str) -> tuple[Track, ...]:
        """Whether an actor has words for another, and deeds."""
        return tuple(track for track in TRACKS if self.levers(actor, target, track))

    def levers(self, actor: str, target: str, track: Track | None = None) -> dict[str, bool]:
        """The actor's levers toward another, of one track or of both; whether each is open now."""
        keys = self.setting.keys
        return {
            lever: bool(self.world.open[keys[lever, actor, target], 0])
            for lever in levers_toward(self.setting.description, actor, target, track)
        }

    def acts(self, round: int) -> Iterator[Act]:
        """Each word and deed of a round that is over, by who did it toward whom; passes, too."""
        records, layout = self.world.records, self.setting.layout
        levers = self.setting.description.levers
        names = sorted(levers)
        choice, accepted = (
            records.choice[round, ..., 0].ravel(),
            records.accepted[round, ..., 0].ravel(),
        )
        for way, ((actor, target), track) in enumerate(self.setting.slots):
            number = int(choice[way])
            back = slot(layout.direction(target, actor), track)
            lever = None if number == PASS else names[number]
            key = None if lever is None else self.setting.keys[lever, actor, target]
            yield Act(
                round=round,
                actor=actor,
                target=target,
                track=track,
                lever=lever,
                asked=key is not None and bool(self.setting.table.asks[key, 0]),
                accepted=bool(accepted[way]),
                crossed=lever is not None
                and levers[lever].once
                and not accepted[way]
                and bool(accepted[back] and choice[back] == number),
                by_people=(round, actor, target, track) in self.moves,
                answered_by_people=(round, actor, target, track) in self.answers,
            )

    def events(self, round: int) -> tuple[str, ...]:
        """Ids of what happened at the opening of a round that is open or over."""
        now = self._under_way and round == self.world.now
        happened = self.world.happens if now else self.world.records.happened[round]
        names = self.setting.events.names
        return tuple(name for name, did in zip(names, happened[:, 0], strict=True) if did)

    def watched(self) -> dict[str, int]:
        """What the scenario watches for and has seen, with the round of it."""
        seen = self.world.records.watched[:, 0]
        names = self.setting.watches.names
        return {name: int(at) for name, at in zip(names, seen, strict=True) if at >= 0}

    def value(self, kind: Kind, *names: str) -> float:
        """A quantity as it stands now, e.g. ``value("affinity", "north", "south")``."""
        row = self.setting.layout.at(kind, *names)
        return float(self.world.x[row, 0])

    @property
    def instances(self) -> tuple[Instance, ...]:
        """The arrangements that may come into force here."""
        return self.setting.bonds.instances

    @property
    def promises(self) -> tuple[Promise, ...]:
        """The promises that may be made here."""
        return self.setting.bonds.promises

    def status(self, round: int | None = None) -> tuple[int, ...]:
        """Where each arrangement stands now, or stood at the end of a round (0: the start).

        0 for none, 1 for in force, 2 for suspended.
        """
        found = self.world.lasting.status if round is None else self.world.records.status[round]
        return tuple(map(int, found[:, 0]))

    def reign(self, actor: str) -> Reign | None:
        """The government that came into office last; None while it is that of the start."""
        return next((one for one in reversed(self.reigns) if one.actor == actor), None)

    def played_so_far(self, rounds: int) -> xr.Dataset:
        """The start and so many rounds, as labelled results of one run."""
        now = (self.world, self.world.now, rounds)
        if self._told is None or self._told[:3] != now:
            whole = labelled(self.scenario, [recorded(self.world)], self.seed)
            self._told = (*now, whole.isel(round=slice(0, rounds + 1)))
        return self._told[3]

    def _lay_out(self, setting: Setting) -> None:
        self.setting = setting
        # The world reads these as it goes: what is laid down now counts when it comes to it.
        live = Course(self.seed, self.moves, self.answers, self.forced)
        self.world: World = play(setting, live)
        # What is not played yet is read by nobody, but it must be numbers.
        self.world.records.state[1:] = np.nan_to_num(self.world.records.state[:1])
        self._under_way = False
        self.reigns: list[Reign] = []
        self.wishes: dict[int, dict[str, tuple[Moved, ...]]] = {}

    def _replay(self, over: int, *, opened: bool) -> None:
        """Play again the rounds that are over, and open the next one where it was open."""
        events = {name: event for name, (_, event) in self.made.items()}
        known = self._as_opened.description.events
        now = {name for name in self.setting.description.events if name not in known}
        self._lay_out(self.setting if now == events.keys() else self._with(events))
        for _ in range(over):
            self._open()
            self.world.propose()
            self._conclude()
        if opened:
            self._open()

    def _open(self) -> None:
        before = self.world.x[:, 0].copy()
        self.world.open_round()
        self._under_way = True
        self.reigns += came(self.setting, self.world, before)
        if self.world.happens.any():
            self.wishes[self.world.now] = {
                actor: tuple(moved(self.setting, actor, before, self.world.x[:, 0]))
                for actor in self.setting.description.actors
            }

    def _conclude(self) -> None:
        self.world.conclude()
        self._under_way = False

    def _with(self, events: Mapping[str, Event]) -> Setting:
        if not events:
            return self._shared
        known = _SETTINGS.setdefault(self._shared, WeakValueDictionary())
        mark = tuple((name, event.model_dump_json()) for name, event in events.items())
        found = known.get(mark)
        if found is None:
            found = known[mark] = Setting(with_events(self._as_opened, events))
        return found

    def _forget(self, round: int, *, happened: int) -> None:
        """Forget what people laid down from a round on, and what was let happen from another."""
        self.moves = {turn: lever for turn, lever in self.moves.items() if turn[0] < round}
        self.answers = {turn: said for turn, said in self.answers.items() if turn[0] < round}
        self.forced = {at: events for at, events in self.forced.items() if at < happened}
        self.made = {name: (at, event) for name, (at, event) in self.made.items() if at < happened}
