"""From a loaded scenario to the numbers of a rare event."""

from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import identify
from neocloud_mc.studies.importance_sampling.estimates import RareEventResult, estimate_rare_event
from neocloud_mc.studies.importance_sampling.rare_event import find_event
from neocloud_mc.studies.importance_sampling.run import fit_tilt, simulate_tilted


def estimated(loaded: Loaded, name: str, effort: Effort) -> RareEventResult:
    """Tilt the market towards an event, simulate, and estimate what the paths say of it.

    Parameters
    ----------
    name : of a measure, or a condition (see `find_event`).

    Raises
    ------
    UsageError : no rare event behind the name.
    RunError : importance sampling found too little.
    """
    scenario = loaded.scenario
    event = find_event(open_book(scenario), name)
    effort.watch.warn(loaded.warnings)
    effort.prepare()
    effort.watch.announce("finding out where the event comes from …")
    fitted = fit_tilt(scenario, event, seed=effort.seed, threads=effort.threads)
    with effort.watch.simulating(scenario.name, effort.paths) as told:
        batches = simulate_tilted(
            scenario,
            event,
            fitted,
            paths=effort.paths,
            seed=effort.seed,
            threads=effort.threads,
            progress=told,
        )
    tilt = fitted.tilt
    factors = {
        "ends of shortages": tilt.leave_shortage,
        "ends of gluts": tilt.leave_glut,
        "launches": tilt.launch,
    }
    return RareEventResult(
        info=identify(loaded, effort, 1),
        estimates=estimate_rare_event(open_book(scenario), event, batches),
        beyond=fitted.threshold if event.kind in ("loss", "portfolio") else None,
        shifts={"price": tilt.price, "climate": tilt.funding},
        factors=factors | {f"failures of {name}": k for name, k in tilt.customers.items()},
    )
