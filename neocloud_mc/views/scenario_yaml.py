"""A merged scenario as YAML that the program reads back to the same values."""

from collections.abc import Mapping
from typing import Any, Final

import yaml

from neocloud_mc.scenario.wording import number
from neocloud_mc.scenario.yaml_tree import BOOL, FLOAT, INT, NAN, NULL

_WIDTH: Final = 100
_LONGEST_IN_LINE: Final = 85
_CORE: Final = "tag:yaml.org,2002:"


class _Dumper(yaml.SafeDumper):
    """Writes numbers as people do, and quotes text that our reader would take for a number."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 (PyYAML's own protocol)

    def ignore_aliases(self, data: Any) -> bool:
        return True

    def represent_number(self, value: float) -> yaml.Node:
        kind = "int" if isinstance(value, int) else "float"
        text = str(value) if kind == "int" else _with_point(number(value))
        return self.represent_scalar(f"{_CORE}{kind}", text)

    def represent_items(self, items: Mapping[Any, Any]) -> yaml.Node:
        """A small mapping of plain values in one line, any other one in several."""
        node = self.represent_mapping(f"{_CORE}map", items.items())
        scalars = [part for pair in node.value for part in pair]
        is_flat = all(isinstance(part, yaml.ScalarNode) for part in scalars)
        length = sum(len(part.value) + 2 for part in scalars) if is_flat else _WIDTH
        node.flow_style = length <= _LONGEST_IN_LINE and bool(self.represented_depth)
        return node
