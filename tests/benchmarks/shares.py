"""Where the time of a month goes: the path loop itself, with a clock between its statements.

The source of the loop is read, a reading of the processor's cycle counter is put after every
statement that is one mechanism's, and the result is compiled; what it computes is the same. So the
shares follow every change of the loop, and add up.
"""

import ast
import inspect
import platform
from collections.abc import Iterator
from functools import partial
from types import ModuleType
from typing import Any, Final

import numba
import numpy as np
from llvmlite import ir
from numba.extending import intrinsic

from neocloud_mc import draws as random, jit
from neocloud_mc.elementary import exp, log
from neocloud_mc.engine import history, path, run
from neocloud_mc.engine.tables import LANES, tabulate
from neocloud_mc.jit import Lanes
from neocloud_mc.scenario.load import load
from neocloud_mc.views.render.grid import Grid
from tests.benchmarks.clock import ROUNDS, Way, medians
from tests.benchmarks.rates import SCENARIO

_PARTS: Final = {
    "weather": "market: regime, price, launch, climate, quotes",
    "clients": "customers: failures",
    "plant": "fleet: payments, service, appraisal",
    "rent": "contracts: terminate, bill, renew",
    "operations": "operations: idle GPUs, costs, CFADS",
    "debt": "debt: due, draws, settle, sweep",
    "waterfall": "waterfall: balance, equity, default",
    "covenants": "covenants: tests",
    "recovery": "recovery: contagion, estates",
    "vehicles": "vehicles: calls, distributions",
    "begin": "base date: all states set back",
    "record": "outcomes written",
}
"""What a part is by the name under which the loop calls it."""
_WHOLE: Final = {
    "appraise": "plant",
    **{"begin": "begin", "record": "record", "record_ratios": "record"},
}
"""Functions of the loop that are one part."""
_EVENTS: Final = (
    *("open_market", "live", "open_month", "buy", "measure_room", "order", "operate", "owe"),
    *("miss", "pay", "test", "part"),
)
"""Functions of the loop that are read statement by statement."""
_PLACES: Final = {name: place for place, name in enumerate(_PARTS)}
_OUTSIDE: Final = len(_PARTS)
_CLOCK: Final = np.zeros(2 + len(_PARTS), np.int64)
"""Last reading, cycles by part, cycles outside of the kernel."""
_COUNTER: Final = ir.FunctionType(ir.IntType(64), ())
_PATHS: Final = 512
_REPEATED: Final = 40
"""Times that the parts are read: the counter runs on while the machine does other work."""


@intrinsic
def _stamp(context: Any, part: Any) -> Any:
    """Add the cycles since the last reading to a part."""

    def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
        word = ir.IntType(64)
        counter = builder.module.declare_intrinsic("llvm.readcyclecounter", (), _COUNTER)
        now = builder.call(counter, ())
        clock = builder.inttoptr(ir.Constant(word, _CLOCK.ctypes.data), word.as_pointer())
        place = builder.gep(clock, [builder.add(arguments[0], ir.Constant(word, 1))])
        spent = builder.sub(now, builder.load(clock))
        builder.store(builder.add(builder.load(place), spent), place)
        builder.store(now, clock)
        return context.get_dummy_value()

    return numba.void(numba.int64), generate


def shares() -> Grid:
    """Share of each part in the time of the shipped scenario, and what it takes of a path."""
    if platform.machine() not in {"x86_64", "AMD64"}:
        return Grid("Parts of a month", ("part",), (("needs the cycle counter of x86-64",),))
    scenario = load(SCENARIO).scenario
    plain, timed = tabulate(scenario, 1), tabulate(scenario, 1)
    clocked = _with_clock()

    def simulate_timed(n: int) -> None:
        timed.market[0].first_path = 0
        clocked((0, timed.months), np.empty((_rows(timed), n)), *timed.arguments)

    def cycles() -> Any:
        _CLOCK[1:] = 0
        simulate_timed(_PATHS)
        return _CLOCK[1:-1].copy()

    ways = {
        "plain": Way(_PATHS, lambda n: run.run_chunk(plain, range(n))),
        "timed": Way(_PATHS, simulate_timed),
    }
    simulate_timed(LANES)
    parts = np.median([cycles() for _ in range(_REPEATED)], axis=0)
    parts /= parts.sum()
    seconds = medians(ways)
    order = sorted(_PARTS, key=lambda name: -parts[_PLACES[name]])
    return Grid(
        f"Parts of a month, {SCENARIO}, 1 thread",
        ("part", "share", "CPU µs per path"),
        tuple(
            (
                _PARTS[name],
                f"{parts[_PLACES[name]]:.1%}",
                f"{1e6 * seconds['plain'].cpu * parts[_PLACES[name]]:.2f}",
            )
            for name in order
        ),
        (f"the clock itself takes {seconds['timed'].cpu / seconds['plain'].cpu - 1.0:+.0%}",),
    )


def _rows(tables: Any) -> int:
    """Rows that the kernel writes at most."""
    months = tables.months
    n_rows: int = 4 * len(tables.issuers) + 3 * len(tables.tranches) + months + 1
    return n_rows


def _with_clock() -> Any:
    """The kernel `history`, compiled with the clock in it."""
    month = ModuleType("path")
    vars(month).update(_rewritten(path, ("month", *_EVENTS)))
    namespace = _rewritten(history, ("history",))
    namespace["path"] = month
    return namespace["history"]


def _rewritten(module: ModuleType, names: tuple[str, ...]) -> dict[str, Any]:
    """The names of a module, the functions of those names with the clock in them."""
    tree = ast.parse(inspect.getsource(module))
    for function in tree.body:
        if isinstance(function, ast.FunctionDef):
            if ast.unparse(function.decorator_list[0]) == "jit.kernel":
                function.decorator_list = [ast.Name("_entry", ast.Load())]
            if function.name in names:
                function.body = list(_clocked(function.body))
            if function.name == "history":
                function.body.insert(0, _reading(_OUTSIDE))
    ast.fix_missing_locations(tree)
    namespace: dict[str, Any] = {
        "__name__": f"{module.__name__}_with_clock",
        "_entry": numba.njit(error_model="numpy", nogil=True),
        "_stamp": _stamp,
    }
    exec(compile(tree, f"<{module.__name__} with a clock>", "exec"), namespace)
    return namespace


def _clocked(body: list[ast.stmt]) -> Iterator[ast.stmt]:
    """Statements, each that is of one part followed by a reading of the clock."""
    for statement in body:
        parts = set(_parts(statement))
        if len(parts) > 1 or None in parts:
            if isinstance(statement, ast.If):
                asked = set(_parts(statement.test))
                statement.body = [*_readings(asked), *_clocked(statement.body)]
                statement.orelse = [*_readings(asked), *_clocked(statement.orelse)]
            elif isinstance(statement, ast.For | ast.While):
                statement.body = list(_clocked(statement.body))
            parts = set()
        yield statement
        yield from _readings(parts)


def _readings(parts: set[str | None]) -> list[ast.stmt]:
    return [_reading(_PLACES[part]) for part in parts if part is not None]


def _reading(place: int) -> ast.stmt:
    return ast.parse(f"_stamp({place})").body[0]


def _parts(node: ast.AST) -> Iterator[str | None]:
    """The parts whose functions are called; None: one that is read statement by statement."""
    for call in ast.walk(node):
        match call:
            case ast.Call(func=ast.Attribute(value=ast.Name(id=room))) if room in _PARTS:
                yield room
            case ast.Call(func=ast.Name(id=name)) if name in _WHOLE:
                yield _WHOLE[name]
            case ast.Call(func=ast.Name(id=name)) if name in _EVENTS:
                yield None
            case ast.Call(func=ast.Attribute(value=ast.Name(id="estates"))):
                yield "recovery"
            case ast.Call(func=ast.Attribute(attr="month")):
                yield None


def draws() -> Grid:
    """Time of one number in a loop over lanes, compiled as the kernel's own."""
    sums = np.ones(LANES)
    kernels = {
        "uniform draw": _uniforms,
        "normal draw": _normals,
        "exponential function": _exponentials,
        "logarithm": _logarithms,
    }
    ways = {name: Way(20_000, partial(kernel, sums=sums)) for name, kernel in kernels.items()}
    seconds = medians(ways)
    return Grid(
        f"Numbers in {LANES} lanes: medians of {ROUNDS}, interleaved",
        ("number", "CPU ns each"),
        tuple((name, f"{1e9 * found.cpu / LANES:.2f}") for name, found in seconds.items()),
    )


@jit.kernel
def _uniforms(n: int, sums: Lanes) -> None:
    for t in range(n):
        _add_uniforms(t, sums)


@jit.chain
def _add_uniforms(t: int, sums: Lanes) -> None:
    for i in range(LANES):
        sums[i] += random.uniform(1, i, t, 12345)


@jit.kernel
def _normals(n: int, sums: Lanes) -> None:
    for t in range(n):
        _add_normals(t, sums)


@jit.chain
def _add_normals(t: int, sums: Lanes) -> None:
    for i in range(LANES):
        sums[i] += random.normal(1, i, t, 12345)


@jit.kernel
def _exponentials(n: int, sums: Lanes) -> None:
    for t in range(n):
        _raise(t, sums)


@jit.chain
def _raise(t: int, sums: Lanes) -> None:
    for i in range(LANES):
        sums[i] = exp(1e-9 * sums[i] + t)


@jit.kernel
def _logarithms(n: int, sums: Lanes) -> None:
    for t in range(n):
        _add_logarithms(t, sums)


@jit.chain
def _add_logarithms(t: int, sums: Lanes) -> None:
    for i in range(LANES):
        sums[i] += log(2.0 + i + t)
