"""Text that is not a scenario is refused at once, with its line and a remedy."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import Fault, ScenarioError
from sim.scenario import yaml_reader
from sim.scenario.loading import load_scenario
from sim.scenario.node import tidy
from sim.scenario.yaml_reader import parse, read_yaml, yaml_text
from tests.fixtures.scenarios import DUEL


@pytest.fixture(params=["C", "Python"], autouse=True)
def parser(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if request.param == "Python":
        monkeypatch.setattr(yaml_reader, "EVENT_LOADER", yaml.SafeLoader)
    yaml_reader._known_tree.cache_clear()  # each parser reads for itself


def refused(text: str) -> Fault:
    with pytest.raises(ScenarioError) as caught:
        parse(text, "world.yaml")
    (fault,) = caught.value.faults
    return fault


@pytest.mark.parametrize(
    ("text", "line", "column", "problem", "remedy"),
    [
        ("a: [1, 2\nb: 3", 2, 2, "bracket '[' opened on line 1 is not closed", "close it with ']'"),
        ("a: {b: 1\nc: 2", 2, 2, "bracket '{' opened on line 1 is not closed", "close it with '}'"),
        ("a: 1\nb: 'x\nc: 2\n", 2, 4, "quotation mark is opened here and never closed", "close it"),
        ("a:\n\tb: 1", 2, 1, "a tab stands here", "indent with spaces"),
        ("a: 1\n b: 2", 2, 3, "a ':' stands where none can", "mend the indent"),
        ("a:\n  b 1\n  c: 2", 3, 4, "a ':' stands where none can", "line 2 above has no ':'"),
        ('a:\n  b: "one\n  c: "two"', 3, 7, "does not fit the block", "line 2 opens a quotation"),
        ("a: b: c", 1, 5, "a ':' stands where none can", "in quotes"),
        ("a:\n  b: 1\n c: 2", 3, 2, "does not fit the block", "like its neighbours"),
        ("a: @x", 1, 4, "cannot begin with '@'", "in quotes"),
        ("a: b\nc\n", 3, 1, "a key without ':'", "write 'key: value'"),
        ('a: "\\q"', 1, 4, "a backslash", "single quotes"),
        ("a: 1\nb: \x01", 2, 4, "unreadable character (code 0x1)", "delete it"),
        ("a: 1\n---\nb: 2", 2, 1, "a second document", "keep one"),
        ("? [a]\n: 1", 1, 3, "where a key is wanted", "plain text"),
        ("a: 1\nb: !!python/name:os.system x", 2, 4, "is a YAML tag", "delete it"),
        ("", 0, 0, "the file is empty", "begin with 'title"),
        ("# nothing\n", 0, 0, "the file is empty", "begin with 'title"),
        ("}", 1, 1, "this is not YAML", "mend the line"),
    ],
)
def test_syntax_errors_name_line_and_remedy(
    text: str, line: int, column: int, problem: str, remedy: str
) -> None:
    fault = refused(text)
    assert (fault.place.file, fault.place.line) == ("world.yaml", line)
    assert fault.place.column == column or "key without" in problem
    assert problem in fault.problem
    assert remedy in fault.remedy


def test_duplicate_keys_name_the_first_line_and_come_all_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse("a: 1\nb: 2\na: 3\nb:\n  c: 1\nd: {e: 1, e: 2}", "world.yaml")
    told = [(f.place.line, f.problem) for f in caught.value.faults]
    assert told == [
        (3, "the key 'a' is given twice, first on line 1"),
        (4, "the key 'b' is given twice, first on line 2"),
        (6, "the key 'e' is given twice, first on line 6"),
    ]


def test_keys_that_differ_in_spaces_only_are_duplicates() -> None:
    assert "given twice" in refused("a to b: 1\n'a  to b': 2").problem


@pytest.mark.parametrize(
    ("text", "line", "column", "sign"),
    [("a: &x 1\nb: 2\n", 1, 4, "&x"), ("a: 1\nb: *x\n", 2, 4, "*x")],
)
def test_anchors_and_aliases_are_refused(text: str, line: int, column: int, sign: str) -> None:
    fault = refused(text)
    assert (fault.place.line, fault.place.column) == (line, column)
    assert f"'{sign}' is an anchor or alias" in fault.problem
    assert "write the value out" in fault.remedy


def test_merge_keys_are_refused() -> None:
    fault = refused("a:\n  <<: {b: 1}\n")
    assert (fault.place.line, fault.place.column) == (2, 3)
    assert "'<<' is a merge key" in fault.problem
    assert "extends: base.yaml" in fault.remedy


@pytest.mark.parametrize("bracket", ["[", "{a: "])
def test_deep_nesting_is_refused_where_it_begins(bracket: str) -> None:
    fault = refused("x: " + bracket * 60)
    assert fault.place.column <= 40 * len(bracket) + 4
    assert "nested more than 40 deep" in fault.problem


@pytest.mark.parametrize("taken", [3, 5, 12])
def test_a_bound_of_the_parser_itself_is_told_as_ours(
    taken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As libyaml 0.2.6 does it: it reads ahead, and gives up before its events reach our bound."""
    text = 'title: é\nx: [\'[[\', "{\\"[", ' + "[" * 50
    parsed = yaml.parse

    def bounded(text: str, Loader: Any) -> Iterator[Any]:
        yield from itertools.islice(parsed(text, Loader=Loader), taken)
        raise yaml.scanner.ScannerError(
            "while increasing flow level", None, "exceeded maximum nesting depth", None
        )

    ours = refused(text)
    monkeypatch.setattr(yaml, "parse", bounded)
    assert refused(text) == ours
    assert (ours.place.line, ours.place.column) == (2, text.splitlines()[1].index("[[[") + 39)


def test_deep_indents_are_refused() -> None:
    fault = refused("".join(f"{' ' * n}a:\n" for n in range(100)))
    assert fault.place.line == 41
    assert "nested more than 40 deep" in fault.problem


def test_too_many_values_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(yaml_reader, "MAX_NODES", 100)
    fault = refused("a: [" + "1," * 200 + "]")
    assert "more than 100 values" in fault.problem


def test_endless_text_is_refused() -> None:
    fault = refused("a: 1\nb: " + "x" * 30_000)
    assert (fault.place.line, fault.problem) == (2, "a text of 30,000 characters stands here")


def test_a_file_of_100_megabytes_is_refused_without_reading_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "huge.yaml"
    with path.open("wb") as stream:
        stream.truncate(100_000_000)
    for way in ("open", "read_bytes", "read_text"):
        monkeypatch.setattr(Path, way, lambda *_, **__: pytest.fail("the file was read"))
    with pytest.raises(ScenarioError, match=r"huge.yaml: the file holds 100,000,000 bytes"):
        read_yaml(path)


@pytest.mark.parametrize(
    ("content", "problem"),
    [
        (b"a: 1\nb: \xff\xfe\n", "broken.yaml:2:4: the text is not UTF-8"),
        ("a: 1".encode("utf-16"), "broken.yaml:1:1: the text is not UTF-8"),
        (b"- a\n- b\n", "broken.yaml:1:1: the file holds a list"),
        (b"hello\n", "broken.yaml:1:1: the file holds a single value"),
        (b"", "broken.yaml: the file is empty"),
    ],
)
def test_a_file_that_is_no_scenario(tmp_path: Path, content: bytes, problem: str) -> None:
    path = tmp_path / "broken.yaml"
    path.write_bytes(content)
    with pytest.raises(ScenarioError) as caught:
        read_yaml(path, "broken.yaml")
    assert problem in str(caught.value)


def test_missing_files_and_folders(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError, match="there is no such file"):
        read_yaml(tmp_path / "none.yaml")
    with pytest.raises(ScenarioError, match="is a folder"):
        read_yaml(tmp_path)


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("12", 12), ("-3", -3), ("0.5", 0.5), (".5", 0.5), ("1e-3", 0.001), ("5.", 5.0),
        ("true", True), ("false", False), ("null", None), ("~", None),
        ("yes", "yes"), ("no", "no"), ("on", "on"), ("off", "off"), ("NO", "NO"),
        ("2016-10-01", "2016-10-01"), ("12:30:45", "12:30:45"), ("036", "036"), ("0x10", "0x10"),
        ("1_000", "1_000"), ("'12'", "12"), ('"true"', "true"), ("''", ""),
    ],
)  # fmt: skip
def test_plain_words_mean_what_they_say(text: str, value: Any) -> None:
    found = parse(f"key: {text}", "world.yaml").plain()["key"]
    assert found == value
    assert type(found) is type(value)


def test_infinity_and_nan_are_read_for_the_types_to_refuse() -> None:
    found = parse("a: .inf\nb: -.inf\nc: .nan\nd: 1e999", "world.yaml").plain()
    assert (found["a"], found["b"], found["d"]) == (math.inf, -math.inf, math.inf)
    assert math.isnan(found["c"])


def test_keys_are_text_even_where_yaml_1_1_reads_a_boolean() -> None:
    assert parse("on: 1\nno: 2\n3: 4", "world.yaml").plain() == {"on": 1, "no": 2, "3": 4}


def test_each_value_knows_its_line() -> None:
    root = parse("a:\n  b: [1,\n    2]\n", "world.yaml")
    assert str(root.place(("a", "b", 1))) == "world.yaml:3:5: a.b.1"
    assert str(root.place(("a", "b"), at_key=True)) == "world.yaml:2:3: a.b"


_WORDS = st.text("abcdefghijklmnop äß", min_size=1, max_size=8).map(
    lambda word: word.strip() or "a"
)
_KEYS = _WORDS.map(tidy)
_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.floats(allow_nan=False) | _WORDS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(_KEYS, inner, max_size=4),
    max_leaves=20,
)


class _NoAliases(yaml.SafeDumper):
    def ignore_aliases(self, data: Any) -> bool:
        return True


@given(st.dictionaries(_KEYS, _VALUES, min_size=1, max_size=5))
def test_what_yaml_writes_is_read_back(data: dict[str, Any]) -> None:
    text = yaml.dump(data, Dumper=_NoAliases, allow_unicode=True)
    assert parse(text, "world.yaml").plain() == data


def test_who_changes_a_document_that_was_read_changes_it_for_nobody_else() -> None:
    text = "title: one\nactors:\n  north: {power: 2}\nnotes: [a, b]\n"
    one, other = parse(text, "one.yaml"), parse(text, "one.yaml")
    expected = other.plain()
    one.fields.pop("title")
    one.fields["actors"].fields["north"].fields["power"] = parse("3", "one.yaml")
    one.fields["notes"].items.append(parse("c", "one.yaml"))
    assert one.plain() != expected
    for found in (other, parse(text, "one.yaml")):
        assert found.plain() == expected


def test_scenarios_with_one_base_share_its_description_until_the_base_changes(
    tmp_path: Path,
) -> None:
    base, child = tmp_path / "base.yaml", tmp_path / "child.yaml"
    base.write_text(yaml_text(DUEL), encoding="utf-8")
    child.write_text("extends: base.yaml\ntitle: another\n", encoding="utf-8")
    first, changed = load_scenario(base), load_scenario(child)
    assert changed.reference is first.description
    base.write_text(yaml_text({**DUEL, "title": "a new title"}), encoding="utf-8")
    assert load_scenario(child).reference.title == "a new title"
    assert load_scenario(base).description.title == "a new title"
