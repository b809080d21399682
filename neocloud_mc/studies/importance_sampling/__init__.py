"""Importance sampling: rare events from a tilted market, weighted back to the true one."""
