"""Claims tested as paired experiments (``propositions``)."""
