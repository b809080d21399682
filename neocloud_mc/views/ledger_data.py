"""One path of one issuer for programs: JSON, and CSV with a month a row."""

import csv
import io
import json
from collections.abc import Sequence
from dataclasses import asdict, fields
from typing import Final

from neocloud_mc.studies.ledger.ledger import Ledger, LedgerMonth
from neocloud_mc.views.ledger_grids import sentence
from neocloud_mc.views.render.spreadsheet import cell

SCHEMA: Final = "neocloud-mc/ledger/1"


def as_json(ledger: Ledger, found: Sequence[int] = ()) -> str:
    """The whole ledger; money in USD; `found`: numbers of all paths that were looked for."""
    document = {"schema": SCHEMA, "summary": sentence(ledger), "found": list(found)}
    document |= asdict(ledger)
    return json.dumps(document, indent=2, allow_nan=False) + "\n"


def as_csv(ledger: Ledger) -> str:
    """A row for each month, in the order of `LedgerMonth`; events joined by semicolons."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    names = [field.name for field in fields(LedgerMonth)]
    writer.writerow(names)
    for month in ledger.months:
        row = asdict(month) | {"events": cell("; ".join(month.events))}
        writer.writerow([row[name] for name in names])
    return text.getvalue()
