"""One scenario, run many times (``run``)."""
