"""Published country data: who is meant, what a file holds, and a scenario started from it."""
