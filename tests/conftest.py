"""One cache of compiled kernels for the whole test run, and strict warnings (see pyproject)."""

from hypothesis import settings

# A time limit on an example would say how busy the machine is.
settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")
