"""`compare` as a shell sees it: the same draws, every format, what it refuses, by assumption."""

import csv
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from neocloud_mc.cli import main
from neocloud_mc.validation.worlds import merge

BULLET = "tests/golden/one_bullet/scenario.yaml"
EVERY = "tests/golden/every_mechanism/scenario.yaml"
PRINCIPAL = "issuers.acme.tranches.loan.principal"
Capture = pytest.CaptureFixture[str]
Tree = dict[str, Any]


def changed(folder: Path, name: str, base: str = BULLET, **change: Any) -> str:
    """A file that is the base with some changes, under another name."""
    tree: Tree = yaml.safe_load(Path(base).read_text(encoding="utf-8"))
    merge(tree, {"name": name, **change})
    path = folder / f"{name}.yaml"
    path.write_text(yaml.safe_dump(tree), encoding="utf-8")
    return str(path)


def owing(folder: Path, amount: float, name: str = "more") -> str:
    return changed(folder, name, issuers={"acme": {"tranches": {"loan": {"principal": amount}}}})


def compared(capsys: Capture, *arguments: str, paths: int = 4000) -> str:
    assert main(["compare", *arguments, "--paths", str(paths), "-q"]) == 0
    return capsys.readouterr().out


def document(capsys: Capture, *arguments: str, paths: int = 4000) -> Any:
    return json.loads(compared(capsys, *arguments, "--format", "json", paths=paths))


def run(capsys: Capture, scenario: str, *arguments: str, paths: int = 4000) -> Any:
    assert main(["run", scenario, "--paths", str(paths), "-q", "--format", "json", *arguments]) == 0
    return json.loads(capsys.readouterr().out)


def numbers(tree: Any) -> list[dict[str, Any]]:
    """Every from-to-change of a document."""
    if not isinstance(tree, dict):
        return []
    if set(tree) == {"from", "to", "change"}:
        return [tree]
    return [found for below in tree.values() for found in numbers(below)]


def refused(capsys: Capture, *arguments: str) -> str:
    assert main(["compare", *arguments, "--paths", "1e12", "-q"]) == 2
    told = capsys.readouterr()
    assert told.out == "" and told.err.count("\n") == 1 and "Traceback" not in told.err
    return told.err


def test_a_scenario_beside_itself_shows_no_difference(capsys: Capture) -> None:
    result = document(capsys, EVERY, EVERY, paths=2000)
    (other,) = result["comparisons"]
    assert other["scenario"] == "every_mechanism (2)" and other["digest"] == result["digest"]
    found = numbers(other)
    assert len(found) > 100
    for number in found:
        assert number["from"] == number["to"]
        assert number["change"]["value"] in (None, 0.0)
        assert number["change"]["low"] == number["change"]["high"]
    text = compared(capsys, EVERY, EVERY, paths=2000)
    assert "=: the same scenario" in text and "Paths that end otherwise" not in text
    assert "+" not in text.replace("±", "")


def test_the_change_is_the_difference_of_two_runs_to_the_bit(
    tmp_path: Path, capsys: Capture
) -> None:
    """131,072 paths are 32 chunks: a batch each, so that even sums of money have the same bits."""
    more, paths = owing(tmp_path, 1.5e7), 131_072
    result = document(capsys, BULLET, more, paths=paths)
    (other,) = result["comparisons"]
    alone = [run(capsys, scenario, paths=paths) for scenario in (BULLET, more)]
    assert [result["digest"], other["digest"]] == [one["digest"] for one in alone]
    for section in ("issuers", "joint", "portfolio", "market"):
        beside = [json.dumps(one[section]) for one in alone]
        for side, text in zip(("from", "to"), beside, strict=True):
            for number in numbers(other[section]):
                assert json.dumps(number[side]) in text
    pd = other["issuers"]["acme"]["pd"]["12"]
    before, after = (one["issuers"]["acme"]["pd"]["12"]["value"] for one in alone)
    assert (pd["from"]["value"], pd["to"]["value"]) == (before, after)
    assert pd["change"]["value"] == after - before > 0.0
    loss = other["issuers"]["acme"]["expected_loss"]
    values = [one["issuers"]["acme"]["expected_loss"]["value"] for one in alone]
    assert loss["change"]["value"] == values[1] - values[0]


def overlay(folder: Path, name: str, amount: float) -> str:
    """A file that changes what is owed and nothing else."""
    path = folder / f"{name}.yaml"
    issuers = {"acme": {"tranches": {"loan": {"principal": amount}}}}
    path.write_text(yaml.safe_dump({"issuers": issuers}), encoding="utf-8")
    return str(path)


def test_each_overlay_is_the_first_scenario_beside_itself(tmp_path: Path, capsys: Capture) -> None:
    more, less = overlay(tmp_path, "more", 1.5e7), overlay(tmp_path, "less", 1.3e7)
    result = document(capsys, BULLET, "--with", more, "--with", less)
    names = [other["scenario"] for other in result["comparisons"]]
    assert (result["scenario"], names) == ("one_bullet", ["one_bullet + more", "one_bullet + less"])
    for other, file in zip(result["comparisons"], (more, less), strict=True):
        alone = run(capsys, BULLET, "--with", file)
        assert alone["digest"] == other["digest"]
    assert result["digest"] == run(capsys, BULLET)["digest"]


def test_an_overlay_is_split_by_assumption(tmp_path: Path, capsys: Capture) -> None:
    more = overlay(tmp_path, "more", 1.5e7)
    assert PRINCIPAL in compared(capsys, BULLET, "--with", more, "--by-assumption")


def test_of_a_pattern_all_that_fit_are_compared_and_the_others_named(capsys: Capture) -> None:
    arguments = ["compare", BULLET, "--with", "@stress/*", "--summary", "--paths", "500"]
    assert main(arguments) == 0
    told = capsys.readouterr()
    fit = re.findall(r"^one_bullet \+ (\w+)", told.out, re.MULTILINE)
    left = re.findall(r"^@stress/(\w+) does not fit and is left", told.err, re.MULTILINE)
    assert "window_shut" in fit and "openai_fails" in left
    folders = [Path("scenarios/stress"), Path("scenarios/stress/2026-06")]
    assert sorted(fit + left) == sorted(it.stem for at in folders for it in at.glob("*.yaml"))


def test_an_overlay_that_does_not_fit_is_refused(capsys: Capture) -> None:
    assert main(["compare", BULLET, "--with", "@stress/openai_fails", "--paths", "1e12"]) == 2
    assert f"@stress/openai_fails: does not fit {BULLET}" in capsys.readouterr().err
    assert main(["compare", BULLET, "--with", "@stres/*", "--paths", "1e12"]) == 2
    assert capsys.readouterr().err.startswith("@stres/*: nothing of that name ships")


def test_threads_do_not_change_the_answer(tmp_path: Path, capsys: Capture) -> None:
    more = owing(tmp_path, 1.5e7)
    one, two = (document(capsys, BULLET, more, "--threads", n, paths=9000) for n in "12")
    for result in (one, two):
        del result["manifest"], result["timing"], result["comparisons"][0]["manifest"]
    assert one == two


def test_paired_changes_are_sharper_than_the_values(tmp_path: Path, capsys: Capture) -> None:
    (other,) = document(capsys, BULLET, owing(tmp_path, 1.41e7))["comparisons"]
    pd = other["issuers"]["acme"]["pd"]["12"]
    value, change = (pd[side]["high"] - pd[side]["low"] for side in ("from", "change"))
    assert change < 0.5 * value


def test_switches_add_up(tmp_path: Path, capsys: Capture) -> None:
    less = changed(tmp_path, "less", EVERY, issuers={"alpha": {"cash": 1.0e8}})
    (other,) = document(capsys, EVERY, less, paths=5000)["comparisons"]
    for issuer in other["issuers"].values():
        table, pd = issuer["switches"], issuer["pd"]["48"]
        assert sum(sum(row.values()) for row in table.values()) == 5000
        averted = sum(row["alive"] for state, row in table.items() if state != "alive")
        new = sum(n for state, n in table["alive"].items() if state != "alive")
        assert (averted / 5000, new / 5000) == (issuer["saved"]["value"], issuer["new"]["value"])
        assert pd["change"]["value"] == pytest.approx((new - averted) / 5000, abs=1e-15)
    assert other["issuers"]["alpha"]["new"]["value"] > 0.0


PLACE = ("issuer", "tranche", "measure", "month")


def test_csv_has_every_number_with_its_paired_change(tmp_path: Path, capsys: Capture) -> None:
    text = compared(capsys, BULLET, owing(tmp_path, 1.5e7), "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert main(["run", BULLET, "--paths", "4000", "-q", "--format", "csv"]) == 0
    alone = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    sampled = [row for row in alone if row["low"] or row["note"]]
    assert [[row[key] for key in PLACE] for row in rows[: len(sampled)]] == [
        [row[key] for key in PLACE] for row in sampled
    ]
    values = [row for row in rows[len(sampled) :] if not row["against"]]
    before, after, changes = (
        {tuple(row[key] for key in PLACE): float(row["value"]) for row in of if row["value"]}
        for of in (rows[: len(sampled)], values, [row for row in rows if row["against"]])
    )
    assert len(changes) > 50 and {row["scenario"] for row in values} != {"one_bullet"}
    for place, change in changes.items():
        if "pd" in place:
            assert change == after[place] - before[place]
    pds = [[row["value"] for row in of if row["measure"] == "pd"] for of in (rows, sampled)]
    assert pds[0][: len(pds[1])] == pds[1]


def test_a_renamed_tranche_is_shown_as_only_in_one(tmp_path: Path, capsys: Capture) -> None:
    tree: Tree = yaml.safe_load(Path(BULLET).read_text(encoding="utf-8"))
    tree["issuers"]["acme"]["tranches"]["note"] = tree["issuers"]["acme"]["tranches"].pop("loan")
    other = tmp_path / "renamed.yaml"
    other.write_text(yaml.safe_dump({**tree, "name": "renamed"}), encoding="utf-8")
    lines = compared(capsys, BULLET, str(other)).splitlines()
    assert next(x for x in lines if x.startswith("acme.loan")).count("only in one_bullet") == 4
    assert next(x for x in lines if x.startswith("acme.note")).count("only in renamed") == 4
    (comparison,) = document(capsys, BULLET, str(other))["comparisons"]
    found = comparison["issuers"]["acme"]["tranches"]
    assert found["loan"]["pd"]["to"] is None and found["loan"]["pd"]["change"] is None
    assert found["note"]["pd"]["from"] is None
    rows = csv.DictReader(io.StringIO(compared(capsys, BULLET, str(other), "--format", "csv")))
    notes = {row["tranche"]: row["note"] for row in rows if row["tranche"] and row["against"]}
    assert notes == {"loan": "only in one_bullet", "note": "only in renamed"}


def test_different_horizons_are_compared_over_the_shortest(tmp_path: Path, capsys: Capture) -> None:
    longer = changed(tmp_path, "longer", horizon_months=18)
    text = compared(capsys, longer, BULLET)
    assert "12 months, the shortest horizon of all, 4,000 paths" in text
    result = document(capsys, longer, BULLET)
    assert result["months"] == 12
    assert all(x["change"]["value"] in (None, 0.0) for x in numbers(result["comparisons"][0]))
    assert result["digest"] == run(capsys, longer, "--horizon", "12")["digest"]
    assert "shortest" not in compared(capsys, longer, BULLET, "--horizon", "12")


def test_unlike_dates_horizons_and_issuers_are_told(tmp_path: Path, capsys: Capture) -> None:
    other = changed(
        tmp_path,
        "later",
        base_date="2026-06-30",
        horizon_months=18,
        issuers={"bolt": yaml.safe_load(Path(BULLET).read_text())["issuers"]["acme"]},
    )
    told = [
        "Base dates differ, so month 12 is another date in each: one_bullet ",
        "Horizons differ: one_bullet 12 months, later 18 months; the shortest is compared.",
        "Issuers differ: only in one_bullet: none; only in later: bolt.",
    ]
    table = compared(capsys, BULLET, other)
    result = document(capsys, BULLET, other)
    assert all(text in table for text in told)
    assert [text[: len(start)] for text, start in zip(result["unlike"], told, strict=True)] == told
    assert result["comparisons"][0]["base_date"] == "2026-06-30"
    assert main(["compare", BULLET, other, "--paths", "500", "--format", "csv"]) == 0
    assert all(f"warning: {text}" in capsys.readouterr().err for text in told[:1])
    assert document(capsys, BULLET, BULLET, paths=500)["unlike"] == []


def test_columns_and_rows_have_the_scenarios_names(tmp_path: Path, capsys: Capture) -> None:
    more = owing(tmp_path, 1.5e7)
    table = compared(capsys, BULLET, more)
    split = compared(capsys, BULLET, more, "--by-assumption")
    for text in (table, split):
        words = text.replace(",", " ").split()
        assert "here" not in words and "base" not in words
        assert "one_bullet" in words and "more" in words
    assert (
        "averted: paths that default in one_bullet and not in more. "
        "new: paths that default in more and not in one_bullet.\n"
    ) in table
    assert "one_bullet to more" in table


def test_scenarios_of_one_name_are_told_apart_by_their_files(
    tmp_path: Path, capsys: Capture
) -> None:
    twin = changed(tmp_path, "one_bullet", issuers={"acme": {"cash": 1.0}})
    result = document(capsys, BULLET, twin, BULLET, paths=500)
    assert [other["scenario"] for other in result["comparisons"]] == [
        f"one_bullet ({twin})", "one_bullet (2)",
    ]  # fmt: skip


def test_many_scenarios_begin_with_a_summary(tmp_path: Path, capsys: Capture) -> None:
    others = [owing(tmp_path, amount, f"owes_{amount:.0f}") for amount in (1.3e7, 1.4e7, 1.6e7)]
    text = compared(capsys, BULLET, *others)
    summary = compared(capsys, BULLET, *others, "--summary")
    assert summary.startswith("3 scenarios against one_bullet\n")
    rows = {line.split()[0]: line for line in summary.splitlines() if line}
    assert "−" in rows["owes_13000000"] and "+" in rows["owes_16000000"]
    assert rows["owes_14000000"].endswith("=")
    assert text.startswith(summary.rstrip("\n")) and "Loss given default" not in summary
    assert text.count("Loss given default") == 3


def test_settings_reach_every_scenario(tmp_path: Path, capsys: Capture) -> None:
    more = owing(tmp_path, 1.5e7)
    (other,) = document(capsys, BULLET, more, "--set", f"{PRINCIPAL}=1.2e7")["comparisons"]
    assert all(number["change"]["value"] in (None, 0.0) for number in numbers(other))


@pytest.mark.parametrize("form", ["table", "csv", "markdown"])
@pytest.mark.parametrize("extra", [[], ["--by-assumption"]])
def test_what_is_no_terminal_gets_plain_text(
    tmp_path: Path, capsys: Capture, form: str, extra: list[str]
) -> None:
    other = owing(tmp_path, 1.5e7)
    text = compared(capsys, BULLET, other, "--format", form, *extra, paths=2000)
    assert "\x1b" not in text and "…" not in text and "acme" in text


def test_output_goes_to_a_file(tmp_path: Path, capsys: Capture) -> None:
    target = tmp_path / "result.txt"
    assert compared(capsys, BULLET, owing(tmp_path, 1.5e7), "-o", str(target)) == ""
    assert target.read_text(encoding="utf-8").startswith("more against one_bullet\n")


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        ([BULLET], "compare needs a second scenario, or an overlay"),
        ([BULLET, BULLET, BULLET, "--by-assumption"], "takes two scenarios, not 3"),
        ([BULLET, EVERY, "--by-assumption", "--summary"], "exclude each other"),
        ([BULLET, EVERY, "--by-group", "--by-assumption"], "exclude each other"),
        ([BULLET, BULLET, BULLET, "--by-group"], "--by-group takes two scenarios, not 3"),
        ([BULLET, EVERY, "--measure", "acme.pd.12"], "goes with --by-assumption or --by-group"),
        ([BULLET, BULLET, "--by-assumption"], "differ in no figure"),
        ([BULLET, EVERY, "--by-assumption"], "no issuer in common"),
        (
            [BULLET, EVERY, "--by-assumption", "--measure", "acme.pd.12"],
            "not something that this run",
        ),
        ([BULLET, "no.yaml"], "no.yaml: there is no such file"),
    ],
)
def test_what_cannot_be_compared_is_one_line(
    capsys: Capture, arguments: list[str], told: str
) -> None:
    assert told in refused(capsys, *arguments)


def test_by_assumption_adds_up_to_what_compare_says(tmp_path: Path, capsys: Capture) -> None:
    other = changed(
        tmp_path,
        "tight",
        market={"price": {"drift": {"shortage": -0.3}}},
        issuers={"acme": {"cash": 5e5, "tranches": {"loan": {"principal": 1.45e7}}}},
    )
    shared = document(capsys, BULLET, other, "--by-assumption")
    assert shared["method"] == "shapley" and shared["runs"] == 8 and shared["interaction"] == {}
    assert [change["change"] for change in shared["changes"]] == [
        "market.price.drift.shortage", "issuers.acme.cash", PRINCIPAL,
    ]  # fmt: skip
    name = "issuers.acme.pd.12"
    effects = [change["effects"][name] for change in shared["changes"]]
    (plain,) = document(capsys, BULLET, other)["comparisons"]
    whole = plain["issuers"]["acme"]["pd"]["12"]
    assert shared["measures"][name] == whole
    assert sum(e["value"] for e in effects) == pytest.approx(whole["change"]["value"], rel=1e-12)
    assert all(0.0 < e["low"] < e["value"] < e["high"] for e in effects)


def test_by_group_adds_up_to_what_compare_says(tmp_path: Path, capsys: Capture) -> None:
    changes: Tree = {"cash": 5e5, "tranches": {"loan": {"principal": 1.45e7, "coupon": 0.12}}}
    market = {"price": {"drift": {"shortage": -0.3}, "volatility": {"shortage": 0.5}}}
    other = changed(tmp_path, "later", market=market, issuers={"acme": changes})
    shared = document(capsys, BULLET, other, "--by-group")
    assert shared["method"] == "shapley" and shared["runs"] == 8
    assert [(c["change"], c["to"]) for c in shared["changes"]] == [
        ("debt", "2 changes"), ("equity", "1 change"), ("market", "2 changes"),
    ]  # fmt: skip
    name = "issuers.acme.pd.12"
    effects = [change["effects"][name]["value"] for change in shared["changes"]]
    (plain,) = document(capsys, BULLET, other)["comparisons"]
    assert shared["measures"][name] == plain["issuers"]["acme"]["pd"]["12"]
    assert sum(effects) == pytest.approx(shared["measures"][name]["change"]["value"], rel=1e-12)


def test_by_assumption_of_many_parts_names_the_interaction(tmp_path: Path, capsys: Capture) -> None:
    change: Tree = {
        "risk_free": 0.05,
        "price": {"drift": {"shortage": -0.2}, "volatility": {"shortage": 0.5}},
        "funding": {"spread": {"base": 0.06}},
        "resale": {"months": 9, "haircut": {"base": 0.6}},
    }
    acme = {"cash": 5e5, "costs": {"fixed": 1e5}, "tranches": {"loan": {"coupon": 0.12}}}
    other = changed(tmp_path, "much", market=change, issuers={"acme": acme})
    arguments = (BULLET, other, "--by-assumption", "--measure", "acme.loan.expected_loss")
    shared = document(capsys, *arguments, paths=1000)
    assert shared["method"] == "forward and backward" and shared["runs"] == 16
    (name,) = shared["measures"]
    parts = [change["effects"][name]["value"] for change in shared["changes"]]
    left, whole = shared["interaction"][name]["value"], shared["measures"][name]["change"]["value"]
    assert sum(parts) + left == pytest.approx(whole, rel=1e-9)
    text = compared(capsys, *arguments, paths=1000)
    assert "interaction" in text and "16 runs" in text and "acme.loan.expected_loss" in text


def test_by_assumption_takes_fewer_paths_unless_told(
    tmp_path: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch
) -> None:
    arguments = ["compare", BULLET, owing(tmp_path, 1.5e7), "--by-assumption", "-q"]
    assert main(arguments) == 0
    assert "100,000 paths" in capsys.readouterr().out
    monkeypatch.setenv("NEOCLOUD_MC_PATHS", "3000")
    assert main(arguments) == 0
    assert "3,000 paths" in capsys.readouterr().out
