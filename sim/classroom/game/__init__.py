"""The game: the log's entries, the rules that check them, and the tables they change."""
