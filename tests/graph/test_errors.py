"""The tree in the docstring of the errors is the tree of the classes."""

from __future__ import annotations

import inspect
import re

import pytest

from stanagraph.graph import errors
from stanagraph.graph.errors import BadArgument, DataRefused, NameNotKnown, QueryNotFound, RowFault, StanagraphError

CLASSES = [
    member
    for _, member in inspect.getmembers(errors, inspect.isclass)
    if issubclass(member, StanagraphError) and member.__module__ == errors.__name__
]


def drawn() -> dict[str, tuple[str, str]]:
    """Each class of the drawing with its parent and the words beside it."""
    tree: dict[str, tuple[str, str]] = {}
    parents: list[str] = []
    for line in inspect.cleandoc(errors.__doc__ or "").splitlines():
        if found := re.fullmatch(r"((?:│   |    )*)(?:[├└]── )?(\w+)(.*)", line):
            depth = len(found[1]) // 4 + ("──" in line)
            if depth or line == "StanagraphError":
                parents[depth:] = [found[2]]
                tree[found[2]] = (parents[depth - 1] if depth else "Exception", found[3])
    return tree


def test_the_drawing_has_every_class_under_its_parent() -> None:
    assert {name: parent for name, (parent, _) in drawn().items()} == {
        member.__name__: member.__bases__[0].__name__ for member in CLASSES
    }


@pytest.mark.parametrize("error", CLASSES)
def test_the_drawing_tells_status_and_exit_code_where_they_change(error: type[StanagraphError]) -> None:
    told = re.search(r"\(exit (\d), HTTP (\d{3})\)", drawn()[error.__name__][1])
    if told:
        assert (error.exit_code, error.status) == (int(told[1]), int(told[2]))
    else:
        parent = error.__bases__[0]
        assert issubclass(parent, StanagraphError) is (error is not StanagraphError)
        if issubclass(parent, StanagraphError):
            assert (error.exit_code, error.status) == (parent.exit_code, parent.status)


@pytest.mark.parametrize("error", CLASSES)
def test_every_error_is_a_problem_that_can_be_told(error: type[StanagraphError]) -> None:
    assert re.fullmatch(r"[a-z]+(-[a-z]+)*", error.problem)
    assert 400 <= error.status < 600
    assert error.exit_code in {1, 2}
    assert error.__doc__


def test_leaves_keep_what_failed_and_say_it() -> None:
    name = NameNotKnown("k8", ("equipment", "munition"), ["k9"])
    assert (name.name, name.kinds, name.suggestions) == ("k8", ("equipment", "munition"), ("k9",))
    assert str(name) == "no equipment or munition is called 'k8'; did you mean k9?"
    assert str(QueryNotFound("gap", [])) == "no query is called 'gap'"
    assert str(BadArgument("asOf", "is no date")) == "asOf: is no date"


def test_refused_data_tell_all_faults_in_order() -> None:
    second = RowFault("nations.csv", 9, "id", "XX", "three letters")
    first = RowFault("nations.csv", 2, "id", "", "three letters")
    refused = DataRefused([second, first])
    assert refused.faults == (first, second)
    assert str(refused).splitlines()[0] == "nations.csv:2: id: '', expected three letters"
