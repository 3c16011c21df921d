"""How it looks: figures and pages, drawn from what statistics and studies find."""
