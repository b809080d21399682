"""What is allowed but odd is doubted, and never more than that."""

import pytest

from tests.scenario.desk import SMALL, changed, doubts, place_of

CASES = [
    ("advance: 0.8, ", "", "financed_by",
     "issuers.acme.fleet.new.financed_by: advance is 0, so nothing is drawn"),
    ("pay_month: 3, service_month: 6", "service_month: 6", "financed_by",
     "issuers.acme.fleet.new.financed_by: the lot is already paid for (pay_month 0), so nothing "
     "is drawn"),
    ("commitment: 2.4e7", "commitment: 2.0e7", "commitment: 2.0e7",
     "issuers.acme.tranches.ddtl.commitment: 2e7 USD is too little: the lots it finances would "
     "draw 2.4e7 USD"),
    ("maturity: 47", "maturity: 3", "financed_by",
     "issuers.acme.fleet.new.financed_by: the tranche matures in month 3 (September 2025), "
     "the lot is paid for in 3 (September 2025)"),
    ("maturity: 30}", "maturity: 30, recourse: false}", "recourse",
     "issuers.acme.tranches.rcf.recourse: without effect: a tranche without a pool claims on the "
     "estate anyway"),
    ("maturity: 30}", "maturity: 30, covenants: {max_ltv: 0.8}}", "max_ltv: 0.8",
     "issuers.acme.tranches.rcf.covenants.max_ltv: not tested: the tranche has no pool"),
    ("commitment: 5.0e6", "commitment: 0", "principal: 0, commitment: 0",
     "issuers.acme.tranches.rcf.principal: nothing is drawn, and nothing can be"),
    ("12: 2.0e6}", "12: 2.0e7}", "amortization: {6",
     "issuers.acme.tranches.term.amortization: repays 2.1e7 USD, principal and commitment are 1e7"),
    ("maturity: 30}", "maturity: 30, pool: empty}", "pool: empty",
     "issuers.acme.tranches.rcf.pool: no lot and no contract is pledged to 'empty'"),
    ("start_month: 6", "start_month: 4", "start_month",
     "issuers.acme.contracts.lab.start_month: billed from month 5 (November 2025) on; the first "
     "gb200 enters service in month 6 (December 2025)"),
    ("count: 800", "count: 1800", "contracts",
     "issuers.acme.contracts: in 30 months they let more h100 than run; at worst, in month 1 "
     "(July 2025), 1800 of 1000"),
    ("backstop: {gpu: h100", "backstop: {gpu: spare", "gpu: spare",
     "issuers.acme.backstop.gpu: the fleet has no spare, so this backstop never pays"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "at", "expected"), CASES)
def test_a_doubt_is_told_where_it_arises(old: str, new: str, at: str, expected: str) -> None:
    text = changed(old, new)
    if "spare" in new:
        spare = "spare: {price: 1.5, resale: 12000, operating_cost: 200}"
        text = text.replace("\n  h100:", f"\n  {spare}\n  h100:")
    assert doubts(text) == [f"{place_of(at, text)}: warning: {expected}"]


def test_a_delayed_draw_that_nothing_draws_is_doubted() -> None:
    text = changed("financed_by: ddtl, advance: 0.8, ", "")
    assert "no lot names it in financed_by" in doubts(text)[0]


def test_contracts_may_wait_half_a_year_for_deliveries() -> None:
    assert doubts(changed("service_month: 6", "service_month: 7")) == []
    assert doubts(SMALL) == []
