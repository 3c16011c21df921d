"""Object code in the user's cache folder."""

from __future__ import annotations

import atexit
import contextlib
import hashlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

_MARK = b"entente object code\n"
_DIGEST = 32
_KEPT_KEYS = 8
_LONG_AGO = 3600.0


def user_folder() -> Path:
    """Where this user's programs keep what they can make again; ``ENTENTE_CACHE`` before it."""
    told = os.environ.get("ENTENTE_CACHE")
    if told:
        return Path(told)
    if sys.platform == "win32":
        local = os.environ.get("LOCALAPPDATA")
        return Path(local) / "entente" / "cache" if local else Path.home() / ".entente"
    if sys.platform == "darwin":
        return Path.home() / "Library" / "Caches" / "entente"
    told = os.environ.get("XDG_CACHE_HOME")
    return (Path(told) if told else Path.home() / ".cache") / "entente"


class Cache:
    """The files of one key: a unit of the text each.

    A folder that cannot be made, or into which others may write, is left alone: a temporary one
    takes its place as long as this process lasts. ``lasting`` says which of them it is.
    """

    def __init__(self, key: str) -> None:
        self.lasting = True
        try:
            self._keys = user_folder() / "compiled"
            self.folder = self._keys / key
            self._keys.mkdir(mode=0o700, parents=True, exist_ok=True)
            self.folder.mkdir(mode=0o700, exist_ok=True)
            os.utime(self.folder)
            if not (_ours(self._keys) and _ours(self.folder)):
                raise PermissionError
        except (OSError, RuntimeError):
            self.lasting = False
            self._keys = Path(tempfile.mkdtemp(prefix="entente-"))
            atexit.register(shutil.rmtree, self._keys, ignore_errors=True)
            self.folder = self._keys / key
            self.folder.mkdir(mode=0o700)

    def tidy(self) -> None:
        """Remove the keys that were used longest ago, when there are more than a few."""
        with contextlib.suppress(OSError):
            keys = sorted(self._keys.iterdir(), key=lambda f: f.stat().st_mtime, reverse=True)
            for old in keys[_KEPT_KEYS:]:
                # What another process has just begun stays.
                if time.time() - old.stat().st_mtime > _LONG_AGO:
                    shutil.rmtree(old, ignore_errors=True)


def read(folder: Path, unit: str) -> bytes | None:
    """The object code of a unit, if it is there and whole."""
    try:
        content = (folder / f"{unit}.o").read_bytes()
    except OSError:
        return None
    digest, code = content[len(_MARK) :][:_DIGEST], content[len(_MARK) + _DIGEST :]
    good = content.startswith(_MARK) and hashlib.sha256(code).digest() == digest
    return code if good else None


def write(folder: Path, unit: str, code: bytes) -> None:
    """Put the object code of a unit there, whole or not at all."""
    folder.mkdir(mode=0o700, exist_ok=True)
    content = _MARK + hashlib.sha256(code).digest() + code
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        os.replace(name, folder / f"{unit}.o")
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name)
        raise


def _ours(folder: Path) -> bool:
    """Whether nobody else can write there: what lies in it is run."""
    if sys.platform == "win32":
        return True
    status = folder.stat()
    return (
        status.st_uid in (0, os.getuid())
        and not status.st_mode & 0o022
        and os.access(folder, os.W_OK)
    )
