"""Write every expected result anew."""

import json

from tests.golden import cases, result

for case in cases():
    (case / "expected.json").write_text(json.dumps(result(case), indent=1) + "\n")
    print(case.name)
