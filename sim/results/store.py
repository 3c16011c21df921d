"""Save and load results: NetCDF 4 (HDF5), which Python, R and Panoply read."""

from __future__ import annotations

import os
from pathlib import Path

import xarray as xr

from sim.errors import ResultsError


def save(dataset: xr.Dataset, path: Path) -> None:
    """Write a dataset whole or not at all.

    The same dataset gives the same bytes: HDF5 keeps no times of writing here.

    Raises
    ------
    ResultsError
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
    draft = path.with_name(path.name + ".part")
    try:
        flat.to_netcdf(draft, engine="h5netcdf", format="NETCDF4", encoding=encoding)
        os.replace(draft, path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ResultsError(f"{path.name}: cannot be written ({error.strerror or error})") from None


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
    except (OSError, ValueError, KeyError) as error:
        raise ResultsError(f"{path}: not a results file ({error})") from None
    if "scenario_sha256" not in dataset.attrs:
        raise ResultsError(f"{path}: a NetCDF file, but not of a scenario's results")
    for name, variable in dataset.coords.items():
        if variable.dtype.kind == "U":
            dataset[name] = variable.astype(object)
    return dataset
