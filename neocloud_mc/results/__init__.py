"""Stage 3: outcomes of paths become counts, and counts become numbers with intervals."""
