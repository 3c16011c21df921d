"""Computed students, who take every seat of a session and play it by entries in its log.

They wait for news as an open page does, think a while, and now and then choose again.
"""

from __future__ import annotations

import asyncio
import random
import secrets
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.classroom.game import log_entries as entries
from sim.classroom.game.course import Slot
from sim.classroom.game.table import OpenProposal, Table
from sim.classroom.web.room import Room
from sim.errors import SimError
from sim.scenario.cameo import Track
from sim.scenario.lookup import consent, usual
from sim.web import tokens

SECOND_THOUGHTS, WORDS = 0.25, 0.2
"""How often, of the rounds, a student chooses again, and writes a message."""
THINKING = (1.0, 5.0)
"""Seconds that a student reads and thinks after something has changed, least and most."""
SENTENCES = Path(__file__).with_name("rehearsal.txt").read_text(encoding="utf-8").splitlines()
"""What a student may write."""

_Written = type[entries.Ordered | entries.Answered | entries.Said]


class ComputedStudent:
    """A computed student, who comes in and takes a seat."""

    def __init__(self, room: Room, name: str, table: int, actor: str, rng: random.Random) -> None:
        self.room, self.actor, self._rng = room, actor, rng
        self.id = f"p{secrets.token_hex(6)}"
        self._done: tuple[Any, ...] = ()
        self._again = False
        token = tokens.hashed(tokens.token())  # no device holds it
        room.accept(entries.Joined(at=room.clock(), participant=self.id, name=name, token=token))
        room.accept(entries.Seated(at=room.clock(), participant=self.id, table=table, actor=actor))

    def version(self) -> str:
        """What its page would compare; empty where it is not in the session that is open."""
        person = self.room.session.people.get(self.id)
        return self.room.version_for(person) if person else ""

    def step(self) -> float | None:
        """Do what is to be done; gives the seconds until it wants to choose again, if it does."""
        person = self.room.session.people.get(self.id)
        if person is None or person.table is None or person.actor is None:
            return None
        self.actor, table = person.actor, self.room.session.table(person.table)
        if table.seats[self.actor].handed:
            return None
        standing = (self.room.recorder.number, table.round, table.taken_back, table.phase)
        fresh, self._done = standing != self._done, standing
        asked, round = table.proposals_to(self.actor), table.round
        if table.phase == "answering" and fresh and asked:
            self._write(entries.Answered, table, round=round, answers=self._answers(table, asked))
        if table.phase != "choosing" or not (fresh or self._again):
            return None
        self._again = fresh and self._rng.random() < SECOND_THOUGHTS
        self._write(entries.Ordered, table, round=round, moves=self._choices(table))
        if self._rng.random() < WORDS:
            others = [actor for actor in table.seats if actor != self.actor]
            to = self._rng.sample(others, min(len(others), self._rng.randrange(2)))
            self._write(entries.Said, table, to=tuple(to), text=self._rng.choice(SENTENCES))
        return self._rng.uniform(2, 6) if self._again else None

    def _write(self, kind: _Written, table: Table, **what: Any) -> None:
        with suppress(SimError):  # it is refused, or cannot be written down: so is anybody's
            who = {"at": self.room.clock(), "participant": self.id, "table": table.number}
            self.room.accept(kind(**who, **what))

    def _choices(self, table: Table) -> dict[str, dict[Track, str | None]]:
        """A word and a deed toward each other: by the usual frequency of what is open."""
        chosen = {slot: self._lever(table, slot) for slot in table.slots(self.actor)}
        acting = [slot for slot, lever in chosen.items() if lever]
        most = table.compiled.description.actors[self.actor].attention
        if most is not None and len(acting) > most:
            chosen |= dict.fromkeys(self._rng.sample(acting, len(acting) - most))
        moves: dict[str, dict[Track, str | None]] = {}
        for (_, target, track), lever in chosen.items():
            moves.setdefault(target, {})[track] = lever
        return moves

    def _lever(self, table: Table, slot: Slot) -> str | None:
        known = table.compiled.description.levers
        levers = [lever for lever, is_open in table.levers(*slot).items() if is_open]
        found = [usual(known[lever], *slot[:2]) for lever in levers]
        weights = [one[1].value if one else 0.0 for one in found]
        return self._rng.choices([None, *levers], [max(1 - sum(weights), 0), *weights])[0]

    def _answers(self, table: Table, asked: list[OpenProposal]) -> dict[str, dict[Track, bool]]:
        """Agree as often as it usually does to what this actor asks, over all that it can ask."""
        answers: dict[str, dict[Track, bool]] = {}
        for one in asked:
            levers = table.compiled.description.levers.values()
            known = [consent(lever, one.actor, self.actor) for lever in levers]
            shares = [found[1].value for found in known if found is not None] or [0.5]
            agreed = self._rng.random() < sum(shares) / len(shares)
            answers.setdefault(one.actor, {})[one.track] = agreed
        return answers


class Rehearsal:
    """Computed students at all seats, as long as the room is served.

    ``failed`` is called with a sentence when they cannot go on.
    """

    def __init__(self, room: Room, seed: int, failed: Callable[[str], None]) -> None:
        self.room, self._seed, self._failed = room, seed, failed
        self._rng = random.Random(seed)

    def start(self) -> None:
        """Let them come in and play; called in the web's own thread."""
        self._playing = asyncio.get_running_loop().create_task(self._play_all())

    async def _play_all(self) -> None:
        try:
            async with asyncio.TaskGroup() as playing:
                seats = [
                    (table.number, actor)
                    for table in self.room.session.tables
                    for actor in table.seats
                ]
                for nth, seat in enumerate(seats, start=1):
                    rng = random.Random(f"{self._seed} {nth}")
                    student = ComputedStudent(self.room, f"Computed student {nth}", *seat, rng)
                    playing.create_task(self._play(student))
                    await asyncio.sleep(0)
        except* Exception as errors:
            self._failed(f"The computed students have stopped: {errors.exceptions[0]}")

    async def _play(self, student: ComputedStudent) -> None:
        """Let one act on every piece of news, and when it wants to choose again by itself."""
        known, later = "", None
        async with self.room.listening(student.id) as news:
            while not self.room.closed:
                news.clear()
                if student.version() == known:
                    try:
                        await asyncio.wait_for(news.wait(), later)
                        continue
                    except TimeoutError:
                        pass
                else:
                    await asyncio.sleep(self._rng.uniform(*THINKING))
                    known = student.version()
                later = student.step()
