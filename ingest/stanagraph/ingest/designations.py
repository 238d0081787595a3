"""The keys of documents and editions, from the ways in which lists write them.

An id keeps the series and number without leading zeros; volumes, parts and annexes are suffixes:
"STANAG 04425" is STANAG-4425, "AOP-29 Part 1" is AOP-29-PART-1, "AMETOCP-4 Vol. I" is AMETOCP-4-VOL-I.
The AAP series alone keeps two digits, in the tables as in every list: AAP-03, AAP-06.
An edition is part of a key only after a slash: STANAG-4425/2, AOP-29-PART-1/3-v1.
"""

from __future__ import annotations

import re
import unicodedata

# The series that are not written in capitals throughout; lists write some of them in two ways.
_SPELLINGS = {
    series.upper(): series
    for series in (
        "AAMedP",
        "AArtyP",
        "ACodP",
        "AComP",
        "ADatP",
        "ADivP",
        "AEngrP",
        "AEtP",
        "AFinP",
        "AGeoP",
        "AIntP",
        "AJMedP",
        "ALingP",
        "ALogP",
        "AMaintP",
        "AMedP",
        "AMovP",
        "APersP",
        "ATrainP",
    )
}
_COVERS = frozenset({"STANAG", "STANREC"})
# Series of NATO: their numbers have no leading zeros of their own. Others do: ASCA-012 is not ASCA-12.
_NATO = re.compile(r"STANAG|STANREC|SRD|[AM][A-Z\d]*P")
_DASHES = re.compile(r"[‐‑‒–—−]")
_SEPARATORS = re.compile(r"([\s_,:;/-]+)")
_AT_LEAST = {"AAP": 2}
_GLUED = re.compile(r"(VOL(?:UME)?|PART|PT)\.?([IVXL]+|\d+|[A-H])?")
_ROMAN = re.compile(r"[IVXL]+")
_NOT_OF_KEYS = re.compile(r"[^\w.+~()-]")


def document_key(text: str) -> str:
    """The key of a document from its designation: hyphens for blanks, no leading zeros, each series in its spelling.

    A bare Roman numeral after the number is a volume and a bare Arabic one a part: "AEP-62 I PART 2" is
    AEP-62-VOL-I-PART-2. The key of a key is that key. Raises ValueError where nothing is left.
    """
    pieces = _SEPARATORS.split(_DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip())
    words: list[str] = []
    nato = False
    for index in range(0, len(pieces), 2):
        raw = _NOT_OF_KEYS.sub("", pieces[index]).strip(".")
        word = raw.upper()
        if not word:
            continue
        if not words:
            nato = bool(_NATO.fullmatch(word))
            # The spelling of a series that nobody here knows is that of its source.
            words.append(_SPELLINGS.get(word, word if nato else raw))
            continue
        spaced = "-" not in pieces[index - 1] and "/" not in pieces[index - 1]
        if glued := _GLUED.fullmatch(word):
            words.append("VOL" if glued[1].startswith("VOL") else "PART")
            word = glued[2] or ""
        elif nato and spaced and words[0] not in _COVERS and any(map(str.isdigit, words[-1])) and len(words) == 2:
            if _ROMAN.fullmatch(word):
                words.append("VOL")
            elif word.isdecimal():
                words.append("PART")
        if word:
            words.append(_SPELLINGS.get(word, _number(word, words) if nato else word))
    key = "-".join(words).strip("-.")
    if not key:
        raise ValueError(f"{text!r} names no document")
    return key


def _number(word: str, before: list[str]) -> str:
    """A word without leading zeros, or with as many as its series asks for."""
    bare = re.sub(r"^0+(?=\d)", "", word)
    digits = len(bare) - len(bare.lstrip("0123456789"))
    least = _AT_LEAST.get(before[-1], 0) if digits else 0
    return "0" * max(0, least - digits) + bare


def edition_name(edition: str | None, version: str | None = None) -> str | None:
    """How an edition is written here: "A v1", "3 v1", "V" for a listed "(V)", "v4" for a version of no edition."""
    number = re.sub(r"^\(([^()]*)\)", r"\1", " ".join((edition or "").split()))
    parts = [number, f"v{version.strip()}" if version and version.strip() else ""]
    return " ".join(part for part in parts if part) or None


def edition_key(document: str, edition: str | None) -> str:
    """The key of an edition; one that no source numbers is a thing of its own, never edition 1."""
    return f"{document}/{'-'.join(edition.split()) if edition and edition.strip() else 'unstated'}"
