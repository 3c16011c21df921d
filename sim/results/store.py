"""Save and load results: NetCDF 4 (HDF5), which Python, R and Panoply read."""

from __future__ import annotations

from pathlib import Path

import xarray as xr

from sim.errors import ResultsError

OURS = ({"failed_round", "reported", "choice", "accepted"}, {"first_round", "total", "squares"})
"""Variables that all results have, and all summaries."""


def save(dataset: xr.Dataset, path: Path) -> None:
    """Write a dataset whole or not at all.

    The same dataset gives the same bytes: HDF5 keeps no times of writing here.

    Raises
    ------
    OSError
        When the file cannot be written.
    """
    encoding = {
        str(name): {"zlib": True, "complevel": 4, "shuffle": True}
        for name, variable in dataset.data_vars.items()
        if variable.size and variable.ndim
    }
    flat = dataset.copy()
    for name, variable in dataset.coords.items():
        if variable.dtype == object:
            flat[name] = variable.astype(str)
    # In memory first: on a full disk the HDF5 library itself would crash.
    content = flat.to_netcdf(None, engine="h5netcdf", format="NETCDF4", encoding=encoding)
    draft = path.with_name(path.name + ".part")
    try:
        draft.write_bytes(content)
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)


def load(path: str | Path) -> xr.Dataset:
    """Read a dataset into memory.

    Raises
    ------
    ResultsError
        When there is no such file, or it holds no results of ours.
    """
    path = Path(path)
    if not path.is_file():
        raise ResultsError(f"{path}: no such file; name a results.nc, or the folder it lies in")
    try:
        with xr.open_dataset(path, engine="h5netcdf") as opened:
            dataset = opened.load()
    except Exception as error:  # the libraries raise nearly any for a damaged file
        raise ResultsError(
            f"{path}: not a results file, or a damaged one; "
            f"name another, or run the scenario again ({error})"
        ) from None
    if "scenario_sha256" not in dataset.attrs or not any(set(dataset) >= ours for ours in OURS):
        raise ResultsError(f"{path}: a NetCDF file, but not of a scenario's results")
    for name, variable in dataset.coords.items():
        if variable.dtype.kind == "U":
            dataset[name] = variable.astype(object)
    return dataset
