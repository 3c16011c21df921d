"""Names as a debrief shows them: their own, or pseudonyms by seat."""

from __future__ import annotations

import re

from sim.classroom.game.session import Session

LEAST = 3
"""Letters of a part of a name that is looked for in what was written."""


class Names:
    """Who is called what.

    Parameters
    ----------
    session : Session
    pseudonyms : bool
        Call people by seat ("North at table 1, student 2"), and put that in the place
        of their names in whatever was written, too.
    """

    def __init__(self, session: Session, *, pseudonyms: bool) -> None:
        everybody = {**session.people, **session.removed}
        if not pseudonyms:
            self._shown = {key: person.name for key, person in everybody.items()}
            self._hidden: dict[str, str] = {}
            return
        self._shown = {}
        actors = session.scenario.description.actors
        for table in session.tables:
            for seat in table.seats.values():
                for nth, member in enumerate(seat.members, start=1):
                    self._shown[member] = (
                        f"{actors[seat.actor].name} at table {table.number}, student {nth}"
                    )
        rest = [key for key in everybody if key not in self._shown]
        self._shown.update((key, f"student {n} without a seat") for n, key in enumerate(rest, 1))
        self._hidden = {}
        for key, person in everybody.items():
            for part in (person.name, *person.name.split()):
                if len(part) >= LEAST or (part == person.name and len(part) > 1):
                    self._hidden.setdefault(part.casefold(), self._shown[key])
        longest = sorted(self._hidden, key=len, reverse=True)
        found = "|".join(re.escape(part) for part in longest)
        self._pattern = re.compile(rf"(?<!\w)(?:{found})(?!\w)", re.IGNORECASE)

    def __getitem__(self, participant: str) -> str:
        return self._shown[participant]

    def hidden_in(self, text: str) -> str:
        """A text without the names of people, where they are not to be shown."""
        if not self._hidden:
            return text
        return self._pattern.sub(lambda m: self._hidden.get(m[0].casefold(), "a student"), text)
