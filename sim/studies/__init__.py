"""Questions put to scenarios: each is a function, and its answer an object with figures."""
