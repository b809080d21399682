"""What has changed since an earlier result is told in words first."""

from dataclasses import replace

from neocloud_mc.studies.earlier import Earlier
from neocloud_mc.views.report import since
from neocloud_mc.views.run.structure import structure
from tests.views.report.test_headline import with_pd
from tests.views.samples import plain


def test_changes_beyond_chance_are_counted_and_the_largest_pd_is_named() -> None:
    then, now = plain(), with_pd(plain(), issuer_0=0.4, issuer_1=0.9)
    numbers = structure(with_pd(then, issuer_0=0.3, issuer_1=0.3))
    before = Earlier("old.json", "sample", "sha256:00", None, 1000, 24, "real-world", numbers)
    told = since.words("sample", now, before)
    assert told.startswith("sample: 2 of ")
    assert told.endswith(
        " numbers changed by more than sampling error explains; of the PDs, that of Issuer 1 most, "
        "by +60.0 ±1.4 points."
    )
    same = since.words("sample", then, replace(before, numbers=structure(then)))
    assert same.startswith("sample: 0 of ")
    assert "PDs" not in same
