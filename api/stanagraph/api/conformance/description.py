"""What somebody says of a system: a frozen description, the same whichever form it was written in."""

from __future__ import annotations

import hashlib
import json
import unicodedata
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ..words import message

SCHEMA = "https://w3id.org/stanagraph/schemas/description.json"
LEVELS = ("low", "medium", "high")

Level = Literal["low", "medium", "high"]
Method = Literal["inspection", "test", "analysis", "demonstration"]


def _plain(text: str) -> str:
    if any(unicodedata.category(character) in ("Cc", "Cs", "Zl", "Zp") for character in text):
        raise ValueError(message("a text without line breaks and control characters"))
    return unicodedata.normalize("NFC", text)


Text = Annotated[str, Field(min_length=1, max_length=2000), AfterValidator(_plain)]
Key = Annotated[str, Field(min_length=1, max_length=200), AfterValidator(_plain)]
Identifier = Annotated[str, Field(pattern=r"^[A-Za-z0-9][\w.+~()-]*$", max_length=100)]
Url = Annotated[str, Field(pattern=r"^https?://[^\s<>\"{}|\\^`]+$", max_length=2000)]
Number = Annotated[Decimal, Field(allow_inf_nan=False, max_digits=40)]
Date = Annotated[str, Field(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12][0-9]|3[01]))?)?$")]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)


class Evidence(_Part):
    """What a statement can be checked in: a document, a page, or both."""

    title: Text | None = Field(None, description="Name of the document, as a drawing, data sheet or test report.")
    url: Url | None = Field(None, description="Where it can be read.")

    @model_validator(mode="after")
    def _something(self) -> Self:
        if self.title is None and self.url is None:
            raise ValueError(message("a title or a web address"))
        return self


class _Backed(_Part):
    confidence: Level | None = Field(None, description="How far this is to be trusted; not told counts as low.")
    evidence: tuple[Evidence, ...] = Field((), description="What it rests on; without any, that of the description.")


class Value(_Backed):
    """A stated value of one parameter: a number, a span of numbers, or words."""

    parameter: Key = Field(description="Key or name of the parameter, as case_length_mm.")
    number: Number | None = None
    low: Number | None = Field(None, description="Lower end of a span.")
    high: Number | None = Field(None, description="Upper end of a span.")
    text: Text | None = None
    unit: Key | None = Field(None, description="Unit of the numbers, by its UCUM code or QUDT name.")

    @model_validator(mode="after")
    def _one(self) -> Self:
        given = [self.number is not None, self.low is not None or self.high is not None, self.text is not None]
        if sum(given) != 1:
            raise ValueError(message("exactly one of: a number, a span of low and high, a text"))
        if given[1] and (self.low is None or self.high is None):
            raise ValueError(message("both ends of the span"))
        if self.low is not None and self.high is not None and self.low > self.high:
            raise ValueError(message("a lower end that is not above the upper end"))
        if self.text is not None and self.unit is not None:
            raise ValueError(message("no unit beside a text"))
        return self

    @property
    def span(self) -> tuple[Decimal, Decimal] | None:
        """Both ends; twice the same for a single number, None for words."""
        if self.number is not None:
            return self.number, self.number
        return (self.low, self.high) if self.low is not None and self.high is not None else None


class Capability(_Backed):
    """A stated ability or need: the answer to one question, as how fuzes are set."""

    capability: Key = Field(description="Notation of the question in the vocabulary capability-kind.")
    value: Key = Field(description="Notation of the answer, or the id of an equipment or interface.")


class Claim(_Backed):
    """Whether a standard, or one edition of it, is claimed to be kept."""

    document: Key = Field(description="Id of the agreement, publication or document, as STANAG-4172.")
    edition: Key | None = Field(None, description="Number of the edition; left out where it is not told.")
    claimed: bool = Field(True, description="False where the description says that it is not kept.")


class Test(_Backed):
    """A verification that was done: of a parameter, of a clause, or of both."""

    __test__ = False  # no test of ours, whatever its name

    method: Method
    parameter: Key | None = None
    document: Key | None = None
    clause: Key | None = None
    outcome: Literal["passed", "failed"] | None = Field(None, description="What came out, where it is told.")
    date: Date | None = None

    @model_validator(mode="after")
    def _about(self) -> Self:
        if self.parameter is None and (self.document is None or self.clause is None):
            raise ValueError(message("a parameter, or a document and a clause"))
        return self


class Exclusion(_Backed):
    """What the description says does not concern the system."""

    subject: Key | None = Field(None, description="Subject of requirements, as fuze, or an interface.")
    parameter: Key | None = None

    @model_validator(mode="after")
    def _one(self) -> Self:
        if (self.subject is None) == (self.parameter is None):
            raise ValueError(message("either a subject or a parameter"))
        return self


class Description(_Backed):
    """A system as somebody describes it. What is left out is not known: it is neither no nor without concern."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        str_strip_whitespace=True,
        json_schema_extra={"$id": SCHEMA, "$schema": "https://json-schema.org/draft/2020-12/schema"},
    )

    id: Identifier
    name: Text
    kind: Literal["equipment", "munition"]
    munition_kind: Key | None = Field(None, description="For a munition: notation of the vocabulary munition-kind.")
    subjects: tuple[Key, ...] = Field((), description="What requirements call it, as cartridge, fuze, firing-weapon.")
    interfaces: tuple[Key, ...] = Field((), description="Interfaces that a munition needs or equipment offers.")
    values: tuple[Value, ...] = ()
    capabilities: tuple[Capability, ...] = ()
    standards: tuple[Claim, ...] = ()
    tests: tuple[Test, ...] = ()
    not_concerned: tuple[Exclusion, ...] = ()

    @model_validator(mode="after")
    def _kinds(self) -> Self:
        if self.kind == "equipment" and self.munition_kind is not None:
            raise ValueError(message("no munition_kind: the description is of equipment"))
        return self

    def canonical(self) -> Description:
        """The same with all lists in one order and nothing said twice."""
        return self.model_copy(update={name: _ordered(getattr(self, name)) for name in _many_of(type(self))})

    def as_json(self) -> dict[str, Any]:
        """What is told, without what is left out; numbers as texts, so that none loses a digit."""
        told = self.model_dump(mode="json", exclude_defaults=True)
        return {"id": self.id, "name": self.name, "kind": self.kind} | told

    def digest(self) -> str:
        """SHA-256 of the canonical form."""
        text = json.dumps(self.canonical().as_json(), sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()


@cache
def _many_of(kind: type[BaseModel]) -> tuple[str, ...]:
    """The fields that hold several things."""
    return tuple(name for name, field in kind.model_fields.items() if _many(field))


def _many(field: Any) -> bool:
    return str(field.annotation).startswith("tuple")


def _ordered(items: tuple[Any, ...]) -> tuple[Any, ...]:
    def ordered(item: Any) -> Any:
        if isinstance(item, _Backed):
            changed: dict[str, Any] = {"evidence": _ordered(item.evidence)}
            for name in ("number", "low", "high"):
                if isinstance(number := getattr(item, name, None), Decimal):
                    changed[name] = _shortest(number)
            return item.model_copy(update=changed)
        return item

    by_text = {key(item): item for item in map(ordered, items)}
    return tuple(by_text[name] for name in sorted(by_text))


def _shortest(number: Decimal) -> Decimal:
    """The number without noughts at its end, and never in powers of ten."""
    return Decimal(f"{number.normalize():f}") if number else Decimal(0)


def key(item: Any) -> str:
    """A text by which items of a list are told apart and put in order."""
    return json.dumps(item.model_dump(mode="json"), sort_keys=True) if isinstance(item, BaseModel) else str(item)


def schema() -> dict[str, Any]:
    """The JSON Schema of a description."""
    return Description.model_json_schema()
