"""Where each value of a YAML text begins and ends, so that one can be changed alone.

The text is read by :mod:`sim.scenario.yaml_reader` first, with its rules and bounds.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import yaml

from sim.scenario.node import tidy
from sim.scenario.yaml_reader import EVENT_LOADER, parse


@dataclass
class Span:
    """The characters of one value: from ``start`` up to ``end``.

    Attributes
    ----------
    start, end : int
        Counted from 0. A value that is left empty has no characters. A mapping or list over
        several lines ends with its last value; comments and empty lines below do not belong to it.
    flow : bool
        Whether it is a mapping in braces or a list in brackets.
    column : int
        How far it is indented: the column of its first character, from 0.
    entries : dict of str to Entry
        Those of a mapping, in their order.
    items : list of Span
        Those of a list.
    is_mapping, is_list : bool
    """

    start: int
    end: int
    flow: bool = False
    column: int = 0
    entries: dict[str, Entry] = field(default_factory=dict)
    items: list[Span] = field(default_factory=list)
    is_mapping: bool = False
    is_list: bool = False

    def find(self, path: Sequence[str]) -> Span | None:
        """The value at a path through mappings; ``None`` where there is no such."""
        span = self
        for step in path:
            if step not in span.entries:
                return None
            span = span.entries[step].value
        return span


@dataclass
class Entry:
    """One key of a mapping, with its value."""

    start: int
    end: int
    value: Span


def spans(text: str, file: str) -> Span:
    """Find where the values of a YAML text stand.

    Parameters
    ----------
    text : str
    file : str
        Its name in messages.

    Raises
    ------
    ScenarioError
        Where the text cannot be read.
    """
    parse(text, file)
    builder = _Builder(text)
    for event in yaml.parse(text, Loader=EVENT_LOADER):
        builder.take(event)
    assert builder.root is not None
    return builder.root


class _Builder:
    """The tree of spans as it grows, event by event."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.root: Span | None = None
        self._open: list[Span] = []
        self._keys: list[tuple[str, int, int] | None] = []

    def take(self, event: Any) -> None:
        begins: Any = event.start_mark
        start, column, end = begins.index, begins.column, event.end_mark.index
        if isinstance(event, yaml.ScalarEvent):
            end = start + len(self.text[start:end].rstrip())
            if self._open and self._open[-1].is_mapping and self._keys[-1] is None:
                self._keys[-1] = tidy(event.value), start, end
            else:
                self._add(Span(start, end, column=column))
        elif isinstance(event, (yaml.MappingStartEvent, yaml.SequenceStartEvent)):
            is_mapping = isinstance(event, yaml.MappingStartEvent)
            span = Span(
                start,
                end,
                bool(event.flow_style),
                column,
                is_mapping=is_mapping,
                is_list=not is_mapping,
            )
            self._add(span)
            self._open.append(span)
            self._keys.append(None)
        elif isinstance(event, (yaml.MappingEndEvent, yaml.SequenceEndEvent)):
            span = self._open.pop()
            self._keys.pop()
            span.end = end if span.flow else self._end_of_last(span)

    @staticmethod
    def _end_of_last(span: Span) -> int:
        if span.entries:
            last = list(span.entries.values())[-1]
            return max(last.value.end, last.end)
        return span.items[-1].end if span.items else span.end

    def _add(self, span: Span) -> None:
        if not self._open:
            self.root = span
        elif self._open[-1].is_list:
            self._open[-1].items.append(span)
        elif key := self._keys[-1]:
            self._open[-1].entries[key[0]] = Entry(key[1], key[2], span)
            self._keys[-1] = None
