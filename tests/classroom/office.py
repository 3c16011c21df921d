"""A room with its teacher let in, for tests of the teacher's pages."""

from __future__ import annotations

import re
from html import unescape

from httpx2 import Response

from sim.classroom.game import log_entries as of
from sim.classroom.web.authentication import TEACHER, hashed
from tests.classroom.webroom import BASE, School
from tests.samples import DUEL, changed

SECRET = "Nobody else may know of the tunnel."
MARKUP = '"><img src=x onerror=alert(1)>'
TOLD = changed(
    DUEL,
    actors__north__brief={"role": "You lead the north.", "secret": SECRET},
    events__storm={
        "name": "a storm", "chance": 1e-9,
        "changes": {"tension of north and south": {"by": 0.2, "why": "fear"}},
    },
)  # fmt: skip


class Desk(School):
    """A room with its teacher let in."""

    device = "the teacher's device"

    def let_in(self) -> Desk:
        self.room.accept(of.Admitted(at=self.clock(), token=hashed(self.device)))
        return self

    def look(self, path: str = "/teacher", **headers: str) -> Response:
        return self.client.get(path, headers={"cookie": f"{TEACHER}={self.device}"} | headers)

    def send(self, form: str, **fields: object) -> str:
        """Send a form; gives what the page says afterwards."""
        data = {key.replace("__", "."): value for key, value in fields.items()}
        headers = {"cookie": f"{TEACHER}={self.device}", "origin": BASE}
        answer = self.client.post(f"/teacher/{form}", data=data, headers=headers)
        assert answer.status_code == 303, answer.text
        return notice(self.look(answer.headers["location"]).text)


def notice(page: str) -> str:
    found = re.search(r'<div id="notice".*?</div>', page, re.DOTALL)
    assert found is not None
    return " ".join(unescape(re.sub("<[^>]+>", " ", found[0])).split())
