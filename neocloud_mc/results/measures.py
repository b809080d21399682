"""Every sampled number of a run by its name, as gates, sweeps and spreadsheets call it.

A name is the number's place in the JSON result, joined by dots: ``issuers.acme.pd.60``,
``portfolio.es.99.9``. Probabilities of default have a name for every month of the horizon.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from neocloud_mc.results.figures import Estimates, IssuerEstimates, Quantiles, TrancheEstimates
from neocloud_mc.results.intervals import Estimate


@dataclass(frozen=True)
class Measure:
    """One sampled number.

    Parameters
    ----------
    section : issuers, joint, portfolio or market.
    issuer, tranche : whose it is; empty where it is nobody's alone.
    name : what it is, dotted, for example ``pd`` or ``pairs.nebius.joint``.
    level : month, number of defaults, confidence level; empty where there is none.
    """

    section: str
    issuer: str
    tranche: str
    name: str
    level: str
    estimate: Estimate

    @property
    def path(self) -> str:
        """Its place in the JSON result."""
        owner = [self.issuer, "tranches", self.tranche] if self.tranche else [self.issuer]
        if self.section != "issuers":
            owner = []
        return ".".join(part for part in (self.section, *owner, self.name, self.level) if part)
