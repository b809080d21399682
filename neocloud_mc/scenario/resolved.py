"""A resolved scenario that went through JSON -> a checked Scenario."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import ValidationError

from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario.checks import rules
from neocloud_mc.scenario.checks.complaints import complain
from neocloud_mc.scenario.model import Scenario
from neocloud_mc.scenario.yaml.tree import Place, dotted, planted


def revived(resolved: Mapping[str, Any]) -> Scenario:
    """Check `Loaded.resolved` again, as JSON gives it back: its keys are strings, months too.

    Raises
    ------
    ScenarioError : every mistake, a line each; only where somebody else wrote it.
    """
    try:
        scenario = Scenario.model_validate_json(json.dumps(resolved))
    except ValidationError as error:
        found = complain(error, planted(resolved, Place("")))
        mistakes = [f"{dotted(remark.path)}: {remark.text}" for remark in found]
    else:
        mistakes = [f"{dotted(found.path)}: {found.text}" for found in rules.mistakes(scenario)]
    if mistakes:
        raise ScenarioError(mistakes)
    return scenario


def from_result(value: Any) -> Any:
    """`Loaded.resolved` out of a JSON result, which spells infinite numbers as a scenario does."""
    match value:
        case dict():
            return {key: from_result(part) for key, part in value.items()}
        case list():
            return [from_result(part) for part in value]
        case ".inf" | "-.inf":
            return float(value.replace(".", ""))
    return value
