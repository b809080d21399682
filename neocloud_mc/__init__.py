"""Monte Carlo credit risk of GPU clouds: default probabilities from scenario files.

>>> from neocloud_mc import estimate, load, simulate
>>> scenario = load("scenarios/neoclouds.yaml").scenario
>>> tally = simulate(scenario, paths=100_000, seed=1)
>>> estimate(open_book(scenario), tally).issuers["coreweave"].pd[60].value
"""

from typing import Final

__version__: Final = "0.1.0"
