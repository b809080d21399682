"""A merged scenario as YAML that the program reads back to the same values."""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import yaml

from neocloud_mc.scenario.checks.wording import number
from neocloud_mc.scenario.yaml.scalars import BOOL, FLOAT, INT, NULL
from neocloud_mc.views import month_notes

_WIDTH: Final = 100
_LONGEST_IN_LINE: Final = 85
_CORE: Final = "tag:yaml.org,2002:"
_BASE: Final[Any] = getattr(yaml, "CSafeDumper", yaml.SafeDumper)
_READ_AS: Final = {
    "null": NULL.pattern,
    "bool": BOOL.pattern,
    "int": INT.pattern,
    "float": FLOAT.pattern,
    "merge": "<<",
}


class _Dumper(_BASE):  # type: ignore[misc]
    """Writes numbers as people do, and quotes text that would be read as something else."""

    def ignore_aliases(self, data: object) -> bool:
        """Write everything out."""
        return True

    def represent_number(self, value: float) -> yaml.Node:
        """`1.15e9`, `0.04`, `60`; a float keeps a point or an exponent."""
        text = number(value)
        if isinstance(value, int):
            return self._scalar("int", text)
        return self._scalar("float", f"{text}.0" if INT.fullmatch(text) else text)

    def represent_text(self, value: str) -> yaml.Node:
        """Text; in double quotes where it holds what no terminal should be given."""
        is_plain = value.replace("\n", "").isprintable()
        return self._scalar("str", value, style=None if is_plain else '"')

    def represent_items(self, items: Mapping[Any, Any]) -> yaml.Node:
        """A small mapping of plain values in one line, any other in several."""
        node: yaml.MappingNode = self.represent_mapping(f"{_CORE}map", items.items())
        parts = [part for pair in node.value for part in pair]
        is_flat = all(isinstance(part, yaml.ScalarNode) for part in parts)
        node.flow_style = is_flat and sum(len(part.value) + 2 for part in parts) <= _LONGEST_IN_LINE
        return node

    def _scalar(self, kind: str, text: str, style: str | None = None) -> yaml.Node:
        node: yaml.Node = self.represent_scalar(f"{_CORE}{kind}", text, style)
        return node


_Dumper.yaml_implicit_resolvers = {}
for _kind, _pattern in _READ_AS.items():
    _Dumper.add_implicit_resolver(f"{_CORE}{_kind}", re.compile(rf"(?:{_pattern})\Z"), [None])
_Dumper.add_representer(float, _Dumper.represent_number)
_Dumper.add_representer(int, _Dumper.represent_number)
_Dumper.add_representer(str, _Dumper.represent_text)
_Dumper.add_representer(dict, _Dumper.represent_items)


def render(resolved: Mapping[str, object]) -> str:
    """The scenario as the text of a file, keys in their order, months told in the calendar too."""
    text = _dumped(resolved)
    base = resolved.get("base_date")
    return month_notes.annotated(text, date.fromisoformat(base)) if isinstance(base, str) else text


def _dumped(resolved: Mapping[str, object]) -> str:
    text: str = yaml.dump(
        dict(resolved), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=_WIDTH
    )
    return "".join(c if c.isprintable() or c == "\n" else _escaped(c) for c in text)


def _escaped(character: str) -> str:
    """A character that stands in double quotes, as YAML escapes it."""
    return f"\\U{ord(character):08x}"
