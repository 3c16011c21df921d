"""Which uncertain numbers drive each outcome."""
