"""Save and load results: NetCDF 4 (HDF5), which Python, R, NCO and Panoply read."""

from __future__ import annotations

import hashlib
import io
import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import xarray as xr

from sim.errors import ResultsError
from sim.results.variables import whole
from sim.scenario.arguments import path_of

SEAL = b"\nSHA-256 of all before this line: "
"""What stands before the checksum, behind the end of the HDF5 file, which readers pass over."""
DAYS = {"units": "days since 1970-01-01", "calendar": "proleptic_gregorian", "dtype": "int32"}
PACKED = {"zlib": True, "complevel": 4, "shuffle": True}
LONGEST = 2**15
"""Bytes of text that an attribute of fixed length can hold, with room to spare; HDF5 has 2^16."""


def save(dataset: xr.Dataset, path: Path) -> None:
    """Write a dataset whole or not at all.

    The same dataset gives the same bytes: HDF5 keeps no times of writing here.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    content = _content(dataset)
    checksum = _checksum(content.getbuffer())
    content.seek(0, io.SEEK_END)
    content.write(SEAL + checksum)
    with written_whole(path) as draft:
        draft.write_bytes(content.getbuffer())


@contextmanager
def written_whole(path: Path) -> Iterator[Path]:
    """Give a draft beside a file, which takes its name once the block has ended well."""
    draft = path.with_name(path.name + ".part")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def _content(dataset: xr.Dataset) -> io.BytesIO:
    """The bytes of a NetCDF file, laid out so that readers of other languages get all of it."""
    # Others take a dimension without length for one without limit, and so for time.
    flat = dataset.drop_dims([dim for dim, size in dataset.sizes.items() if not size])
    flat = flat.drop_encoding()
    encoding: dict[str, dict[str, Any]] = {}
    for name, variable in flat.variables.items():
        here = encoding[str(name)] = (
            dict(PACKED) if name in flat.data_vars and variable.ndim else {}
        )
        if variable.dtype == object:
            flat[name] = flat[name].astype(str)
        elif variable.dtype.kind == "M":
            here |= DAYS
        elif variable.dtype == np.int64 and np.abs(variable.values).max() < 2**31:
            here["dtype"] = "int32"  # R has no longer one
        elif name in flat.coords:
            here["_FillValue"] = None
    flat.attrs = {name: _plain(name, value) for name, value in dataset.attrs.items() if value != ""}
    # In memory first: on a full disk the HDF5 library itself would crash.
    buffer = io.BytesIO(
        flat.to_netcdf(None, engine="h5netcdf", format="NETCDF4", encoding=encoding)
    )
    _fix_texts(buffer)
    return buffer


def _plain(name: object, value: Any) -> Any:
    """An attribute of the whole as every reader has it: a seed is text, since R would round it."""
    if not isinstance(value, (int, np.integer)):
        return value
    number = int(value)
    return str(number) if name == "seed" or abs(number) >= 2**31 else np.int32(number)


def _fix_texts(buffer: io.BytesIO) -> None:
    """Give the attributes that are text a fixed length: NCO and CDO pass over all others."""
    import h5py

    def fix(_: str, item: Any) -> None:
        for name, text in list(item.attrs.items()):
            raw = text.encode() if isinstance(text, str) else b""
            if 0 < len(raw) <= LONGEST:
                kind = h5py.string_dtype("ascii" if text.isascii() else "utf-8", len(raw))
                item.attrs.create(name, np.array(raw, kind))

    with h5py.File(buffer, "r+") as file:
        fix("/", file)
        file.visititems(fix)


def load(path: str | Path) -> xr.Dataset:
    """Read a dataset into memory.

    Parameters
    ----------
    path : str or Path
        What a run left: ``results.nc``.

    Returns
    -------
    data : xr.Dataset
        Labelled by run, round and name: see :func:`sim.results.dataset.assemble`.

    Raises
    ------
    ResultsError
        When there is no such file, it is damaged, or it holds no results of ours.
    """
    path = path_of("path", path)
    if not path.is_file():
        raise ResultsError(f"{path}: no such file; name a results.nc, or the folder it lies in")
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ResultsError(f"{path}: cannot be read ({error.strerror or error})") from None
    body, seal, checksum = content.rpartition(SEAL)
    if seal and checksum != _checksum(body):
        # Before the HDF5 library sees it, which may give wrong numbers for it, or crash.
        raise _damaged(path, "its checksum does not fit what it holds")
    try:
        dataset = _read(content)
    except Exception as error:  # the libraries raise nearly any for a damaged file
        raise _damaged(path, " ".join(str(error).split())) from None
    try:
        return whole(dataset)
    except ResultsError as error:
        raise ResultsError(f"{path}: {error}") from None


def _checksum(content: bytes | memoryview) -> bytes:
    return hashlib.sha256(content).hexdigest().encode() + b"\n"


def _damaged(path: Path, why: str) -> ResultsError:
    return ResultsError(
        f"{path}: not a results file, or a damaged one; "
        f"name another, or run the scenario again ({why})"
    )


def _read(content: bytes) -> xr.Dataset:
    """What a NetCDF file holds, with the types that results have."""
    import h5netcdf

    class File(h5netcdf.File):  # type: ignore[misc]
        _writable = False
        """A file whose opening fails lacks it, and would tell so in a traceback when it goes."""

    times = xr.coders.CFDatetimeCoder(time_unit="us")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # about what is odd in a damaged file
        with File(io.BytesIO(content), "r", decode_vlen_strings=True) as file:
            held = xr.backends.H5NetCDFStore(file)
            dataset = xr.open_dataset(held, decode_times=times).load()
    dataset = _brought_up(dataset).drop_encoding()
    for name, variable in dataset.variables.items():
        if variable.dtype.kind == "U":
            dataset[name] = variable.astype(object)
        elif variable.dtype == np.int32:
            dataset[name] = variable.astype(np.int64)
    dataset.attrs.setdefault("failures", "")
    if "seed" in dataset.attrs:
        dataset.attrs["seed"] = int(dataset.attrs["seed"])
    return dataset


def _brought_up(dataset: xr.Dataset) -> xr.Dataset:
    """Results of version 0.5 and before, whose rounds had the day of their end alone."""
    if "date" not in dataset.coords:
        return dataset
    until = dataset["date"].values
    begun = np.concatenate([until[:1], until[:-1]])
    days = {"from": ("round", begun), "until": ("round", until)}
    return dataset.drop_vars("date").assign_coords(days)
