"""The builder: a scenario file made and changed by clicking."""
