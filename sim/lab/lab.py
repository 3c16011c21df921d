"""The lab that is served: its scenarios, its benches, who may come in, and how often."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from starlette.requests import HTTPConnection

from sim.errors import ResultsError, SimError
from sim.lab.bench import Bench, RefusedError
from sim.lab.benches import Benches
from sim.lab.catalogue import Catalogue
from sim.lab.catalogue import Entry as Card
from sim.lab.ensembles import Ensembles
from sim.lab.entry import OWNER, Door, Entry, NotInError
from sim.lab.work import Check, Work
from sim.reporting.output_folder import held
from sim.web.rate_limits import Limits, Rate
from sim.web.tokens import caller

_SELDOM = 20_000
"""Objects made before the garbage collector looks at the new ones."""
AGAIN = 3.0
"""Seconds between two tries to write what could not be written."""
DEFAULT_STORE = Path("reports") / "lab"
RATES = {
    "wrong": Rate(10, 60),
    "guesses": Rate(200, 3600),
    "guesses in all": Rate(2000, 3600),
    "enter": Rate(120, 60),
    "owner": Rate(2000, 10),
    "visitor": Rate(300, 10),
    "strange": Rate(600, 10),
}
"""A school may sit behind one address: who is in is counted by bench, others by address."""


def keep_out_of_collection() -> None:
    """Let the garbage collector pass over what was made so far, and look less often.

    Modules and scenarios are a million objects that stay: to look through them in the middle of a
    move takes longer than the move.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(_SELDOM, 20, 50)


class Lab:
    """A lab and all that its pages need.

    Parameters
    ----------
    store : Path
        Folder of the benches, made where it is not there; one program at a time has it open.
    folder : Path
        Whose scenario files are shown beside those that come with the program.
    file : Path, optional
        A scenario file that is shown first; the owner's bench opens it, unless it has faults.
    code : str
        By which visitors come in; empty for a lab that only its owner can enter.
    steady : callable
        Seconds that never go back.
    entry : Entry, optional
        Another way to come in than by a key and a code.

    Attributes
    ----------
    catalogue : Catalogue
    door : Entry
    home : str
        Where who has not come in is sent; empty for the lab's own door.
    back : callable or None
        Gives the address and the words of a link that leads a visitor out of the lab.
    limits : Limits
    work : Work
        Threads for what takes longer than a page may.
    ensembles : Ensembles
    address : str
        Where visitors go, without a slash at its end.

    Raises
    ------
    SimError
        When the store cannot be written, or another program has it open.
    """

    def __init__(
        self,
        store: Path = DEFAULT_STORE,
        folder: Path = Path(),
        file: Path | None = None,
        code: str = "",
        steady: Callable[[], float] = time.monotonic,
        entry: Entry | None = None,
    ) -> None:
        self.store, self.address, self.steady = store, "", steady
        self.back: Callable[[Bench], tuple[str, str]] | None = None
        self.home = ""
        self._lock = ExitStack()
        self._open_store()
        self.catalogue = Catalogue(folder, file)
        self._benches = Benches(store / "benches", self.catalogue.find)
        self.limits = Limits(steady, RATES)
        self.door = entry or Door(store / "secret", code, self.limits)
        self._tried = steady()
        self.work = Work()
        self.ensembles = Ensembles(self.work)

    def _open_store(self) -> None:
        lock = self.store / "open.lock"
        try:
            self.store.mkdir(parents=True, exist_ok=True)
            self._lock.enter_context(held(lock, lock))
        except ResultsError:
            raise SimError(
                f"another lab has {self.store} open: stop that one, "
                "or name another folder (--store)"
            ) from None
        except OSError as error:
            raise SimError(
                f"{self.store} cannot be written ({error.strerror}): name another folder (--store)"
            ) from None

    def warm(self) -> None:
        """Begin to read all scenarios, before anybody waits for them."""

        def read(check: Check) -> None:
            self.catalogue.entries()
            keep_out_of_collection()

        self.work.ask("the wall", "entries", "entries", read)

    def close(self) -> None:
        """Write what is not yet written, end what is computed, let others open the store."""
        self.write_again(0)
        self.work.close()
        self._lock.close()

    # -- who asks ------------------------------------------------------------------

    def bench(self, request: HTTPConnection) -> Bench:
        """The bench of the device that asks.

        Raises
        ------
        NotInError
            When the device has not come in.
        """
        found = self.door.known(request)
        if found is None:
            raise NotInError("come in first")
        bench = self.bench_of(found)
        if bench.unwritten:
            self.write_again()
        if (name := self.door.name(request)) and name != bench.visitor:
            bench.visitor = name
        return bench

    def bench_of(self, id: str) -> Bench:
        """The bench of an id; a new one begins with the scenario that was named at the start."""
        bench = self._benches.bench(id)
        if not bench.opened and not bench.revision and self.catalogue.first:
            card = self.catalogue.of(self.catalogue.first, bench.path)
            if card is not None and not card.faults:
                bench.begin(card.name)
        return bench

    def write_again(self, every: float = AGAIN) -> None:
        """Write the benches that could not be written; not more often than every some seconds."""
        now = self.steady()
        if now - self._tried >= every:
            self._tried = now
            self._benches.write_again()

    def owners_bench(self) -> Bench:
        """The bench of who runs the lab."""
        return self.bench_of(OWNER)

    def benches(self) -> list[Bench]:
        """All benches that are kept or open."""
        return self._benches.all()

    @property
    def for_many(self) -> bool:
        """Whether others than its owner come in."""
        return bool(self.door.code or self.home)

    def rate_and_caller(self, request: HTTPConnection) -> tuple[str, str]:
        """By which rate, and by whom, a request is counted."""
        who = self.door.known(request)
        if who is None:
            return "strange", caller(request)
        return ("owner" if who == OWNER else "visitor"), who

    # -- scenarios -----------------------------------------------------------------

    def open(self, bench: Bench, name: str) -> Card:
        """Open a scenario on a bench.

        Raises
        ------
        RefusedError
            When there is none of this name, or it has faults.
        """
        entry = self.catalogue.of(name, bench.path)
        if entry is None:
            raise RefusedError(f"there is no scenario '{name[:100]}' here (any more)")
        if entry.faults:
            raise RefusedError(
                f"'{entry.title}' cannot be opened before its faults are mended; "
                "they stand beside it among the scenarios"
            )
        if bench.opened != name:
            bench.open(name)
        return entry

    def title(self, bench: Bench) -> str:
        """The title of the scenario that is open on a bench; empty where none is."""
        if not bench.opened:
            return ""
        name, path = bench.opened, bench.path
        entry = self.catalogue.known(name, path) or self.catalogue.of(name, path)
        return entry.title if entry is not None else bench.opened
