"""Stage 4: questions asked of one run more deeply, or of several on common random numbers.

Means:

- `common_random_numbers`: several scenarios on the same draws
- `samples`, `changes`: measures of one run, and what changes between runs, with intervals
- `jackknife`, `paired`: the two kinds of interval: batches left out, and paths counted
- `catalogue`: every measure by name, and which study takes it
- `run`, `run_result`: one scenario simulated, and the result as the views take it
- `effort`, `identity`, `defaults`: how much is simulated and who is told; what identifies a run

Questions:

- `side_by_side`, `comparison`: what other scenarios change, number by number
- `shapley`: which share of a difference each changed part carries
- `sweep`, `sensitivity`, `breakeven`: over a grid, driver by driver, back from a target
- `target_error`: when a run has paths enough
- `parameter_uncertainty`: default probabilities over the ranges of the inputs
- `importance_sampling`: rare events from a tilted market
- `default_drivers`: what stood behind the defaults
- `ledger`: one path again, month by month
"""
