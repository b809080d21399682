"""A backtest: firms, number, scores, bands and market; JSON ``neocloud-mc/backtest/1``."""

from neocloud_mc import __version__
from neocloud_mc.studies.backtest.run import Backtests
from neocloud_mc.views.backtest.records import COLUMNS, SCHEMA, pooled, record, rows
from neocloud_mc.views.backtest.tables import blocks
from neocloud_mc.views.render.document import Document


def document(result: Backtests) -> Document:
    """A block for each scenario and record of outcomes; one object for programs."""
    return Document(
        json=lambda: {
            "schema": SCHEMA,
            "version": __version__,
            "backtests": [record(one) for one in result.each],
            "pooled": result.pooled and pooled(result.pooled),
        },
        blocks=lambda width: blocks(result),
        columns=COLUMNS,
        rows=lambda: rows(result),
    )
