"""From the text of the model to machine code, without Numba in the process that plays.

Numba takes half a second to import, and seconds to compile. Children of this process do both
(``python -m sim.model.native``) and leave object code in the user's cache folder; LLVM's loader
reads it in milliseconds. Until it is there, and where it cannot be, the text runs uncompiled.

- ``ENTENTE_COMPILED=0`` never compiles, and takes nothing from the cache.
- ``ENTENTE_CACHE`` is the folder of the cache.
- ``NUMBA_CPU_NAME`` and ``NUMBA_CPU_FEATURES`` are the processor to compile for.
"""

from __future__ import annotations

import atexit
import ctypes
import gc
import hashlib
import importlib
import importlib.metadata
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from sim.model.cache import Cache, read, write
from sim.model.vectors import LANES, SECTIONS, SYMBOL, Record, arguments

TEXT = "sim.model.record"
"""The module that imports all of the text."""

Sections = Mapping[str, Callable[..., None]]
"""By name, what takes records and whole numbers."""

_MOST_CHILDREN = 4
_LONGEST_REASON = 600
# There, what comes after others is said as a process is made, and one may open a window.
_WINDOWS = getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
_WINDOWS |= getattr(subprocess, "CREATE_NO_WINDOW", 0)
_SLOWER = "runs are played uncompiled, many times slower"


def processor() -> tuple[str, str]:
    """Name and features of the processor to compile for."""
    import llvmlite.binding as llvm

    name = os.environ.get("NUMBA_CPU_NAME")
    features = os.environ.get("NUMBA_CPU_FEATURES")
    if name is not None:
        # Another processor than this one has none of this one's features.
        return name, features or ""
    if features is None:
        features = llvm.get_host_cpu_features().flatten()
    return llvm.get_host_cpu_name(), features


def key_of(sources: Sequence[Path]) -> str:
    """What object code hangs on: the text, who compiles it, and the processor."""
    digest = hashlib.sha256()
    versions = [importlib.metadata.version(package) for package in ("numba", "llvmlite")]
    for word in (*versions, *sys.version_info[:2], sys.platform, *processor(), LANES):
        digest.update(f"{word}\n".encode())
    for source in sorted(sources):
        content = source.read_bytes()
        digest.update(f"{source.name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def _shares(units: Mapping[str, int], count: int) -> list[list[str]]:
    """Units dealt out, the longest first, each to whoever has least so far."""
    shares: list[list[str]] = [[] for _ in range(min(count, len(units)))]
    loads = [0] * len(shares)
    for unit, size in sorted(units.items(), key=lambda item: -item[1]):
        least = loads.index(min(loads))
        shares[least].append(unit)
        loads[least] += size
    return shares


class Native:
    """The machine code of a text, and the children that make it.

    Parameters
    ----------
    root : str
        The module that imports all of the text.
    prefix : str
        What the names of the text's modules begin with.
    sources : sequence of Path, optional
        Further files that the text hangs on, beside those of this folder.
    """

    def __init__(
        self, root: str = TEXT, prefix: str = "sim.model.", sources: Sequence[Path] = ()
    ) -> None:
        self._root = root
        self._prefix = prefix
        self._sources = [*Path(__file__).parent.glob("*.py"), *sources]
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._forked)
        self._children: list[subprocess.Popen[bytes]] = []
        self._reset()

    def _reset(self) -> None:
        self._lock = threading.Lock()
        self._started = self._off = False
        self._text: dict[str, Callable[..., None]] = {}
        self._code: dict[str, bytes] = {}
        self._cache: Cache | None = None
        self._sections: Sections | None = None
        self._why_not: str | None = None

    def _forked(self) -> None:
        # What was loaded is here as well; the children are not this process's own.
        for child in self._children:
            child.returncode = 0
        self._children = []
        if self._sections is None:
            self._reset()
        else:
            self._lock = threading.Lock()

    def start(self) -> None:
        """Begin to compile in the background what the cache has not; return at once."""
        with self._lock:
            self._start()

    def sections(self, wait: bool = False) -> Sections | None:
        """What can be called by name, or None while it is not ready, or cannot be."""
        with self._lock:
            self._start()
            if self._sections is None and not self._off and self._finished(wait):
                self._load()
            return self._sections

    def hopeful(self) -> bool:
        """Whether the text is compiled, or is being compiled."""
        with self._lock:
            self._start()
            return not self._off

    def compiling(self) -> bool:
        """Whether the text is still being compiled."""
        return any(child.poll() is None for child in self._children)

    def why_not(self) -> str | None:
        """A line for the user, where the text cannot be compiled here."""
        return self._why_not

    def notice(self) -> str | None:
        """A line for the user where the text is not compiled, or not yet."""
        self.start()
        if self.compiling():
            return "The model is being compiled for this computer, once: it takes some seconds."
        with self._lock:
            self._finished(wait=False)
        return None if self._why_not is None else f"Note: {self._why_not}"

    def leave(self) -> None:
        """Let the children finish by themselves: a short command would else never have its code."""
        for child in self._children:
            assert child.stdin is not None
            with suppress(OSError):
                child.stdin.write(b"\n")
                child.stdin.flush()
            child.returncode = 0  # nobody waits for it any more
        self._children = []

    def stop(self) -> None:
        """End the children; what they have not written is left for another time."""
        for child in self._children:
            child.kill()
            child.communicate()
        self._children = []

    def _start(self) -> None:
        if self._started:
            return
        self._started = True
        self._off = os.environ.get("ENTENTE_COMPILED") == "0"
        if self._off:
            return
        try:
            self._begin()
        except importlib.metadata.PackageNotFoundError:
            self._fail("Numba is not installed")
        except (ImportError, OSError, RuntimeError) as error:
            self._fail(f"the model cannot be compiled here ({error})")

    def _fail(self, why: str) -> None:
        self._off = True
        self._why_not = f"{why}: {_SLOWER}"

    def _begin(self) -> None:
        importlib.import_module(self._root)
        self._text = {n: s for n, s in SECTIONS.items() if s.__module__.startswith(self._prefix)}
        self._cache = Cache(key_of(self._sources))
        self._read()
        missing = {u: Path(str(sys.modules[u].__file__)).stat().st_size for u in self._missing()}
        if missing:
            atexit.register(self.leave if self._cache.lasting else self.stop)
            self._cache.tidy()
        for share in _shares(missing, min(os.cpu_count() or 1, _MOST_CHILDREN)):
            self._children.append(_child(self._root, self._cache.folder, share))

    def _missing(self) -> set[str]:
        return {section.__module__ for section in self._text.values()} - self._code.keys()

    def _read(self) -> None:
        assert self._cache is not None
        for unit in self._missing():
            code = read(self._cache.folder, unit)
            if code is not None:
                self._code[unit] = code

    def _finished(self, wait: bool) -> bool:
        """Whether all children have ended, and left what they were to make."""
        if not wait and self.compiling():
            return False
        for child in self._children:
            # Its input stays open meanwhile: it ends with it.
            assert child.stderr is not None
            said = child.stderr.read().decode(errors="replace").strip()
            child.wait()
            child.communicate()
            if child.returncode:
                reason = said or f"it ended with {child.returncode}"
                self._fail(f"the model could not be compiled here ({reason})")
        self._children = []
        return not self._off

    def _load(self) -> None:
        self._read()
        if self._missing():
            self._fail("the compiled model was lost")
            return
        try:
            self._sections = _loaded(self._code.values(), self._text)
        except (OSError, RuntimeError) as error:
            self._fail(f"the compiled model cannot be loaded here ({error})")
        self._code = {}


def _loaded(codes: Iterable[bytes], text: Sections) -> Sections:
    """The sections in object code."""
    engine = _engine(codes)
    _ENGINES.append(engine)
    return {
        name: _callable(engine.get_function_address(SYMBOL + name), arguments(section))
        for name, section in text.items()
    }


def _engine(codes: Iterable[bytes]) -> Any:
    """LLVM's loader with object code in it."""
    import llvmlite.binding as llvm

    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    llvm.check_jit_execution()
    machine = llvm.Target.from_triple(llvm.get_process_triple()).create_target_machine(jit=True)
    engine = llvm.create_mcjit_compiler(llvm.parse_assembly(""), machine)
    for code in codes:
        engine.add_object_file(llvm.ObjectFileRef.from_data(code))
    engine.finalize_object()
    return engine


_ENGINES: list[Any] = []  # what owns the machine code


def _callable(address: int, kinds: Sequence[type]) -> Callable[..., None]:
    """The section at an address; it lets other threads of Python run meanwhile."""
    words = [ctypes.c_int64 if kind is int else ctypes.c_void_p for kind in kinds]
    function = ctypes.CFUNCTYPE(None, *words)(address)

    def call(*given: Record | int) -> None:
        for kind, one in zip(kinds, given, strict=True):
            # Whoever reads another record's words reads anywhere.
            if type(one) is not kind:
                raise TypeError(f"a {kind.__name__} is wanted, not a {type(one).__name__}")
        function(*[one if isinstance(one, int) else one.address for one in given])

    return call


def _child(root: str, folder: Path, units: Sequence[str]) -> subprocess.Popen[bytes]:
    """A process that compiles units; it ends with whoever holds the other end of its input."""
    own = ("NUMBA_CPU_NAME", "NUMBA_CPU_FEATURES")
    told = {n: v for n, v in os.environ.items() if not n.startswith("NUMBA_") or n in own}
    told.pop("PYTHONINSPECT", None)
    # Numba's own passes would only come before those of object_code.py.
    told |= {"NUMBA_OPT": "0", "PYTHONPATH": os.pathsep.join(p or os.getcwd() for p in sys.path)}
    return subprocess.Popen(
        [sys.executable, "-P", "-W", "ignore", "-m", "sim.model.native", root, str(folder), *units],
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env=told,
        creationflags=_WINDOWS,
    )


def _try(code: bytes) -> None:
    """Load the code of one unit, with any address for the sections of others.

    Where the loader cannot, LLVM ends the process: let it be the child.
    """
    import llvmlite.binding as llvm

    anywhere = ctypes.cast(ctypes.pythonapi.Py_IsInitialized, ctypes.c_void_p).value
    for name in SECTIONS:
        llvm.add_symbol(SYMBOL + name, anywhere)
    _engine([code])


def _compile(root: str, folder: Path, units: Sequence[str]) -> str | None:
    """In the child: write the object code of units; give what hindered it."""
    writing = threading.Lock()

    def watch() -> None:
        # A byte lets this process go on alone; the end of the pipe says that its parent was ended.
        if not os.read(0, 1):
            with writing:
                os._exit(1)

    threading.Thread(target=watch, daemon=True).start()
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(os, "nice"):
        os.nice(5)
    gc.disable()  # a sixth of the time
    try:
        importlib.import_module(root)
        from sim.model.object_code import object_code

        for unit in units:
            if read(folder, unit) is not None:
                continue  # another command was there first
            code = object_code(unit, *processor())
            _try(code)
            with writing:
                write(folder, unit, code)
    except Exception as error:
        return " ".join(f"{type(error).__name__}: {error}".split())[:_LONGEST_REASON]
    return None


_DEFAULT = Native()
start = _DEFAULT.start
sections = _DEFAULT.sections
hopeful = _DEFAULT.hopeful
compiling = _DEFAULT.compiling
why_not = _DEFAULT.why_not
notice = _DEFAULT.notice
stop = _DEFAULT.stop

if __name__ == "__main__":
    sys.exit(_compile(sys.argv[1], Path(sys.argv[2]), sys.argv[3:]))
