"""What may stand behind the question mark of a request; anything else is refused."""

from __future__ import annotations

from collections.abc import Collection
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from stanagraph.graph.catalogue import Parameter, Query
from stanagraph.graph.dates import day
from stanagraph.graph.errors import BadArgument

# Names are compared with every name of their kind, so nobody may send a book.
LONGEST = 120
Name = Annotated[str, Field(max_length=LONGEST)]
Cursor = Annotated[str | None, Field(max_length=200, description="the `next` of the page before")]


class Common(BaseModel):
    """What every request may say: language and representation, where headers cannot."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    lang: Literal["en", "fr"] | None = Field(None, description="language; overrules Accept-Language")
    format: Literal["json", "jsonld", "turtle", "ntriples", "csv", "html"] | None = Field(
        None, description="representation; overrules Accept"
    )

    def question(self) -> dict[str, str]:
        """The arguments of the report: what is empty is not asked."""
        return {name: value for name, value in self._named().items() if isinstance(value, str) and value}

    def _named(self) -> dict[str, object]:
        return self.model_dump(by_alias=True, exclude={"lang", "format", "limit", "cursor"})


class Listed(Common):
    """What every list may be asked: how much of it, and from where."""

    limit: int = Field(100, ge=1, le=1000, description="rows a page")
    cursor: Cursor = None


class GapParameters(Listed):
    """Filters of the list of gaps."""

    class_: Name = Field("", alias="class", description="munition class: id or name")
    nation: Name = Field("", description="nation that the gap affects: ISO 3166 code or name")
    cause: Name = Field("", description="cause: id or name")
    asOf: Name = Field("", description="only gaps known to exist on this day, or without a date (year-month-day)")


class MatrixParameters(Listed):
    """The munition class of a matrix, and filters of its cells."""

    class_: Name = Field(alias="class", min_length=1, description="munition class: id or name")
    using: Name = Field("", description="nation whose equipment is asked about: ISO 3166 code or name")
    providing: Name = Field("", description="nation whose munitions are asked about: ISO 3166 code or name")
    asOf: Name = Field("", description="what was known to hold on this day (year-month-day)")
    limit: int = Field(1000, ge=1, le=1000, description="cells a page")


class VerdictParameters(Common):
    """One pair."""

    equipment: Name = Field(min_length=1, description="equipment: id or name")
    munition: Name = Field(min_length=1, description="munition or interface: id or name")


class ThingParameters(Common):
    """One thing, and on which day."""

    asOf: Name = Field("", description="only what was known to hold on this day, or has no date (year-month-day)")

    @property
    def day(self) -> str:
        """The day that is asked for, if any; raises BadArgument."""
        return day("asOf", self.asOf) if self.asOf else ""


class PairParameters(Listed):
    """Two nations: whose equipment, and whose munitions."""

    using: Name = Field(min_length=1, description="nation whose equipment is asked about: ISO 3166 code or name")
    providing: Name = Field(min_length=1, description="nation whose munitions are asked about: ISO 3166 code or name")
    class_: Name = Field("", alias="class", description="munition class: id or name")
    asOf: Name = Field("", description="what was known to hold on this day (year-month-day)")


class PageParameters(BaseModel):
    """What the overview page shows; parameters that it does not know are nobody's fault there."""

    class_: Name = Field("155mm", alias="class")
    gapClass: Name | None = None
    nation: Name = ""
    cause: Name = ""
    asOf: Name = ""
    cursor: Cursor = None
    lang: Literal["en", "fr"] | None = None


class AnswerParameters(BaseModel):
    """What any report may be asked: its own parameters, which its description lists, besides these."""

    model_config = ConfigDict(extra="allow", populate_by_name=False)

    lang: Literal["en", "fr"] | None = Field(None, description="language; overrules Accept-Language")
    format: Literal["json", "jsonld", "turtle", "ntriples", "csv", "html"] | None = Field(
        None, description="representation; overrules Accept"
    )
    limit: int = Field(100, ge=1, le=1000, description="rows a page")
    cursor: Cursor = None

    def question(self) -> dict[str, str]:
        """The arguments of the report; one that is given twice or at length is refused."""
        found = {}
        for name, value in (self.model_extra or {}).items():
            if not isinstance(value, str):
                raise BadArgument(name, "is given more than once")
            if len(value) > LONGEST:
                raise BadArgument(name, f"has more than {LONGEST} characters")
            if value:
                found[name] = value
        return found


_MEANINGS = {
    "date": "day (year-month-day)",
    "thing": "thing of any kind: id, kind and id, name, or IRI",
    "property": "property: name, label or IRI",
}


def meaning(parameter: Parameter) -> str:
    """What may be given for a parameter of a report, in words."""
    kinds = parameter.kinds
    if len(kinds) == 1 and kinds[0] in _MEANINGS:
        return _MEANINGS[kinds[0]]
    return f"{' or '.join(kind.replace('-', ' ') for kind in kinds)}: id or name"


def parameters_of(query: Query, without: Collection[str] = ()) -> type[Listed]:
    """The parameters of a report as those of a request; `without` are those that the address gives already."""
    fields: dict[str, Any] = {}
    for name, parameter in query.parameters.items():
        if name in without:
            continue
        if parameter.required:
            fields[name] = (Name, Field(min_length=1, description=meaning(parameter)))
        else:
            fields[name] = (Name, Field("", description=meaning(parameter)))
    return create_model(f"Parameters of {query.name}", __base__=Listed, **fields)
