"""`schema`: an editor flags what the program refuses, and nothing that it takes."""

import json
import math
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator

from neocloud_mc.cli import main
from neocloud_mc.errors import ScenarioError
from neocloud_mc.scenario import json_schema, shape as shapes
from neocloud_mc.scenario.load import load
from neocloud_mc.scenario.shape import Shape
from tests.scenario.desk import SMALL, changed

Capture = pytest.CaptureFixture[str]

LIBRARY = sorted(file for file in Path("scenarios").rglob("*.yaml") if file.stem != "outcomes")
SHIPPED = [*LIBRARY, *sorted(Path("tests/golden").glob("*/*.yaml"))]
KEPT = Path("scenarios/schema.json")
SCHEMA = json_schema.schema()
VALIDATOR = Draft7Validator(SCHEMA, format_checker=Draft7Validator.FORMAT_CHECKER)


CORE: dict[str, Callable[[str], Any]] = {
    r"|~|null|Null|NULL": lambda _: None,
    r"true|True|TRUE|false|False|FALSE": lambda text: text.lower() == "true",
    r"[-+]?[0-9]+": int,
    r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?": float,
    r"[-+]?\.(inf|Inf|INF)": lambda text: float(text.replace(".", "")),
}
"""Scalars without quotes in the core schema of YAML 1.2, which editors use; all else is text."""


def as_edited(node: yaml.Node | None) -> Any:
    """A file as an editor reads it: YAML 1.2, every key text, a date too."""
    if isinstance(node, yaml.MappingNode):
        return {key.value: as_edited(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return [as_edited(item) for item in node.value]
    assert isinstance(node, yaml.ScalarNode)
    if node.style is None:
        for pattern, read in CORE.items():
            if re.fullmatch(pattern, node.value):
                return read(node.value)
    return node.value


def flagged(text: str) -> list[str]:
    """The dotted paths that an editor underlines."""
    found = VALIDATOR.iter_errors(as_edited(yaml.compose(text, Loader=yaml.SafeLoader)))
    return sorted(".".join(map(str, error.absolute_path)) for error in found)


def test_the_schema_is_draft_07() -> None:
    Draft7Validator.check_schema(SCHEMA)
    assert SCHEMA["$schema"] == "http://json-schema.org/draft-07/schema#"
    assert "$defs" not in json.dumps(SCHEMA)


def test_no_two_terms_share_a_definition() -> None:
    def places(shape: Shape) -> set[type]:
        below = [shape.item] if shape.item else [shape.child(key) for key in shape.keys]
        return {shape.model or object}.union(*(places(child) for child in below if child))

    names = {name for name in SCHEMA["definitions"] if not name.startswith("Whole")}
    assert names | {"Scenario", "object"} == {model.__name__ for model in places(shapes.whole())}
    assert len(names) + 2 == len(places(shapes.whole()))


@pytest.mark.parametrize("file", SHIPPED, ids=str)
def test_nothing_is_flagged_in_a_shipped_file(file: Path) -> None:
    assert flagged(file.read_text(encoding="utf-8")) == []


def test_the_kept_schema_is_that_of_the_program() -> None:
    """`make golden` writes it anew."""
    assert KEPT.read_text(encoding="utf-8") == json_schema.render()


def test_shipped_files_name_the_kept_schema_in_their_first_line() -> None:
    for file in LIBRARY:
        first = file.read_text(encoding="utf-8").partition("\n")[0]
        way = os.path.relpath(KEPT, file.parent)
        assert first == f"# yaml-language-server: $schema={way}", file


WRONG = [
    ("risk_free: 0.04", "risk_free: 4", "market.risk_free"),
    ("risk_free: 0.04", "risk_fee: 0.04", "market"),
    ("risk_free: 0.04", 'risk_free: "0.04"', "market.risk_free"),
    ("risk_free: 0.04", "risk_free: 4%", "market.risk_free"),
    ("risk_free: 0.04", "risk_free: true", "market.risk_free"),
    ("start: shortage", "start: short", "market.regime.start"),
    ("kind: notes", "kind: note", "issuers.acme.tranches.shelf.kind"),
    ("base_date: 2025-06-30", "base_date: June 2025", "base_date"),
    ("name: small", "name: 5", "name"),
    ("name: small", "nam: small", ""),
    ("name: small", "name: small\nextends: base.json", "extends"),
    ("name: small", "name: small\nextends: [5]", "extends"),
    ("  acme:\n", "  ac me:\n", "issuers"),
    ("  acme:\n", "  5:\n", "issuers"),
    ("cash: 1.0e8", "cash: lots", "issuers.acme.cash"),
    ("cash: 1.0e8", "cash: {usd: 1e8}", "issuers.acme.cash"),
    ("gpu: h100, ", "gpu: 100, ", "issuers.acme.fleet.old.gpu"),
]


@pytest.mark.parametrize(("old", "new", "path"), WRONG)
def test_what_the_program_refuses_is_flagged(old: str, new: str, path: str, tmp_path: Path) -> None:
    text = SMALL.replace(old, new, 1)
    assert flagged(SMALL) == []
    assert text != SMALL
    assert path in flagged(text)
    file = tmp_path / "x.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ScenarioError):
        load(file)


def test_every_number_is_flagged_outside_its_range_and_only_there() -> None:
    def check(shape: Shape, schema: dict[str, Any]) -> int:
        while "$ref" in schema:
            schema = SCHEMA["definitions"][schema["$ref"].rpartition("/")[2]]
        if shape.quantity:
            assert shape.quantity.unit in schema["description"]
            accepts = Draft7Validator(schema).is_valid
            for value in {shape.quantity.low, shape.quantity.high, -2e15, 2e15, 0, 1, 0.5}:
                is_allowed = shape.quantity.holds(value) and (
                    float(value).is_integer() or not shape.quantity.is_whole
                )
                if math.isfinite(value):
                    assert accepts(value) == is_allowed, (shape.quantity, value)
            return 1
        if shape.item:
            return check(shape.item, schema["additionalProperties"]) if shape.item.model else 0
        below = [(shape.child(key) or Shape(), schema["properties"][key]) for key in shape.keys]
        return sum(check(*pair) for pair in below)

    assert check(shapes.whole(), SCHEMA) > 70


def test_a_part_may_leave_out_anything() -> None:
    assert flagged("market: {regime: {start: glut}}\n") == []
    assert flagged("issuers: {acme: {tranches: {loan: {margin: 0.07}}}}\n") == []
    assert flagged("extends: a.yaml\nmarket: {}\ngpus: {}\nissuers: {acme: {label: Acme}}\n") == []


def test_a_whole_scenario_may_not() -> None:
    assert flagged(changed("  total_gpus: 4.0e6\n", "")) == ["market"]
    text = "market: {risk_free: 0.04}\ngpus: {h100: {price: 2}}\nissuers: {acme: {label: Acme}}\n"
    assert {"market", "gpus.h100", "issuers.acme"} == set(flagged(text))


def test_null_removes_any_key() -> None:
    text = "extends: [a.yaml, b.yml]\nissuers: {acme: {cash: null, backstop: null, fleet: null}}\n"
    assert flagged(f"{text}market: null\nportfolio: null\ngpus: {{h100: null}}\n") == []


def test_infinities_and_grouped_digits_are_numbers() -> None:
    assert flagged("market: {regime: {mean_years: {glut: .inf}}}\n") == []
    assert flagged("issuers: {acme: {growth_window: -.inf}}\n") == []
    assert flagged("issuers: {acme: {cash: 1_000_000}}\n") == []


def test_every_key_is_explained() -> None:
    for name, definition in SCHEMA["definitions"].items():
        for key, value in definition.get("properties", {}).items():
            is_told = "description" in value or "$ref" in value or name.startswith("Whole")
            assert is_told, f"{name}.{key}"
    cash = SCHEMA["definitions"]["Issuer"]["properties"]["min_cash"]["description"]
    assert cash == "Cash that it keeps before it prepays. Unit: USD. Range: 0 to 1e15. Default: 0."


def test_the_schema_goes_to_standard_output_or_a_file(capsys: Capture, tmp_path: Path) -> None:
    assert main(["schema"]) == 0
    printed = capsys.readouterr().out
    assert printed == json_schema.render()
    assert main(["schema", "-o", str(tmp_path / "schema.json")]) == 0
    assert (tmp_path / "schema.json").read_text(encoding="utf-8") == printed
    assert capsys.readouterr().out == ""
