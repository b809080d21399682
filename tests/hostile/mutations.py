"""Accidents and attacks: bytes that a file may hold instead of a scenario."""

import random
from collections.abc import Callable, Iterator, Sequence
from typing import Final

NUMBERS: Final = (
    "null ~ [] {} -1 .nan .inf -.inf 1e999 -0 0x1f 1e-400 1__0 12% 1,000 60:30:10 true yes "
    "2025-06-30 9999-12-31 0000-00-00 2025-W01-1"
)
SIGNS: Final = (
    "<<: *a|<<|? |: |- |--- |...\n|%YAML 9.9\n|>-|'|\"|`|@|%|#|\t|\r|\n|\r\n|\\|[[|]]|{{|}}|,|&a "
    "|*a|!!python/object/apply:os.system ['id']|!!python/name:os.system |!!python/module:os |"
    "!!binary |!!set |!!omap |!!timestamp |!x |!<tag:yaml.org,2002:str> |issuers: |a.b.c|k: 1\n"
)
TEXTS: Final = (
    *("\0", "\x07", "\x1b[31m", "\x7f", "\x85", "\u2028", "\ufeff", "\u202e", "\u200b"),
    *(
        '"\\x1b[2J"',
        '"\\0"',
        '"\\n"',
        '"\\u202e"',
        '"\\ud800"',
        '"\\U0010ffff"',
        '"\\x85"',
        "\ud800",
    ),
    *("\U0001f4a5", "\u0661\u0662", "e\u0301", "\uff11", "\u05d0\u05d1", "[red]", "[link=x]y[/]"),
    *("=cmd|' /C calc'!A0", "${HOME}", "{{7*7}}", "%s%n", "../" * 9, "|"),
    *("9" * 400, "1_" * 300, "0." + "0" * 300 + "1", "x" * 300, "k" * 90 + ": 1\n"),
)
TARGETS: Final = (
    "/etc/passwd", "[../x.yaml]", "-", "'-'", "../../up.yml", "/dev/stdin", "pipe.yaml",
    "link.yaml", "loop.yml", "file:///etc/passwd", "~/.profile", "$HOME/x.yaml", "market.yaml",
    "[customers.yaml, customers.yaml]", "'*'", "neoclouds.yaml", "[lambda.yaml, none.yaml]",
    "[market.yaml, /proc/self/environ]", "../market.yaml", "./inside/../market.yaml",
    "'market.yaml\\0'", '"market.yaml\\0"', '"\\e.yaml"', "{a: b}", "[[market.yaml]]",
)  # fmt: skip
TOKENS: Final = tuple(
    token.encode("utf-8", "surrogatepass")
    for token in (*NUMBERS.split(), *SIGNS.split("|"), *TEXTS)
)
"""What is put in: numbers, YAML's own signs, tags, control characters, markup."""

Mutation = Callable[[random.Random, bytes], bytes]


def mutants(sources: Sequence[bytes], seed: int) -> Iterator[bytes]:
    """Good files after one to five accidents each, without end."""
    dice = random.Random(seed)
    while True:
        content = dice.choice(sources)
        for _ in range(dice.choice((1, 1, 1, 2, 3, 5))):
            content = dice.choice(MUTATIONS)(dice, content)
        yield content


def _at(dice: random.Random, content: bytes) -> int:
    """Somewhere, or at a place where YAML looks for a sign."""
    place = dice.randint(0, len(content))
    if dice.random() < 0.5:
        place = max(content.find(dice.choice((b" ", b"\n", b":", b",", b"}")), place), 0)
    return place


def _put_in(dice: random.Random, content: bytes) -> bytes:
    place = _at(dice, content)
    return content[:place] + dice.choice(TOKENS) + content[place:]


def _replace_a_value(dice: random.Random, content: bytes) -> bytes:
    start = content.find(b": ", _at(dice, content)) + 2
    ends = [end for sign in b",}\n" if (end := content.find(sign, start)) >= 0]
    return content[:start] + dice.choice(TOKENS) + content[min(ends, default=start) :]


def _delete(dice: random.Random, content: bytes) -> bytes:
    place = _at(dice, content)
    return content[:place] + content[place + dice.choice((1, 1, 2, 8, 64, 512)) :]


def _duplicate(dice: random.Random, content: bytes) -> bytes:
    place = _at(dice, content)
    piece = content[place : place + dice.choice((1, 8, 64, 512))]
    return content[:place] + piece * dice.choice((2, 2, 3, 40)) + content[place:]


def _splice(dice: random.Random, content: bytes) -> bytes:
    start, end = sorted((_at(dice, content), _at(dice, content)))
    piece, place = content[start : min(end, start + 400)], _at(dice, content)
    return content[:place] + piece + content[place:]


def _swap_lines(dice: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    one, other = (dice.randrange(len(lines)) for _ in range(2))
    lines[one], lines[other] = lines[other], lines[one]
    return b"\n".join(lines)


def _indent(dice: random.Random, content: bytes) -> bytes:
    lines = content.split(b"\n")
    place = dice.randrange(len(lines))
    lines[place] = dice.choice((b" ", b"  ", b"\t", b"      ")) + lines[place]
    return b"\n".join(lines)


def _flip(dice: random.Random, content: bytes) -> bytes:
    if not content:
        return content
    place = dice.randrange(len(content))
    return content[:place] + bytes([dice.randrange(256)]) + content[place + 1 :]


def _truncate(dice: random.Random, content: bytes) -> bytes:
    return content[: _at(dice, content)]


def _encode(dice: random.Random, content: bytes) -> bytes:
    text = content.decode("utf-8", "replace")
    ways: tuple[Callable[[], bytes], ...] = (
        lambda: b"\xef\xbb\xbf" + content,
        lambda: content.replace(b"\n", b"\r\n"),
        lambda: content.replace(b"\n", b"\r"),
        lambda: text.encode("utf-16"),
        lambda: text.encode("utf-32"),
        lambda: text.encode("latin-1", "replace"),
        lambda: content.replace(b" ", b"\t"),
        lambda: content.replace(b"\n", b" "),
        lambda: content.replace(b" ", "\u00a0".encode()),
    )
    return dice.choice(ways)()


def _nest(dice: random.Random, content: bytes) -> bytes:
    place, depth = _at(dice, content), dice.choice((3, 40, 60, 3000))
    opening, closing = dice.choice(((b"[", b"]"), (b"{a: ", b"}"), (b"- ", b""), (b"? ", b"")))
    return content[:place] + opening * depth + b"1" + closing * depth + content[place:]


def _laugh(dice: random.Random, content: bytes) -> bytes:
    """Aliases of aliases, each ten times the one before."""
    levels = dice.choice((3, 5, 9, 30))
    lines = [b"l0: &l0 [x]"]
    for level in range(1, levels):
        repeated = b", ".join([b"*l%d" % (level - 1)] * 10)
        lines.append(b"l%d: &l%d [%s]" % (level, level, repeated))
    return b"\n".join([*lines, content]) if dice.random() < 0.5 else b"\n".join([content, *lines])


def _extend(dice: random.Random, content: bytes) -> bytes:
    """Another file to extend."""
    return b"extends: " + dice.choice(TARGETS).encode() + b"\n" + content.replace(b"extends:", b"#")


def _anchor(dice: random.Random, content: bytes) -> bytes:
    """An anchor on one value, an alias in place of another."""
    one = content.find(b": ", _at(dice, content)) + 2
    content = content[:one] + b"&z " + content[one:]
    other = content.find(b": ", _at(dice, content)) + 2
    return content[:other] + b"*z" + content[max(content.find(b"\n", other), other) :]


MUTATIONS: Final[tuple[Mutation, ...]] = (
    *(_put_in, _put_in, _replace_a_value, _replace_a_value, _replace_a_value, _delete, _duplicate),
    *(_splice, _swap_lines, _indent, _flip, _truncate, _encode, _nest, _laugh, _anchor, _extend),
)

MOST_BYTES: Final = 10_000_000
"""The largest file that is read."""


def bombs() -> Iterator[tuple[str, bytes]]:
    """Files that would cost time or memory if they were taken at their word, by name."""
    full, half = MOST_BYTES, MOST_BYTES // 2
    yield "a list of five million numbers", b"a: [" + b"1," * (half - 10) + b"]"
    yield "issuers without end", _many("issuers", "k{}: {{}}", 300_000)
    yield "unknown keys, as many as are read", _many("", "k{}: 1", 49_000)
    yield "wrong ids, as many as are read", _many("issuers", "{}k: {{x: 1}}", 24_000)
    yield "wrong numbers, as many as are read", _many("gpus", "k{}: {{price: -1}}", 24_000)
    yield "unknown tranches, as many as are read", _many("portfolio", "k{}.x: 1", 49_000)
    yield "tags, as many as are read", _many("", "k{}: !!python/name:os.system 1", 49_000)
    yield "a line of ten million characters", b"a: " + b"x" * (full - 10)
    yield "a key of ten million characters", b"? " + b"x" * (full - 10) + b"\n: 1"
    yield "digits", b"horizon_months: " + b"9" * (full - 100)
    yield "digits and underscores", b"market: {risk_free: " + b"1_" * (half - 100) + b"}"
    yield "a date of ten million digits", b"base_date: '" + b"2" * (full - 100) + b"'"
    yield "documents", b"---\n" * (full // 4)
    yield "lists in lists", b"[" * full
    yield "blocks in blocks", b"".join(b" " * k + b"a:\n" for k in range(3000))
    yield "quotes", b"'" * full
    yield "escapes", b'a: "' + b"\\x41" * (full // 4 - 10) + b'"'
    yield "a tag of ten million characters", b"a: !" + b"x" * (full - 10) + b" 1"
    yield "an anchor of ten million characters", b"a: &" + b"x" * (full - 10) + b" 1"
    yield "emoji", "\U0001f4a5".encode() * (full // 4)
    yield "laughs", b"\n".join(_laughs(b"[%s]", 12))
    yield "laughs in mappings", b"\n".join(_laughs(b"{%s}", 12))
    yield (
        "one list two hundred times",
        (b"a: &a [" + b"x," * 1000 + b"]\n" + b"".join(b"b%d: *a\n" % k for k in range(200))),
    )
    yield "files without end", b"extends: [%s]" % b",".join(b"f%d.yaml" % k for k in range(40_000))
    yield "a path without end", b"extends: " + b"f/" * 100_000 + b"f.yaml"


def _many(key: str, line: str, count: int) -> bytes:
    indent = "  " if key else ""
    lines = [f"{key}:"] * bool(key) + [indent + line.format(k) for k in range(count)]
    return "\n".join(lines).encode()


def _laughs(form: bytes, levels: int) -> Iterator[bytes]:
    yield b"l0: &l0 {x: 1}"
    for level in range(1, levels):
        if form == b"[%s]":
            inner = b", ".join([b"*l%d" % (level - 1)] * 10)
        else:
            inner = b", ".join(b"k%d: *l%d" % (k, level - 1) for k in range(10))
        yield b"l%d: &l%d " % (level, level) + form % inner
