"""From the lines of a list to entries: facts, what is merged and why, and what the list as a whole holds."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator

import pyoxigraph as ox

from stanagraph.graph.names import LANDING_PAGE, RDF_TYPE, RDFS_LABEL, dcterms, term, thing
from stanagraph.ingest.cells import date_literal

from .. import Entry, Place, Said, Work
from .listed import ALL_CURRENT, CLOSED, DOWNLOADABLE, LONGEST_TITLE, OPEN, Kind, Listed

_COVERS = {"STANAG": "Stanag", "STANREC": "Stanrec"}
# The end of a cover's title names what this edition covers: " - AAITP-03 EDITION B", " – AFLP 1385 EDITION C".
_SERIES = r"[AM][A-Za-z\d]{1,8}P(?:/[AM][A-Z]{1,4}P)?"
_COVERED = re.compile(
    rf"\s*[–-]\s*{_SERIES}[\s-]*\d[\w.]*(?=$|[\s,&(/:–-]).*$|\s+{_SERIES}\s?-\s?\d[\w.]*\b[^–-]*?[EÉ]DITION\b.*$",
    re.DOTALL,
)


class Ledger:
    """Turns lines into entries, and remembers what has been said, so that nothing is said twice or lost."""

    def __init__(self, file: str, work: Work) -> None:
        self.loaded = 0
        self._file, self._work = file, work
        # For each key of an entry the row that stated it, and a digest of what it said.
        self._entries: dict[str, tuple[int | None, int]] = {}
        self._labelled: set[str] = set()
        self._editions: defaultdict[str, set[str]] = defaultdict(set)

    def enter(self, one: Listed) -> Entry | None:
        """The entry of a line, or None where it adds nothing to another one; the account says which."""
        work = self._work
        work.count(f"listed {one.kind}")
        facts = tuple(self._facts(one))
        key = "/".join(part for part in (one.key, _number_of(one.page), one.cover) if part)
        said = hash(
            tuple((str(it.subject), it.predicate.value, str(it.value)) for it in facts if it.predicate != RDFS_LABEL)
        )
        if key in self._entries:
            row, before = self._entries[key]
            if said == before:
                work.merged(
                    one.place,
                    "repeated",
                    "{document} is listed in row {row} already, with the same facts",
                    document=one.key,
                    row=row,
                )
                return None
            work.remark(
                one.place,
                "listed-twice",
                "{document} is listed in row {row} already, with other facts",
                document=one.key,
                row=row,
            )
            key = f"{key}~{one.place.row}"
        self._entries[key] = (one.place.row, said)
        self._tell(one)
        self.loaded += 1
        about = dict.fromkeys(it.subject for it in facts)
        return Entry(key, one.place, tuple(about), facts, as_of=one.as_of, note=one.note)

    def whole(self) -> Entry:
        """The entry about the list itself: what it holds, so that an absence is read rightly."""
        counts = self._work.account.counts
        source = thing("source", self._work.source)
        # A list of which each document can be had by everybody has left the others out.
        scope = DOWNLOADABLE if counts[OPEN] and not counts[CLOSED] else ALL_CURRENT
        said = Said(source, term("listScope"), ox.Literal(scope))
        return Entry("list", Place(self._file), (source,), (said,))

    def _tell(self, one: Listed) -> None:
        work = self._work
        editions = self._editions[one.document]
        if not editions:
            work.count("documents")
        if one.key not in editions:
            work.count("editions" if one.names_edition else "documents without an edition")
            editions.add(one.key)
            if len(editions) == 2:
                work.remark(
                    one.place,
                    "two-editions",
                    "{document} is listed in two editions: one may not be in effect yet, the list does not say",
                    document=one.document,
                )
        elif one.kind.is_cover:
            work.remark(
                one.place,
                "several-documents",
                "{document} is listed as several documents, each with a title",
                document=one.key,
            )
        if any(len(title) > LONGEST_TITLE for title in one.titles.values()):
            work.remark(
                one.place,
                "long-title",
                "the title of {document} has more than {most} characters",
                document=one.key,
                most=LONGEST_TITLE,
            )
        if one.cover:
            work.count("relations to a cover")
        for language in one.languages:
            work.count(f"language {language}")

    def _facts(self, one: Listed) -> Iterator[Said]:
        columns = one.columns
        kind = "agreement" if one.kind.is_cover else "publication"
        document = thing(kind, one.document)
        yield Said(document, RDF_TYPE, term(self._type(one)), columns.kind)
        yield Said(document, dcterms("identifier"), ox.Literal(one.document), columns.name)
        yield from self._labels(one, document)
        if one.cover and one.kind is Kind.STANDARD:
            yield Said(document, term("coveredBy"), thing("agreement", one.cover.partition("/")[0]), columns.kind)
        listed = document
        if one.names_edition:
            listed = thing(f"{kind}-edition", one.key)
            yield Said(
                listed,
                RDF_TYPE,
                term("AgreementEdition" if kind == "agreement" else "PublicationEdition"),
                columns.kind,
            )
            yield Said(listed, dcterms("identifier"), ox.Literal(one.key), columns.edition)
            yield Said(listed, RDFS_LABEL, ox.Literal(one.key.replace("/", " ")), columns.edition)
            yield Said(listed, term("editionOf"), document, columns.name)
            if one.edition:
                yield Said(listed, term("editionNumber"), ox.Literal(one.edition), columns.edition)
            yield Said(listed, term("documentStatus"), thing("document-status", "current"))
            if one.as_of:
                yield Said(listed, term("statusAsOf"), date_literal(one.as_of), columns.day)
            if one.promulgated:
                yield Said(listed, term("promulgatedOn"), date_literal(one.promulgated), columns.promulgated)
            if one.cover:
                relation = term("coveredByEdition") if one.kind is Kind.STANDARD else dcterms("relation")
                yield Said(listed, relation, thing("agreement-edition", one.cover), columns.kind)
        for language, title in one.titles.items():
            yield Said(listed, dcterms("title"), ox.Literal(title, language=language), columns.title)
        for language in one.languages:
            yield Said(listed, dcterms("language"), ox.Literal(language), columns.languages)
        if one.page:
            yield Said(listed, LANDING_PAGE, ox.NamedNode(one.page), columns.name)

    def _type(self, one: Listed) -> str:
        if one.kind.is_cover:
            return _COVERS[one.series]
        # No agreement puts a related document into force: it is a publication, and no more is said of it.
        return "AlliedPublication" if one.kind is Kind.STANDARD else "Publication"

    def _labels(self, one: Listed, document: ox.NamedNode) -> Iterator[Said]:
        """The title of the document in each language, once: a second edition or part may have another one."""
        for language, title in one.titles.items():
            if (at := f"{language} {document.value}") in self._labelled:
                continue
            self._labelled.add(at)
            name = _COVERED.sub("", title).strip() if one.kind.is_cover and len(title) <= LONGEST_TITLE else title
            yield Said(document, RDFS_LABEL, ox.Literal(name or title, language=language), one.columns.title)
        if not one.titles and (at := f"- {document.value}") not in self._labelled:
            self._labelled.add(at)
            yield Said(document, RDFS_LABEL, ox.Literal(one.document), one.columns.name)


def _number_of(page: str | None) -> str:
    """The number that the database gives the document, out of the address of its page."""
    found = re.search(r"[?&](idCover|APNo|SRDNo)=(\d+)", page or "")
    return f"{found[1]}-{found[2]}" if found else ""
