"""The YAML of recovery, and what its steps call by name."""

from typing import Annotated

from pydantic import Field

from neocloud_mc.quantities import Share, Terms


class StepIn(Terms):
    """Lenders run the pledged GPUs for the contracts instead of selling them."""

    friction: Annotated[Share, Field(description="Value lost by changing the operator.")]


UNPLEDGED = -1
"""The pool of a lot, a contract or a tranche that has none."""
MEMORY = 12
"""Months in which a default still weighs on climate and fire sales."""
