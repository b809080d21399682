"""Default probabilities, losses and fair spreads of scenarios: the main job."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from neocloud_mc.commands.shared import formats, options, output, run_options
from neocloud_mc.errors import ScenarioError, UsageError
from neocloud_mc.studies.defaults import DRAWS, PATHS, PATHS_FOR_TARGET, SEED

if TYPE_CHECKING:
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.studies.plan import Plan
    from neocloud_mc.studies.run import Kept
    from neocloud_mc.studies.run_result import RunResult


def run(
    scenarios: options.Scenarios,
    paths: options.Paths = PATHS,
    seed: options.Seed = SEED,
    threads: options.Threads = None,
    horizon: options.Horizon = None,
    overlays: options.Overlays = None,
    settings: options.Settings = None,
    fail_if: options.FailIf = None,
    target_error: run_options.TargetError = None,
    max_paths: run_options.MaxPaths = PATHS_FOR_TARGET,
    parameter_uncertainty: run_options.ParameterUncertainty = False,
    draws: run_options.Draws = DRAWS,
    attribution: run_options.Attribution = False,
    checkpoint: run_options.Checkpoint = None,
    shard: run_options.Shard = None,
    dask: run_options.Dask = None,
    tail: run_options.Tail = None,
    strict: run_options.Strict = False,
    full: options.Full = False,
    output_format: options.ResultOutputFormat = None,
    destination: options.Output = None,
    quiet: options.Quiet = False,
) -> None:
    """Simulate scenarios and print how likely each issuer is to default, when, why, and who loses.

    Example: neocloud-mc run @neoclouds --fail-if 'coreweave.pd.60 > 0.25'
    """
    from neocloud_mc.commands.shared import checkpoints, cluster, shards, simulation
    from neocloud_mc.commands.shared.reporting import report
    from neocloud_mc.studies.effort import Effort
    from neocloud_mc.studies.plan import plan
    from neocloud_mc.views.render.progress import TerminalWatch

    changed = options.changes(overlays, settings, horizon)
    effort = Effort(paths, seed, threads, watch=TerminalWatch(quiet))
    further = {"--parameter-uncertainty": parameter_uncertainty, "--attribution": attribution}
    cluster.require(dask, {"--shard": shard, "--tail": tail, **further})
    extras = options.given({"--target-error": target_error, **further})
    if shard is not None:
        if extras:
            raise UsageError(f"--shard: a part is no result yet: drop {extras}")
        source, file = _only(scenarios, fail_if, output_format), _needed(destination)
        shards.write_shard(source, changed, shard, effort, checkpoint, file)
        return
    if tail is not None:
        if fail_if or checkpoint or extras:
            raise UsageError("--tail prints a rare event alone: drop the options of a whole run")
        if len(scenarios) > 1:
            raise UsageError("--tail takes one scenario: a market is tilted towards one event")
        from neocloud_mc.commands.shared import importance_sampling

        (only,) = simulation.load_all(scenarios, changed)
        importance_sampling.write_rare_event(only, tail, effort, output_format, destination)
        return
    form = formats.chosen(output_format, destination, options.ResultFormat)
    simulation.require(form, destination)
    loaded, wrong = simulation.load_each(scenarios, changed)
    if wrong and (strict or not loaded):
        raise simulation.all_mistakes(wrong)
    right = [source for source in scenarios if source not in wrong]
    plans = [
        plan(
            item,
            partial(shards.command, source, changed, seed=seed),
            effort,
            fail_if=fail_if or (),
            target_errors=target_error or (),
            max_paths=max_paths,
            draws=draws if parameter_uncertainty else 0,
            is_attributed=attribution,
        )
        for item, source in zip(loaded, right, strict=True)
    ]
    output.warn(simulation.all_mistakes(wrong).lines, is_quiet=False)
    results = _each(plans, effort, checkpoints.kept_in(checkpoint), dask)
    several = len(scenarios) > 1
    code = report(results, form, destination, is_array=several, is_full=full, is_quiet=quiet)
    if wrong:
        told = f"{len(loaded)} of {len(scenarios)} scenarios were simulated, not {', '.join(wrong)}"
        output.warn([told], is_quiet=False)
        code = ScenarioError.exit_code
    raise typer.Exit(code)


def _each(
    plans: Iterable[Plan], effort: Effort, kept: Kept, dask: str | None
) -> Iterator[RunResult]:
    """The results, each simulated when it is asked for."""
    from neocloud_mc.commands.shared import cluster
    from neocloud_mc.studies.plan import carry_out

    with cluster.staffed(effort, dask) as staffed:
        for one in plans:
            effort.watch.warn(one.loaded.warnings)
            yield carry_out(one, staffed, kept)


def _only(
    scenarios: Sequence[str], fail_if: Sequence[str] | None, form: options.ResultFormat | None
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
