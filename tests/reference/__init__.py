"""A second, independent implementation of the model, to compare the kernel with."""

from .draws import Draws, HashedDraws
from .outcome import Outcome, check_invariants
from .simulate import simulate

__all__ = ["Draws", "HashedDraws", "Outcome", "check_invariants", "simulate"]
