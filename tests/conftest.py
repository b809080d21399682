"""One cache of compiled kernels for the whole test run, and strict warnings (see pyproject)."""
