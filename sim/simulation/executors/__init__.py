"""Who plays the runs: this process, its threads, a process pool, or a Dask cluster."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sim.errors import SimError
from sim.model import native
from sim.simulation.executors.base import HERE, Workers
from sim.simulation.executors.dask_cluster import Cluster
from sim.simulation.executors.processes import Processes
from sim.simulation.executors.threads import Threads


@contextmanager
def workers(count: int = 1, cluster: str | None = None) -> Iterator[Workers]:
    """The workers that are asked for, for as long as the block lasts.

    Parameters
    ----------
    count : int
        Threads of this process, which the compiled model runs beside one another; processes
        where the model is not compiled. With 1 the work is done as it is asked for.
    cluster : str, optional
        Address of the scheduler of a running Dask cluster, e.g. ``tcp://10.0.0.5:8786``;
        its workers do the work instead.

    Yields
    ------
    crew : Workers
        What a study takes as ``workers``; gone after the block.

    Raises
    ------
    SimError
        When the number is none, the cluster cannot be reached, or Dask is not installed.

    Examples
    --------
    >>> import sim
    >>> scenario = sim.load_scenario("two-neighbours")
    >>> with sim.workers(2) as crew:
    ...     found = sim.sweep(scenario, {"actors.south.power": [0.2, 0.8]}, runs=9, workers=crew)
    """
    if not isinstance(count, int) or count < 1:
        raise SimError(f"workers: {count!r} is no number of workers; write 1 or more")
    if cluster is not None:
        with Cluster(cluster) as crew:
            yield crew
    elif count > 1 and native.hopeful():
        with Threads(count) as threads:
            yield threads
    elif count > 1:
        with Processes(count) as processes:
            yield processes
    else:
        yield HERE
