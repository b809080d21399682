"""`run --tail`: a rare event from leaning paths."""

from pathlib import Path
from typing import Final

from neocloud_mc.commands.shared import formats, output, simulation
from neocloud_mc.commands.shared.options import ResultFormat
from neocloud_mc.commands.shared.simulation import Effort
from neocloud_mc.engine.bookkeeping import open_book
from neocloud_mc.errors import UsageError
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies.importance_sampling import rare_event, run as engine
from neocloud_mc.studies.importance_sampling.finding import TailResult
from neocloud_mc.views import tail_grids, tail_text
from neocloud_mc.views.render.progress import announce, progress
from neocloud_mc.views.render.terminal import plain, stdout
from neocloud_mc.views.result_table import show_block

_FORMATS: Final = tuple(form for form in ResultFormat if form is not ResultFormat.PARQUET)


def write_tail(
    loaded: Loaded, event: str, effort: Effort, given: ResultFormat | None, destination: Path | None
) -> None:
    """Lean the market towards the event, simulate and write what the paths say of it.

    Raises
    ------
    UsageError : no rare event behind the name; parquet.
    RunError : the leaning paths are no good.
    """
    if given is ResultFormat.PARQUET:
        raise UsageError("--format parquet does not go with --tail")
    form = formats.chosen(given, destination, _FORMATS)
    aim = rare_event.target(open_book(loaded.scenario), event)
    output.warn(loaded.warnings, is_quiet=effort.is_quiet)
    result = _simulate(loaded, aim, effort)
    if form is ResultFormat.TABLE and destination is None:
        show_block(stdout(), tail_grids.heading(result), tail_grids.grids(result))
    else:
        output.write(_render(result, form), destination)


def _simulate(loaded: Loaded, aim: rare_event.Target, effort: Effort) -> TailResult:
    scenario, quiet = loaded.scenario, effort.is_quiet
    simulation.compile_kernels(is_quiet=quiet)
    announce("finding out where the event comes from …", is_quiet=quiet)
    lean = engine.lean(scenario, aim, seed=effort.seed, threads=effort.threads)
    with progress(scenario.name, effort.paths, is_quiet=quiet) as told:
        batches = engine.simulate_tail(
            scenario,
            aim,
            lean,
            paths=effort.paths,
            seed=effort.seed,
            threads=effort.threads,
            progress=told,
        )
    tilt = lean.tilt
    factors = {
        "ends of shortages": tilt.leave_shortage,
        "ends of gluts": tilt.leave_glut,
        "launches": tilt.launch,
    }
    return TailResult(
        info=simulation.identify(loaded, effort, 1),
        estimates=rare_event.estimate_tail(open_book(scenario), aim, batches),
        beyond=lean.threshold if aim.kind in ("loss", "portfolio") else None,
        shifts={"price": tilt.price, "climate": tilt.funding},
        factors=factors | {f"failures of {name}": k for name, k in tilt.customers.items()},
    )


def _render(result: TailResult, form: ResultFormat) -> str:
    match form:
        case ResultFormat.JSON:
            return tail_text.to_json(result)
        case ResultFormat.CSV:
            return tail_text.to_csv(result)
        case ResultFormat.MARKDOWN:
            return tail_text.to_markdown(result)
        case _:
            return plain(
                lambda console: show_block(
                    console, tail_grids.heading(result), tail_grids.grids(result)
                )
            )
