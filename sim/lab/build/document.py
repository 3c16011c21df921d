"""A scenario file that is changed in place: what is not changed keeps its every character.

A change is a splice of the text at the marks of the value that changes. The new text
is read again and compared with what was meant; where a splice would go wrong, the
part around it is written anew, and only there comments are lost.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cached_property
from typing import Any

from sim.errors import ScenarioError
from sim.lab.build import written
from sim.scenario.yaml_reader import parse, yaml_text
from sim.scenario.yaml_spans import Entry, Span, spans

Path = Sequence[str]


class YamlText:
    """The text of a YAML file, with its values; it never changes, a change gives another.

    Parameters
    ----------
    text : str
    file : str
        Its name in messages.

    Raises
    ------
    ScenarioError
        Where the text cannot be read, or is no mapping.
    """

    def __init__(self, text: str, file: str = "scenario.yaml") -> None:
        self.text = text
        self.file = file
        self.plain: dict[str, Any] = parse(text, file).plain()
        if not isinstance(self.plain, dict):
            self.plain = {}

    @cached_property
    def span(self) -> Span:
        """Where its values stand."""
        return spans(self.text, self.file)

    def get(self, path: Path) -> Any:
        """The plain value at a path; ``None`` where there is none."""
        value: Any = self.plain
        for step in path:
            if not isinstance(value, dict) or step not in value:
                return None
            value = value[step]
        return value

    def has(self, path: Path) -> bool:
        """Whether anything stands at a path."""
        above = self.get(path[:-1])
        return isinstance(above, dict) and path[-1] in above

    def with_value(self, path: Path, value: Any, order: Sequence[str] = ()) -> YamlText:
        """Put a value at a path; of a mapping only those keys are written that change.

        Parameters
        ----------
        path : sequence of str
            Keys, the outermost first. What is missing on the way is made.
        value : plain data
        order : sequence of str
            The usual order of the keys beside it, for a key that is new.
        """
        if self.has(path) and same(self.get(path), value):
            return self
        return self._checked(path, with_put(self.plain, path, value, order))

    def without(self, path: Path) -> YamlText:
        """Take out what stands at a path."""
        if not self.has(path):
            return self
        return self._checked(path, with_cut(self.plain, path))

    def becoming(self, plain: Mapping[str, Any]) -> YamlText:
        """Hold other data: what is equal in both keeps its text."""
        if same(self.plain, plain):
            return self
        try:
            made = _become(self, dict(plain))
            if same(made.plain, plain):
                return made
        except (ScenarioError, _CannotSpliceError):
            pass
        made = self
        for path in _differing(self.plain, plain):
            above = _value_at(plain, path[:-1])
            if path[-1] in above:
                made = made.with_value(path, above[path[-1]], list(above))
            else:
                made = made.without(path)
        return made

    def _checked(self, path: Path, meant: dict[str, Any]) -> YamlText:
        ways: list[Callable[[], YamlText]] = [lambda: _become(self, meant)]
        ways += [
            lambda depth=depth: _rewritten(self, path[:depth], meant)  # type: ignore[misc]
            for depth in range(len(path) - 1, 0, -1)
        ]
        for way in ways:
            try:
                made = way()
            except (ScenarioError, _CannotSpliceError):
                continue
            if same(made.plain, meant):
                return made
        return YamlText(yaml_text(meant), self.file)


class Planned(YamlText):
    """Data as they are to be, collected change by change; no text is written of them yet."""

    def __init__(self, plain: dict[str, Any], file: str) -> None:
        self.text, self.file, self.plain = "", file, plain

    def _checked(self, path: Path, meant: dict[str, Any]) -> YamlText:
        return Planned(meant, self.file)


class _CannotSpliceError(Exception):
    """The text is written in a way that is not spliced."""


def same(one: Any, other: Any) -> bool:
    """Whether two plain values mean the same; ``true`` is not 1."""
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)) and isinstance(other, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, bool) or isinstance(other, bool):
        return one is other
    return bool(one == other)


def with_put(
    plain: Mapping[str, Any], path: Path, value: Any, order: Sequence[str] = ()
) -> dict[str, Any]:
    """Plain data with a value at a path; what is missing on the way is made.

    ``order``: the usual order of the keys beside it, for a key that is new.
    """
    made = here = dict(plain)
    for step in path[:-1]:
        held = here.get(step)
        here[step] = dict(held) if isinstance(held, dict) else {}
        here = here[step]
    is_new = path[-1] not in here
    before = _before(list(here), path[-1], order) if here else None
    here[path[-1]] = value
    if is_new and here:
        later = list(here)[list(here).index(before) + 1 if before else 0 : -1]
        for key in later:
            here[key] = here.pop(key)
    return made


def with_cut(plain: Mapping[str, Any], path: Path) -> dict[str, Any]:
    """Plain data without what stands at a path."""
    made = here = dict(plain)
    for step in path[:-1]:
        held = here.get(step)
        if not isinstance(held, dict):
            return made
        here[step] = here = dict(held)
    here.pop(path[-1], None)
    return made


Cut = tuple[int, int, str]
"""Characters from one place up to another, and what stands there instead."""


def _become(now: YamlText, meant: dict[str, Any]) -> YamlText:
    """Splice until the text holds what is meant: first what changes or goes, then what is new."""
    now = _splice(now, *_cuts(now, (), now.plain, meant))
    # A splice takes a new entry of each place at once: the text is read only after it.
    new = _new(now.plain, meant)
    while new:
        cuts: dict[int, list[Cut]] = {}
        for path in new:
            above = _value_at(meant, path[:-1])
            inserted = _inserted(now, path[:-1], path[-1], above[path[-1]], list(above))
            cuts.setdefault(inserted[0][0], inserted)
        now = _splice(now, *(cut for some in cuts.values() for cut in some))
        left = _new(now.plain, meant)
        if len(left) >= len(new):
            raise _CannotSpliceError
        new = left
    return now


def _value_at(plain: Mapping[str, Any], path: Path) -> Any:
    value: Any = plain
    for step in path:
        value = value[step]
    return value


def _differing(value: Mapping[str, Any], meant: Mapping[str, Any], path: Path = ()) -> list[Path]:
    """The paths of what goes, comes or changes, none below another."""
    found: list[Path] = [(*path, key) for key in value if key not in meant]
    for key, inner in meant.items():
        held = value.get(key)
        if isinstance(held, dict) and isinstance(inner, dict) and held.keys() & inner.keys():
            found += _differing(held, inner, (*path, key))
        elif key not in value or not same(held, inner):
            found.append((*path, key))
    return found


def _cuts(now: YamlText, path: Path, value: Any, meant: Any) -> list[Cut]:
    """The splices that change values and take entries out."""
    if same(value, meant):
        return []
    if not (isinstance(value, dict) and isinstance(meant, dict)) or (path and not meant):
        return _put(now, path, meant)
    kept = [key for key in value if key in meant]
    if not kept:
        return _put(now, path, meant)
    cuts = _taken_out(now, path, [key for key in value if key not in meant])
    for key in kept:
        cuts += _cuts(now, (*path, key), value[key], meant[key])
    return cuts


def _new(value: Any, meant: Any, path: Path = ()) -> list[Path]:
    """The paths of entries that are meant and not there."""
    if not (isinstance(value, dict) and isinstance(meant, dict)):
        return []
    found: list[Path] = []
    for key, inner in meant.items():
        found += _new(value[key], inner, (*path, key)) if key in value else [(*path, key)]
    return found


def _rewritten(now: YamlText, path: Path, meant: Mapping[str, Any]) -> YamlText:
    return _splice(now, *_put(now, path, _value_at(meant, path)))


# Splices. Each finds its place by the marks of the text as it is, and reads the new text.


def _splice(now: YamlText, *cuts: Cut) -> YamlText:
    """Replace ranges of characters, none of which overlap."""
    if not cuts:
        return now
    text = now.text
    for start, end, new in sorted(cuts, reverse=True):
        text = text[:start] + new + text[end:]
    return YamlText(text, now.file)


def _at(now: YamlText, path: Path) -> tuple[Span, bool, Entry | None]:
    """The value at a path, whether it stands between braces, and its key."""
    span, flow, key = now.span, False, None
    for step in path:
        flow = flow or span.flow
        if step not in span.entries:
            raise _CannotSpliceError
        key = span.entries[step]
        span = key.value
    return span, flow, key


def _end_of_line(text: str, at: int) -> int:
    end = text.find("\n", at)
    if end < 0:
        return len(text)
    return end - 1 if text[end - 1 : end] == "\r" else end


def _newline(text: str) -> str:
    return "\r\n" if "\r\n" in text else "\n"


def _after_colon(now: YamlText, key: Entry) -> int:
    between = now.text[key.end : key.value.start]
    if ":" not in between:
        raise _CannotSpliceError
    return key.end + between.index(":") + 1


def _put(now: YamlText, path: Path, value: Any) -> list[Cut]:
    """Replace the whole value at a path."""
    span, flow, key = _at(now, path)
    if key is None:
        raise _CannotSpliceError
    colon = _after_colon(now, key)
    stands_below = not span.flow and (span.is_mapping or span.is_list)
    name = path[-1]
    column = key.start - (now.text.rfind("\n", 0, key.start) + 1)
    lines = [f" {written.flow(value)}"] if flow else _lines_after_key(name, value, column)
    if len(lines) == 1:
        start = colon if stands_below or span.start == span.end else span.start
        new = lines[0] if start == colon else lines[0].removeprefix(" ")
        return [(start, span.end, new)]
    below = _newline(now.text).join(["", *lines[1:]])
    if stands_below:
        return [(colon, span.end, lines[0].rstrip() + below)]
    if now.text[span.start : span.start + 1] in ("|", ">") or "\n" in now.text[colon : span.end]:
        return [(colon, span.end, lines[0] + below)]
    line = _end_of_line(now.text, span.end)
    # What is left of the line is a comment, which stays behind the key.
    return [(colon, span.end, lines[0]), (line, line, below)]


def _lines_after_key(name: str, value: Any, column: int) -> list[str]:
    """The lines of an entry without its key and colon."""
    first, *rest = written.entry(name, value, column)
    return [first[column + len(written.key_text(name)) + 1 :], *rest]


def _taken_out(now: YamlText, path: Path, gone: Sequence[str]) -> list[Cut]:
    """Take entries out of the mapping at a path, of which others stay."""
    span, _, _ = _at(now, path)
    names = list(span.entries)
    if not span.flow:
        return [_whole_lines(now, span.entries[name]) for name in gone]
    cuts = []
    for here, name in enumerate(names):
        if name not in gone:
            continue
        key = span.entries[name]
        if any(later not in gone for later in names[here + 1 :]):
            cuts.append((key.start, span.entries[names[here + 1]].start, ""))
        else:
            # All that follow go, too: with the comma before the first of them.
            before = span.entries[names[here - 1]]
            cuts.append((_end_of(before), _end_of(span.entries[names[-1]]), ""))
            break
    return cuts


def _whole_lines(now: YamlText, key: Entry) -> Cut:
    start = now.text.rfind("\n", 0, key.start) + 1
    if now.text[start : key.start].strip():
        raise _CannotSpliceError  # the first key of an item of a list
    end = now.text.find("\n", _end_of(key))
    return start, len(now.text) if end < 0 else end + 1, ""


def _end_of(key: Entry) -> int:
    return max(key.value.end, key.end)


def _inserted(now: YamlText, path: Path, name: str, value: Any, order: Sequence[str]) -> list[Cut]:
    """The splices that add an entry to a mapping, after those that usually stand before it."""
    span, flow, _ = _at(now, path)
    if not span.entries:
        return _put(now, path, {name: value})
    before = _before(list(span.entries), name, order)
    if flow or span.flow:
        new = f"{written.key_text(name)}: {written.flow(value)}"
        if before is None:
            return [(span.start + 1, span.start + 1, f"{new}, ")]
        end = _end_of(span.entries[before])
        last = now.text[now.text.rfind("\n", 0, end) + 1 : end]
        gap = (
            " "
            if len(last) + len(new) <= written.WIDTH
            else _newline(now.text) + " " * (span.column + 1)
        )
        return [(end, end, f",{gap}{new}")]
    lines = written.entry(name, value, span.column)
    newline = _newline(now.text)
    if before is None:
        start = now.text.rfind("\n", 0, span.start) + 1
        return [(start, start, newline.join([*lines, ""]))]
    end = _end_of_line(now.text, _end_of(span.entries[before]))
    return [(end, end, newline.join(["", *lines]))]


def _before(names: Sequence[str], name: str, order: Iterable[str]) -> str | None:
    """After which of the entries a new one goes; ``None``: before all of them."""
    order = list(order)
    if name not in order:
        return names[-1]
    earlier = set(order[: order.index(name)])
    found = [one for one in names if one in earlier]
    if found:
        return found[-1]
    return None if any(one in order for one in names) else names[-1]
