"""`make bench`: every table, each as soon as it is measured; some names of them, only those."""

import sys

from neocloud_mc.views.render.terminal import show_grid, stdout
from tests.benchmarks.former import former
from tests.benchmarks.importance_sampling import importance_sampling
from tests.benchmarks.memory import memory
from tests.benchmarks.process import process
from tests.benchmarks.rates import rates
from tests.benchmarks.scale import groups, scale
from tests.benchmarks.shares import draws, shares

TABLES = (rates, former, shares, draws, scale, groups, importance_sampling, process, memory)

if __name__ == "__main__":
    for table in TABLES:
        if not sys.argv[1:] or table.__name__ in sys.argv[1:]:
            show_grid(stdout(), table())
            sys.stdout.flush()
