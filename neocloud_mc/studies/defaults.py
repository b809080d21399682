"""What a study takes where nobody says otherwise, and the most that can be asked of it."""

from typing import Final

PATHS: Final = 1_000_000
PATHS_OF_SWEEP: Final = 100_000
PATHS_OF_SENSITIVITY: Final = 20_000
PATHS_OF_BREAKEVEN: Final = 100_000
PATHS_OF_BACKTEST: Final = 100_000
PATHS_OF_CALIBRATION: Final = 100_000
PATHS_BY_ASSUMPTION: Final = 100_000
"""Of each of up to 64 runs."""
PATHS_OF_ATTRIBUTION: Final = 20_000
"""At most: they are simulated once more for everything that can happen to an issuer."""
PATHS_FOR_TARGET: Final = 100_000_000
"""At most, where a target error adds paths."""
DRAWS: Final = 64
FEWEST_DRAWS: Final = 10
FEWEST_PATHS_OF_DRAW: Final = 2000
"""What is read off a draw of the assumptions is a difference on common paths."""
PATHS_OF_STRESSES: Final = 20_000
"""Of each stress in a report."""
PATHS_OF_WHAT_IFS: Final = 20_000
"""Of each change that might help, in a report."""
FAN_PATHS: Final = 4096
"""Followed month by month; the standard error of a 5% quantile is 0.34% of them."""
MOST_FAN_PATHS: Final = 20_000
"""Every month of theirs is in memory at once: some 40 kB a path of 25 issuers."""
SEED: Final = 1
DRIVERS_SHOWN: Final = 10
"""For each measure of a sensitivity analysis."""
MOST_PATHS: Final = 2**62
LARGEST_SEED: Final = 2**64 - 1
MOST_THREADS: Final = 1024
