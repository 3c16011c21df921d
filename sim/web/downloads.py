"""What is shown or kept as a file of its own: reports with their own policy, texts, archives."""

from __future__ import annotations

import re

from starlette.responses import HTMLResponse, Response

_POLICY = re.compile(r'<meta http-equiv="Content-Security-Policy" content="([^"]*)">')


def plain_name(text: str, otherwise: str) -> str:
    """A name for a file in plain letters, digits and hyphens; ``otherwise`` where none is left."""
    return re.sub(r"[^A-Za-z0-9-]+", "-", text).strip("-")[:80] or otherwise


def download(content: bytes | str, name: str, kind: str) -> Response:
    """Something that the browser keeps as a file, of a media type."""
    return Response(content, media_type=kind, headers=_kept_as(name))


def report(page: str, name: str = "") -> Response:
    """A report to be shown, or to be kept as a file of a name.

    The page's own policy holds: it names its scripts by their hashes, and asks for nothing.
    """
    found = _POLICY.search(page)
    own = found[1] if found else "default-src 'none'; style-src 'unsafe-inline'"
    headers = {"Content-Security-Policy": f"{own}; frame-ancestors 'none'"}
    return HTMLResponse(page, headers=headers | (_kept_as(name) if name else {}))


def _kept_as(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"'}
