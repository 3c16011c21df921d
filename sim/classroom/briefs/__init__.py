"""What a seat is told: its role brief, its levers as cards, and the same on paper."""
