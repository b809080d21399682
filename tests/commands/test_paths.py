"""`paths`: a row for each path and issuer, in order, as `run` counts and `explain` tells them."""

import errno
import gc
import io
import json
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import pandas as pd
import polars
import pytest

from neocloud_mc.cli import main
from neocloud_mc.studies.raw_paths.rows import Field
from neocloud_mc.views.raw_paths import WRITERS

RICH = "tests/golden/every_mechanism/scenario.yaml"
PATHS = 4_500
"""More than a chunk, so that the order of chunks shows."""
Capture = pytest.CaptureFixture[str]


def written(file: Path, *options: str) -> Path:
    """The file that `paths` makes with these options."""
    assert main(["paths", RICH, "--paths", str(PATHS), "-q", "-o", str(file), *options]) == 0
    return file


@pytest.fixture(scope="module")
def table(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return written(tmp_path_factory.mktemp("rows") / "all.parquet")


def test_every_path_has_a_row_for_each_issuer_in_order(table: Path) -> None:
    rows = polars.read_parquet(table)
    issuers = rows["issuer"].unique(maintain_order=True).to_list()
    assert rows["path"].to_list() == [k for k in range(PATHS) for _ in issuers]
    assert rows["issuer"].to_list() == issuers * PATHS


def test_rows_add_up_to_the_result_of_run(table: Path, capsys: Capture) -> None:
    assert main(["run", RICH, "--paths", str(PATHS), "-q", "--format", "json"]) == 0
    result = json.loads(capsys.readouterr().out)
    rows = polars.read_parquet(table)
    for name, issuer in result["issuers"].items():
        mine = rows.filter(polars.col("issuer") == name)
        months = mine["default_month"].drop_nulls().to_list()
        counts = np.bincount(months, minlength=result["months"] + 1)[1:]
        assert counts.tolist() == issuer["default_months"]
        causes = mine["cause"].drop_nulls().to_list()
        for cause, share in issuer["causes"].items():
            assert causes.count(cause) == pytest.approx(share["value"] * PATHS)
        lost = sum(issuer["tranches"][key]["lgd"]["value"] or 0.0 for key in issuer["tranches"])
        assert (mine["loss"].sum() > 0.0) == (lost > 0.0)
        parts = [column for column in mine.columns if column.startswith("loss.")]
        split = mine.select(polars.sum_horizontal(parts)).to_series()
        assert split.to_list() == pytest.approx(mine["loss"].to_list())


def test_the_number_of_threads_changes_no_byte(table: Path, tmp_path: Path) -> None:
    again = written(tmp_path / "again.parquet", "--threads", "1")
    assert again.read_bytes() == table.read_bytes()


def test_all_formats_and_readers_say_the_same(table: Path, tmp_path: Path) -> None:
    rows = pd.read_parquet(table)
    text = pd.read_csv(written(tmp_path / "all.csv"))
    arrays = np.load(written(tmp_path / "all.npz"))
    assert [name for name in arrays.files if not name.startswith("words.")] == list(rows.columns)
    for name in rows.columns:
        if name in ("issuer", "cause"):
            words = [str(arrays[f"words.{name}"][k]) if k >= 0 else None for k in arrays[name]]
            assert words == [None if pd.isna(word) else word for word in rows[name]]
            assert words == [None if pd.isna(word) else word for word in text[name]]
            continue
        numbers = rows[name].to_numpy(float)
        np.testing.assert_array_equal(text[name].to_numpy(float), numbers)
        stored = arrays[name].astype(float)
        if arrays[name].dtype.kind == "i" and name != "path":
            stored[stored == 0.0] = np.nan
        np.testing.assert_array_equal(stored, numbers)
    with duckdb.connect() as database:
        counted = database.execute(f"select count(*), sum(loss) from '{table}'").fetchone()
    assert counted == (len(rows), pytest.approx(rows["loss"].sum()))


def test_conditions_keep_whole_paths_on_which_all_hold(table: Path, tmp_path: Path) -> None:
    rows = pd.read_parquet(table)
    first = rows["issuer"].iloc[0]
    file = written(
        tmp_path / "some.csv",
        *("--where", f"{first}.default_month <= 24"),
        *("--where", f"{first}.cause = liquidity"),
        *("--where", f"{first}.loss > $1"),
    )
    of_first = rows[rows["issuer"] == first]
    kept = of_first[
        (of_first["default_month"] <= 24)
        & (of_first["cause"] == "liquidity")
        & (of_first["loss"] > 1.0)
    ]
    found = pd.read_csv(file)
    assert 0 < len(kept) < len(of_first)
    expected = rows[rows["path"].isin(kept["path"])]
    assert found["path"].to_list() == expected["path"].to_list()
    np.testing.assert_array_equal(found["claim"], expected["claim"])


def test_explain_tells_the_path_of_a_row(table: Path, capsys: Capture) -> None:
    rows = pd.read_parquet(table)
    row = rows[rows["default_month"] > 12].iloc[0]
    options = ["--issuer", row["issuer"], "--path", str(row["path"]), "--format", "json"]
    assert main(["explain", RICH, *options]) == 0
    ending = json.loads(capsys.readouterr().out)["ending"]
    assert (ending["month"], ending["cause"]) == (row["default_month"], row["cause"])
    losses = [tranche["loss"] for tranche in ending["tranches"]]
    assert sum(losses) == pytest.approx(row["loss"])


def test_the_index_is_that_of_the_month_of_default(table: Path, capsys: Capture) -> None:
    rows = pd.read_parquet(table)
    row = rows[rows["default_month"] > 3].iloc[0]
    options = ["--issuer", row["issuer"], "--path", str(row["path"]), "--format", "json"]
    assert main(["explain", RICH, *options]) == 0
    months: list[dict[str, Any]] = json.loads(capsys.readouterr().out)["months"]
    assert months[-1]["price_index"] == pytest.approx(row["price_index"], rel=1e-12)


@pytest.mark.parametrize(
    ("condition", "remedy"),
    [
        ("acme.default_mont <= 24", "did you mean"),
        ("{first}.default_month <= 24000", "months"),
        ("{first}.cause = bankruptcy", "liquidity"),
        ("{first}.cause < liquidity", "liquidity"),
        ("{first}.loss > 50%", "does not fit"),
        ("nonsense", "write it like"),
    ],
)
def test_a_wrong_condition_is_refused_in_one_line(
    condition: str, remedy: str, table: Path, capsys: Capture
) -> None:
    first = pd.read_parquet(table)["issuer"].iloc[0]
    assert main(["paths", RICH, "--paths", "9", "--where", condition.format(first=first)]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert remedy in err
    assert len(err.splitlines()) == 1


def test_no_path_is_an_answer(tmp_path: Path, table: Path) -> None:
    first = pd.read_parquet(table)["issuer"].iloc[0]
    for suffix in ("csv", "parquet", "npz"):
        file = written(tmp_path / f"none.{suffix}", "--where", f"{first}.loss > 1e18")
        if suffix == "parquet":
            assert len(pd.read_parquet(file)) == 0
        elif suffix == "npz":
            assert np.load(file)["path"].size == 0
        else:
            assert len(file.read_text(encoding="utf-8").splitlines()) == 1


def test_a_failure_leaves_no_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise MemoryError

    monkeypatch.setattr("neocloud_mc.studies.raw_paths.rows.over_chunks", fail)
    assert main(["paths", RICH, "--paths", "9", "-q", "-o", str(tmp_path / "x.csv")]) == 1
    assert list(tmp_path.iterdir()) == []


def test_the_readers_of_the_docs_read_it(
    table: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    page = Path("neocloud_mc/docs/batch.md").read_text(encoding="utf-8")
    section = page.partition("## The paths themselves")[2].partition("\n## ")[0]
    program = section.partition("```python\n")[2].partition("```")[0]
    query = section.partition("```sql\n")[2].partition("```")[0]
    (tmp_path / "paths.parquet").write_bytes(table.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(program, {})
    with duckdb.connect() as database:
        assert len(database.execute(query).fetchall()) > 1


class Full(io.BytesIO):
    """A disk without room."""

    def write(self, data: object, /) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("form", list(WRITERS))
def test_what_cannot_be_written_leaves_standard_output_open(form: str) -> None:
    """Else the message that says so would find it closed."""
    file = Full()
    with pytest.raises(OSError, match="No space left"):
        WRITERS[form](file, [Field("path", "count")], [])
    gc.collect()
    assert not file.closed
