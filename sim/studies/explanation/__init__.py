"""Why actors chose as they did in a round of a run (``explain``)."""
