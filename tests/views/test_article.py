"""The article tells what the model finds today, not what an earlier one found."""

import math
import re
from typing import Final

from neocloud_mc import simulate
from neocloud_mc.views import pages

PATHS: Final = 8_192
NAMES: Final = {
    "CoreWeave": "coreweave",
    "Nebius": "nebius",
    "Nscale": "nscale",
    "Lambda": "lambda",
    "Crusoe": "crusoe",
    "the xAI vehicle": "xai_spv",
}


def test_the_article_tells_the_default_probabilities_of_the_present_model() -> None:
    """Within 4.5 standard errors of these paths, and half a tenth of a point for rounding."""
    text = " ".join(pages.page("article").split())
    (finding,) = re.findall(r"\*\*Finding:\*\* PD: (.*?)\. At least three", text)
    told = re.findall(r"([A-Za-z ]+?) ([\d.]+)% ±[\d.]+", finding)
    assert [name.strip() for name, _ in told] == list(NAMES)
    issuers = simulate("@2025-06/neoclouds", paths=PATHS).found.estimates.issuers
    for name, percent in told:
        quoted, found = float(percent) / 100.0, issuers[NAMES[name.strip()]].pd[60].value
        assert found is not None
        error = 4.5 * math.sqrt(quoted * (1.0 - quoted) / PATHS) + 0.0005
        assert abs(found - quoted) < error, name
