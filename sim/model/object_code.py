"""Sections of the text as object code for one processor."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any

import llvmlite.binding as llvm
from llvmlite import ir
from numba.core import codegen, compiler, typed_passes, types, typing, untyped_passes
from numba.core.compiler_lock import global_compiler_lock
from numba.core.compiler_machinery import PassManager
from numba.core.cpu import CPUContext
from numba.core.types.misc import unliteral
from numba.core.typing.templates import AbstractTemplate, infer_global, signature
from numba.extending import lower_builtin

from sim.model.instructions import INSTEAD
from sim.model.lowering import record_type
from sim.model.vectors import HELPERS, SECTIONS, SYMBOL, arguments


def _type(of: type) -> types.Type:
    return types.int64 if of is int else record_type(of)


def _declare(module: ir.Module, name: str, kinds: Iterable[types.Type]) -> ir.Function:
    """A section as it is called from outside: addresses of words, and whole numbers."""
    context = _contexts()[1]
    known = module.globals.get(SYMBOL + name)
    if known is not None:
        return known
    kind = ir.FunctionType(ir.VoidType(), [context.get_value_type(k) for k in kinds])
    return ir.Function(module, kind, SYMBOL + name)


def _make_callable(name: str, section: Callable[..., None]) -> None:
    """Let the text call a section by its symbol, whichever unit it is in."""
    kinds = tuple(map(_type, arguments(section)))

    class Typed(AbstractTemplate):
        def generic(self, args: Any, kws: Any) -> Any:
            fits = len(args) == len(kinds) and all(
                isinstance(a, types.Integer) if k is types.int64 else a == k
                for a, k in zip(args, kinds, strict=True)
            )
            return signature(types.none, *kinds) if fits and not kws else None

    infer_global(section)(Typed)

    @lower_builtin(section, *kinds)
    def call(context: Any, builder: Any, sig: Any, args: Any) -> Any:
        builder.call(_declare(builder.module, name, kinds), args)
        return context.get_dummy_value()


class _Helper(AbstractTemplate):
    """A helper, compiled for each kind of what it is given, to be written into its callers."""

    text: Callable[..., Any]

    def generic(self, args: Any, kws: Any) -> Any:
        args = tuple(map(unliteral, args))
        made = _compiled(type(self).text, args, None)
        context = _contexts()[1]

        @lower_builtin(type(self).text, *args)
        def call(context: Any, builder: Any, sig: Any, values: Any) -> Any:
            context.add_linking_libs([made.library])
            return context.call_internal_no_propagate(builder, made.fndesc, sig, values)[1]

        context.refresh()
        return made.signature


@cache
def _prepare() -> None:
    for text in HELPERS:
        infer_global(text)(type(text.__name__, (_Helper,), {"text": staticmethod(text)}))
    for name, section in SECTIONS.items():
        _make_callable(name, section)


def _flags() -> compiler.Flags:
    flags = compiler.Flags()
    flags.nrt = False
    flags.no_compile = True
    flags.error_model = "numpy"
    flags.forceinline = True
    flags.no_cpython_wrapper = True
    flags.no_cfunc_wrapper = True
    return flags


class _Typing(typing.Context):
    """What Numba knows of numbers, ranges and tuples, without NumPy and SciPy."""

    def load_additional_registries(self) -> None:
        """There are none."""

    def resolve_value_type(self, value: Any) -> types.Type:
        """The type of a function or constant that the text names."""
        instead = next((kind for function, kind in INSTEAD if function is value), None)
        return instead or super().resolve_value_type(value)


class _Target(CPUContext):
    def load_additional_registries(self) -> None:
        """Only what the text needs."""
        from numba.cpython import builtins, iterators, numbers, rangeobj, tupleobj  # noqa: F401


class _Compiler(compiler.CompilerBase):
    """Numba's passes, without those that rewrite what the text does not have."""

    def define_pipelines(self) -> list[PassManager]:
        """The passes, in order."""
        passes = PassManager("text")
        for one in _PASSES:
            passes.add_pass(one, one.__name__)
        passes.finalize()
        return [passes]


_PASSES = (
    untyped_passes.TranslateByteCode,
    untyped_passes.FixupArgs,
    untyped_passes.IRProcessing,
    untyped_passes.ReconstructSSA,
    typed_passes.NopythonTypeInference,
    typed_passes.PreLowerStripPhis,
    typed_passes.IRLegalization,
    typed_passes.AnnotateTypes,
    typed_passes.NativeLowering,
    typed_passes.NoPythonBackend,
)


class _Pieces(codegen.AOTCodeLibrary):
    """What one function is in LLVM's words, and the functions that it calls: not yet made quick."""

    def __init__(self, *given: Any) -> None:
        super().__init__(*given)
        self.words = ""
        self.called: list[_Pieces] = []

    def add_ir_module(self, module: ir.Module) -> None:
        """Keep the words."""
        self.words = str(module)

    def add_linking_library(self, library: Any) -> None:
        """Note a function that is called; of Numba's own there is none but its counts of uses."""
        if isinstance(library, _Pieces):
            self.called.append(library)

    def gather(self, found: dict[_Pieces, str]) -> None:
        """Add the words of the function and of all that it calls."""
        if self not in found:
            found[self] = self.words
            for other in self.called:
                other.gather(found)


class _Codegen(codegen.AOTCPUCodegen):
    _library_class = _Pieces


@cache
def _contexts() -> tuple[_Typing, _Target]:
    known = _Typing()
    whole = _Codegen("entente")
    return known, _Target(known).subtarget(_internal_codegen=whole, aot_mode=True)


@cache
def _compiled(text: Callable[..., Any], takes: tuple[types.Type, ...], gives: Any) -> Any:
    known, target = _contexts()
    return compiler.compile_extra(
        known, target, text, takes, gives, _flags(), {}, pipeline_class=_Compiler
    )


def _gather(name: str, section: Callable[..., None], found: dict[Any, str]) -> None:
    """Add the words of a section, of what it calls, and of the door by which it is called."""
    context = _contexts()[1]
    kinds = tuple(map(_type, arguments(section)))
    made = _compiled(section, kinds, types.none)
    door = context.create_module(name)
    outer = _declare(door, name, kinds)
    builder = ir.IRBuilder(outer.append_basic_block())
    inner = ir.Function(
        door, context.call_conv.get_function_type(types.none, kinds), made.fndesc.llvm_func_name
    )
    context.call_conv.call_function(builder, inner, types.none, kinds, outer.args)
    builder.ret_void()
    made.library.gather(found)
    found[name] = str(door)


def machine_of(cpu: str, features: str, triple: str | None = None) -> llvm.TargetMachine:
    """What writes code for a processor, of this machine's kind if no other is named."""
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
    triple = triple or llvm.get_process_triple()
    # Of a large process the loader may put code and its numbers more than 2 GB apart: addresses
    # are whole, where the loader has those.
    whole = triple.startswith("x86_64")
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=cpu,
        features=features,
        opt=3,
        reloc="static" if whole and os.name != "nt" else "pic",
        codemodel="large" if whole else "small",
        jit=True,
    )


def _quick(module: llvm.ModuleRef, machine: llvm.TargetMachine) -> None:
    # The numbers are vectors already: LLVM has no further ones to find.
    tuning = llvm.create_pipeline_tuning_options(3)
    tuning.loop_vectorization = False
    tuning.slp_vectorization = False
    builder = llvm.create_pass_builder(machine, tuning)
    builder.getModulePassManager().run(module, builder)


def module_of(unit: str, machine: llvm.TargetMachine) -> llvm.ModuleRef:
    """The sections of a unit, a module of the text, in LLVM's words and made quick."""
    with global_compiler_lock:
        _prepare()
        whole = llvm.parse_assembly("")
        whole.name = unit
        whole.triple = machine.triple
        whole.data_layout = str(machine.target_data)
        names = [n for n, section in SECTIONS.items() if section.__module__ == unit]
        words: dict[Any, str] = {}
        for name in names:
            _gather(name, SECTIONS[name], words)
        for piece in words.values():
            part = llvm.parse_assembly(piece)
            part.triple, part.data_layout = whole.triple, whole.data_layout
            whole.link_in(part)
    for function in whole.functions:
        if not function.is_declaration and function.name.removeprefix(SYMBOL) not in names:
            function.linkage = "internal"
    for variable in whole.global_variables:
        variable.linkage = "internal"
    _quick(whole, machine)
    return whole


def object_code(unit: str, cpu: str, features: str) -> bytes:
    """The sections of a unit as object code."""
    machine = machine_of(cpu, features)
    return machine.emit_object(module_of(unit, machine))
