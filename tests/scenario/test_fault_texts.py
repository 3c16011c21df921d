"""Every rule has its text, with the words that the code fills in; and no text is left over."""

from __future__ import annotations

import ast
import string
from collections.abc import Iterator
from pathlib import Path

from sim.scenario.checker import _FAULTS
from tests.fixtures.paths import ROOT

_GIVEN = {"id", "key"}


def _refusals(path: Path) -> Iterator[tuple[str, set[str] | None]]:
    """Each rule that a file names, with the words it gives; ``None`` where they are gathered."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and getattr(node.func, "attr", "") == "refuse":
            words = {keyword.arg for keyword in node.keywords}
            named = {word for word in words if word} - {"lacks"}
            rule = node.args[0]
            if isinstance(rule, ast.Constant):
                yield str(rule.value), None if None in words else named


def test_every_rule_has_its_text_and_its_words() -> None:
    used = [one for path in (ROOT / "sim").rglob("*.py") for one in _refusals(path)]
    assert {rule for rule, _ in used} | {"no trust", "no government"} == set(_FAULTS)
    for rule, words in used:
        texts = (_FAULTS[rule]["problem"], _FAULTS[rule]["remedy"])
        wanted = {name for text in texts for _, name, *_ in string.Formatter().parse(text) if name}
        assert words is None or words == wanted - _GIVEN, rule
