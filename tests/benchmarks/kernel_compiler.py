"""How the scalar kernel is compiled: Numba, without what is of no use here."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

# Numba ships no types, and is wanted by the benchmark alone.
numba: Any = import_module("numba")
# No array is made in the kernel: to count who holds each would take most of the time.
_OPTIONS = {"error_model": "numpy", "_nrt": False, "no_cfunc_wrapper": True}


def entry(function: F) -> F:
    """Compile, on its first call, a function that Python calls."""
    machine: F = numba.njit(**_OPTIONS)(function)
    return machine


def apart(function: F) -> F:
    """Compile a function that compiled ones call from several places."""
    machine: F = numba.njit(**_OPTIONS, no_cpython_wrapper=True)(function)
    return machine


def compiled(function: F) -> F:
    """Compile a function that only other compiled ones call, into them."""
    machine: F = numba.njit(**_OPTIONS, no_cpython_wrapper=True, forceinline=True)(function)
    return machine
