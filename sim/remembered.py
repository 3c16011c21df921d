"""What was made of an object lately, kept for whoever asks again."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from functools import wraps
from threading import Lock
from typing import Any, Concatenate, ParamSpec, TypeVar

_Of = TypeVar("_Of")
_Rest = ParamSpec("_Rest")
_Made = TypeVar("_Made")


def remembered(
    size: int,
) -> Callable[[Callable[Concatenate[_Of, _Rest], _Made]], Callable[Concatenate[_Of, _Rest], _Made]]:
    """Keep the last ``size`` results of a function of an object, and of further keys.

    The object counts by its identity, so that it need not be hashable; it must never change, and
    nobody may change what was made of it. The further arguments are hashable, given by place.
    """

    def decorate(
        make: Callable[Concatenate[_Of, _Rest], _Made],
    ) -> Callable[Concatenate[_Of, _Rest], _Made]:
        # The object is kept beside its result: its number is nobody else's meanwhile.
        kept: OrderedDict[Hashable, tuple[Any, _Made]] = OrderedDict()
        lock = Lock()

        @wraps(make)
        def look_up(of: _Of, /, *rest: _Rest.args, **named: _Rest.kwargs) -> _Made:
            assert not named  # by place only, or one result would have two keys
            key = (id(of), *rest)
            with lock:
                if key in kept:
                    kept.move_to_end(key)
                    return kept[key][1]
            made = make(of, *rest, **named)
            with lock:
                kept[key] = (of, made)
                kept.move_to_end(key)
                while len(kept) > size:
                    kept.popitem(last=False)
            return made

        return look_up

    return decorate
