"""Who plays the runs: this process, a process pool, or a Dask cluster."""
