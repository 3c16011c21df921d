"""A link holds scenario, digest and changes: it says the same elsewhere, or says why not."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import tracemalloc
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError
from sim.lab import link
from sim.lab.link import LinkError, Opened, open_link, read, write
from sim.lab.variant import Change, Variant
from sim.scenario.shipped import find_file
from tests.fixtures.paths import SCENARIOS, SHIPPED

BASE = Path("two-neighbours")
FILE = find_file(BASE)
CHANGES = (
    Change("actors.north.power", "0.5"),
    Change("relations.north and south.tension", "0.4"),
    Change(
        "levers.march.effects.tension of actor and target", "{value: 0.2, spread: {normal: 0.1}}"
    ),
    Change("calendar.rounds", "16"),
    Change("seed", "7"),
)
VARIANT = Variant(BASE, CHANGES, "a calmer valley – with umlauts äöü")
LINK = write(VARIANT)


def opened(text: str, base: Path | None = FILE) -> Opened:
    return open_link(read(text), base)


@pytest.fixture
def own(tmp_path: Path) -> Callable[[str, str], Path]:
    """A file of one's own that is the valley with something else in it."""
    text = (SCENARIOS / "two-neighbours.yaml").read_text("utf-8")

    def changed(old: str, new: str) -> Path:
        assert old in text
        path = tmp_path / "two-neighbours.yaml"
        told = text.replace(old, new).replace(old.strip(" :") + ".", new.strip(" :") + ".")
        path.write_text(told, "utf-8")
        return path

    return changed


def test_a_link_gives_back_what_was_linked() -> None:
    found = opened(f"http://127.0.0.1:8000/open#{LINK}")
    assert found.exact
    assert found.variant == Variant(find_file(BASE), CHANGES, VARIANT.name)
    assert found.variant.digest() == VARIANT.digest()


def test_it_gives_the_same_digest_in_another_process(tmp_path: Path) -> None:
    told = (
        "import sys; from sim.lab.link import *; from sim.scenario.shipped import find_file\n"
        "found = read(sys.argv[1])\n"
        "print(open_link(found, find_file(found.scenario)).variant.digest())"
    )
    run = subprocess.run(
        [sys.executable, "-c", told, LINK], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert run.stdout.strip() == VARIANT.digest()


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_five_changes_with_the_longest_names_stay_under_500_characters(path: Path) -> None:
    numbers = Variant(path).base_scenario().parameters
    longest = sorted(numbers, key=len)[-5:]
    changes = tuple(Change(one, f"{numbers[one].value * 0.97 + 1.23e-3:.4g}") for one in longest)
    text = write(Variant(path, changes, "what if all of it were a little different"))
    assert len(f"http://192.168.100.100:12345/open#{text}") < 500
    assert opened(text, path).exact


def test_a_link_may_be_broken_into_lines_on_its_way() -> None:
    broken = "\n  ".join(LINK[start : start + 40] for start in range(0, len(LINK), 40))
    assert read(f" http://127.0.0.1:8000/open#{broken}\n") == read(LINK)


@pytest.mark.parametrize("length", range(len(LINK)))
def test_a_link_that_was_cut_is_told_at_any_length(length: int) -> None:
    with pytest.raises(LinkError, match=r"not whole|no link of the lab"):
        read(LINK[:length])


@given(st.integers(2, len(LINK) - 2), st.sampled_from("AZaz09-_"))
def test_a_changed_letter_is_never_read(nth: int, letter: str) -> None:
    spoilt = LINK[:nth] + letter + LINK[nth + 1 :]
    if spoilt != LINK:
        with pytest.raises(LinkError, match="not whole"):
            read(spoilt)


@given(st.text())
def test_any_other_text_is_refused_in_words(text: str) -> None:
    with pytest.raises(LinkError, match=r"link"):
        read(text)


def test_a_link_from_a_newer_version_says_so() -> None:
    with pytest.raises(LinkError, match="newer version of the program"):
        read("2" + LINK[1:])


def packed(content: bytes) -> str:
    squeeze = zlib.compressobj(9, wbits=-15, zdict=link._DICTIONARY)
    data = link._check(content) + squeeze.compress(content) + squeeze.flush()
    return "1." + base64.urlsafe_b64encode(data).decode().rstrip("=")


def test_a_link_that_unpacks_to_very_much_is_refused_before_it_does() -> None:
    bomb = packed(b'["' + b"a" * 2_500_000)
    assert len(bomb) < link.MOST_CHARACTERS
    tracemalloc.start()
    with pytest.raises(LinkError, match="not whole"):
        read(bomb)
    assert tracemalloc.get_traced_memory()[1] < 1_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    "held",
    [
        5, [], ["a", "b", "c"], ["a", "b", "c", 5], ["a", "b", 5, []], [None, "b", "c", []],
        ["a", "b", "c", [["p", 5, ""]]], ["a", "b", "c", [["p", "v"]]], ["a" * 121, "b", "c", []],
        ["a", "b", "c", [["p", "v", ""]] * 2], ["a", "b", "c", [["p" * 301, "v", ""]]],
        ["a", "b", "c", [[f"p{nth}", "v", ""] for nth in range(61)]], [[[[]]]], {"a": 1},
    ],
)  # fmt: skip
def test_what_no_lab_wrote_is_refused(held: object) -> None:
    with pytest.raises(LinkError):
        read(packed(json.dumps(held).encode()))


def test_a_scenario_that_is_not_here_is_named() -> None:
    with pytest.raises(LinkError, match="a scenario named 'two-neighbours', and there is none"):
        opened(LINK, None)


def test_a_scenario_that_changed_says_where_and_keeps_what_applies(
    own: Callable[[str, str], Path],
) -> None:
    path = own("affinity: 0.1, tension: 0.3", "affinity: 0.1, tension: 0.35")
    found = opened(LINK, path)
    assert not found.same
    (differing,) = found.differing
    assert (differing.before, differing.now, differing.problem) == ("0.3", "0.35", "")
    assert found.variant.changes == CHANGES


def test_changes_that_no_longer_fit_are_told_and_left_out(own: Callable[[str, str], Path]) -> None:
    path = own("  march:", "  advance:")
    found = opened(LINK, path)
    (lost,) = found.lost
    assert lost.change == CHANGES[2]
    assert "march" in lost.problem
    assert found.variant.changes == (*CHANGES[:2], *CHANGES[3:])
    assert found.variant.scenario().description.seed == 7


def test_a_number_out_of_range_is_told_and_left_out() -> None:
    held = ["two-neighbours", Variant(BASE).base_scenario().sha256[:16], "",
            [["actors.south.support", "7", "0.5"], ["seed", "3", ""]]]  # fmt: skip
    found = opened(packed(json.dumps(held).encode()))
    assert found.same
    assert not found.exact
    assert "7 is out of range" in found.lost[0].problem
    assert found.variant.changes == (Change("seed", "3"),)


@pytest.mark.parametrize("path", ["sources", "extends"])
def test_a_link_changes_nothing_that_names_another_file(path: str) -> None:
    digest = Variant(BASE).base_scenario().sha256[:16]
    held = ["two-neighbours", digest, "", [[path, "'../secret'", ""], ["seed", "3", ""]]]
    found = opened(packed(json.dumps(held).encode()))
    assert [one.change.path for one in found.lost] == [path]
    assert found.variant.changes == (Change("seed", "3"),)


def test_a_file_with_faults_tells_its_own(own: Callable[[str, str], Path]) -> None:
    path = own("power: 0.6", "power: much")
    with pytest.raises(ScenarioError, match="is not a number"):
        opened(LINK, path)


def test_more_than_a_link_holds_is_refused_with_a_way_out() -> None:
    base = Path("yamaguchi-2016")
    numbers = Variant(base).base_scenario().parameters
    saliences = [path for path in numbers if path.endswith((".salience", ".position"))]
    effects = [path for path in numbers if ".effects." in path]
    many = tuple(
        Change(path, f"{numbers[path].value * 0.99:.5g}") for path in (*saliences, *effects)
    )
    assert len(many) > link.MOST_CHANGES
    assert read(write(Variant(base, many[: link.MOST_CHANGES]))).changes == many[:60]
    for changes in (
        many[: link.MOST_CHANGES + 1],
        (Change("issues.islands.name", '"' + "valley " * 99 + '"'),),
    ):
        with pytest.raises(LinkError, match="pass on the file"):
            write(Variant(base, changes))
