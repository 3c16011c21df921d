"""The teacher's pages: the console, tables with their secrets, the projector, the papers."""
