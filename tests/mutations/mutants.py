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
        "- impact * market.released",
        "+ impact * market.released",
    ),
    ("obsolescence raises prices", "trend - obsolete", "trend + obsolete"),
    ("no reversion", "decay * market.trend[i]", "market.trend[i]"),
    ("launches of the other sign", "mean + sd * draws", "-mean + sd * draws"),
    ("a launch is felt a month late", "market.index[i] += jump", "market.index[i] += 0.0"),
    ("a glut improves the climate", "- glut_shift *", "+ glut_shift *"),
    ("defaults leave the climate alone", "- impact * market.recent_defaults[i]", ""),
    ("spreads fall in a bad climate", "exp(-sensitivity * climate)", "exp(sensitivity * climate)"),
    ("correlation of the other sign", "shock = correlation *", "shock = -correlation *"),
    (
        "depreciation answers to the elasticity",
        "-market.resale_elasticity * age - gpu.depreciation * t",
        "-market.resale_elasticity * (age + gpu.depreciation * t)",
    ),
    ("GPU types age alike", "par = gpu.opening_price * exp(-age)", "par = gpu.opening_price"),
    ("obsolescence begins a month late", "price_obsolescence * t", "price_obsolescence * (t - 1)"),
)

CUSTOMERS = _of(
    "mechanisms/customers.py",
    ("no correction of convexity", "exp(-0.5 * beta * beta)", "1.0"),
    ("customers fail in good climates", "exp(-beta * market", "exp(beta * market"),
    ("the hazard does not accumulate", "hazard = customer.hazard[i] +", "hazard ="),
)

FLEET = _of(
    "mechanisms/fleet.py",
    ("service begins a month late", "lot.service_month, 1.0)", "lot.service_month + 1.0, 1.0)"),
    ("optional lots are bought in breach", " & (issuer.in_breach[i] == 0.0)", ""),
    ("the growth window is ignored", "(market.climate[i] > window) & ", ""),
    ("delay with 1 - q for q", "log(mean / (1.0 + mean))", "log(1.0 / (1.0 + mean))"),
    ("cancelled lots run", " & (lot.cancelled[i] == 0.0)\n        fleet", "\n        fleet"),
    ("cancelled lots are collateral", "value if lot.cancelled[i] == 0.0 else 0.0", "value"),
    ("cancelled lots are paid for", "cost if (cancelled == 0.0) &", "cost if"),
    (
        "delay of lots that run already",
        "    if mean > 0.0 and lot.service_month > 0.0:",
        "    if mean > 0.0:",
    ),
    (
        "lots that run everywhere cost nothing",
        "always_running_cost += cost",
        "always_running_cost += 0.0",
    ),
)

CONTRACTS = _of(
    "mechanisms/contracts.py",
    (
        "a concession raises the price",
        "gpu.price[i] < contract.price[i]",
        "gpu.price[i] > contract.price[i]",
    ),
    (
        "no concessions",
        "contract.stream_concession) >= contract.concession",
        "contract.stream_concession) >= 0.0",
    ),
    ("renewal without discount", " * (1.0 - contract.renewal_discount)", ""),
    (
        "renewal lasts a month longer",
        "t + contract.renewal_months",
        "t + contract.renewal_months + 1",
    ),
    (
        "everybody is renewed",
        "u < contract.renewal_probability",
        "contract.renewal_probability > 0.0",
    ),
    ("take-or-pay is ignored", "HOURS_PER_MONTH * contract.take_or_pay", "HOURS_PER_MONTH"),
    (
        "customers walk when the market is dearer",
        "intensity * (contract.price_power[i] * power.level[i])",
        "intensity / (contract.price_power[i] * power.level[i])",
    ),
    ("GPUs do not age for a walk-away", "= intensity * contract.ageing", "= intensity"),
    ("the last walk-away of a block is missed", "range(first, last + 1)", "range(first, last)"),
    (
        "the clock of a walk-away goes on after a concession",
        "log(price))\n    contract.hazard[i] = 0.0",
        "log(price))",
    ),
    (
        "a walk-away weighs the price before the concession",
        "    contract.price_power[i] = exp(contract.price_sensitivity * log(price))\n",
        "",
    ),
    ("contracts share the same GPUs", "fleet.idle[i] -= billed", "fleet.idle[i] -= 0.0"),
    ("contracts are billed unserved", "min(count, fleet.idle[i])", "count"),
    ("contracts outlive their customer", "0.0 if customer.failed[i] > 0.0 else", ""),
    ("a contract ends a month late", "contract.end_month[i] <= t", "contract.end_month[i] < t"),
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
    (
        "fixed costs do not inflate",
        "(issuer.gpu_cost[i] + fixed) * index",
        "issuer.gpu_cost[i] * index + fixed",
    ),
    ("the first months are not annualised", "scale = 4.0 if t >= 3 else 12.0 / t", "scale = 4.0"),
    ("utilization of the shortage in a glut", "glut if market.glut[i] > 0.0 else short", "short"),
    ("no variable costs", " + variable * revenue", ""),
    ("leverage on two months of CFADS", " + issuer.cfads_2[i])", ")"),
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
    ("annuity over a month less", "exp(months * log", "exp((months - 1.0) * log"),
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
)

BORROWING = _of(
    "mechanisms/debt/borrowing.py",
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
        "lends = (issuer.in_breach[i] == 0.0) & (t < tranche.maturity[i])",
        "lends = t < tranche.maturity[i]",
    ),
    (
        "delayed draws in the maturity month",
        "lends = (issuer.in_breach[i] == 0.0) & (t < ",
        "lends = (issuer.in_breach[i] == 0.0) & (t <= ",
    ),
    (
        "draws beyond the commitment",
        "min(advance * lot.cost[i], tranche.undrawn[i])",
        "advance * lot.cost[i]",
    ),
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
    ("prepaid notes can be sold again", "1.0 if tranche.kind == REVOLVER else 0.0", "1.0"),
    ("repaid revolvers cannot be drawn again", "1.0 if tranche.kind == REVOLVER else 0.0", "0.0"),
    (
        "scheduled principal restores a commitment",
        "tranche.undrawn[i] -= borrowed",
        "tranche.undrawn[i] -= borrowed - tranche.scheduled[i]",
    ),
    ("sweep before own capex", " - (issuer.purchases[i] - issuer.financed[i])", ""),
    ("sweep before debt service", " - issuer.due[i]\n", "\n"),
)

WATERFALL = _of(
    "mechanisms/waterfall.py",
    ("cash earns nothing", "issuer.cash[i] * risk_free", "0.0"),
    (
        "what lenders finance is paid twice",
        "issuer.purchases[i] - issuer.financed[i]",
        "issuer.purchases[i]",
    ),
    (
        "equity without the minimum cash",
        "min(issuer.equity_left[i], minimum - gap)",
        "min(issuer.equity_left[i], -gap)",
    ),
    ("equity in any climate", " & (market.climate[i] > window)", ""),
    (
        "equity without end",
        "issuer.equity_left[i] -= issuer.equity[i]",
        "issuer.equity_left[i] -= 0.0",
    ),
    (
        "cause by the shortfall before measures",
        "-issuer.gap[i] <= issuer.balloons[i]",
        "-issuer.available[i] <= issuer.balloons[i]",
    ),
    (
        "every payment default is one of liquidity",
        "-issuer.gap[i] <= issuer.balloons[i]",
        "issuer.gap[i] > 0.0",
    ),
    ("prepayments take the minimum cash", "max(0.0, cash - minimum)", "max(0.0, cash)"),
    (
        "balloons count as debt service",
        "issuer.service[i] = issuer.interest[i] + issuer.scheduled[i]",
        "issuer.service[i] = due",
    ),
    ("balloons are not due", " + issuer.balloons[i]\n", "\n"),
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
)

RECOVERY = _of(
    "mechanisms/recovery.py",
    ("a glut lowers haircuts", "+ market.resale_haircut_glut *", "- market.resale_haircut_glut *"),
    ("no fire sales", "market.resale_haircut_fire_sale * market.stress[i]", "0.0"),
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
        "liquidation takes no time",
        " * (1.0 - issuer.haircut[i]) * waiting",
        " * (1.0 - issuer.haircut[i])",
    ),
    ("liquidation costs nothing", "(1.0 - market.resale_cost) * ", ""),
    ("missed interest is no claim", "1.0 if issuer.gap[i] < 0.0 else 0.0", "0.0"),
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
        "max(0.0, income * (1.0 - issuer.costs_variable) - cost)",
        "income * (1.0 - issuer.costs_variable) - cost",
    ),
    (
        "step-in serves contracts of any pool",
        "contract.pool == p and",
        "",
    ),
    ("step-in at the full bill", "contract.price[i] * contract.take_or_pay", "contract.price[i]"),
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
    ("unpaid lots are sold", "lot.pay_month <= t and lot.cancelled", "lot.cancelled"),
    (
        "cancelled lots are sold",
        "if lot.pay_month <= t and lot.cancelled[i] == 0.0:",
        "if lot.pay_month <= t:",
    ),
    ("pledged GPUs never reach the market", "pools[lot.pool].owned[i] += lot.count", "pass"),
    (
        "lots paid for this month do not stress the market",
        "lot.count if lot.pay_month <= t",
        "lot.count if lot.pay_month < t",
    ),
    ("the living stress the market", "(issuer.default_month[i] == t) & (lot", "(lot"),
)

PATH = _of(
    "engine/path.py",
    (
        "a contract begins a month early",
        "contract.start_month < t and",
        "contract.start_month <= t and",
    ),
    (
        "covenants are tested a month later",
        "MONTHS_BETWEEN_TESTS == 0",
        "MONTHS_BETWEEN_TESTS == 1",
    ),
    (
        "lots are collateral a month late",
        "lots[k].pool == p and lots[k].pay_month <= t",
        "lots[k].pool == p and lots[k].pay_month < t",
    ),
    (
        "a contract begins with a customer that has failed",
        " or contract.start_month == t - 1",
        "",
    ),
    ("a surplus of a pool is lost", "estate += recovery.distribute", "recovery.distribute"),
    (
        "the estate has paid what is due",
        "issuer.available[i] + issuer.due[i])",
        "issuer.available[i])",
    ),
    (
        "a covenant default leaves no cash",
        "if issuer.gap[i] < 0.0 else issuer.cash[i]",
        "if issuer.gap[i] < 0.0 else 0.0",
    ),
    ("lenders never step in", "max(sold, run)", "sold"),
    ("pools that are run are dumped too", " if run <= sold else 0.0", ""),
    ("unpledged lots are not dumped", "    issuer.liquidated[i] += issuer.owned[i]\n", ""),
    ("unpledged lots are not sold", "    estate += net * issuer.collateral[i]\n", ""),
    (
        "covenant tranches are never swept",
        "tranches[j].sweep > 0.0 or is_swept_in_breach",
        "tranches[j].sweep > 0.0",
    ),
    (
        "a single shortfall is no default",
        "    if n_short > 0:\n        waterfall",
        "    if n_short > 1:\n        waterfall",
    ),
    ("a single default has no echo", "< len(market.index):", "< len(market.index) - 1:"),
    (
        "revolvers are not repaid",
        "            debt.repay_revolver(issuer, tranches[j])\n",
        "            pass\n",
    ),
    ("only notes rescue", "debt.draw_revolver(t, issuer, tranches[j])", "pass"),
    ("owners never help", "    waterfall.raise_equity(market, issuer)\n", ""),
    (
        "interest is discounted a month less",
        "exp(-market.risk_free * t)",
        "exp(-market.risk_free * (t - 1))",
    ),
    (
        "fire sales see only the issuer before",
        "            recovery.add_stress(t, market, issuers[n])\n",
        "            if issuers[n].n_defaults > 0.0:\n"
        "                recovery.add_stress(t, market, issuers[n])\n",
    ),
    ("lots are paid a month late", "lot.pay_month == t:", "lot.pay_month == t - 1:"),
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
    *RECOVERY,
    *PATH,
]
