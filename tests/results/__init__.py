"""Stage 3: counts, intervals and gates."""
