"""A theory from a Python file that the user names: ``FILE.py:NAME``.

Only the command line and Python load one; a scenario never names a file of code.
"""

from __future__ import annotations

import ast
import hashlib
import sys
from dataclasses import dataclass
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from traceback import extract_tb
from types import ModuleType
from typing import Any

from sim.errors import Fault, Place, ScenarioError, in_words, option, stopped_by_user
from sim.text import closest, quoted

MARK = "__entente_theories__"
"""The name under which a module that was loaded here holds its :class:`Code`."""


@dataclass(frozen=True)
class Code:
    """A file of theories as it was read.

    Attributes
    ----------
    file : str
        Its name, without the folder.
    content : str
    sha256 : str
        Of its content.
    module : str
        The name of the module that it is here, and in other processes.
    """

    file: str
    content: str
    sha256: str
    module: str


def load(text: str, place: Place) -> Any:
    """A theory by ``FILE.py:NAME``; of a class an object is made, without arguments.

    Parameters
    ----------
    text : str
    place : Place
        Where it was named.

    Raises
    ------
    ScenarioError
        Where there is no such file or name, or the file cannot be carried out.
    """
    path, _, name = text.rpartition(":")
    if not path.endswith(".py") or not name.isidentifier():
        remedy = "write FILE.py:NAME, such as my.py:rule"
        raise ScenarioError([Fault(place, f"'{text}' names no theory in a file", remedy)])
    file = Path(path)
    try:
        content = file.read_text(encoding="utf-8-sig")  # some editors begin with a mark
    except (OSError, ValueError) as error:
        if isinstance(error, UnicodeDecodeError):
            problem = f"{file.name} is no text in UTF-8"
            raise ScenarioError([Fault(place, problem, "save it as UTF-8")]) from None
        problem = f"{file.name} cannot be read ({getattr(error, 'strerror', None) or error})"
        raise ScenarioError([Fault(place, problem, "name a file that is there")]) from None
    digest = hashlib.sha256(content.encode()).hexdigest()
    # Two files of the same text may still read what lies beside them.
    whole = hashlib.sha256(f"{file.resolve()}\0{digest}".encode()).hexdigest()
    code = Code(file.name, content, digest, f"entente_theory_{whole[:16]}")
    return _made(_module(file, code, place), name, place)


def load_again(code: Code) -> None:
    """Carry out a file that was read elsewhere, so that what refers to it can be unpickled.

    Raises
    ------
    ScenarioError
        Where it cannot be carried out here.
    """
    _module(Path(code.file), code, Place(option("--theory")))


def code_of(theory: Any) -> Code | None:
    """The file that a theory was loaded from; ``None`` where it was not loaded here."""
    home = sys.modules.get(str(getattr(theory, "__module__", None)))
    found: Code | None = getattr(home, MARK, None)
    return found


def _module(file: Path, code: Code, place: Place) -> ModuleType:
    """The file carried out, once, under a name of its own."""
    name = code.module
    if name in sys.modules:
        return sys.modules[name]
    spec = spec_from_file_location(name, file)
    assert spec is not None  # it ends with .py
    module = module_from_spec(spec)
    setattr(module, MARK, code)
    sys.modules[name] = module
    try:
        # What was read is carried out, and not what the file may hold by now.
        carried = compile(code.content, str(file), "exec", dont_inherit=True)
        exec(carried, module.__dict__)
    except BaseException as error:  # whatever the user's code may raise, SystemExit too
        del sys.modules[name]
        if stopped_by_user(error):
            raise
        raise ScenarioError([_fault(error, file, place)]) from error
    return module


def _fault(error: BaseException, file: Path, place: Place) -> Fault:
    if isinstance(error, SyntaxError):
        line = f", line {error.lineno}" if error.lineno else ""
        return Fault(place, f"{file.name}{line}: {error.msg}", "mend it")
    here = [one.lineno for one in extract_tb(error.__traceback__) if one.filename == str(file)]
    where = f"{file.name}, line {here[-1]}" if here else file.name
    if isinstance(error, ModuleNotFoundError):
        problem = f"{where} imports '{error.name}', which is not installed"
        return Fault(place, problem, "install it, or do without")
    problem = f"{where} fails when it is read: {in_words(error)}"
    return Fault(place, problem, "mend it")


def _made(module: ModuleType, name: str, place: Place) -> Any:
    found = getattr(module, name, None)
    if found is None:
        names = _defined(module)
        near = closest(name, names)
        meant = f"did you mean '{near}'? " if near else ""
        has = f"it has {quoted(names)}" if names else "it defines nothing"
        raise ScenarioError([Fault(place, f"the file has no '{name}'", f"{meant}{has}")])
    if not isinstance(found, type):
        return found
    try:
        return found()
    except BaseException as error:  # whatever the user's code may raise, SystemExit too
        if stopped_by_user(error):
            raise
        problem = f"no {name} can be made ({in_words(error)})"
        remedy = f"let {name}() need nothing, or make the object in the file and name it"
        raise ScenarioError([Fault(place, problem, remedy)]) from error


def _defined(module: ModuleType) -> list[str]:
    """Functions and classes that a file defines, and objects that could be theories."""
    code: Code = getattr(module, MARK)
    names: list[str] = []
    for node in ast.parse(code.content).body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.append(node.name)
        elif isinstance(node, ast.Assign):
            given = [one.id for one in node.targets if isinstance(one, ast.Name)]
            names += [one for one in given if _could_be(getattr(module, one, None))]
    return list(dict.fromkeys(names))


def _could_be(found: Any) -> bool:
    """Whether what a file assigns to a name could be a theory; NumPy's objects 'choose' too."""
    own = not type(found).__module__.startswith("numpy")
    return callable(found) or (own and (hasattr(found, "choose") or hasattr(found, "answer")))
