"""How often somebody may do something: token buckets, of which no more are kept than fit."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from starlette.exceptions import HTTPException

MAX_BUCKETS = 4000
"""Most buckets; those that were not touched for longest are forgotten first."""


class TooOftenError(HTTPException):
    """Somebody has to wait for some seconds."""

    def __init__(self, seconds: float) -> None:
        super().__init__(429, f"Wait {seconds + 1:.0f} seconds, then try again.")


@dataclass(frozen=True)
class Rate:
    """So many at once; an empty bucket is full again within some seconds."""

    most: int
    seconds: float


class Limits:
    """Buckets by what is done and by whom; the clock's seconds never go back."""

    def __init__(self, clock: Callable[[], float], rates: dict[str, Rate]) -> None:
        self._clock, self._rates = clock, rates
        self._buckets: OrderedDict[tuple[str, str], tuple[float, float]] = OrderedDict()

    def wait(self, what: str, who: str) -> float:
        """Seconds until somebody may do it again; 0 if now."""
        rate, left = self._rates[what], self._left(what, who)
        return 0.0 if left >= 1 else (1 - left) * rate.seconds / rate.most

    def count(self, what: str, who: str) -> None:
        """Count that it was done."""
        self._buckets[what, who] = (max(self._left(what, who) - 1, 0), self._clock())
        self._buckets.move_to_end((what, who))
        while len(self._buckets) > MAX_BUCKETS:
            self._buckets.popitem(last=False)

    def take(self, what: str, who: str) -> float:
        """Count it if it may be done now; gives what :meth:`wait` gives."""
        seconds = self.wait(what, who)
        if not seconds:
            self.count(what, who)
        return seconds

    def _left(self, what: str, who: str) -> float:
        rate = self._rates[what]
        left, at = self._buckets.get((what, who), (float(rate.most), self._clock()))
        gone = max(self._clock() - at, 0)
        return min(rate.most, left + gone * rate.most / rate.seconds)
