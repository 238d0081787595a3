"""The keys of documents and editions, from the ways in which lists write them.

An id keeps the series and number without leading zeros; volumes, parts and annexes are suffixes:
"STANAG 04425" is STANAG-4425, "AOP-29 Part 1" is AOP-29-PART-1, "AMETOCP-4 Vol. I" is AMETOCP-4-VOL-I.
An edition is part of a key only after a slash: STANAG-4425/2, AOP-29-PART-1/3-v1.
"""

from __future__ import annotations

import re


def document_key(text: str) -> str:
    """The key of a document from its designation: capitals, hyphens for blanks, no leading zeros.

    Raises ValueError where nothing is left.
    """
    words = re.sub(r"[\s_,:;]+", "-", text.strip().upper())
    words = re.sub(r"\bVOL(?:UME)?\.?-*(?=[IVX\d])", "VOL-", words)
    words = re.sub(r"\b(PART|PT)\.?-*(?=[IVX\d])", "PART-", words)
    words = re.sub(r"(?<=-)0+(?=\d)", "", words)
    words = re.sub(r"[^\w.+~()/-]", "", words)
    words = re.sub(r"-{2,}", "-", words.replace("/", "-")).strip("-.")
    if not words:
        raise ValueError(f"{text!r} names no document")
    return words


def edition_key(document: str, edition: str | None) -> str:
    """The key of an edition; one that no source numbers is a thing of its own, never edition 1."""
    return f"{document}/{edition.replace(' ', '-') if edition else 'unstated'}"
