"""The mutations: one small mistake each, in the words of the model."""

from typing import NamedTuple


class Mutant(NamedTuple):
    """Replace `old`, which occurs exactly once in the package's `file`, by `new`."""

    file: str
    old: str
    new: str
    meaning: str


def _of(file: str, *mistakes: tuple[str, str, str]) -> list[Mutant]:
    return [Mutant(file, old, new, meaning) for meaning, old, new in mistakes]


MARKET = _of(
    "mechanisms/market/steps.py",
    ("a shortage lasts as long as a glut", "_mean_years_shortage", "_mean_years_glut"),
    (
        "each regime leaves at the other's rate",
        "leave = leave_glut if was_glut > 0.0 else leave_shortage",
        "leave = leave_shortage if was_glut > 0.0 else leave_glut",
    ),
    ("drift of the shortage in a glut", "mu = glut_drift if in_glut else drift", "mu = drift"),
    (
        "volatility of the shortage in a glut",
        "sigma = glut_volatility if in_glut else volatility",
        "sigma = volatility",
    ),
    (
        "prices rise when GPUs are released",
        "trend -= impact * market.released",
        "trend += impact * market.released",
    ),
    (
        "obsolescence raises prices",
        "market.index[i] = trend - par",
        "market.index[i] = trend + par",
    ),
    ("no reversion", "decay * market.trend[i]", "market.trend[i]"),
    ("launches of the other sign", "mean + sd * draws", "-mean + sd * draws"),
    ("a launch is felt a month late", "market.index[i] += jump", "market.index[i] += 0.0"),
    (
        "a glut improves the climate",
        "premium\n        climate = funding - glut_shift",
        "premium\n        climate = funding + glut_shift",
    ),
    (
        "defaults leave the climate alone",
        "- premium\n        climate = funding - glut_shift * market.glut[i] - impact *",
        "- premium\n        climate = funding - glut_shift * market.glut[i] - 0.0 *",
    ),
    (
        "spreads fall in a bad climate",
        "base * exp(-sensitivity * climate)\n\n\n@jit.step\ndef fix_climate",
        "base * exp(sensitivity * climate)\n\n\n@jit.step\ndef fix_climate",
    ),
    ("correlation of the other sign", "shock = correlation *", "shock = -correlation *"),
    (
        "depreciation answers to the elasticity",
        "-market.resale_elasticity * age - gpu.depreciation * t",
        "-market.resale_elasticity * (age + gpu.depreciation * t)",
    ),
    ("GPU types age alike", "par = gpu.opening_price * exp(-age)", "par = gpu.opening_price"),
    (
        "obsolescence begins a month late",
        "par, premium = market.price_start + market.price_obsolescence * t",
        "par, premium = market.price_start + market.price_obsolescence * (t - 1)",
    ),
    (
        "interest is discounted a month less",
        "exp(-market.risk_free * t)",
        "exp(-market.risk_free * (t - 1))",
    ),
    (
        "today's price is on its trend",
        "market.trend[i] = market.price_start",
        "market.trend[i] = 0.0",
    ),
    ("a price of risk raises prices", "price_shock[i] - premium)", "price_shock[i] + premium)"),
    (
        "a price of risk shifts the climate through the price",
        "        market.trend[i] = trend\n        market.index[i] = trend - par\n",
        "        market.trend[i] = trend\n        market.index[i] = trend - par\n"
        "        market.price_shock[i] -= premium\n",
    ),
    (
        "a price of funding risk is paid at once",
        "(1.0 - market.persistence) * market.price_of_risk_funding",
        "market.price_of_risk_funding",
    ),
    (
        "a type's own factor does not return",
        "decay * gpu.factor[i] + volatility",
        "gpu.factor[i] + volatility",
    ),
    (
        "a type's own factor moves no price",
        "exp(exponent * (market.index[i] + gpu.factor[i]))",
        "exp(exponent * market.index[i])",
    ),
    (
        "a prescribed index leaves the trend",
        "        market.trend[i] = trend\n        market.index[i] = index\n",
        "        market.index[i] = index\n",
    ),
    (
        "a prescribed climate forgets the glut",
        "funding)):\n        climate = funding - glut_shift * market.glut[i] - impact",
        "funding)):\n        climate = funding - impact",
    ),
    (
        "a prescribed regime is free",
        "            market.glut[i] = fixed_glut\n",
        "            market.glut[i] = market.glut[i]\n",
    ),
)

CUSTOMERS = _of(
    "mechanisms/customers.py",
    ("no correction of convexity", "exp(-0.5 * beta * beta)", "1.0"),
    ("customers fail in good climates", "intensity * power.level", "intensity / power.level"),
    ("the hazard does not accumulate", "hazard = customer.hazard[i] +", "hazard ="),
    (
        "customers bear no price of risk",
        "    customer.intensity *= exp(market.price_of_risk_customers)\n",
        "",
    ),
)

FLEET = _of(
    "mechanisms/fleet.py",
    (
        "lots are paid a month late",
        "n_orders += 1 if lots[k].pay_month == t else 0",
        "n_orders += 1 if lots[k].pay_month == t - 1 else 0",
    ),
    (
        "optional lots come first",
        "lot.committed + is_optional == 1.0",
        "lot.committed == is_optional",
    ),
    ("service begins a month late", "lot.service_month, 1.0)", "lot.service_month + 1.0, 1.0)"),
    ("optional lots are bought in breach", " & (issuer.in_breach[i] == 0.0)", ""),
    ("the growth window is ignored", "(market.climate[i] > window) & ", ""),
    ("delay with 1 - q for q", "-log1p(1.0 / mean)", "-log1p(mean)"),
    (
        "cancelled lots run",
        "is_ordered = lot.cancelled[i] == 0.0\n        starts",
        "is_ordered = lot.cancelled[i] >= 0.0\n        starts",
    ),
    ("cancelled lots are collateral", "value if lot.cancelled[i] == 0.0 else 0.0", "value"),
    ("cancelled lots are paid for", "cost = price if bought else fee", "cost = price"),
    (
        "delay of lots that run already",
        "    if mean > 0.0 and lot.service_month > 0.0:",
        "    if mean > 0.0:",
    ),
    (
        "lots cost nothing to run",
        "issuer.gpu_cost[i] += cost if starts",
        "issuer.gpu_cost[i] += 0.0 if starts",
    ),
    (
        "what lenders finance is paid twice",
        "payer.own_capex[i] += cost - drawn",
        "payer.own_capex[i] += cost",
    ),
    ("optional lots need no room", " & (own <= payer.room[i])", ""),
    ("committed lots leave the room alone", "        payer.room[i] -= cost - drawn\n", ""),
    ("lots need not pay off", " & (lot.pays_off[i] > 0.0)", ""),
    (
        "variable costs are left out of the hurdle",
        "(1.0 - issuer.costs_variable)\n    for i in range(len(lot.pays_off)):\n        util",
        "1.0\n    for i in range(len(lot.pays_off)):\n        util",
    ),
    (
        "costs do not inflate in the hurdle",
        "lot.operating_cost * issuer.cost_index",
        "lot.operating_cost",
    ),
    (
        "the rent of an ended contract counts",
        "is_on = (contract.live[i] > 0.0) & (customer",
        "is_on = (customer",
    ),
    ("fees buy no lot", " | (is_bought_for_the_fee & (fee >= own))", ""),
    (
        "committed lots are given up first",
        "for is_committed in range(2):",
        "for is_committed in range(1, -1, -1):",
    ),
    (
        "the first lot is given up first",
        "range(issuer.end_lot - 1, issuer.first_lot - 1, -1)",
        "range(issuer.first_lot, issuer.end_lot)",
    ),
    (
        "giving up costs no fee",
        "back = lot.cost[i] - lot.drawn[i] - lot.cancel_fee",
        "back = lot.cost[i] - lot.drawn[i]",
    ),
    ("what is given up stays lent", "    if drawn > 0.0:\n", "    if drawn < 0.0:\n"),
)

CONTRACTS = _of(
    "mechanisms/contracts.py",
    (
        "a concession raises the price",
        "min(gpu.price[i], contract.price[i])",
        "max(gpu.price[i], contract.price[i])",
    ),
    (
        "no concessions",
        "stays = u < contract.concession",
        "stays = u < 0.0",
    ),
    ("renewal without discount", "1.0 - contract.renewal_discount", "1.0"),
    (
        "renewal lasts a month longer",
        "t + contract.renewal_months",
        "t + contract.renewal_months + 1",
    ),
    ("everybody is renewed", "& (u < probability)", "& (u < 1.0)"),
    (
        "take-or-pay is ignored",
        "count, rate = contract.count, HOURS_PER_MONTH * contract.take_or_pay",
        "count, rate = contract.count, HOURS_PER_MONTH",
    ),
    (
        "customers walk when the market is dearer",
        "intensity * (contract.price_power[i] * power.level[i])",
        "intensity / (contract.price_power[i] * power.level[i])",
    ),
    ("GPUs do not age for a walk-away", "= intensity * contract.ageing", "= intensity"),
    (
        "only the first walk-away of a block is seen",
        "        walking = without_first(walking)\n",
        "        walking = NOBODY\n",
    ),
    (
        "the clock of a walk-away goes on after a concession",
        "contract.hazard[i] = 0.0 if stays else contract.hazard[i]",
        "contract.hazard[i] += 0.0",
    ),
    (
        "a walk-away weighs the price before the concession",
        "contract.price_power[i] = power if stays else contract.price_power[i]",
        "contract.price_power[i] += 0.0",
    ),
    ("contracts share the same GPUs", "fleet.idle[i] -= billed", "fleet.idle[i] -= 0.0"),
    ("contracts are billed unserved", "min(count, fleet.idle[i])", "count"),
    ("contracts outlive their customer", "0.0 if customer.failed[i] > 0.0 else", ""),
    (
        "deposits pay whole bills",
        "min(contract.deposit[i], share * bill)",
        "min(contract.deposit[i], bill)",
    ),
    ("deposits are never used up", "        contract.deposit[i] -= used\n", ""),
    (
        "lost contracts are paid ahead",
        "amount if contract.live[i] > 0.0 else 0.0",
        "amount",
    ),
    (
        "dear contracts are kept at their long stop",
        "contract.price[i] > gpu.price[i])",
        "contract.price[i] < gpu.price[i])",
    ),
    (
        "nothing is refunded",
        "        issuer.refunds[i] += contract.deposit[i] if ends else 0.0\n",
        "",
    ),
)

OPERATIONS = _of(
    "mechanisms/operations.py",
    (
        "the backstop ends a month early",
        "t <= issuer.backstop_until_month",
        "t < issuer.backstop_until_month",
    ),
    ("the backstop ignores its window", " if market.climate[i] > window else 0.0", ""),
    ("backstopped GPUs are let twice", "fleet.idle[i] -= taken", "fleet.idle[i] -= 0.0"),
    (
        "inflation lags a month",
        "exp(issuer.log_inflation * t)",
        "exp(issuer.log_inflation * (t - 1))",
    ),
    ("fixed costs do not inflate", "(gpu_cost + fixed) * index", "gpu_cost * index + fixed"),
    ("the first months are not annualised", "scale = 4.0 if t >= 3 else 12.0 / t", "scale = 4.0"),
    ("utilization of the shortage in a glut", "glut if market.glut[i] > 0.0 else short", "short"),
    ("no variable costs", " + variable * revenue", ""),
    ("leverage on two months of CFADS", " + issuer.cfads_2[i])", ")"),
    ("prepaid rent is cash", "revenue - issuer.deposits_used[i] - opex", "revenue - opex"),
    (
        "operators are never dearer",
        "issuer.gpu_cost[i] * issuer.cost_factor[i]",
        "issuer.gpu_cost[i]",
    ),
)

SERVICE = _of(
    "mechanisms/debt/service.py",
    ("interest of another rate", "interest = balance * tranche.rate[i]", "interest = balance"),
    ("exposure is not discounted", "discounted_month * balance", "balance / 12.0"),
    (
        "linear over a month more",
        "schedule_equal(issuer, tranche, max(tranche.opening_maturity - t + 1.0, 1.0))",
        "schedule_equal(issuer, tranche, max(tranche.opening_maturity - t + 2.0, 1.0))",
    ),
    ("annuity over a month less", "expm1(months * log1p", "expm1((months - 1.0) * log1p"),
    (
        "the interest-only time ends a month early",
        "t > tranche.interest_only_until or",
        "t >= tranche.interest_only_until or",
    ),
    ("a rolled loan that never began waits", " or tranche.has_rolled > 0.0\n", "\n"),
    ("an amount is paid beyond the balance", "min(amount, tranche.balance[i])", "amount"),
    (
        "a rolled annuity is interest-only again",
        "share * balance if has_begun | is_rolled else",
        "share * balance if has_begun | (is_rolled & (not is_level)) else",
    ),
    (
        "a rolled linear loan is interest-only again",
        "if has_begun | is_rolled else 0.0\n        due",
        "if has_begun | (is_rolled & is_level) else 0.0\n        due",
    ),
    (
        "notes over a month more",
        "schedule_equal(issuer, tranche, tranche.months)",
        "schedule_equal(issuer, tranche, tranche.months + 1.0)",
    ),
    (
        "a map goes on after a rollover",
        "if is_map & (not is_rolled) else due",
        "if is_map else due",
    ),
    ("a margin without base rate", "market.risk_free + tranche.margin", "tranche.margin"),
    ("opening notes at the risk-free rate", " + market.funding_spread_base / 12.0", ""),
    (
        "what a revolver can lend is not exposed",
        "tranche.exposure[i] += discounted_month * undrawn",
        "tranche.exposure[i] += 0.0",
    ),
)

MATURITY = _of(
    "mechanisms/debt/maturity.py",
    ("LTV ignores ranks", " and tranches[j].rank <= tranche.rank", ""),
    (
        "LTV counts only its own rank",
        "tranches[j].rank <= tranche.rank",
        "tranches[j].rank == tranche.rank",
    ),
    (
        "a pool without collateral passes",
        "if collateral > 0.0 else math.inf",
        "if collateral > 0.0 else 0.0",
    ),
    ("undrawn revolvers lapse", "balloon > 0.0 or tranche.kind == REVOLVER", "balloon > 0.0"),
    ("rolled for a month more", "t + tranche.refinance_months", "t + tranche.refinance_months + 1"),
    (
        "rolled at the risk-free rate",
        "market.risk_free + market.spread[i] / 12.0",
        "market.risk_free",
    ),
    ("rolled at the old rate", "market.risk_free + market.spread[i] / 12.0", "tranche.rate[i]"),
    (
        "the refinancing window is ignored",
        "market.climate[i] > tranche.refinance_window",
        "tranche.refinance_months > 0.0",
    ),
    ("negative CFADS can be refinanced", "cfads <= 0.0 or ", "cfads > 0.0 and "),
    (
        "LTV is no bar to a rollover",
        "tranche.ltv[i] > tranche.refinance_max_ltv",
        "tranche.ltv[i] < 0.0",
    ),
    ("leverage is no bar to a rollover", "issuer.total_debt[i] > limit * cfads", "limit < 0.0"),
    ("the balloon counts scheduled principal twice", " - tranche.scheduled[i]", ""),
    ("loans are rolled ahead in breach", "lives & (issuer.in_breach[i] == 0.0) & ", "lives & "),
    (
        "a month less ahead",
        "(t < maturity) & (maturity <= last)",
        "(t < maturity) & (maturity < last)",
    ),
)

BORROWING = _of(
    "mechanisms/debt/borrowing.py",
    (
        "covenant tranches are never swept",
        "tranche.sweep > 0.0 or is_swept_in_breach",
        "tranche.sweep > 0.0",
    ),
    ("a draw is no debt before the next month", "        issuer.total_debt[i] += loan\n", ""),
    (
        "a draw bears interest at once",
        "issuer.financed[i] += loan",
        "issuer.interest[i] += loan * tranche.rate[i]",
    ),
    (
        "exposure counts this month's draw",
        "issuer.total_debt[i] += loan",
        "issuer.total_debt[i] += loan\n        tranche.exposure[i] += loan / 12.0",
    ),
    (
        "delayed draws in breach",
        "lends = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])\n        lot",
        "lends = t < tranche.maturity[i]\n        lot",
    ),
    (
        "delayed draws in the maturity month",
        "(t < tranche.maturity[i])\n        lot",
        "(t <= tranche.maturity[i])\n        lot",
    ),
    ("draws beyond the commitment", "min(advance, tranche.undrawn[i])", "advance"),
    (
        "revolvers are drawn in breach",
        "may_draw = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])",
        "may_draw = t < tranche.maturity[i]",
    ),
    (
        "revolvers are drawn in their maturity month",
        "may_draw = (issuer.in_breach[i] == 0.0) & (t < ",
        "may_draw = (issuer.in_breach[i] == 0.0) & (t <= ",
    ),
    ("notes sell in any climate", "(market.climate[i] > window) & (issuer", "(issuer"),
    ("notes sell in breach", " & (issuer.in_breach[i] == 0.0)\n        sells", "\n        sells"),
    ("notes ignore the debt there is", " - issuer.total_debt[i])", ")"),
    ("notes sell only for a shortfall", "issuer.gap[i] < target", "issuer.gap[i] < 0.0"),
    (
        "old and new notes weigh the same",
        "(kept * rate + borrowed * new_rate) / max(after, NOTHING)",
        "0.5 * (rate + new_rate)",
    ),
    (
        "notes weigh before this month's principal",
        "(kept * rate + borrowed",
        "(balance * rate + borrowed",
    ),
    (
        "a commitment is never used up",
        "tranche.undrawn[i] -= borrowed",
        "tranche.undrawn[i] -= 0.0",
    ),
    (
        "a breach does not sweep",
        "in_breach_share if issuer.in_breach[i] > 0.0 else usual_share",
        "usual_share",
    ),
    (
        "a breach sweeps tranches without covenants",
        "1.0 if tranche.has_covenants > 0.0 else tranche.sweep",
        "1.0",
    ),
    (
        "prepaid notes can be sold again",
        "restored = 1.0 if tranche.kind == REVOLVER else 0.0\n    usual",
        "restored = 1.0\n    usual",
    ),
    (
        "repaid revolvers cannot be drawn again",
        "restored = 1.0 if tranche.kind == REVOLVER else 0.0\n    usual",
        "restored = 0.0\n    usual",
    ),
    (
        "scheduled principal restores a commitment",
        "tranche.undrawn[i] -= borrowed",
        "tranche.undrawn[i] -= borrowed - tranche.scheduled[i]",
    ),
    ("sweep before own capex", "issuer.cfads[i] - issuer.own_capex[i]", "issuer.cfads[i]"),
    ("sweep before debt service", " - issuer.due[i]\n", "\n"),
    (
        "bullets ahead are forgotten",
        "issuer.target[i] += tranche.balance[i] + tranche.borrowed[i]",
        "issuer.target[i] += 0.0",
    ),
    (
        "a revolver in breach is room",
        "lends = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])\n        issuer",
        "lends = t < tranche.maturity[i]\n        issuer",
    ),
    (
        "maturities leave the room alone",
        "issuer.room[i] -= tranche.balance[i] if tranche.maturity[i] == t else 0.0",
        "issuer.room[i] -= 0.0",
    ),
    (
        "trapped cash goes in file order",
        "            if tranches[j].rank == rank:\n",
        "            if tranches[j].rank >= rank:\n",
    ),
    (
        "trapped cash is swept, too",
        "share = 0.0 if issuer.is_trapped[i] > 0.0 else share",
        "share = share",
    ),
)

WATERFALL = _of(
    "mechanisms/waterfall.py",
    ("cash earns nothing", "issuer.cash[i] * risk_free", "0.0"),
    ("equity without the minimum cash", "issuer.target[i] = minimum +", "issuer.target[i] ="),
    ("equity in any climate", " & (market.climate[i] > window)", ""),
    ("equity without end", "issuer.raised[i] += issuer.equity[i]", "issuer.raised[i] += 0.0"),
    (
        "cause by the shortfall before measures",
        "if -issuer.gap[i] <= balloons",
        "if -issuer.available[i] <= balloons",
    ),
    (
        "every payment default is one of liquidity",
        "if -issuer.gap[i] <= balloons",
        "if issuer.gap[i] > 0.0",
    ),
    ("prepayments take the minimum cash", "max(0.0, cash - issuer.floor[i])", "max(0.0, cash)"),
    ("balloons count as debt service", "issuer.service[i] = service", "issuer.service[i] = due"),
    ("balloons are not due", "service + issuer.balloons[i] + issuer", "service + issuer"),
    ("need is that of one month", "(need + issuer.need[i] + issuer.need_1[i]) / months", "need"),
    (
        "owners are worth the same in any market",
        "worth = min(1.0, power.level[i])",
        "worth = 1.0",
    ),
    (
        "owners are worth more in a dear market",
        "min(1.0, power.level[i])",
        "power.level[i]",
    ),
    ("programmes of equity do not grow", "per_month * issuer.months_open[i]", "0.0"),
    ("refunds are not due", " + issuer.refunds[i]", ""),
    ("calls are not due", " + issuer.calls[i]\n        earned", "\n        earned"),
    (
        "balloons of vehicles that called do not count",
        "issuer.balloons[i] + issuer.called_balloons[i]",
        "issuer.balloons[i]",
    ),
    (
        "a shortfall that jumps is a jump",
        "cause = own_cause if is_short else forced",
        "cause = forced if issuer.jumps[i] > 0.0 else own_cause",
    ),
    ("last month's shortfall is spent twice", "- minimum - burnt", "- minimum"),
)

COVENANTS = _of(
    "mechanisms/covenants.py",
    ("DSCR on two months of CFADS", " + issuer.cfads_2[i]", ""),
    ("DSCR on two months of service", " + issuer.service_2[i]", ""),
    ("lapsed revolvers are liquidity", " if t < tranche.maturity[i] else 0.0", ""),
    (
        "revolvers are liquidity in their maturity month",
        "if t < tranche.maturity[i]",
        "if t <= tranche.maturity[i]",
    ),
    ("DSCR without service fails", "if service > 0.0 else math.inf", "if service > 0.0 else 0.0"),
    ("covenants of repaid tranches", " & (tranche.balance[i] > 0.0)", ""),
    ("LTV is not tested", "(tranche.ltv[i] > max_ltv)", "(tranche.ltv[i] < 0.0)"),
    ("liquidity is not tested", " | (issuer.liquidity[i] < min_liquidity)", ""),
    ("DSCR the wrong way round", "issuer.dscr[i] < min_dscr", "issuer.dscr[i] > min_dscr"),
    (
        "one more cure quarter",
        "issuer.lenders_cure_quarters, 0",
        "issuer.lenders_cure_quarters + 1, 0",
    ),
    (
        "a passed test cures nothing",
        "breaches = fails * (earlier + 1.0)",
        "breaches = earlier + fails",
    ),
    ("waivers in any climate", "market.climate[i] > issuer.lenders_window and ", ""),
    ("lenders always waive", "u < issuer.lenders_waiver", "u < 1.0"),
    (
        "a waived issuer stays in breach",
        "        issuer.in_breach[i] = 0.0\n        issuer.breaches[i] = 0.0\n    else",
        "        issuer.breaches[i] = 0.0\n    else",
    ),
    (
        "a waiver does not restart the count",
        "        issuer.in_breach[i] = 0.0\n        issuer.breaches[i] = 0.0\n    else",
        "        issuer.in_breach[i] = 0.0\n    else",
    ),
    ("the last breach is taken for the first", " & (first == 0.0)", ""),
    (
        "covenants are tested a month later",
        "MONTHS_BETWEEN_TESTS == 0",
        "MONTHS_BETWEEN_TESTS == 1",
    ),
    (
        "covenants are tested from the first",
        "is_tested = t >= tranche.covenants_from_month",
        "is_tested = t >= 0",
    ),
    (
        "what is distributed covers nothing",
        "        cfads += issuer.upstream[i] + issuer.upstream_1[i] + issuer.upstream_2[i]\n",
        "",
    ),
    (
        "cures take the minimum cash",
        "own = max(0.0, issuer.cash[i] - issuer.floor[i])",
        "own = issuer.cash[i]",
    ),
    (
        "guarantors cure nothing",
        "if issuer.is_guaranteed > 0.0 and guarantor",
        "if issuer.is_guaranteed > 1.0 and guarantor",
    ),
    ("a cured lender lends on", "            tranches[j].undrawn[i] = 0.0\n", ""),
    (
        "all tranches are cured",
        "if tranches[j].fails[i] > 0.0:\n            tranches[j].balance",
        "if tranches[j].balance[i] > 0.0:\n            tranches[j].balance",
    ),
)

CONTAGION = _of(
    "mechanisms/recovery/contagion.py",
    (
        "fire sales remember a month more",
        "t - default_month < MEMORY",
        "t - default_month <= MEMORY",
    ),
    ("GPUs are released a month less", "(age <= months)", "(age < months)"),
    ("the climate forgets a month early", "(age <= MEMORY)", "(age < MEMORY)"),
    (
        "releases do not wait for the liquidation",
        "1.0 / (months * market.total_gpus)",
        "1.0 / market.total_gpus",
    ),
    (
        "lots paid for this month do not stress the market",
        "lot.count if lot.pay_month <= t",
        "lot.count if lot.pay_month < t",
    ),
    ("the living stress the market", "(issuer.default_month[i] == t) & (lot", "(lot"),
    (
        "vehicles are counted in the climate",
        "counted = 1.0 if issuer.parent < 0 else 0.0",
        "counted = 1.0",
    ),
)

VALUATION = _of(
    "mechanisms/recovery/valuation.py",
    ("a glut lowers haircuts", "+ market.resale_haircut_glut *", "- market.resale_haircut_glut *"),
    ("no fire sales", "market.resale_haircut_fire_sale * market.stress[i]", "0.0"),
    (
        "liquidation takes no time",
        " * (1.0 - issuer.haircut[i]) * market.resale_discount",
        " * (1.0 - issuer.haircut[i])",
    ),
    ("liquidation costs nothing", "(1.0 - market.resale_cost) * ", ""),
    ("step-in without friction", "(1.0 - issuer.step_in_friction) * value", "value"),
    ("step-in without variable costs", " * (1.0 - issuer.costs_variable)", ""),
    ("step-in without inflation", ".operating_cost * cost_index", ".operating_cost"),
    (
        "step-in for a month more",
        "contract.end_month[i] - t, rate",
        "contract.end_month[i] - t + 1.0, rate",
    ),
    (
        "step-in at the risk-free rate",
        "market.risk_free + market.spread[i] / 12.0",
        "market.risk_free",
    ),
    ("step-in with any pool's GPUs", "lot.pool == p and lot.start", "lot.start"),
    ("step-in with any GPU", "if lot.pool == p and lot.start[i] <= t", "if lot.pool == p"),
    ("step-in counts each GPU for every contract", "left[i] -= served", "left[i] -= 0.0"),
    (
        "step-in counts the GPUs of earlier pools",
        "        fleets[f].left[i] = 0.0\n",
        "        pass\n",
    ),
    (
        "step-in into losses",
        "max(0.0, worth - contract.deposit[i])",
        "worth - contract.deposit[i]",
    ),
    ("step-in serves contracts of any pool", "contract.pool == p and", ""),
    ("step-in at the full bill", "contract.price[i] * contract.take_or_pay", "contract.price[i]"),
    ("unpaid lots are sold", "lot.pay_month <= t and lot.cancelled", "lot.cancelled"),
    (
        "cancelled lots are sold",
        "if lot.pay_month <= t and lot.cancelled[i] == 0.0:",
        "if lot.pay_month <= t:",
    ),
    ("pledged GPUs never reach the market", "pools[lot.pool].owned[i] += lot.count", "pass"),
    (
        "lenders never step in",
        "pools[p].proceeds[i] = max(sold, run)",
        "pools[p].proceeds[i] = sold",
    ),
    ("deposits lower no value", "max(0.0, worth - contract.deposit[i])", "worth"),
    (
        "deposits of contracts in a pool that is run claim twice",
        "contract.live[i] > 0.0 and not is_valued",
        "contract.live[i] > 0.0",
    ),
    (
        "shares of a living vehicle are worth its assets",
        "        worth -= tranches[j].balance[i]\n",
        "        worth -= 0.0\n",
    ),
)

DISTRIBUTION = _of(
    "mechanisms/recovery/distribution.py",
    (
        "missed interest is no claim",
        "missed_interest = issuer.is_unpaid[i]",
        "missed_interest = 0.0",
    ),
    (
        "no recourse claims on the estate",
        "1.0 if p == UNPLEDGED and tranche.recourse > 0.0 else 0.0",
        "0.0",
    ),
    ("all claim on the estate", " and tranche.recourse > 0.0 else", " else"),
    (
        "recourse claims keep their rank",
        "return 1.0 if p == UNPLEDGED",
        "return tranche.rank if p == UNPLEDGED",
    ),
    ("recourse claims on every pool", "if p == UNPLEDGED and tranche", "if tranche"),
    ("ranks are ignored", "        return tranche.rank\n", "        return 1.0\n"),
    (
        "the last rank is paid first",
        "        return tranche.rank\n",
        "        return 9.0 - tranche.rank\n",
    ),
    ("a rank is not paid in full", "total += tranches[j].owed[i]", "total = tranches[j].owed[i]"),
    (
        "a surplus of a pool is lost",
        "issuer.estate[i] += distribute(i, p, pools[p].proceeds[i], issuer, tranches)",
        "distribute(i, p, pools[p].proceeds[i], issuer, tranches)",
    ),
    (
        "the estate has paid what is due",
        "return max(0.0, issuer.cash_before[i] + income)",
        "return max(0.0, issuer.available[i])",
    ),
    (
        "a covenant default leaves no cash",
        "        return issuer.cash[i]\n",
        "        return 0.0\n",
    ),
    (
        "pools that are run are liquidated too",
        "pools[p].owned[i] if pools[p].is_run[i] == 0.0 else 0.0",
        "pools[p].owned[i]",
    ),
    (
        "unpledged lots are not liquidated",
        "issuer.liquidated[i] = issuer.owned[i]",
        "issuer.liquidated[i] = 0.0",
    ),
    ("unpledged lots are not sold", "    issuer.estate[i] += net * issuer.collateral[i]\n", ""),
    (
        "refunds that are missed are no claim",
        "prepaid + issuer.is_unpaid[i] * issuer.refunds[i]",
        "prepaid",
    ),
    (
        "prepaid rent is no claim",
        "issuer.other_owed[i] = issuer.other_claims[i]",
        "issuer.other_owed[i] = 0.0",
    ),
    (
        "a vehicle's surplus is lost",
        "        parent.from_vehicles[i] += money\n",
        "        parent.from_vehicles[i] += 0.0\n",
    ),
    (
        "a living parent inherits nothing",
        "        parent.cash[i] += money\n",
        "        parent.cash[i] += 0.0\n",
    ),
    ("guarantees claim nothing", "tranches[j].owed[i] if is_claimed else 0.0", "0.0"),
    (
        "guarantors' money reaches nobody",
        "            tranches[j].owed[i] *= unpaid\n",
        "            tranches[j].owed[i] *= 1.0\n",
    ),
)

PATH = _of(
    "engine/path.py",
    (
        "a contract begins a month early",
        "has_begun, is_paid_ahead = contract.start_month < t,",
        "has_begun, is_paid_ahead = contract.start_month <= t,",
    ),
    (
        "lots are collateral a month late",
        "lots[k].pool == p and lots[k].pay_month <= t",
        "lots[k].pool == p and lots[k].pay_month < t",
    ),
    ("a contract begins with a customer that has failed", " or contract.start_month == t - 1", ""),
    ("a single default has no echo", "< len(market.index):", "< len(market.index) - 1:"),
    (
        "revolvers are not repaid",
        "        debt.repay_revolver(issuer, tranches[j])\n",
        "        pass\n",
    ),
    ("only notes rescue", "debt.draw_revolver(t, issuer, tranches[j])", "pass"),
    (
        "owners never help",
        "        waterfall.raise_equity(market, issuer, powers[issuer.support_power])\n",
        "",
    ),
    (
        "fire sales see only the issuer before",
        "            recovery.add_stress(t, market, issuers[n])\n",
        "            if issuers[n].n_defaults > 0.0:\n"
        "                recovery.add_stress(t, market, issuers[n])\n",
    ),
    ("a contract ends a month late", "contract.next_end <= t", "contract.next_end < t"),
    (
        "a single shortfall is no default",
        "if n_short > 0 or n_jumping > 0 or issuer",
        "if n_short > 1 or n_jumping > 0 or issuer",
    ),
    (
        "leverage leaves vehicles out",
        "            vehicles.consolidate(issuers[v], head)\n",
        "            pass\n",
    ),
    (
        "callers outlive their parent",
        "struck & vehicles.calling(issuers[v])",
        "struck & ~vehicles.calling(issuers[v])",
    ),
    (
        "orders of a parent's vehicles stand",
        "        plant.undo(t, struck, issuers[v], head, lots, tranches)\n",
        "",
    ),
    (
        "a default keeps what it ordered",
        "    plant.undo(t, fallen, issuer, head, lots, tranches)\n",
        "",
    ),
    (
        "vehicles give their parent's lots up",
        "if n_short > 0 and m == n and issuer.is_buying",
        "if n_short > 0 and issuer.is_buying",
    ),
    (
        "guaranteed vehicles outlive their parent",
        "waterfall.fail(t, waterfall.fallen(t, head), PARENT, 0.0, issuers[v])",
        "pass",
    ),
    (
        "a covenant of a vehicle leaves its parent alone",
        "waterfall.fail(t, vehicles.accelerated(t, issuers[v]), VEHICLE, 0.0, head)",
        "pass",
    ),
)

VEHICLES = _of(
    "mechanisms/vehicles.py",
    ("guarantees never end", "and not t > issuer.vehicle_guarantee_until", "and not t < 0"),
    (
        "what is received counts at once",
        "issuer.upstream[i] = issuer.received[i]",
        "issuer.upstream[i] = 0.0",
    ),
    (
        "dead vehicles are consolidated",
        "lives = vehicle.alive[i] > 0.0\n        parent.total",
        "lives = vehicle.alive[i] >= 0.0\n        parent.total",
    ),
    ("reserves are of one month", "reserved * (service / months)", "reserved * vehicle.service[i]"),
    ("nobody is called", "called = -vehicle.gap[i] if calls else 0.0", "called = 0.0"),
    (
        "vehicles that jump are bailed out",
        "calls = is_short & (vehicle.jumps[i] == 0.0) &",
        "calls = is_short &",
    ),
    (
        "vehicles distribute in breach",
        " & (vehicle.in_breach[i] == 0.0)\n        may",
        "\n        may",
    ),
    (
        "vehicles distribute their reserve",
        "max(0.0, vehicle.cash[i] - vehicle.floor[i])",
        "vehicle.cash[i]",
    ),
    ("vehicles always distribute", " & (not (vehicle.dscr[i] < least))", ""),
    ("orphans free their cash", " | (vehicle.is_orphaned[i] > 0.0)", ""),
    (
        "orphans go on buying",
        "            lots[k].cancelled[i] = 1.0\n",
        "            lots[k].cancelled[i] = 0.0\n",
    ),
    (
        "orphans can still borrow",
        "        tranches[j].undrawn[i] = 0.0\n",
        "        tranches[j].undrawn[i] += 0.0\n",
    ),
    ("every contract outlives the operator", "if u < probability:", "if u < 0.0:"),
    (
        "a jump pulls nobody down",
        "parent.is_pulled[i] = 1.0 if jumps else",
        "parent.is_pulled[i] = 0.0 if jumps else",
    ),
)

ESTATES = _of(
    "engine/estates.py",
    (
        "shares of living vehicles are nobody's",
        "head.from_vehicles[i] += recovery.equity_of(i, worth, prepaid, issuer, tranches)",
        "head.from_vehicles[i] += 0.0",
    ),
    (
        "living vehicles go on as before",
        "                vehicles.orphan(t, i, market, issuers[m], lots, contracts, tranches)\n",
        "                pass\n",
    ),
    ("prepaid rent lowers no shares", "equity_of(i, worth, prepaid,", "equity_of(i, worth, 0.0,"),
)

MUTANTS = [
    *MARKET,
    *CUSTOMERS,
    *FLEET,
    *CONTRACTS,
    *OPERATIONS,
    *SERVICE,
    *MATURITY,
    *BORROWING,
    *WATERFALL,
    *COVENANTS,
    *CONTAGION,
    *VALUATION,
    *DISTRIBUTION,
    *PATH,
    *VEHICLES,
    *ESTATES,
]
