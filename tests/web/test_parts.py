"""What served pages share: files, downloads, what people type, secrets."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from sim.web.downloads import download, plain_name, report
from sim.web.forms import MOST_FIELDS, sent
from sim.web.static_files import StaticFiles
from sim.web.tokens import join_code, normalised_key, one_time_key
from sim.web.typed_text import many_lines, one_line

FILES = StaticFiles(
    lambda: PlainTextResponse("none", 404),
    (("sim.web", "static"),),
    (("sim.reporting", "static", "report.js"),),
)


def request(body: bytes = b"", kind: str = "", name: str = "") -> Request:
    async def receive() -> Mapping[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    headers = [(b"content-type", kind.encode())] if kind else []
    scope = {"type": "http", "method": "POST", "headers": headers, "path_params": {"name": name}}
    return Request(scope, receive)  # type: ignore[arg-type]


def served(name: str) -> Response:
    return asyncio.run(FILES.serve(request(name=name)))


def test_files_of_a_package_are_served_by_name_and_nothing_else() -> None:
    assert served("web.css").headers["content-type"] == "text/css; charset=utf-8"
    assert served("report.js").headers["content-type"] == "text/javascript; charset=utf-8"
    for name in ("report.css", "../guard.py", "guard.py", "", "static/web.css", "WEB.CSS"):
        assert served(name).status_code == 404
    assert re.fullmatch(r"/static/web\.css\?v=[0-9a-f]{12}", FILES.address("web.css"))


def received(body: str, kind: str = "application/json") -> dict[str, str]:
    return asyncio.run(sent(request(body.encode(), kind)))


def test_forms_and_json_give_the_same_texts() -> None:
    form = received("path=a.b&value=0.5&empty=", "application/x-www-form-urlencoded")
    assert form == {"path": "a.b", "value": "0.5", "empty": ""}
    told = {"path": "a.b", "value": "0.5", "number": 3, "yes": True, "none": None}
    assert received(json.dumps(told)) == {
        "path": "a.b", "value": "0.5", "number": "3", "yes": "true", "none": "null",
    }  # fmt: skip


@pytest.mark.parametrize(
    "body",
    ["", "x", "[]", "3", '{"a": []}', '{"a": {}}', "[" * 100_000,
     json.dumps({str(nth): "" for nth in range(MOST_FIELDS + 1)})],
)  # fmt: skip
def test_what_is_no_flat_object_is_refused(body: str) -> None:
    with pytest.raises(HTTPException):
        received(body)


def test_names_of_files_are_plain_whatever_they_are_made_of() -> None:
    assert plain_name("Ärger / in <Tokio>", "x") == "rger-in-Tokio"
    assert plain_name("../..", "otherwise") == "otherwise"
    assert len(plain_name("a" * 500, "x")) == 80
    answer = download("text", f"{plain_name('a/b', 'x')}.yaml", "application/yaml")
    assert answer.headers["content-disposition"] == 'attachment; filename="a-b.yaml"'


def test_a_report_keeps_its_own_policy_and_a_page_without_one_runs_nothing() -> None:
    policy = "default-src 'none'; script-src 'sha256-x='"
    page = f'<meta http-equiv="Content-Security-Policy" content="{policy}">'
    assert report(page).headers["content-security-policy"] == f"{policy}; frame-ancestors 'none'"
    assert "script-src" not in report("<p>").headers["content-security-policy"]
    assert "default-src 'none'" in report("<p>").headers["content-security-policy"]


def test_names_are_kept_as_they_are_seen() -> None:
    assert one_line("  An\u200bna\n\t Lund\u3164 ") == "Anna Lund"
    assert one_line("\u2028\u200b --- ") == ""
    assert one_line("e\u0301") == "\u00e9"
    assert many_lines(" a\r\nb\u0000\u202e ") == "a\nb"


def test_codes_are_such_as_people_can_type() -> None:
    for _ in range(50):
        assert re.fullmatch(r"[B-DF-HJ-NP-TV-XZ]{4}", join_code())
        key = one_time_key()
        assert re.fullmatch(r"[a-km-np-z2-9]{4}(-[a-km-np-z2-9]{4}){2}", key)
        assert normalised_key(f" {key.upper().replace('-', ' ')}") == key.replace("-", "")
