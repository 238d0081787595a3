"""What may stand behind the question mark of a request; anything else is refused."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

# Names are compared with every name of their kind, so nobody may send a book.
Name = Annotated[str, Field(max_length=120)]
Cursor = Annotated[str | None, Field(max_length=200, description="the `next` of the page before")]


class Common(BaseModel):
    """What every request may say: language and representation, where headers cannot."""

    model_config = ConfigDict(extra="forbid", populate_by_name=False)

    lang: Literal["en", "fr"] | None = Field(None, description="language; overrules Accept-Language")
    format: Literal["json", "csv", "turtle", "html"] | None = Field(
        None, description="representation; overrules Accept"
    )

    def question(self) -> dict[str, str]:
        """The arguments of the report: what is empty is not asked."""
        return {name: value for name, value in self._named().items() if isinstance(value, str) and value}

    def _named(self) -> dict[str, object]:
        return self.model_dump(by_alias=True, exclude={"lang", "format", "limit", "cursor"})


class GapParameters(Common):
    """Filters of the list of gaps."""

    class_: Name = Field("", alias="class", description="munition class: id or name")
    nation: Name = Field("", description="nation that the gap affects: ISO 3166 code or name")
    cause: Name = Field("", description="cause: id or name")
    asOf: Name = Field("", description="only gaps known to exist on this day, or without a date (year-month-day)")
    limit: int = Field(100, ge=1, le=1000, description="rows a page")
    cursor: Cursor = None


class MatrixParameters(Common):
    """The munition class of a matrix, and filters of its cells."""

    class_: Name = Field(alias="class", min_length=1, description="munition class: id or name")
    using: Name = Field("", description="nation whose equipment is asked about: ISO 3166 code or name")
    providing: Name = Field("", description="nation whose munitions are asked about: ISO 3166 code or name")
    limit: int = Field(1000, ge=1, le=1000, description="cells a page")
    cursor: Cursor = None


class VerdictParameters(Common):
    """One pair."""

    equipment: Name = Field(min_length=1, description="equipment: id or name")
    munition: Name = Field(min_length=1, description="munition or interface: id or name")


class PageParameters(BaseModel):
    """What the overview page shows; parameters that it does not know are nobody's fault there."""

    class_: Name = Field("155mm", alias="class")
    gapClass: Name | None = None
    nation: Name = ""
    cause: Name = ""
    asOf: Name = ""
    cursor: Cursor = None
    lang: Literal["en", "fr"] | None = None
