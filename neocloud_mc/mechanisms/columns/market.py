"""State of market, prices, GPU types and customers: name, unit, meaning, writers, readers."""

from typing import Final

from neocloud_mc.mechanisms.columns.column import lane, scalar

MARKET: Final = (
    lane("glut", "flag", "1 in a glut", "market", "fleet operations recovery"),
    lane(
        "left",
        "flag",
        "1 where the regime has left its state this month, unless prescribed",
        "market",
        "",
    ),
    lane("price_shock", "normal", "Z^P, shift of importance sampling included", "market", ""),
    lane("trend", "log", "y_t", "market", ""),
    lane("index", "log", "x_t", "market", "engine"),
    lane("arrival", "flag", "1 where a GPU generation is launched", "market", ""),
    lane("funding_shock", "normal", "the climate's own part of Z^F, shift included", "market", ""),
    lane("funding", "climate", "f_t", "market", ""),
    lane("climate", "climate", "e_t", "market", "covenants debt fleet operations waterfall"),
    lane("spread", "per year", "c_t", "market", "debt recovery"),
    lane("released", "share of GPUs", "D_t", "recovery", "market"),
    lane("recent_defaults", "count", "K_t", "recovery", "market"),
    lane("stress", "share of GPUs", "S_t", "recovery", ""),
    scalar("haircut_odds", "log", "logit of the base haircut", "recovery", ""),
    scalar("resale_discount", "factor", "of what a sale brings after months", "recovery", ""),
    lane(
        "log_ratio_of_moves", "log", "likelihood ratio of what the market did so far", "market", ""
    ),
    lane("log_ratio", "log", "the same, customers included", "customers market", "engine"),
    scalar(
        "leave_shortage", "per month", "probability of leaving a shortage, tilted", "market", ""
    ),
    scalar("leave_glut", "per month", "probability of leaving a glut, tilted", "market", ""),
    scalar("launch_probability", "per month", "probability of a launch, tilted", "market", ""),
    scalar("decay", "factor", "exp(-kappa/12)", "market", ""),
    scalar("persistence", "factor", "phi", "market", ""),
    scalar("innovation", "factor", "sqrt(1 - phi^2)", "market", ""),
    scalar("own_funding_shock", "factor", "sqrt(1 - correlation^2)", "market", ""),
    scalar("discount", "factor", "DF_t", "market", "debt"),
    scalar("fixed_index", "log", "prescribed x_t of this month; NaN: free", "market", ""),
    scalar("fixed_funding", "climate", "prescribed f_t of this month; NaN: free", "market", ""),
    scalar("fixed_glut", "flag", "prescribed regime of this month; NaN: free", "market", ""),
    scalar(
        "block_is_tilted", "flag", "whether this block of paths is tilted", "market", "customers"
    ),
    scalar("mean_price", "normal", "mean of Z^P this month in a tilted block", "market", ""),
    scalar(
        "mean_funding",
        "normal",
        "mean of the climate's own normal this month in a tilted block",
        "market",
        "",
    ),
    scalar("shift_price", "normal", "that mean in this block", "market", ""),
    scalar("shift_funding", "normal", "that mean in this block", "market", ""),
    scalar("is_tilted", "flag", "whether the run is tilted", "tables", "engine market"),
    scalar("tilt_price", "normal", "theta_P", "tables", "market"),
    scalar("tilt_funding", "normal", "theta_F", "tables", "market"),
    scalar(
        "tilt_leave_shortage",
        "factor",
        "of the intensity of leaving a shortage",
        "tables",
        "market",
    ),
    scalar("tilt_leave_glut", "factor", "of the intensity of leaving a glut", "tables", "market"),
    scalar("tilt_launch", "factor", "of the intensity of launches", "tables", "market"),
    scalar("starts_in_glut", "flag", "whether the first regime is a glut", "tables", "market"),
)

POWERS: Final = (
    lane(
        "level",
        "factor",
        "price index, a type's price, or exp of the climate, to the power of `exponent`",
        "market",
        "contracts customers waterfall",
    ),
    scalar("exponent", "power", "what the level is raised to", "tables", "market"),
)

GPUS: Final = (
    lane("factor", "log", "u_g,t", "market", ""),
    lane("price", "USD per GPU-hour", "P_g,t", "market", "contracts fleet operations"),
    lane("resale", "USD per GPU", "W_g,t", "market", "fleet recovery"),
)

CUSTOMERS: Final = (
    lane("hazard", "hazard", "intensity borne so far", "customers", ""),
    lane("threshold", "hazard", "E_c, what it bears before it fails", "customers", ""),
    lane("failed", "flag", "1 once it has failed", "customers", "contracts fleet"),
    scalar("intensity", "per month", "in a climate of 0", "customers", ""),
    scalar("n_failing", "lanes", "where it fails this month", "customers", "engine"),
    scalar("tilt", "factor", "of its intensity under importance sampling", "tables", "customers"),
)
