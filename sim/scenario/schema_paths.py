"""What may stand at a path: the types of :mod:`sim.scenario.schema`, walked by key.

Merging and ``--set`` work on documents that are not checked yet; this tells
them whether a mapping is a number with its source, a part with fields of its
own, or a table of named entries.
"""

from __future__ import annotations

import types
from collections.abc import Sequence
from typing import Annotated, Any, Union, get_args, get_origin

from pydantic import BaseModel

from sim.scenario.conditions import CHOICES, Choices, Limits
from sim.scenario.field_types import Frequency, Grounded, Quantity, Share
from sim.scenario.schema import Description
from sim.scenario.schema_wants import Weights

Shape = Any
"""A model class, ``dict[...]``, another type, or ``None`` where nothing may stand."""


def bare(annotation: Any) -> Shape:
    """An annotation without ``Annotated`` and ``| None``; of several types one with fields."""
    if get_origin(annotation) is Annotated:
        return bare(get_args(annotation)[0])
    if get_origin(annotation) in (Union, types.UnionType):
        parts = [bare(part) for part in get_args(annotation) if part is not type(None)]
        return next(filter(is_part, parts), parts[0])
    return annotation


def below(shape: Shape, key: str | int) -> Shape:
    """What may stand under a key."""
    if is_table(shape):
        inner = bare(get_args(shape)[1])
        return bare(Choices) if inner is Limits and key in CHOICES else inner
    if is_part(shape) and key in shape.model_fields:
        return bare(shape.model_fields[key].annotation)
    if shape is Weights:
        return Share  # an interest of the file's own
    if is_list(shape) and isinstance(key, int):
        return bare(get_args(shape)[0])
    return None


def at(path: Sequence[str | int], start: Shape = Description) -> Shape:
    """What may stand at a path."""
    shape = start
    for step in path:
        shape = below(shape, step)
    return shape


def is_word(path: Sequence[str | int]) -> bool:
    """Whether the last step of a path is a word of the format, not one that the author chose."""
    part = at(path[:-1])
    return path[-1] in part.model_fields if part is Weights else is_part(part)


def is_part(shape: Shape) -> bool:
    """Whether it has fields of its own."""
    return isinstance(shape, type) and issubclass(shape, BaseModel)


def is_table(shape: Shape) -> bool:
    """Whether its keys are names that the author chooses."""
    origin: Any = get_origin(shape)
    return origin is dict


def is_list(shape: Shape) -> bool:
    """Whether it is a row of entries without names."""
    origin: Any = get_origin(shape)
    return origin is tuple


def is_quantity(shape: Shape) -> bool:
    """Whether it is one number."""
    return isinstance(shape, type) and issubclass(shape, Quantity)


def is_grounded(shape: Shape) -> bool:
    """Whether a source and a reason stand for all its numbers."""
    return isinstance(shape, type) and issubclass(shape, Grounded)


def is_frequencies(shape: Shape) -> bool:
    """Whether it is a table by ``A to B`` that a plain number can stand for."""
    return is_table(shape) and bare(get_args(shape)[1]) is Frequency


def fields(shape: Shape) -> list[str]:
    """Names of its own fields."""
    return list(shape.model_fields) if is_part(shape) else []
