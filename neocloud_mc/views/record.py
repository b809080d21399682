"""The validation record as tables, Markdown and JSON."""

import json
import math
from collections.abc import Iterator
from typing import Final

from rich.console import Console

from neocloud_mc.validation.record import Check, Record
from neocloud_mc.views import result_markdown
from neocloud_mc.views.grid import Alarm, Grid
from neocloud_mc.views.json_parts import Json
from neocloud_mc.views.result_table import show_block

SCHEMA: Final = "neocloud-mc/validation/1"
_HEADER: Final = ("claim", "expected", "obtained", "st. error", "z", "verdict")


def show(console: Console, record: Record) -> None:
    """Print the record, a table a section."""
    show_block(console, _heading(record), _grids(record))


def markdown(record: Record) -> str:
    """The record as a Markdown page."""
    return result_markdown.section(_heading(record), _grids(record))


def render(record: Record) -> str:
    """The record as JSON, schema ``neocloud-mc/validation/1``; ends with a newline."""
    document: Json = {
        "schema": SCHEMA,
        "version": record.version,
        "model": record.model,
        "effort": record.effort,
        "seed": record.seed,
        "family_error": record.family_error,
        "critical_z": record.critical_z,
        "statistical": record.n_statistical,
        "exact": len(record.checks) - record.n_statistical,
        "failed": len(record.failed),
        "passed": not record.failed,
        "checks": [_check(check) for check in record.checks],
    }
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def _check(check: Check) -> Json:
    return {
        "section": check.section,
        "claim": check.claim,
        "expected": check.expected,
        "obtained": check.obtained if math.isfinite(check.obtained) else None,
        "standard_error": check.standard_error,
        "tolerance": check.tolerance,
        "z": check.z,
        "verdict": _verdict(check),
    }


def _heading(record: Record) -> list[str]:
    n, m = len(record.checks), record.n_statistical
    lines = [
        f"Validation record of neocloud-mc {record.version}",
        f"{record.effort} run, seed {record.seed}, kernels {record.model}",
        f"{n - len(record.failed)} of {n} checks pass: {m} statistical, {n - m} exact.",
        f"A statistical check fails at |z| > {record.critical_z:.2f}, so that a faultless program "
        f"fails anywhere in this record with a probability below {record.family_error:.0%} "
        f"(Bonferroni over {m} checks).",
    ]
    worst = record.worst
    if worst is not None:
        lines.append(f"Largest |z|: {abs(worst.z or 0.0):.2f} ({worst.claim}).")
    return lines


def _grids(record: Record) -> Iterator[Grid]:
    for section in record.sections:
        rows = tuple(_row(check) for check in record.checks if check.section == section)
        yield Grid(section, _HEADER, rows)


def _row(check: Check) -> tuple[str, ...]:
    verdict = _verdict(check)
    return (
        check.claim,
        _number(check.expected),
        _number(check.obtained),
        _error(check),
        "" if check.z is None else f"{check.z:.2f}",
        verdict if check.passed else Alarm(verdict),
    )


def _error(check: Check) -> str:
    """The standard error, or how an exact claim is compared."""
    if check.z is not None:
        return f"{check.standard_error:.2g}"
    return f"within {check.tolerance:g}" if check.tolerance else "exact"


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == round(value) and abs(value) < 1e15 else f"{value:,.6g}"


def _verdict(check: Check) -> str:
    return "pass" if check.passed else "FAIL"
