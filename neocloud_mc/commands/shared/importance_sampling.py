"""`run --tail`: a rare event by importance sampling."""

from pathlib import Path
from typing import Final

from neocloud_mc.commands.shared import formats, output
from neocloud_mc.commands.shared.options import ResultFormat
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.identity import identify
from neocloud_mc.studies.importance_sampling import rare_event
from neocloud_mc.studies.importance_sampling.estimates import RareEventResult, estimate_rare_event
from neocloud_mc.studies.importance_sampling.run import fit_tilt, simulate_tilted
from neocloud_mc.views.rare_event import document

_FORMATS: Final = tuple(form for form in ResultFormat if form is not ResultFormat.PARQUET)


def write_rare_event(
    loaded: Loaded, name: str, effort: Effort, given: ResultFormat | None, destination: Path | None
) -> None:
    """Tilt the market towards the event, simulate and write what the paths say of it.

    Raises
    ------
    UsageError : no rare event behind the name; parquet.
    RunError : importance sampling found too little.
    """
    if given is ResultFormat.PARQUET:
        raise UsageError("--format parquet does not go with --tail")
    form = formats.chosen(given, destination, _FORMATS)
    event = rare_event.find_event(open_book(loaded.scenario), name)
    effort.watch.warn(loaded.warnings)
    output.publish(document(_simulate(loaded, event, effort)), form, destination)


def _simulate(loaded: Loaded, event: rare_event.RareEvent, effort: Effort) -> RareEventResult:
    scenario = loaded.scenario
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
