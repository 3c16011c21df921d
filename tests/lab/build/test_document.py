"""Files changed in place: nothing is lost, and the text says what was meant."""

from __future__ import annotations

import difflib
import re
from pathlib import Path
from typing import Any, NoReturn

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import sim
from sim.lab.build.document import YamlText, same, with_cut, with_put
from sim.lab.build.written import entry, flow
from sim.scenario.yaml_reader import parse
from tests.fixtures.paths import SCENARIOS

FILES = sorted(path for path in SCENARIOS.glob("*.yaml"))
TEXTS = {path.stem: YamlText(path.read_text("utf-8"), path.name) for path in FILES}
names = st.sampled_from(sorted(TEXTS))
by_name = pytest.mark.parametrize("name", sorted(TEXTS))

words = st.text(st.characters(exclude_categories=("Cs", "Co", "Cn")), max_size=200)
scalars = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | words
)
values = st.recursive(
    scalars,
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(words.map(lambda text: " ".join(text.split())), inner, max_size=3)
    ),
    max_leaves=8,
)


def paths(data: Any, before: tuple[str, ...] = ()) -> list[tuple[str, ...]]:
    """All paths through mappings."""
    found = []
    for key, value in data.items() if isinstance(data, dict) else ():
        found += [(*before, key), *paths(value, (*before, key))]
    return found


PATHS = {name: paths(text.plain) for name, text in TEXTS.items()}


def numbers(name: str) -> list[tuple[str, ...]]:
    """Paths of all numbers of a file."""
    found = TEXTS[name]
    return [
        path
        for path in PATHS[name]
        if isinstance(found.get(path), (int, float)) and not isinstance(found.get(path), bool)
    ]


def comments(text: str) -> list[str]:
    """The lines that are comments, and what follows a value as one."""
    return re.findall(r"(?:^|\s)(#.*)$", text, re.MULTILINE)


def changed_lines(before: str, after: str) -> list[str]:
    """The lines of the new text that the old one has not, and the other way."""
    lines = difflib.ndiff(before.splitlines(keepends=True), after.splitlines(keepends=True))
    return [line for line in lines if line[0] in "+-"]


@by_name
def test_each_entry_written_as_it_is_keeps_every_byte(name: str) -> None:
    """Each path of each file, set to what it holds already."""
    text = TEXTS[name]
    for path in PATHS[name]:
        assert text.with_value(path, text.get(path)).text == text.text
    assert text.becoming(text.plain).text == text.text


@given(name=names, data=st.data(), number=st.floats(-1, 1) | st.integers(0, 100))
@settings(max_examples=150, deadline=None)
def test_one_number_changed_changes_one_line(name: str, data: st.DataObject, number: float) -> None:
    """The line with the number, and nothing else on it."""
    path = data.draw(st.sampled_from(numbers(name) or numbers("two-neighbours")))
    name = name if numbers(name) else "two-neighbours"
    text = TEXTS[name]
    made = text.with_value(path, number)
    assert same(made.get(path), number)
    if made.text != text.text:
        lines = changed_lines(text.text, made.text)
        assert [line[0] for line in lines] == ["-", "+"]
        assert comments(lines[0]) == comments(lines[1])


@pytest.mark.parametrize(
    ("name", "path", "value"),
    [
        ("two-neighbours", "actors.north.power", 0.7),
        ("two-neighbours", "levers.talk.usual", 0.3),
        ("two-neighbours", "relations.north and south.tension", 0.2),
        ("crimea-2014", "runs", 300),
        ("northeast-asia-2016", "calendar.rounds", 8),
        ("northeast-asia-2016", "coefficients.heat", 20),
    ],
)
def test_a_number_set_in_the_text_is_the_one_set_on_the_command_line(
    name: str, path: str, value: float, tmp_path: Path
) -> None:
    """The file that was changed, against the file as it was with ``--set``."""
    steps = path.split(".")
    text = TEXTS[name].with_value(steps, value)
    file = tmp_path / f"{name}.yaml"
    file.write_text(text.text, "utf-8")
    (tmp_path / "sources.yaml").write_bytes((SCENARIOS / "sources.yaml").read_bytes())
    mine = sim.load_scenario(file).description.model_dump()
    theirs = sim.load_scenario(SCENARIOS / f"{name}.yaml", {path: value}).description.model_dump()
    assert without_reasons(mine) == without_reasons(theirs)


def without_reasons(data: Any) -> Any:
    """Plain data without sources and reasons, which ``--set`` gives of its own."""
    if isinstance(data, dict):
        kept = data.keys() - {"why", "source"}
        return {key: without_reasons(data[key]) for key in kept}
    return data


@given(name=names, data=st.data(), value=values)
@settings(max_examples=200, deadline=None)
def test_any_edit_is_the_same_in_the_text_and_in_the_data(
    name: str, data: st.DataObject, value: Any
) -> None:
    """Set, add and delete, one after another, at any path."""
    text, plain = TEXTS[name], TEXTS[name].plain
    for _ in range(data.draw(st.integers(1, 3))):
        path = data.draw(st.sampled_from(paths(plain)))
        deed = data.draw(st.sampled_from(["set", "add", "delete"]))
        if deed == "delete":
            text, plain = text.without(path), with_cut(plain, path)
        else:
            path = (*path, "added") if deed == "add" else path
            text, plain = text.with_value(path, value), with_put(plain, path, value)
        assert same(text.plain, plain)
        assert same(parse(text.text, name).plain(), plain)
        if not plain:
            break


@pytest.mark.parametrize("section", ["actors", "issues", "levers", "events", "outcomes"])
@pytest.mark.parametrize("name", ["two-neighbours", "crimea-2014", "northeast-asia-2016"])
def test_parts_come_and_go_without_a_trace(name: str, section: str) -> None:
    """A part that is added and taken out again leaves the same bytes; no comment is lost."""
    text = TEXTS[name]
    part = {"name": "Added", "power": {"value": 0.5, "why": "a, b: c # no comment"}}
    made = text.with_value((section, "added"), part)
    assert comments(made.text)[: len(comments(text.text))] or not comments(text.text)
    assert [line[0] for line in changed_lines(text.text, made.text)].count("-") <= 1
    assert set(text.plain.get(section, {})) | {"added"} == set(made.plain[section])
    if text.has((section,)):
        assert made.without((section, "added")).text == text.text


@by_name
def test_what_is_taken_out_takes_only_its_own_lines(name: str) -> None:
    """Each part of each section: all other lines and comments stay."""
    text = TEXTS[name]
    for path in PATHS[name]:
        if len(path) == 2 and len(text.get(path[:1])) > 1:
            lines = changed_lines(text.text, text.without(path).text)
            assert all(line[0] == "-" for line in lines) or "{" in lines[0]


def test_sections_go_where_files_have_them() -> None:
    """A section that is new stands before those that usually follow it."""
    text = YamlText("title: A   # one\n\n# the actors\nactors:\n  a: {power: 1}\noutcomes: {}\n")
    order = ("title", "actors", "levers", "outcomes")
    made = text.with_value(("levers", "talk"), {"name": "talk"}, order=())
    assert list(made.plain) == ["title", "actors", "outcomes", "levers"]
    made = text.with_value(("levers",), {"talk": {"name": "talk"}}, order)
    assert list(made.plain) == list(order)
    assert made.text.startswith(
        "title: A   # one\n\n# the actors\nactors:\n  a: {power: 1}\nlevers:"
    )


@pytest.mark.parametrize(
    "text",
    [
        "a: 1\r\nb:\r\n  c: 2   # two\r\n",
        "{a: 1, b: {c: 2}}",
        "a:   # nothing yet\nb: {c: 2}\n",
        "a: >-\n  long\n  text\n# after\nb:\n  c: 2",
        "a: [1,\n  2]\nb: {c: 2,\n  d: 3} # c\n",
        "? a\n: 1\n? b\n: {c: 2}\n",
        "a:\n- 1\n- 2\nb:\n  c:\n  - x: 1\n    y: 2\n",
    ],
)
@given(value=values)
@settings(max_examples=30, deadline=None)
def test_layouts_that_no_shipped_file_has(text: str, value: Any) -> None:
    """Other ways to write YAML; where a splice is hard, the data still is what was meant."""
    made = YamlText(text)
    for path in (("a",), ("b", "c"), ("b", "new"), ("new",)):
        assert same(made.with_value(path, value).plain, with_put(made.plain, path, value))
        assert same(made.without(path).plain, with_cut(made.plain, path))


@given(value=values)
@settings(max_examples=300, deadline=None)
def test_what_is_written_reads_back(value: Any) -> None:
    """Any value, on one line and as an entry of its own."""
    for text in (f"a: {flow(value)}", "\n".join(entry("a", value, 0))):
        assert same(parse(text, "file").plain(), {"a": value})


@given(name=names, data=st.data(), value=values)
@settings(max_examples=150, deadline=None)
def test_shipped_files_are_changed_by_splices_alone(
    name: str, data: st.DataObject, value: Any
) -> None:
    """Nothing around a change is written anew, whatever is set, added or taken out."""
    text = TEXTS[name]
    path = data.draw(st.sampled_from([path for path in PATHS[name] if len(path) > 1]))
    with pytest.MonkeyPatch.context() as patch:
        for way in ("_rewritten", "yaml_text"):
            patch.setattr(f"sim.lab.build.document.{way}", _never)
        text.without(path)
        text.with_value(path, value)
        text.with_value((*path[:-1], "added"), value)


def _never(*_: Any) -> NoReturn:
    raise AssertionError("written anew")
