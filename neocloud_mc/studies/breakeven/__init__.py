"""Reverse stress test: where a measure hits a target."""
