"""How numba is made to compile and to load no more than is needed.

numba takes every function down to machine code by itself, and once more inside each function that
calls it. What Python never calls needs that inside its caller only; the code that runs is the same.

The classes are numba's own, without a promise: for another release than those that `jit` names it
does without.
"""

import gc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, Final

from llvmlite import binding as llvm
from numba.core.caching import FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler import CompilerBase
from numba.core.compiler_machinery import AnalysisPass, PassManager, register_pass
from numba.core.typed_passes import (
    IRLegalization,
    NativeLowering,
    NoPythonBackend,
    NopythonTypeInference,
    PreLowerStripPhis,
)
from numba.core.types.functions import BaseFunction
from numba.core.untyped_passes import FixupArgs, IRProcessing, ReconstructSSA, TranslateByteCode

_VECTORS: Final = 4
"""That the loop of a chain takes at once: 2 gain half of it, 8 have too few registers."""
_YOUNG_ONLY: Final = (20_000, 1000, 1000)
"""Thresholds of the garbage collector: new objects, then how often before older ones come too."""
_INTERLEAVE: Final = "--force-vector-interleave"
_FIRST_UNKNOWN: Final = 23
"""Version of LLVM from which on nobody has looked whether it still knows the option: one that it
does not know would end the process."""


@contextmanager
def _interleaving(vectors: int) -> Iterator[None]:
    """Have LLVM interleave so many vectors in the block, which is an option of its command line."""
    if llvm.llvm_version_info[0] >= _FIRST_UNKNOWN:
        yield
        return
    llvm.set_option("", f"{_INTERLEAVE}={vectors}")
    try:
        yield
    finally:
        llvm.set_option("", f"{_INTERLEAVE}=0")


@contextmanager
def _young_garbage_only() -> Iterator[None]:
    """Look only through what the block has made lately: through all took a sixth of the time.

    What lives longer is little: 20 MB of 340.
    """
    usual = gc.get_threshold()
    gc.set_threshold(*_YOUNG_ONLY)
    try:
        yield
    finally:
        gc.set_threshold(*usual)


@contextmanager
def _operators_resolved_once() -> Iterator[None]:
    """Have numba keep what an operator gives for arguments of some types while the block runs.

    It tries all that the operator may mean every time, a sum of two numbers thousands of times.
    """
    functions: Any = BaseFunction
    resolve = functions.get_call_type
    found: dict[Any, Any] = {}

    def once(function: Any, context: Any, arguments: Any, named: Any) -> Any:
        key = (function, arguments, tuple(named.items()))
        if key not in found:
            found[key] = resolve(function, context, arguments, named)
        return found[key]

    functions.get_call_type = once
    try:
        yield
    finally:
        functions.get_call_type = resolve


class _Optimised(JITCodeLibrary):
    """Code that is optimised, and then inlined: loops over lanes become vectors here."""

    def _finalize_final_module(self) -> None:
        self._finalized = True

    def get_pointer_to_function(self, name: str) -> int:
        """No address, as of a function that is not there."""
        self._ensure_finalized()
        return 0

    @property
    def codegen(self) -> Any:
        """Who is asked to set the environment of the machine code."""
        return self

    def set_env(self, name: str, environment: object) -> None:
        """Leave it: there is no machine code."""


class _Interleaved(_Optimised):
    """Code whose loops over lanes take several vectors at once."""

    def _optimize_final_module(self) -> None:
        with _interleaving(_VECTORS):
            super()._optimize_final_module()


class _AsWritten(_Optimised):
    """Code that is optimised only where it is inlined.

    What it calls is linked in there as well, once: through every sequence on the way up, the same
    code was copied several times, for a tenth of the time of compilation.
    """

    def __init__(self, codegen: Any, name: str) -> None:
        super().__init__(codegen, name)
        self._called: dict[JITCodeLibrary, None] = {}

    def add_linking_library(self, library: Any) -> None:
        """Note what a function of it calls, and what that left to link."""
        self._called[library] = None
        if isinstance(library, _AsWritten):
            self._called |= library._called

    def _get_module_for_linking(self) -> Any:
        whole: Any = super()._get_module_for_linking()
        whole = whole.clone()
        for library in self._called:
            whole.link_in(JITCodeLibrary._get_module_for_linking(library), preserve=True)
        return whole

    def _optimize_functions(self, module: Any) -> None:
        module.data_layout = self._codegen._data_layout

    def _optimize_final_module(self) -> None:
        pass


class _Entry(JITCodeLibrary):
    """Code that Python calls and no other code: what others would inline is not kept on disk.

    Reading it again took longer than loading the machine code.
    """

    def _get_module_for_linking(self) -> Any:
        """Its functions by name, without their code."""
        whole: Any = super()._get_module_for_linking()
        names = [each.name for each in whole.functions if not each.is_declaration]
        empty = [f'define void @"{name}"() {{ unreachable }}' for name in names]
        return llvm.parse_assembly("\n".join(empty))


@register_pass(mutates_CFG=False, analysis_only=True)
class _LibraryOfStep(AnalysisPass):
    """Where the code of a function goes when it is made."""

    _name = "library_of_step"
    _library: type[JITCodeLibrary] = _Optimised

    def __init__(self) -> None:  # abstract in numba
        super().__init__()

    def run_pass(self, state: Any) -> bool:
        """Open the library."""
        state.library = self._library(state.targetctx.codegen(), state.func_id.func_qualname)
        return False


@register_pass(mutates_CFG=False, analysis_only=True)
class _LibraryOfSequence(_LibraryOfStep):
    _name = "library_of_sequence"
    _library = _AsWritten


@register_pass(mutates_CFG=False, analysis_only=True)
class _LibraryOfChain(_LibraryOfStep):
    _name = "library_of_chain"
    _library = _Interleaved


@register_pass(mutates_CFG=False, analysis_only=True)
class _LibraryOfKernel(_LibraryOfStep):
    _name = "library_of_kernel"
    _library = _Entry

    def run_pass(self, state: Any) -> bool:
        """Open a library that can be kept on disk."""
        super().run_pass(state)
        state.library.enable_object_caching()
        return False


_BEFORE_CODE: Final = (
    TranslateByteCode,
    FixupArgs,
    IRProcessing,
    ReconstructSSA,
    NopythonTypeInference,
    PreLowerStripPhis,
    IRLegalization,
)
_CODE: Final = (NativeLowering, NoPythonBackend)
"""Passes of numba that loops over records need. Its others look for closures, contexts, literals,
whole arrays and branches on None, of which there are none, and take a sixth of the time."""


class StepCompiler(CompilerBase):
    """Compiles what loops over lanes."""

    _opening: type[_LibraryOfStep] = _LibraryOfStep

    def define_pipelines(self) -> list[Any]:
        """Our passes: those that are needed, and ours before the one that makes code."""
        passes = PassManager("lanes")
        for each in (*_BEFORE_CODE, self._opening, *_CODE):
            passes.add_pass(each, each.name())
        passes.finalize()
        return [passes]


class ChainCompiler(StepCompiler):
    """Compiles what loops over lanes by long formulas."""

    _opening = _LibraryOfChain


class KernelCompiler(StepCompiler):
    """Compiles what Python calls."""

    _opening = _LibraryOfKernel

    def compile_extra(self, function: Callable[..., object]) -> Any:
        """Compile it and all that it calls."""
        with _young_garbage_only(), _operators_resolved_once():
            return super().compile_extra(function)


class SequenceCompiler(StepCompiler):
    """Compiles what calls steps, one after the other."""

    _opening = _LibraryOfSequence


class LightCache(FunctionCache):
    """numba's cache of a function, which loads it without what only compiling needs.

    All that numba can compile would be imported first, and takes twice the time of the rest.
    """

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """What is on disk for a signature; none: it is to be compiled."""
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


COMPILERS: Final = {
    "step": StepCompiler,
    "chain": ChainCompiler,
    "sequence": SequenceCompiler,
    "kernel": KernelCompiler,
}
