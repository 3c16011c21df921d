"""People in the seats: what they read, what they may do, and what comes of it."""
