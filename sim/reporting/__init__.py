"""How it looks: figures and the page, drawn from what the analysis says."""
