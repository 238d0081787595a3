"""The front matter of a page: YAML between two lines of dashes, read as texts, lists and mappings and nothing else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import yaml

from stanagraph.graph.wording import Wording

# libyaml is thirty times as fast, and not in every build of PyYAML.
_LOADER: Any = getattr(yaml, "CBaseLoader", yaml.BaseLoader)
_DEPTH = 10
_DASHES = re.compile(r"^---[ \t]*$", re.MULTILINE)

Node = str | list["Node"] | dict[str, "Node"]
Record = dict[str, Node]


@dataclass
class Malformed(Exception):
    """A page that cannot be read: in which line, and why."""

    line: int
    why: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.why}"


def front_matter(content: bytes) -> tuple[Record, list[str]]:
    """The record of a page, every scalar as the text that stands there, and the paths of keys that stand twice.

    Raises Malformed, also for an alias: a short text of aliases stands for one that no memory holds.
    """
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        raise Malformed(content.count(b"\n", 0, error.start) + 1, "it is not written in UTF-8") from error
    if not (first := _DASHES.match(text)):
        raise Malformed(1, "it does not begin with a line of three dashes")
    if not (last := _DASHES.search(text, first.end())):
        raise Malformed(text.count("\n") + 1, "no second line of three dashes ends the front matter")
    # The line of the first dashes is kept empty, so that the lines of a fault are those of the page.
    repeated: list[str] = []
    try:
        node = _node(yaml.parse("\n" + text[first.end() : last.start()].removeprefix("\n"), Loader=_LOADER), repeated)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
        raise Malformed(_line(mark), str(getattr(error, "problem", None) or error)) from error
    if not isinstance(node, dict):
        raise Malformed(1, "the front matter holds no fields")
    return node, repeated


def _node(events: Iterator[Any], repeated: list[str]) -> Node | None:
    """The one node of the document; a key that stands twice keeps its first value."""
    root: list[Node] = []
    # What is open: a list, or a mapping with the key that waits for its value, and the path to it.
    stack: list[tuple[list[Node] | Record, list[str], str]] = [(root, [], "")]
    for event in events:
        if isinstance(event, yaml.AliasEvent):
            raise Malformed(_line(event.start_mark), "an alias is not read")
        if isinstance(event, yaml.ScalarEvent):
            _put(stack, event.value, repeated)
        elif isinstance(event, yaml.MappingStartEvent | yaml.SequenceStartEvent):
            if len(stack) > _DEPTH:
                raise Malformed(_line(event.start_mark), Wording("it is nested more than {most} deep", most=_DEPTH))
            below: list[Node] | Record = {} if isinstance(event, yaml.MappingStartEvent) else []
            container, waits, path = stack[-1]
            if isinstance(container, dict) and not waits:
                raise Malformed(_line(event.start_mark), "a key is a text")
            here = path + "[]" if isinstance(container, list) and len(stack) > 1 else path
            here = f"{here}.{waits[0]}".lstrip(".") if waits else here
            _put(stack, below, repeated)
            stack.append((below, [], here))
        elif isinstance(event, yaml.MappingEndEvent | yaml.SequenceEndEvent):
            stack.pop()
    return root[0] if root else None


def _line(mark: Any) -> int:
    return mark.line + 1 if mark else 1


def _put(stack: list[tuple[list[Node] | Record, list[str], str]], value: Node, repeated: list[str]) -> None:
    container, waits, path = stack[-1]
    if isinstance(container, list):
        container.append(value)
    elif not waits:
        waits.append(str(value))
    else:
        key = waits.pop()
        if key in container:
            repeated.append(f"{path}.{key}".lstrip("."))
        container.setdefault(key, value)


def leaves(node: Node, path: str = "") -> Iterator[tuple[str, str]]:
    """The texts of a record, each with its field path: `document.title`, `status.history[].flag`."""
    if isinstance(node, dict):
        for key, below in node.items():
            yield from leaves(below, f"{path}.{key}".lstrip("."))
    elif isinstance(node, list):
        for below in node:
            yield from leaves(below, path + "[]")
    else:
        yield path, node


def text(record: Record, path: str) -> str:
    """The text at a path of keys without lists, trimmed; empty where there is none, as for `null`."""
    node: Node = record
    for key in path.split("."):
        node = node.get(key, "") if isinstance(node, dict) else ""
    trimmed = node.strip() if isinstance(node, str) else ""
    return "" if trimmed in ("null", "~") else trimmed


def items(record: Record, path: str) -> list[Record]:
    """The members of a list of mappings; what is no mapping is not among them."""
    return [member for member in _list(record, path) if isinstance(member, dict)]


def texts(record: Record, path: str) -> list[str]:
    """The members of a list of texts, trimmed."""
    return [member.strip() for member in _list(record, path) if isinstance(member, str) and member.strip()]


def _list(record: Record, path: str) -> list[Node]:
    node: Node = record
    for key in path.split("."):
        node = node.get(key, "") if isinstance(node, dict) else ""
    return node if isinstance(node, list) else []
