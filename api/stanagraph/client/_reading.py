"""JSON into the values of `_models`, by their annotations."""

from __future__ import annotations

import dataclasses
import types
import typing
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, TypeVar

from ._errors import NotUnderstood

T = TypeVar("T")


def read(kind: type[T], data: object, where: str = "") -> T:
    """The value of this kind that the JSON stands for; raises NotUnderstood, which names the place."""
    if not isinstance(data, dict):
        raise NotUnderstood(f"{where or '/'}: an object was expected")
    known: Any = kind  # mypy does not know that a type can be hashed
    given = {}
    for name, key, hint, needed in _fields(known):
        if key in data:
            given[name] = _value(hint, data[key], f"{where}/{key}")
        elif needed:
            raise NotUnderstood(f"{where}/{key}: is missing")
    return kind(**given)


@cache
def _fields(kind: type) -> tuple[tuple[str, str, Any, bool], ...]:
    """For each field its name, its name in JSON, its type, and whether it must be there."""
    hints = typing.get_type_hints(kind)
    return tuple(
        (it.name, it.metadata.get("json", it.name), hints[it.name], _needed(it)) for it in dataclasses.fields(kind)
    )


def _needed(field: dataclasses.Field[Any]) -> bool:
    return field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING


def _value(hint: Any, data: object, where: str) -> Any:
    origin, arguments = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any:
        return data
    if origin in (typing.Union, types.UnionType):
        if data is None and types.NoneType in arguments:
            return None
        kinds = tuple(it for it in arguments if it is not types.NoneType)
        return _value(kinds[0], data, where) if len(kinds) == 1 else _plain(kinds, data, where)
    if origin is tuple:
        if not isinstance(data, list):
            raise NotUnderstood(f"{where}: a list was expected")
        return tuple(_value(arguments[0], it, f"{where}/{number}") for number, it in enumerate(data))
    if origin is Mapping:
        if not isinstance(data, dict):
            raise NotUnderstood(f"{where}: an object was expected")
        return {key: _value(arguments[1], it, f"{where}/{key}") for key, it in data.items()}
    if dataclasses.is_dataclass(hint):
        return read(typing.cast("type", hint), data, where)
    return _plain((hint,), data, where)


def _plain(kinds: tuple[type, ...], data: object, where: str) -> object:
    if float in kinds and isinstance(data, int) and not isinstance(data, bool):
        return data if int in kinds else float(data)
    if not isinstance(data, kinds) or (isinstance(data, bool) and bool not in kinds):
        raise NotUnderstood(f"{where}: {' or '.join(it.__name__ for it in kinds)} was expected")
    return data


def reader(kind: type[T]) -> Callable[[object], T]:
    """A function that reads this kind."""
    return lambda data: read(kind, data)
