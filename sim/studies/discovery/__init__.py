"""Under which conditions something happens (``discover``)."""
