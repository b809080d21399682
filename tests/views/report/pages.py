"""A report with everything in it, of a scenario whose labels try to be markup."""

import functools
import re
from dataclasses import replace
from datetime import date
from typing import Final

from neocloud_mc.api.inputs import effort_of
from neocloud_mc.scenario.load import Loaded
from neocloud_mc.studies import report as studies, sensitivity
from neocloud_mc.studies.report import Report, Reports
from neocloud_mc.views.report import page
from tests.engine.group_world import groups

HOSTILE: Final = (
    "<script>alert(1)</script>",
    "</script><b>{{ 7 * 7 }}</b>",
    '\u202eright-to-left "&\\ עברית',
    "=1+1",
)
"""Labels of the first issuers."""
PATHS: Final = 400


def loaded() -> Loaded:
    """A scenario of groups as `load` gives it."""
    labels = zip(groups().issuers, HOSTILE, strict=False)
    scenario = groups(
        {
            "name": "<i>name</i>",
            "base_date": date(2025, 6, 30),
            "issuers": {issuer: {"label": label} for issuer, label in labels},
            "assumptions": {"market.price.drift": "told by </script>; range -0.3 to 0.1"},
        }
    )
    resolved = scenario.model_dump(exclude_none=True) | {"base_date": "2025-06-30"}
    return Loaded(scenario, resolved, [], ())


@functools.cache
def report() -> Report:
    """With a stress, which halves rents, and the drivers of the market's drift."""
    one, effort = loaded(), effort_of(PATHS, 1, 1)
    stressed = replace(
        one, scenario=one.scenario.model_copy(update={"name": "<i>name</i> + stress"})
    )
    found = studies.report(one, effort, studies.Asked([stressed]))
    return replace(
        found,
        sensitivity=sensitivity.sensitivity(one, (), "market.price.drift", effort),
    )


@functools.cache
def html() -> str:
    """The page."""
    return page.page(Reports([report()], ["<i>name</i>"]))


def text_of(page: str) -> str:
    """The page without its scripts and styles."""
    return re.sub(r"<(script|style)\b.*?</\1>", "", page, flags=re.DOTALL)
