"""Files that are served as they are: style sheets, scripts and pictures of packages."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cached_property
from importlib import resources

from starlette.requests import Request
from starlette.responses import Response

TYPES = {
    "css": "text/css; charset=utf-8",
    "js": "text/javascript; charset=utf-8",
    "svg": "image/svg+xml",
}
"""Media types by a name's ending; files of other endings are not served."""
_FOREVER = "public, max-age=31536000, immutable"


class StaticFiles:
    """The files of folders of packages, and single ones beside them.

    Parameters
    ----------
    missing : callable
        Gives the page for a name that is not there.
    folders : tuple of (package, folder)
        All their files are served.
    files : tuple of (package, folder, name)
    """

    def __init__(
        self,
        missing: Callable[[], Response],
        folders: tuple[tuple[str, str], ...],
        files: tuple[tuple[str, str, str], ...] = (),
    ) -> None:
        self._missing, self._folders, self._single = missing, folders, files

    async def serve(self, request: Request) -> Response:
        """Answer a request for ``/static/{name}``: nothing else than these files is found."""
        name = str(request.path_params["name"])
        content = self._files.get(name)
        if content is None:
            return self._missing()
        kind = TYPES[name.rpartition(".")[2]]
        return Response(content, headers={"Content-Type": kind, "Cache-Control": _FOREVER})

    def address(self, name: str) -> str:
        """Where a file is served; another when it has changed."""
        return f"/static/{name}?v={hashlib.sha256(self._files[name]).hexdigest()[:12]}"

    @cached_property
    def _files(self) -> dict[str, bytes]:
        found = {
            file.name: file.read_bytes()
            for package, folder in self._folders
            for file in (resources.files(package) / folder).iterdir()
            if file.name.rpartition(".")[2] in TYPES
        }
        for package, folder, name in self._single:
            found[name] = (resources.files(package) / folder / name).read_bytes()
        return found
