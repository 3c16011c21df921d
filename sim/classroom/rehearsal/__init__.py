"""Computed students, who come in by the code and play through the web like anybody else."""
