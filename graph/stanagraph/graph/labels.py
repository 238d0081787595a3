"""Confidentiality labels in the terms of STANAG 4774, and which audience may see which."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import BaseModel, ConfigDict, Field

PUBLIC = "public"
UNMARKED = "unmarked"
_LABEL = re.compile(
    r"(?P<policy>[A-Z][A-Z0-9-]*) (?P<classification>[A-Z][A-Z -]*?)(?: REL(?:EASABLE)? (?:TO )?(?P<to>[\w, -]+))?",
)


class Label(BaseModel):
    """The marking of a source: under which policy, how strictly, and to whom it may be passed on."""

    model_config = ConfigDict(frozen=True, extra="forbid")
    policy: str = Field(min_length=1)
    classification: str = Field(min_length=1)
    releasable_to: tuple[str, ...] = ()

    def __str__(self) -> str:
        to = f" REL {', '.join(self.releasable_to)}" if self.releasable_to else ""
        return f"{self.policy} {self.classification}{to}"


def parse_label(text: str) -> Label | None:
    """The label that a text states ("NATO RESTRICTED REL UKR, SWE"), or None for "unmarked".

    Raises ValueError where the text is neither.
    """
    if text.strip().casefold() == UNMARKED:
        return None
    found = _LABEL.fullmatch(" ".join(text.split()).upper())
    if found is None:
        raise ValueError(f"{text!r} is no label")
    to = tuple(sorted({part.strip() for part in (found["to"] or "").split(",") if part.strip()}))
    return Label(policy=found["policy"], classification=found["classification"], releasable_to=to)


@dataclass(frozen=True)
class Audience:
    """A set of readers, all of whom may see what bears one of these markings, besides all that bears none.

    A marking that is releasable to some only is seen by an audience that belongs to one of them.
    """

    name: str
    sees: tuple[Label, ...] = ()
    belongs_to: tuple[str, ...] = ()

    def may_see(self, label: Label | None) -> bool:
        """Whether what bears this label is for this audience."""
        if label is None:
            return True
        cleared = any((it.policy, it.classification) == (label.policy, label.classification) for it in self.sees)
        return cleared and (not label.releasable_to or bool(set(label.releasable_to) & set(self.belongs_to)))


EVERYBODY: Sequence[Audience] = (Audience(PUBLIC),)
