"""State of tranches: name, unit, meaning, writers, other readers."""

from typing import Final

from neocloud_mc.mechanisms.columns.column import lane, scalar

TRANCHES: Final = (
    lane("balance", "USD", "B", "covenants debt fleet recovery", ""),
    lane("undrawn", "USD", "what it can still lend", "covenants debt fleet recovery vehicles", ""),
    lane("rate", "per month", "interest", "debt", ""),
    lane("maturity", "month", "of the last payment; infinite: notes", "debt", "covenants"),
    lane("is_rolled", "flag", "1 once it was rolled over", "debt", ""),
    lane(
        "exposure",
        "USD-years",
        "discounted balance so far; of a revolver with what is undrawn",
        "debt",
        "engine",
    ),
    lane("interest", "USD", "of this month", "debt", "recovery"),
    lane("scheduled", "USD", "principal scheduled this month", "debt", ""),
    lane("balloon", "USD", "due this month, not rolled over", "debt", ""),
    lane("borrowed", "USD", "drawn or sold in step 3 this month", "debt", ""),
    lane(
        "ltv",
        "ratio",
        "balances of rank up to its own over collateral, where a limit asks",
        "debt",
        "covenants",
    ),
    lane("fails", "flag", "1 where its own test failed last", "covenants debt", ""),
    lane("claim", "USD", "at default", "debt recovery", "engine"),
    lane("loss", "USD", "at default", "debt recovery", "engine"),
    lane("owed", "USD", "of the claim, not paid yet", "recovery", ""),
    scalar("is_dormant", "flag", "whether no lane has a balance", "debt", ""),
    scalar("is_scheduled", "flag", "whether principal is scheduled this month", "debt", ""),
    scalar(
        "has_balloon", "flag", "whether some lane has come to its maturity this month", "debt", ""
    ),
    scalar("has_rolled", "flag", "whether some lane was ever rolled over", "debt", ""),
    scalar("next_maturity", "month", "first maturity ahead on any lane", "debt", ""),
    scalar("has_covenants", "flag", "whether limits are tested", "tables", "debt engine"),
)
