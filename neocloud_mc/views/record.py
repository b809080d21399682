"""The validation record; JSON is ``neocloud-mc/validation/1``."""

import math
from collections.abc import Iterator
from textwrap import wrap
from typing import Final

from neocloud_mc.validation.record import Check, Record
from neocloud_mc.views.render import markdown
from neocloud_mc.views.render.document import Document
from neocloud_mc.views.render.grid import Alarm, Block, Grid, Relief
from neocloud_mc.views.render.json_parts import Json

SCHEMA: Final = "neocloud-mc/validation/1"
_WIDTH: Final = 80
_TITLE: Final = "# Validation: the record that `neocloud-mc verify` regenerates"
_EVIDENCE: Final = (
    """The record is evidence of one thing: that the program computes what `docs model` says. It
    sets closed forms, invariants, laws, the generator's known answers, the coverage of the
    intervals and the rate of convergence beside what the installed program gives.""",
    """It is no evidence that the model is the world. Probabilities are meant as real-world ones:
    drifts, intensities and haircuts are estimates and assumptions about what happens, not
    risk-neutral ones backed out of prices, and a fair spread is an expected loss per unit of
    discounted balance, without a premium for risk. No GPU cloud has a default history to test
    against; `docs vintages` sets the first 12 months of a forecast beside what happened. What the
    assumptions do is in `docs assumptions`.""",
    """Supervisors of banks (in the United States the interagency guidance SR 26-2 of 17 April 2026,
    which superseded SR 11-7; in the United Kingdom the PRA's SS1/23) expect a bank that uses a
    model to have it validated by people independent of its development, in concept, in
    implementation and in use, in proportion to its materiality, and to monitor it. This record can
    serve such people as evidence on implementation. It is the developers' own: it is not
    independent validation, not approval for any use, and says nothing about governance.""",
)
_HEADER: Final = ("claim", "expected", "obtained", "st. error", "z", "verdict")


def document(record: Record) -> Document:
    """A table a section, the verdict last; Markdown says first what it is evidence of."""
    return Document(
        json=lambda: _json(record),
        blocks=lambda width: [Block(tuple(_heading(record)), _grids(record), _outcome(record))],
        page=lambda: _page(record),
    )


def _outcome(record: Record) -> tuple[str, ...]:
    """Whether all is well, and what is not."""
    failed = [f"failed: {check.claim}" for check in record.failed]
    return ((Alarm if failed else Relief)(_counted(record)), *failed)


def _page(record: Record) -> str:
    told = [markdown.escaped(f"{line.removesuffix('.')}.") for line in _heading(record)]
    told[0] += " Printed by `neocloud-mc verify --format markdown`, never typed."
    prose = ["\n".join(wrap(" ".join(text.split()), _WIDTH)) for text in (*_EVIDENCE, *told)]
    tables = [line for grid in _grids(record) for line in markdown.table(grid)]
    return "\n".join([f"{_TITLE}\n", *(f"{text}\n" for text in prose), *tables])


def _json(record: Record) -> Json:
    return {
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


def _check(check: Check) -> Json:
    return {
        "section": check.section,
        "claim": check.claim,
        "expected": check.expected,
        "obtained": _finite(check.obtained),
        "standard_error": check.standard_error,
        "tolerance": check.tolerance,
        "z": None if check.z is None else _finite(check.z),
        "verdict": _verdict(check),
    }


def _finite(value: float) -> float | None:
    """Nothing of what is no number: JSON has none."""
    return value if math.isfinite(value) else None


def _heading(record: Record) -> list[str]:
    m = record.n_statistical
    lines = [
        f"Validation record of neocloud-mc {record.version}",
        f"{record.effort} run, seed {record.seed}, kernels {record.model}",
        _counted(record),
        f"A statistical check fails at |z| > {record.critical_z:.2f}, so that a faultless program "
        f"fails anywhere in this record with a probability below {record.family_error:.0%} "
        f"(Bonferroni over {m} checks).",
    ]
    worst = record.worst
    if worst is not None:
        lines.append(f"Largest |z|: {abs(worst.z or 0.0):.2f} ({worst.claim}).")
    return lines


def _counted(record: Record) -> str:
    n, m = len(record.checks), record.n_statistical
    return f"{n - len(record.failed)} of {n} checks pass: {m} statistical, {n - m} exact."


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
    is_whole = float(value).is_integer() and abs(value) < 1e15
    return f"{value:,.0f}" if is_whole else f"{value:,.6g}"


def _verdict(check: Check) -> str:
    return "pass" if check.passed else "FAIL"
