"""Some paths of what is kept by path: what few paths need is worked out on those alone."""

from __future__ import annotations

from copy import copy
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from .issuer import ContractState, Issuer, LotState, Operations, TrancheState

if TYPE_CHECKING:
    from .draws import Draws, Floats, Ints

_STATES = LotState | ContractState | TrancheState | Operations
_State = TypeVar("_State")


class SomeDraws:
    """The uniforms of some paths of other draws."""

    def __init__(self, draws: Draws, paths: Ints) -> None:
        self.draws, self.paths = draws, paths

    def uniform(self, stream: str, month: int) -> Floats:
        return self.draws.uniform(stream, month)[self.paths]


def some_issuer(issuer: Issuer, paths: Ints) -> Issuer:
    """An issuer on some paths, its history left out."""
    some = some_of(issuer, paths)
    some.n_paths, some.draws = len(paths), SomeDraws(issuer.draws, paths)
    return some


def some_of(state: _State, paths: Ints) -> _State:
    """A copy of a state, all its arrays by path cut to some paths; terms are shared."""
    some = copy(state)
    for name, value in vars(state).items():
        object.__setattr__(some, name, _cut(value, paths))
    return some


def _cut(value: Any, paths: Ints) -> Any:
    if isinstance(value, np.ndarray):
        return value[paths]
    if isinstance(value, dict):
        return {key: _cut(part, paths) for key, part in value.items()}
    return some_of(value, paths) if isinstance(value, _STATES) else value
