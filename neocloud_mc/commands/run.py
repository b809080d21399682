"""Default probabilities, losses and fair spreads of scenarios: the main job."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

import typer

from neocloud_mc.commands.shared import (
    cluster,
    formats,
    importance_sampling,
    output,
    shards,
    simulation,
)
from neocloud_mc.commands.shared.cluster import Dask
from neocloud_mc.commands.shared.default_drivers import Attribution
from neocloud_mc.commands.shared.options import (
    Checkpoint,
    FailIf,
    Horizon,
    Output,
    Overlays,
    Paths,
    Quiet,
    ResultFormat,
    ResultOutputFormat,
    Scenarios,
    Seed,
    Settings,
    Shard,
    Strict,
    Tail,
    Threads,
    changes,
)
from neocloud_mc.commands.shared.parameter_uncertainty import DRAWS, Draws, ParameterUncertainty
from neocloud_mc.commands.shared.plan import Plan, Wishes, carry_out, plan
from neocloud_mc.commands.shared.reporting import report
from neocloud_mc.commands.shared.target_error import MAX_PATHS, MaxPaths, TargetError
from neocloud_mc.errors import ScenarioError, UsageError
from neocloud_mc.studies.defaults import PATHS, SEED
from neocloud_mc.studies.effort import Effort
from neocloud_mc.studies.run_result import RunResult
from neocloud_mc.views.render.progress import TerminalWatch


def run(
    scenarios: Scenarios,
    paths: Paths = PATHS,
    seed: Seed = SEED,
    threads: Threads = None,
    horizon: Horizon = None,
    overlays: Overlays = None,
    settings: Settings = None,
    fail_if: FailIf = None,
    target_error: TargetError = None,
    max_paths: MaxPaths = MAX_PATHS,
    parameter_uncertainty: ParameterUncertainty = False,
    draws: Draws = DRAWS,
    attribution: Attribution = False,
    checkpoint: Checkpoint = None,
    shard: Shard = None,
    dask: Dask = None,
    tail: Tail = None,
    strict: Strict = False,
    output_format: ResultOutputFormat = None,
    destination: Output = None,
    quiet: Quiet = False,
) -> None:
    """Simulate scenarios and print how likely each issuer is to default, when, why, and who loses.

    Example: neocloud-mc run @neoclouds --fail-if 'coreweave.pd.60 > 0.25'
    """
    changed = changes(overlays, settings, horizon)
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    n_draws = draws if parameter_uncertainty else 0
    wishes = Wishes(fail_if or (), target_error or (), max_paths, n_draws, attribution)
    alone = {"--shard": shard, "--tail": tail, "--parameter-uncertainty": n_draws}
    cluster.require(dask, {**alone, "--attribution": attribution})
    if shard is not None:
        if wishes.extras:
            raise UsageError(f"--shard: a part is no result yet: drop {wishes.extras}")
        source, file = _only(scenarios, fail_if, output_format), _needed(destination)
        shards.write_shard(source, changed, shard, effort, checkpoint, file)
        return
    if tail is not None:
        if fail_if or checkpoint or wishes.extras:
            raise UsageError("--tail prints a rare event alone: drop the options of a whole run")
        if len(scenarios) > 1:
            raise UsageError("--tail takes one scenario: a market is tilted towards one event")
        (only,) = simulation.load_all(scenarios, changed)
        importance_sampling.write_rare_event(only, tail, effort, output_format, destination)
        return
    form = formats.chosen(output_format, destination, ResultFormat)
    simulation.require(form, destination)
    loaded, wrong = simulation.load_each(scenarios, changed)
    if wrong and (strict or not loaded):
        raise simulation.all_mistakes(wrong)
    right = [source for source in scenarios if source not in wrong]
    plans = [
        plan(item, wishes, effort, source, changed)
        for item, source in zip(loaded, right, strict=True)
    ]
    output.warn(simulation.all_mistakes(wrong).lines, is_quiet=False)
    results = _each(plans, effort, checkpoint, dask)
    several = len(scenarios) > 1
    code = report(results, form, destination, is_array=several, is_quiet=quiet)
    if wrong:
        told = f"{len(loaded)} of {len(scenarios)} scenarios were simulated, not {', '.join(wrong)}"
        output.warn([told], is_quiet=False)
        code = ScenarioError.exit_code
    raise typer.Exit(code)


def _each(
    plans: Iterable[Plan], effort: Effort, checkpoint: Path | None, dask: str | None
) -> Iterator[RunResult]:
    """The results, each simulated when it is asked for."""
    with cluster.staffed(effort, dask) as staffed:
        for one in plans:
            effort.watch.warn(one.loaded.warnings)
            yield carry_out(one, staffed, checkpoint)


def _only(
    scenarios: Sequence[str], fail_if: Sequence[str] | None, form: ResultFormat | None
) -> str:
    """The scenario of a shard, which is no result yet."""
    if len(scenarios) > 1:
        raise UsageError("--shard takes one scenario: a part belongs to one run")
    if fail_if:
        raise UsageError("--fail-if does not go with --shard: give it to merge")
    if form is not None:
        raise UsageError("--format does not go with --shard: give it to merge")
    return scenarios[0]


def _needed(destination: Path | None) -> Path:
    if destination is None:
        raise UsageError("--shard needs --output: the file of the part, such as part3.nmc")
    formats.refuse_results(destination, "a part is no result yet: name it like part3.nmc")
    return destination
