"""Whether a scenario's numbers mean what their author thinks: notes on what seems odd in them."""
