"""A bench keeps what its visitor made, whatever happens to the disk."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.errors import ScenarioError, SimError
from sim.lab import bench as benches_file
from sim.lab.bench import MOST_DRAFT_BYTES, MOST_DRAFTS, MOST_PINNED, MOST_UNDO, Bench, RefusedError
from sim.lab.benches import IN_MEMORY, Benches
from sim.lab.variant import Change
from sim.scenario.shipped import home

NORTH, SOUTH = "actors.north.power", "actors.south.power"


def find(name: str, bench: Path) -> Path:
    return home() / f"{name}.yaml"


def bench(folder: Path) -> Bench:
    return Bench("b", folder / "b", find)


def opened(folder: Path) -> Bench:
    made = bench(folder)
    made.open("two-neighbours")
    return made


def pairs(made: Bench) -> list[tuple[str, str]]:
    return [(one.path, one.value) for one in made.variant.changes]


@contextmanager
def full_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Nothing can be written."""

    @contextmanager
    def refused(path: Path) -> Iterator[Path]:
        raise OSError(errno.ENOSPC, "No space left on device")
        yield path

    with monkeypatch.context() as patch:
        patch.setattr(benches_file, "written_whole", refused)
        yield


STEPS = st.lists(
    st.one_of(
        st.tuples(st.just("change"), st.sampled_from([NORTH, SOUTH]), st.sampled_from("123")),
        st.tuples(st.sampled_from(["undo", "reset", "pin", "unpin", "again"])),
    ),
    max_size=12,
)  # fmt: skip


@given(steps=STEPS)
def test_it_is_what_a_plain_list_of_steps_says_and_the_same_from_the_disk(
    steps: list[tuple[str, ...]], tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("bench")
    made = opened(folder)
    now: dict[str, str] = {}
    before: list[dict[str, str]] = []
    pinned: list[dict[str, str]] = []
    base = made.variant.base_scenario().parameters
    for step, *told in steps:
        if step == "change":
            path, value = told
            new = {**now, path: value}
            if float(value) == base[path].value:
                del new[path]
            made.change(path, value)
            if list(new.items()) != list(now.items()):
                before, now = [*before, now], new
        elif step == "reset":
            made.reset()
            if now:
                before, now = [*before, now], {}
        elif step == "undo":
            if before:
                made.undo()
                *before, now = before
            else:
                with pytest.raises(RefusedError):
                    made.undo()
        elif step == "pin" and len(pinned) < MOST_PINNED:
            made.pin()
            pinned = [*pinned, now]
        elif step == "unpin" and pinned:
            made.unpin(0)
            pinned = pinned[1:]
        else:
            made = bench(folder)
        assert pairs(made) == list(now.items())
        assert [{one.path: one.value for one in each.changes} for each in made.pinned] == pinned
        assert len({one.name for one in made.pinned}) == len(pinned)


def test_a_value_that_is_not_allowed_changes_nothing(tmp_path: Path) -> None:
    made = opened(tmp_path)
    made.change(SOUTH, "2")
    kept, revision = (made.path / "bench.json").read_bytes(), made.revision
    for path, value in [(SOUTH, "-1"), (SOUTH, "many"), ("actors.nobody.power", "1"), (SOUTH, "[")]:
        with pytest.raises(ScenarioError):
            made.change(path, value)
    with pytest.raises(RefusedError, match="signs at most"):
        made.change(SOUTH, "1" * 5000)
    assert pairs(made) == [(SOUTH, "2")]
    assert (made.revision, (made.path / "bench.json").read_bytes()) == (revision, kept)


def test_what_was_made_of_one_scenario_stays_while_another_is_open(tmp_path: Path) -> None:
    made = opened(tmp_path)
    made.change(SOUTH, "2")
    made.pin("Strong south")
    made.open("yamaguchi-2016")
    assert (made.variant.changes, made.pinned) == ((), [])
    made = bench(tmp_path)
    assert made.opened == "yamaguchi-2016"
    made.open("two-neighbours")
    assert pairs(made) == [(SOUTH, "2")]
    assert [one.name for one in made.pinned] == ["Strong south"]
    made.undo()
    assert pairs(made) == []


def test_steps_and_pins_are_bounded(tmp_path: Path) -> None:
    made = opened(tmp_path)
    for nth in range(MOST_UNDO + 5):
        made.change(SOUTH, str(2 + nth / 100))
    assert len(made.workspace.undo) == MOST_UNDO
    for nth in range(MOST_PINNED):
        made.pin(f" {nth}  times ")
    assert made.pinned[1].name == "1 times"
    with pytest.raises(RefusedError, match="unpin one first"):
        made.pin()
    made.unpin(0)
    with pytest.raises(RefusedError, match="choose another name"):
        made.pin("1 times")
    with pytest.raises(RefusedError):
        made.unpin(7)


def test_on_a_full_disk_nothing_is_lost_in_memory_and_all_is_written_later(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = opened(tmp_path)
    made.change(SOUTH, "2")
    kept = (made.path / "bench.json").read_bytes()
    with full_disk(monkeypatch):
        made.change(NORTH, "3")
        made.pin("Both")
        assert (
            made.unwritten == "your bench cannot be written (bench.json: No space left on device)"
        )
        with pytest.raises(SimError, match="No space left"):
            made.keep_draft("mine", "title: mine\n")
    assert pairs(made) == [(SOUTH, "2"), (NORTH, "3")]
    assert (made.path / "bench.json").read_bytes() == kept
    assert made.save()
    assert made.unwritten == ""
    again = bench(tmp_path)
    assert pairs(again) == [(SOUTH, "2"), (NORTH, "3")]
    assert [one.name for one in again.pinned] == ["Both"]


@pytest.mark.parametrize(
    "text", ["", "{", "[]", '{"form": 2}', '{"workspaces": 3}', '{"evil": 1}', "[" * 100_000, "\0"]
)
def test_a_damaged_file_is_set_aside_and_said_so(tmp_path: Path, text: str) -> None:
    made = opened(tmp_path)
    (made.path / "bench.json").write_text(text)
    again = bench(tmp_path)
    (aside,) = made.path.glob("damaged-*")
    assert aside.read_text() == text
    assert aside.name in again.note
    assert (again.opened, again.revision) == ("", 0)
    again.open("two-neighbours")
    assert bench(tmp_path).opened == "two-neighbours"


def test_without_an_open_scenario_it_says_what_to_do(tmp_path: Path) -> None:
    made = bench(tmp_path)
    for act in (made.undo, made.reset, made.pin, lambda: made.change("a", "1")):
        with pytest.raises(RefusedError, match="choose one"):
            act()


def test_drafts_are_kept_by_plain_names_within_bounds(tmp_path: Path) -> None:
    made = bench(tmp_path)
    made.keep_draft("my-valley", "title: Mine\n")
    assert bench(tmp_path).drafts() == {"my-valley": "title: Mine\n"}
    for name in ("", "..", "../x", "A", "a/b", "a.b", "-a", "x" * 61, "é"):
        with pytest.raises(RefusedError, match="cannot name a scenario"):
            made.keep_draft(name, "")
    with pytest.raises(RefusedError, match="kB at most"):
        made.keep_draft("large", "x" * (MOST_DRAFT_BYTES + 1))
    for nth in range(MOST_DRAFTS - 1):
        made.keep_draft(f"d{nth}", "")
    with pytest.raises(RefusedError, match="remove one first"):
        made.keep_draft("one-more", "")
    made.keep_draft("d0", "again")
    made.remove_draft("my-valley")
    made.keep_draft("one-more", "")
    assert [one.name for one in tmp_path.rglob("*") if one.name.endswith(".part")] == []


def test_changes_from_a_link_are_one_step(tmp_path: Path) -> None:
    made = opened(tmp_path)
    made.change(SOUTH, "2")
    made.take([Change(NORTH, "3"), Change("seed", "7")])
    assert pairs(made) == [(NORTH, "3"), ("seed", "7")]
    made.undo()
    assert pairs(made) == [(SOUTH, "2")]
    with pytest.raises(ScenarioError):
        made.take([Change(NORTH, "-3")])
    assert pairs(made) == [(SOUTH, "2")]


def test_a_bench_that_is_full_says_what_to_do_and_earliest_steps_are_forgotten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(benches_file, "MOST_KEPT", 4)
    made = opened(tmp_path)
    made.change(SOUTH, "2")
    made.change(NORTH, "3")
    made.pin()
    with pytest.raises(RefusedError, match="keeps 4 changes"):
        made.change("seed", "9")
    with pytest.raises(RefusedError, match="unpin a variant"):
        made.pin()
    assert pairs(made) == [(SOUTH, "2"), (NORTH, "3")]
    for nth in range(9):
        made.change(SOUTH, f"{nth + 3}")
    assert sum(map(len, made.workspace.undo)) <= 4
    made.undo()
    assert pairs(made) == [(SOUTH, "10"), (NORTH, "3")]


def test_changes_of_a_file_that_lost_their_numbers_sleep_until_it_has_them_again(
    tmp_path: Path,
) -> None:
    file = tmp_path / "mine.yaml"
    text = (home() / "two-neighbours.yaml").read_text()
    file.write_text(text)
    made = Bench("b", tmp_path / "b", lambda name, bench: file)
    made.open("mine.yaml")
    made.change(SOUTH, "2")
    made.change(NORTH, "3")
    made.pin("Both")
    file.write_text(text.replace("south", "west").replace("north", "east"))
    assert made.variant.scenario().description.actors.keys() == {"east", "west"}
    assert [one.changes for one in made.pinned] == [()]
    assert made.left_out.count("there is no such actor now") == 4
    assert NORTH not in made.left_out
    made.change("seed", "9")
    with pytest.raises(ScenarioError):
        made.change(SOUTH, "4")
    made.take_pinned(0)
    made.without(SOUTH)
    assert made.asleep() == ["North, power: 3 (there is no such actor now)"]
    file.write_text(text)
    assert (made.left_out, pairs(made)) == ("", [(NORTH, "3")])
    assert [one.path for one in made.pinned[0].changes] == [SOUTH, NORTH]
    made.undo()
    made.undo()
    assert pairs(made) == [(SOUTH, "2"), (NORTH, "3"), ("seed", "9")]


# All benches of a lab.


def ids(number: int) -> list[str]:
    return [f"{nth:032x}" for nth in range(number)]


def test_few_benches_are_in_memory_and_none_leaves_it_that_is_not_on_the_disk(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    all_of_them = Benches(tmp_path, find)
    first, second, *rest = ids(IN_MEMORY + 20)
    all_of_them.bench(first).open("two-neighbours")
    with full_disk(monkeypatch):
        all_of_them.bench(second).open("yamaguchi-2016")
        for one in rest:
            all_of_them.bench(one)
        assert all_of_them.bench(second).opened == "yamaguchi-2016"
    assert all_of_them.bench(first).opened == "two-neighbours"
    assert len(all_of_them._open) <= IN_MEMORY + 1


def test_no_more_benches_than_allowed_are_kept(tmp_path: Path) -> None:
    all_of_them = Benches(tmp_path, find, most=2)
    for one in ids(2):
        all_of_them.bench(one).open("two-neighbours")
    with pytest.raises(RefusedError, match="keeps 2 benches"):
        all_of_them.bench("f" * 32)
    assert all_of_them.bench(ids(1)[0]).opened == "two-neighbours"
    for name in ("..", "", "x", "../owner"):
        with pytest.raises(ValueError, match="names no bench"):
            all_of_them.bench(name)
