"""Machine code of the text: made by children, kept in the user's cache, loaded without Numba."""

from __future__ import annotations

import importlib.metadata
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from sim.model.cache import Cache, read, user_folder, write
from sim.model.native import Native, key_of
from tests.model import toy_text
from tests.model.test_vectors import toy, toy_native

UNIT = "tests.model.toy_text"


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("ENTENTE_CACHE", str(tmp_path / "cache"))
    monkeypatch.delenv("ENTENTE_COMPILED", raising=False)
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def whole(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which everything is compiled."""
    folder = tmp_path_factory.mktemp("whole")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ENTENTE_CACHE", str(folder))
        patch.delenv("ENTENTE_COMPILED", raising=False)
        assert plays(toy_native())
    return folder


@pytest.fixture
def filled(whole: Path, folder: Path) -> Path:
    """One test's own folder, in which everything is compiled."""
    shutil.copytree(whole, folder)
    return folder


@pytest.fixture
def made() -> Iterator[list[Native]]:
    """Those whose children end with the test."""
    several: list[Native] = []
    yield several
    for one in several:
        one.stop()


def files(folder: Path) -> list[str]:
    return sorted(file.name for file in folder.rglob("*") if file.is_file())


def plays(one: Native) -> bool:
    sections = one.sections(wait=True)
    if sections is None:
        return False
    record = toy()
    sections["gather"](record, 2)
    return bool(np.any(record.out.array[0] != 0))


def test_nothing_waits_for_the_compiler(made: list[Native], folder: Path) -> None:
    made.append(toy_native())
    made[0].start()
    assert made[0].compiling()
    assert made[0].sections() is None
    assert made[0].why_not() is None
    assert plays(made[0])
    assert not made[0].compiling()
    assert files(folder) == [f"{UNIT}.o"]


def test_the_second_time_nothing_is_compiled_and_numba_is_not_imported(filled: Path) -> None:
    script = """
import sys
from tests.model.test_native import plays
from tests.model.test_vectors import toy_native
native = toy_native()
native.start()
assert not native.compiling()
assert plays(native)
print([name for name in sys.modules if name.startswith("numba")])
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert done.stdout.strip() == b"[]"


def test_a_cut_or_changed_file_is_made_again(filled: Path) -> None:
    (file,) = filled.rglob("*.o")
    good = file.read_bytes()
    for bad in (good[:-100], good[:500] + b"\0" + good[501:]):
        file.write_bytes(bad)
        assert plays(toy_native())
        assert file.read_bytes() == good


def test_the_key_changes_with_the_text_and_the_processor(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = tmp_path / "text.py"
    source.write_text("A = 1\n")
    before = key_of([source])
    assert key_of([source]) == before
    source.write_text("A = 2\n")
    assert key_of([source]) != before
    source.write_text("A = 1\n")
    monkeypatch.setenv("NUMBA_CPU_NAME", "x86-64")
    assert key_of([source]) != before
    monkeypatch.delenv("NUMBA_CPU_NAME")
    monkeypatch.setenv("NUMBA_CPU_FEATURES", "+sse2")
    assert key_of([source]) != before


def test_two_at_once_do_not_harm_one_another(made: list[Native], folder: Path) -> None:
    made += [toy_native(), toy_native()]
    for one in made:
        one.start()
    assert all(map(plays, made))
    assert files(folder) == [f"{UNIT}.o"]


def test_without_numba_there_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    def version(package: str) -> str:
        raise importlib.metadata.PackageNotFoundError(package)

    monkeypatch.setattr(importlib.metadata, "version", version)
    one = toy_native()
    assert one.sections(wait=True) is None
    why = one.why_not()
    assert why is not None
    assert why.startswith("Numba is not installed")
    assert "\n" not in why


def test_a_numba_that_cannot_be_imported_is_told_in_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numba").mkdir()
    (tmp_path / "numba" / "__init__.py").write_text("raise ImportError('too new\\na Python')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    one = toy_native()
    assert one.sections(wait=True) is None
    why = one.why_not()
    assert why is not None
    assert "too new a Python" in why
    assert "\n" not in why


def test_a_compiler_that_fails_is_told_though_nobody_plays_any_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "numba").mkdir()
    (tmp_path / "numba" / "__init__.py").write_text("raise ImportError('too new a Python')\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    one = toy_native()
    one.start()
    while one.compiling():
        time.sleep(0.01)
    assert "too new a Python" in str(one.notice())


def test_it_can_be_switched_off(monkeypatch: pytest.MonkeyPatch, folder: Path) -> None:
    monkeypatch.setenv("ENTENTE_COMPILED", "0")
    one = toy_native()
    one.start()
    assert one.sections(wait=True) is None
    assert one.why_not() is None
    assert not folder.exists()


def test_a_folder_that_cannot_be_had_is_left_alone(folder: Path) -> None:
    folder.write_text("a file")
    assert plays(toy_native())
    assert folder.read_text() == "a file"


@pytest.mark.skipif(sys.platform == "win32", reason="rights of other users")
def test_what_others_may_write_is_not_run(filled: Path) -> None:
    (file,) = filled.rglob("*.o")
    file.parent.chmod(0o777)
    assert Cache(file.parent.name).folder != file.parent
    file.parent.chmod(0o700)
    assert Cache(file.parent.name).folder == file.parent


def test_keys_that_were_used_long_ago_are_removed(folder: Path) -> None:
    for number in range(12):
        cache = Cache(f"{number:064}")
        write(cache.folder, "unit", b"code")
        os.utime(cache.folder, (0, time.time() - 10000 * (12 - number)))
    cache.tidy()
    left = sorted(int(key.name) for key in cache.folder.parent.iterdir())
    assert left == list(range(4, 12))
    assert read(cache.folder, "unit") == b"code"


def test_a_key_that_was_just_used_stays(folder: Path) -> None:
    caches = [Cache(f"{number:064}") for number in range(12)]
    caches[-1].tidy()
    assert all(cache.folder.exists() for cache in caches)


@pytest.mark.parametrize("ended", [signal.SIGTERM, getattr(signal, "SIGKILL", signal.SIGTERM)])
def test_children_end_with_their_parent(folder: Path, ended: signal.Signals) -> None:
    script = """
import time
from tests.model.test_vectors import toy_native
native = toy_native()
native.start()
print(*[child.pid for child in native._children], flush=True)
time.sleep(60)
"""
    parent = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE)
    assert parent.stdout is not None
    children = [int(pid) for pid in parent.stdout.readline().split()]
    assert children
    parent.send_signal(ended)
    parent.communicate()
    deadline = time.monotonic() + 10
    while any(map(alive, children)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(alive, children))
    assert all(name.endswith(".o") for name in files(folder))


def alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except OSError:
        return False
    # One that ended and that nobody asked about is not alive.
    status = Path(f"/proc/{process}/stat")
    return not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] != "Z"


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no processes of this kind")
def test_a_forked_process_has_what_was_loaded_and_no_children(made: list[Native]) -> None:
    script = """
import os, sys
from tests.model.test_native import plays
from tests.model.test_vectors import toy_native
native = toy_native()
native.start()
for loaded in (False, True):
    assert not loaded or plays(native)
    process = os.fork()
    if not process:
        assert not native.compiling()
        os._exit(0 if plays(native) else 1)
    assert os.waitpid(process, 0)[1] == 0
"""
    subprocess.run([sys.executable, "-W", "error", "-c", script], check=True)


def test_text_that_cannot_be_compiled_is_told(tmp_path: Path, folder: Path) -> None:
    package = tmp_path / "unclear"
    package.mkdir()
    text = Path(toy_text.__file__).read_text()
    (package / "__init__.py").touch()
    bad = text.replace("m.out[at] = a + b", "m.out[at] = [a, b]")
    assert bad != text
    (package / "words.py").write_text(bad)
    script = f"""
import sys
sys.path.insert(0, {str(tmp_path)!r})
from sim.model.native import Native
native = Native("unclear.words", "unclear.")
assert native.sections(wait=True) is None
print(native.why_not())
"""
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True)
    assert b"words.py" in done.stdout
    assert done.stdout.count(b"\n") == 1


def test_the_folder_is_the_users_own(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    assert user_folder() == tmp_path / "cache"
    monkeypatch.delenv("ENTENTE_CACHE")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "xdg"))
    monkeypatch.setattr(sys, "platform", "linux")
    assert user_folder() == tmp_path / "xdg" / "entente"
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setenv("LOCALAPPDATA", str(tmp_path / "local"))
    assert user_folder() == tmp_path / "local" / "entente" / "cache"
    monkeypatch.setattr(sys, "platform", "darwin")
    assert user_folder() == Path.home() / "Library" / "Caches" / "entente"
