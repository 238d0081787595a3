"""A requirements package from a store: two reports are asked, and what they leave open is told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import pyoxigraph as ox

from ..catalogue import Catalogue
from ..dates import day
from ..errors import BadArgument
from ..lookup import labels_of, resolve
from ..names import THINGS, key_of, kind_of, thing, xsd
from ..store import Store
from .model import (
    Basis,
    DocumentPart,
    Edition,
    Obligation,
    Package,
    Position,
    Reason,
    RequirementPart,
    Source,
)
from .open_points import open_points

# The reasons to apply, the firmest first.
REASONS = ("governs", "accepted", "covered", "conforms", "sets", "kind", "cites", "field")
SCOPES = ("interface", "munition-class", "equipment")

_SOURCES = """
PREFIX : <https://w3id.org/stanagraph/ns/>
PREFIX dcat: <http://www.w3.org/ns/dcat#>
PREFIX dcterms: <http://purl.org/dc/terms/>
SELECT ?source ?url ?publisher ?captured WHERE {{
  VALUES ?source {{ {sources} }}
  OPTIONAL {{ ?source dcat:landingPage ?url }}
  OPTIONAL {{ ?source dcterms:publisher ?publisher }}
  OPTIONAL {{ ?source :capturedOn ?captured }}
}}
ORDER BY ?source ?url ?publisher ?captured
"""
_NUMBERS = """
PREFIX : <https://w3id.org/stanagraph/ns/>
SELECT ?edition ?number WHERE {{
  VALUES ?edition {{ {editions} }}
  ?edition :editionNumber ?number .
}}
ORDER BY ?edition ?number
"""

Rows = list[dict[str, Any]]


def build(store: Store, kind: str, scope: str, nation: str, *, release: str, as_of: str | None = None) -> Package:
    """The package for one interface, munition class or piece of equipment and one nation.

    Raises NameNotKnown for a name that nothing of its kind has, BadArgument for a kind or date that is none.
    """
    if kind not in SCOPES:
        raise BadArgument("scope", f"{kind!r} is no kind of scope; expected {', '.join(SCOPES)}")
    terms: dict[str, ox.NamedNode | ox.Literal] = {
        "scope": resolve(store, [kind], scope),
        "nation": resolve(store, ["nation"], nation),
    }
    about = dict(terms)
    if as_of:
        about["asOf"] = _date(as_of)
    found = _ask(store, "requirements-package", about)
    clauses = _ask(store, "requirements", terms)
    numbers = _numbers(store, found)
    parts = (_document(document, rows, numbers) for document, rows in _grouped(found, "document").items())
    documents = tuple(sorted(parts, key=lambda it: (min(map(_rank, it.reasons)), it.document)))
    requirements = _requirements(clauses)
    package = Package(
        release=release,
        scope=_short(terms["scope"]),
        nation=_short(terms["nation"]),
        as_of=as_of or "",
        documents=documents,
        requirements=requirements,
        open_points=open_points(documents, requirements),
        sources=_sources(store, documents, requirements),
    )
    return Package(**{**package.__dict__, "labels": _labels(store, package)})


def _date(text: str) -> ox.Literal:
    return ox.Literal(day("asOf", text), datatype=xsd("date"))


def _ask(store: Store, query: str, terms: Mapping[str, ox.NamedNode | ox.Literal]) -> Rows:
    table = store.select(Catalogue()[query].with_terms(terms))
    return [dict(zip(table.columns, row, strict=True)) for row in table.rows]


def _short(cell: object) -> str:
    """A thing as `kind/id`, a literal as its text, nothing as the empty string."""
    if isinstance(cell, ox.NamedNode):
        return f"{kind_of(cell.value)}/{key_of(cell.value)}" if cell.value.startswith(THINGS) else cell.value
    return cell.value if isinstance(cell, ox.Literal) else ""


def _key(cell: object) -> str:
    """The id of a thing without its kind, or the text of a literal."""
    return key_of(cell.value) if isinstance(cell, ox.NamedNode | ox.Literal) else ""


def _grouped(rows: Rows, column: str) -> dict[str, Rows]:
    grouped: dict[str, Rows] = {}
    for row in rows:
        grouped.setdefault(_short(row[column]), []).append(row)
    return dict(sorted(grouped.items()))


def _numbers(store: Store, rows: Rows) -> dict[str, str]:
    texts = {str(row["edition"] or row["document"]) for row in rows}
    if not texts:
        return {}
    table = store.select(_NUMBERS.format(editions=" ".join(sorted(texts))))
    return {_short(edition): _short(number) for edition, number in table.rows}


def _document(document: str, rows: Rows, numbers: Mapping[str, str]) -> DocumentPart:
    editions = {}
    for edition, told in _grouped(rows, "edition").items():
        text = edition or document
        bases = {Basis(_key(r["statement"]), _key(r["source"]), _key(r["confidence"])) for r in told if r["statement"]}
        first = told[0]
        status, status_as_of, promulgated = (_key(first[name]) for name in ("status", "statusAsOf", "promulgated"))
        number = numbers.get(text, "")
        editions[text] = Edition(text, number, status, status_as_of, promulgated, tuple(sorted(bases)))
    positions = {
        Position(
            _short(row["edition"]) or document,
            _key(row["response"]),
            _key(row["implementation"]),
            _key(row["reservation"]),
            _key(row["since"]),
            _key(row["told"]),
        )
        for row in rows
        if row["told"] is not None
    }
    return DocumentPart(
        document=document,
        kind=document.partition("/")[0],
        reasons=tuple(
            sorted(
                {Reason(_key(row["because"]), _short(row["through"])) for row in rows}, key=lambda it: (_rank(it), it)
            )
        ),
        editions=tuple(editions.values()),
        obligations=tuple(
            sorted({Obligation(_short(r["profile"]), _key(r["obligation"])) for r in rows if r["obligation"]})
        ),
        positions=tuple(sorted(positions)),
    )


def _rank(reason: Reason) -> int:
    return REASONS.index(reason.because) if reason.because in REASONS else len(REASONS)


def _requirements(rows: Rows) -> tuple[RequirementPart, ...]:
    parts = []
    for requirement, told in _grouped(rows, "requirement").items():
        first = told[0]
        bases = {
            Basis(_key(r["statement"]), _key(r["source"]), _key(r["confidence"]), _key(r["note"]))
            for r in told
            if r["statement"]
        }
        document, clause, parameter = _short(first["document"]), _key(first["clause"]), _key(first["parameter"])
        subjects = sorted({_short(row["subject"]) for row in told})
        parts.append(
            RequirementPart(
                identity="|".join((document, *subjects, parameter, clause)),
                requirement=requirement,
                document=document,
                edition=_short(first["edition"]),
                clause=clause,
                subject=subjects[0],
                parameter=parameter,
                comparator=_key(first["comparator"]),
                value=_key(first["value"]),
                number=_key(first["number"]),
                high=_key(first["high"]),
                unit=_key(first["unit"]),
                verification=_key(first["verification"]),
                bases=tuple(sorted(bases)),
            )
        )
    return _numbered(parts)


def _numbered(parts: Iterable[RequirementPart]) -> tuple[RequirementPart, ...]:
    """The same with a number behind the identity of each but the first of those that would share one."""
    seen: dict[str, int] = {}
    named = []
    for part in sorted(parts, key=lambda it: (it.identity, it.comparator, it.value, it.requirement)):
        seen[part.identity] = count = seen.get(part.identity, 0) + 1
        identity = part.identity if count == 1 else f"{part.identity}#{count}"
        named.append(RequirementPart(**{**part.__dict__, "identity": identity}))
    return tuple(named)


def _sources(
    store: Store, documents: Iterable[DocumentPart], requirements: Iterable[RequirementPart]
) -> tuple[Source, ...]:
    bases = [base for document in documents for edition in document.editions for base in edition.bases]
    bases += [base for requirement in requirements for base in requirement.bases]
    names = sorted({base.source for base in bases})
    if not names:
        return ()
    wanted = " ".join(str(thing("source", name)) for name in names)
    found: dict[str, Source] = {}
    for row in store.select(_SOURCES.format(sources=wanted)).rows:
        source, url, publisher, captured = (_key(cell) for cell in row)
        found.setdefault(source, Source(source, url, publisher, captured))
    return tuple(found.values())


def _labels(store: Store, package: Package) -> dict[str, Mapping[str, str]]:
    """The labels of all things and concepts that a package names, by what it calls them."""
    names = {package.scope, package.nation}
    for document in package.documents:
        names.add(document.document)
        names |= {f"application-reason/{it.because}" for it in document.reasons} | {
            it.through for it in document.reasons
        }
        names |= {f"document-status/{it.status}" for it in document.editions}
        names |= {f"obligation/{it.obligation}" for it in document.obligations}
        names |= {it.profile for it in document.obligations}
        names |= {f"response-kind/{it.response}" for it in document.positions}
        names |= {f"implementation-state/{it.implementation}" for it in document.positions}
    for requirement in package.requirements:
        names |= {requirement.subject, f"parameter/{requirement.parameter}", f"comparator/{requirement.comparator}"}
        names |= {f"verification-method/{requirement.verification}"}
    names |= {f"confidence/{name}" for name in ("high", "medium", "low")}
    names |= {"response-kind/not-known", "implementation-state/not-known"}
    iris = {thing(*name.split("/", 1)).value: name for name in names if name.count("/") and not name.endswith("/")}
    return {iris[iri]: said for iri, said in sorted(labels_of(store, iris).items())}
