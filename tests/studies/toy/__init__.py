"""A study made as docs/architecture.md says: how long one waits for each watched event."""
