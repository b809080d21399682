"""How much work the record is given."""

from dataclasses import dataclass

from neocloud_mc.draws import stream


@dataclass(frozen=True)
class Budget:
    """Sample sizes of the record's sections.

    Parameters
    ----------
    seed : of the whole record; every world draws under a key of its own, made from it.
    paths : of a closed form read from outcomes.
    watched : paths whose state is read month by month.
    audited : paths of each scenario on which the ledger is audited.
    draws : of the generator, for the normals' tails.
    intervals : seeds of the coverage study.
    replicates : independent runs of each size in the convergence table.
    longest : paths of its largest size.
    """

    name: str
    seed: int
    paths: int
    watched: int
    audited: int
    draws: int
    intervals: int
    replicates: int
    longest: int

    def key(self, world: str) -> int:
        """Seed of the draws of one world, 0 to 2^56 − 1."""
        return stream(f"validation/{self.seed}/{world}")


def quick(seed: int) -> Budget:
    """Under a minute, kernels compiled."""
    return Budget("quick", seed, 100_000, 16_384, 10_000, 20_000_000, 100, 16, 100_000)


def full(seed: int) -> Budget:
    """Under ten minutes on two processors."""
    return Budget("full", seed, 2_000_000, 131_072, 100_000, 200_000_000, 400, 64, 1_000_000)
