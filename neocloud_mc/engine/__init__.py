"""Stage 2: a Scenario becomes tables, tables become paths, paths become a Tally."""
