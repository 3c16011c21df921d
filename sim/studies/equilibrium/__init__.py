"""The game behind a decision: two actors, their levers toward each other (``equilibrium``)."""
