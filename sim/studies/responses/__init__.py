"""How actors' choices move with the state (``responses``)."""
