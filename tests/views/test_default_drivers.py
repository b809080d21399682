"""What stood behind defaults is told of the issuers that default most of their own, or of all."""

from neocloud_mc.causes import CAUSES
from neocloud_mc.results.intervals import Estimate, proportion
from neocloud_mc.studies.default_drivers.shares import (
    DefaultsOfIssuer,
    DriversOfDefault,
    Standing,
)
from neocloud_mc.views.default_drivers import grids

NONE = Estimate(None, note="no defaults")
QUARTILES = dict.fromkeys(("p25", "p50", "p75"), NONE)
STANDING = Standing(QUARTILES, QUARTILES, NONE, NONE, QUARTILES, QUARTILES)


def defaults(n: int, of_parent: int = 0) -> DefaultsOfIssuer:
    causes = {cause: proportion(of_parent if cause == "parent" else 0, n) for cause in CAUSES}
    return DefaultsOfIssuer("label", n, causes, (), proportion(n, n), STANDING)


def titles(found: DriversOfDefault, *, is_full: bool) -> list[str]:
    return [grid.title for grid in grids(found, is_full=is_full)]


def test_of_many_issuers_those_are_told_of_that_default_most_of_their_own() -> None:
    """The vehicle defaults most often of all, but always with its parent."""
    issuers = {f"firm_{k}": defaults(100 + k) for k in range(7)} | {"spv": defaults(500, 500)}
    found = DriversOfDefault(paths=1000, issuers=issuers)
    told = titles(found, is_full=False)
    assert [title.split()[-1] for title in told[:-1]] == [f"firm_{k}" for k in range(1, 7)]
    notes = [note for grid in grids(found, is_full=False) for note in grid.notes]
    assert "2 more issuers have fewer defaults of their own; --full shows all." in notes
    assert len(titles(found, is_full=True)) == 8 + 1
    assert not any("--full" in note for grid in grids(found, is_full=True) for note in grid.notes)
