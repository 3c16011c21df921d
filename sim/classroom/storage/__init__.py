"""Where sessions are kept, recorded, begun and resumed."""
