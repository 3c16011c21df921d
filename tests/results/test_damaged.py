"""Whatever is wrong with a file of results, it is told in one sentence, and nothing else."""

from __future__ import annotations

import gc
import random
from collections.abc import Callable, Iterator
from pathlib import Path

import h5py
import pytest
import xarray as xr

from sim.errors import ResultsError
from sim.results.block import load_blocks, save_blocks
from sim.results.bounded_tally import labelled, tally, unlabelled
from sim.results.store import SEAL, load, save
from sim.results.variables import OF_RUNS, OF_TALLIES, whole
from sim.simulation.block import about
from sim.simulation.ensemble import play, run
from tests.fixtures.scenarios import QUARTET, scenario

SCENARIO = scenario(QUARTET)
RESULTS = run(SCENARIO, runs=3)
BLOCKS = play(SCENARIO, 3, 0, kept=3, volume=3).blocks
SUMMARY = labelled(tally(SCENARIO, BLOCKS[0]), SCENARIO, about(SCENARIO, 0))


def cut(content: bytes, chance: random.Random) -> bytes:
    return content[: chance.randrange(len(content))]


def flip(content: bytes, chance: random.Random) -> bytes:
    found = bytearray(content)
    for _ in range(chance.choice([1, 3, 30])):
        found[chance.randrange(content.rindex(SEAL))] ^= 1 << chance.randrange(8)
    return bytes(found)


def blank(content: bytes, chance: random.Random) -> bytes:
    found, start = bytearray(content), chance.randrange(content.rindex(SEAL))
    length = min(chance.choice([8, 64, 512]), content.rindex(SEAL) - start)
    found[start : start + length] = chance.choice([b"\0", b"\xff"]) * length
    return bytes(found)


def junk(content: bytes, chance: random.Random) -> bytes:
    return chance.randbytes(chance.randrange(2000))


@pytest.fixture(params=["results.nc", "summary.nc"])
def path(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Path]:
    """A real file; what a library lets out when its objects go is a failure of the test."""
    found = tmp_path / request.param
    save(RESULTS if found.name == "results.nc" else SUMMARY, found)
    yield found
    gc.collect()


@pytest.mark.parametrize("damage", [cut, flip, blank, junk])
def test_a_damaged_file_is_refused_in_one_sentence(
    damage: Callable[[bytes, random.Random], bytes], path: Path
) -> None:
    content = path.read_bytes()
    for seed in range(25):
        changed = damage(content, random.Random(seed))
        if changed == content:  # what was there was as blank
            continue
        path.write_bytes(changed)
        with pytest.raises(ResultsError) as caught:
            load(path)
        told = str(caught.value)
        assert told.startswith(f"{path}: not a results file, or a damaged one; name another, or ")
        assert "\n" not in told


def test_the_checksum_is_looked_at_before_any_library_reads(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = bytearray(path.read_bytes())
    content[1000] ^= 1
    path.write_bytes(content)
    monkeypatch.setattr("sim.results.store._read", lambda content: pytest.fail("it was read"))
    with pytest.raises(ResultsError, match=r"\(its checksum does not fit what it holds\)$"):
        load(path)


def test_a_file_that_cannot_be_opened_leaves_no_traceback_behind(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path.write_bytes(path.read_bytes().rpartition(SEAL)[0])  # as of another program

    def broken(self: object, name: str, default: object = None) -> None:
        raise OSError("Unable to\nsynchronously open attribute")

    monkeypatch.setattr(h5py.AttributeManager, "get", broken)
    with pytest.raises(ResultsError, match=r"\(Unable to synchronously open attribute\)$"):
        load(path)


@pytest.mark.parametrize("of", [OF_RUNS, OF_TALLIES])
def test_what_is_missing_or_of_another_shape_is_named(of: object, tmp_path: Path) -> None:
    held, path = (RESULTS if of is OF_RUNS else SUMMARY), tmp_path / "changed.nc"
    own = [str(name) for name in held.variables if held[name].size and not _of_bins(name)]
    for name in own:
        with pytest.raises(ResultsError, match=rf"^damaged, or .*'{name}' is missing"):
            whole(held.drop_vars(name))
    bent = {
        name: held.assign({name: held[name].expand_dims("other")})
        for name in map(str, held.data_vars)
        if held[name].size and not name.startswith(("runs_", "low_", "high_"))
    }
    for name, dataset in bent.items():
        with pytest.raises(ResultsError, match=f"'{name}' has another shape or type"):
            whole(dataset)
    save(held.drop_vars(own[0]), path)  # a file says the same, with its name before it
    with pytest.raises(ResultsError, match=rf"changed\.nc: damaged, or .*'{own[0]}' is missing"):
        load(path)
    save(bent[max(bent)], path)
    with pytest.raises(ResultsError, match=f"'{max(bent)}' has another shape or type"):
        load(path)


def _of_bins(name: object) -> bool:
    return str(name).startswith(("bin_", "runs_", "low_", "high_"))


def test_a_summary_without_its_bins_is_refused(tmp_path: Path) -> None:
    name = SUMMARY["outcome"].values[0]
    for part in ("bin", "runs", "low", "high"):
        save(SUMMARY.drop_vars(f"{part}_{name}"), tmp_path / "summary.nc")
        with pytest.raises(ResultsError, match=r"not a summary of runs: .* is missing"):
            unlabelled(load(tmp_path / "summary.nc"))


def test_what_is_not_ours_is_told_from_what_is_damaged(tmp_path: Path) -> None:
    xr.Dataset({"rain": ("day", [1.0, 2.0])}).to_netcdf(tmp_path / "rain.nc", engine="h5netcdf")
    with pytest.raises(ResultsError, match=r"rain\.nc: a NetCDF file, but not of a scenario's"):
        load(tmp_path / "rain.nc")


def test_damaged_records_of_a_run_that_was_broken_off(tmp_path: Path) -> None:
    save_blocks(BLOCKS, tmp_path)
    (path,) = tmp_path.iterdir()
    content, refused = path.read_bytes(), []
    for seed in range(60):
        chance = random.Random(seed)
        changed = bytearray(content)
        for _ in range(chance.choice([1, 3, 30])):
            changed[chance.randrange(len(content))] ^= 1 << chance.randrange(8)
        path.write_bytes(changed if seed % 2 else content[: chance.randrange(len(content))])
        try:
            (found,) = load_blocks(tmp_path, BLOCKS[0])
        except ResultsError as error:
            refused.append(str(error))
        else:  # what was changed says nothing, as the time of a file
            assert (found.state == BLOCKS[0].state).all()
    assert len(refused) > 30
    for told in refused:
        assert "; start the run over with " in told
        assert "\n" not in told
