"""Rare events from a shifted market, weighted back to the real one."""
