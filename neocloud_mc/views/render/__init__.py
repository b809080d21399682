"""Means of drawing: tables, numbers, terminals, pagers, streams."""
