"""What a study takes where nobody says otherwise, and the most that can be asked of it."""

from typing import Final

PATHS: Final = 1_000_000
PATHS_OF_SWEEP: Final = 100_000
PATHS_OF_SENSITIVITY: Final = 20_000
PATHS_OF_BREAKEVEN: Final = 100_000
PATHS_BY_ASSUMPTION: Final = 100_000
"""Of each of up to 64 runs."""
SEED: Final = 1
DRIVERS_SHOWN: Final = 10
"""For each measure of a sensitivity analysis."""
MOST_PATHS: Final = 2**62
LARGEST_SEED: Final = 2**64 - 1
MOST_THREADS: Final = 1024
