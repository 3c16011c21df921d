"""What it means: tables drawn from results. Never calls the model, never draws."""
