"""Plain data as YAML text that stands inside a file somebody wrote by hand."""

from __future__ import annotations

import json
import re
import textwrap
from collections.abc import Mapping
from typing import Any

from sim.scenario.yaml_reader import scalar

WIDTH = 100
"""Characters of a line, if it can be helped."""
_STEP = 2
_PLAIN = re.compile(r"[^\W_][\w .()/'+%&;!?=<>^$~*-]*")
"""Text that needs no quotes, also between braces; the marks in it mean nothing inside a word."""
_LEFT_OVER = re.compile(r"[0-9]+|[yYnN]|yes|no|on|off|true|false|null|Yes|No|On|Off|YES|NO|ON|OFF")
"""Plain text that other readers of YAML take for something else."""
_UNPRINTABLE = re.compile("[^\x20-\x7e\xa1-\u2027\u2030-\ud7ff\ue000-\ufefe\uff00-\ufffd]")


def flow(value: Any) -> str:
    """Any value on one line: mappings in braces, lists in brackets."""
    if isinstance(value, Mapping):
        inner = ", ".join(f"{key_text(key)}: {flow(one)}" for key, one in value.items())
        return f"{{{inner}}}"
    if isinstance(value, (list, tuple)):
        return f"[{', '.join(map(flow, value))}]"
    return _scalar(value)


def key_text(key: str) -> str:
    """A key, in quotes where it needs them."""
    plain = _PLAIN.fullmatch(key) and not key.endswith(" ") and isinstance(scalar(key), str)
    return key if plain else _quoted(key)


def _scalar(value: Any) -> str:
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (int, float)):
        return repr(value)
    text = str(value)
    plain = (
        _PLAIN.fullmatch(text)
        and not text.endswith(" ")
        and "  " not in text
        and isinstance(scalar(text), str)
        and not _LEFT_OVER.fullmatch(text)
    )
    return text if plain else _quoted(text)


def _quoted(text: str) -> str:
    written = json.dumps(text, ensure_ascii=False)
    return _UNPRINTABLE.sub(lambda odd: _escaped(odd[0]), written)


def _escaped(sign: str) -> str:
    code = ord(sign)
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"


def entry(key: str, value: Any, indent: int) -> list[str]:
    """The lines of a key with its value, at an indent, in the style of the shipped files."""
    lead = " " * indent + key_text(key) + ":"
    if isinstance(value, Mapping) and value:
        line = f"{lead} {flow(value)}"
        if len(line) <= WIDTH and not _is_deep(value):
            return [line]
        inside = [entry(name, one, indent + _STEP) for name, one in value.items()]
        return [lead, *(line for lines in inside for line in lines)]
    if isinstance(value, (list, tuple)) and any(isinstance(one, Mapping) for one in value):
        return [lead, *(f"{' ' * (indent + _STEP)}- {flow(one)}" for one in value)]
    if isinstance(value, str) and len(lead) + len(value) > WIDTH and (block := _block(value)):
        mark, lines = block
        return [f"{lead} {mark}", *(_indented(line, indent + _STEP) for line in lines)]
    return [f"{lead} {flow(value)}"]


def _is_deep(value: Mapping[str, Any]) -> bool:
    """Whether it holds a table of parts, or a long text: better over several lines."""
    tables = [one for one in value.values() if isinstance(one, Mapping)]
    deep = any(isinstance(inner, Mapping) for one in tables for inner in one.values())
    return deep or any(isinstance(one, str) and len(one) > WIDTH for one in value.values())


def _indented(line: str, indent: int) -> str:
    return " " * indent + line if line else ""


def _block(text: str) -> tuple[str, list[str]] | None:
    """A long text as a block of lines that reads back the same; ``None`` where it cannot."""
    if _UNPRINTABLE.search(text.replace("\n", "")) or text != text.strip():
        return None
    if "\n" in text:
        lines = text.split("\n")
        return None if any(line != line.strip() for line in lines) else ("|-", lines)
    if "  " in text:
        return None
    broken = textwrap.wrap(text, WIDTH - 6, break_long_words=False, break_on_hyphens=False)
    return ">-", broken
