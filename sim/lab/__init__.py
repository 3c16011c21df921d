"""The lab: a situation turned over in the browser."""
