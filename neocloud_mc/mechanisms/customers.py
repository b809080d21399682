"""Customers: the few firms on whose rent every issuer lives, shared by all of them.

When a customer fails, every contract with it, at every issuer, ends. Its intensity follows the
funding climate e_t, because most of these firms live on the next round:

    λ_c,t = h_c exp(−β_c e_t − β_c²/2),   h_c `default_intensity`, β_c `funding_beta`

so that its mean over the stationary climate is h_c while no glut and no default worsens it; under
the pricing measure it is multiplied by exp(λ_C) (see market). The customer fails in the first month
in which Δ Σ_{s≤t} λ_c,s ≥ E_c with one draw E_c ~ Exp(1): a doubly stochastic first jump.

*Not modelled:* damages for the broken contract, and recovery from the customer's estate.
"""

from typing import Annotated

from pydantic import Field

from neocloud_mc import draws, jit
from neocloud_mc.elementary import exp, log
from neocloud_mc.jit import Record
from neocloud_mc.quantities import Intensity, SignedSensitivity, Terms


class Customer(Terms):
    """A firm that rents GPUs."""

    default_intensity: Annotated[Intensity, Field(description="Failures a year, on average.")]
    funding_beta: Annotated[
        SignedSensitivity, Field(description="Log rise of the intensity per unit of worse climate.")
    ] = 0.0


@jit.chain
def begin(market: Record, customer: Record) -> None:
    """Draw how much hazard the customer bears before it fails; mutates `customer`."""
    seed, first, stream = market.seed, market.first_path, customer.stream
    share = 1.0 / customer.tilt if market.block_is_tilted > 0.0 else 1.0
    beta = customer.funding_beta
    customer.intensity = customer.default_intensity * exp(-0.5 * beta * beta)
    customer.intensity *= exp(market.price_of_risk_customers)
    for i in range(len(customer.hazard)):
        customer.hazard[i] = 0.0
        customer.failed[i] = 0.0
        customer.threshold[i] = share * draws.exponential(seed, first + i, 0, stream)


@jit.step
def fail(customer: Record, power: Record) -> None:
    """Add a month's hazard in this climate; mutates `hazard` and `failed` (1 or 0).

    `power` is exp(e_t) to the power −β.
    """
    intensity, n_failing = customer.intensity, 0
    for i in range(len(customer.hazard)):
        hazard = customer.hazard[i] + intensity * power.level[i]
        customer.hazard[i] = hazard
        failed = 1.0 if hazard >= customer.threshold[i] else 0.0
        n_failing += 1 if failed > customer.failed[i] else 0
        customer.failed[i] = failed
    customer.n_failing = n_failing


@jit.step
def weigh(market: Record, customer: Record) -> None:
    """Add the log likelihood ratio of its tilted intensity; mutates `market.log_ratio`.

    See market.tilt. With the intensity times k, the threshold E is Exp(k) and the log likelihood
    ratio so far is (k − 1) min(E, Λ), less log k if the customer has failed.
    """
    more, log_k = customer.tilt - 1.0, log(customer.tilt)
    for i in range(len(customer.hazard)):
        borne = min(customer.hazard[i], customer.threshold[i])
        market.log_ratio[i] += more * borne - (log_k if customer.failed[i] > 0.0 else 0.0)
