"""The docstrings that the reference is made of name all that a function takes and gives."""

from __future__ import annotations

import inspect
import re

import pytest

import sim

FUNCTIONS = [name for name in sim.__all__ if not inspect.isclass(getattr(sim, name))]
_SECTION = re.compile(r"^(\w+)\n-+\n(.*?)(?=^\w+\n-+\n|\Z)", re.MULTILINE | re.DOTALL)
_TERM = re.compile(r"^(\w[\w, ]*?)(?: :.*)?$", re.MULTILINE)


def _sections(docstring: str) -> dict[str, str]:
    return dict(_SECTION.findall(inspect.cleandoc(docstring)))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_a_public_function_names_its_parameters_and_what_it_gives(name: str) -> None:
    function = getattr(sim, name)
    sections = _sections(function.__doc__)
    told = [
        term.strip()
        for terms in _TERM.findall(sections.get("Parameters", ""))
        for term in terms.split(",")
    ]
    assert sorted(told) == sorted(inspect.signature(function).parameters)
    assert sections.keys() & {"Returns", "Yields"}


@pytest.mark.parametrize(
    "name", [name for name in sim.__all__ if inspect.isclass(getattr(sim, name))]
)
def test_what_a_public_class_has_is_described(name: str) -> None:
    found = getattr(sim, name)
    assert inspect.getdoc(found)
    silent = [
        member
        for member, value in inspect.getmembers(found)
        if not member.startswith("_")
        and (inspect.isfunction(value) or isinstance(value, property))
        and not inspect.getdoc(value)
    ]
    assert not silent


def test_a_parameter_that_is_left_out_is_noticed() -> None:
    text = "One.\n\nParameters\n----------\na, b : int\n    A text.\nc\n\nReturns\n-------\nint\n"
    sections = _sections(text)
    assert list(sections) == ["Parameters", "Returns"]
    assert _TERM.findall(sections["Parameters"]) == ["a, b", "c"]
