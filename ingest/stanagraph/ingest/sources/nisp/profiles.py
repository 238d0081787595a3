"""Profiles, specifications, bodies and the taxonomy of the NISP."""

from __future__ import annotations

from collections import Counter

import pyoxigraph as ox

from stanagraph.graph.names import RDF_TYPE, RDFS_LABEL, dcterms, skos, term, thing

from ...cells import integer_literal
from ...designations import document_key
from .documents import refers
from .front_matter import Record, items, text, texts
from .names import SCHEME, body, node, profile, specification, specification_of
from .page import Page

_KINDS = {"capabilityprofile": "capability-profile", "profile": "profile"}
_SPECIFICATION = "profilespec.org"


def profile_record(page: Page) -> None:
    """State what a profile says: its kind, its specification, what is inside it and what it is inside."""
    me = profile(page.nispid)
    page.type(me, "Profile")
    page.say(me, dcterms("identifier"), ox.Literal(page.nispid), "nispid")
    page.catalogue(me)
    page.say(me, RDFS_LABEL, ox.Literal(page.text("title") or page.nispid), "title")
    if page.element == "serviceprofile":
        column, kind = "sptype", f"service-profile-{page.text('sptype')}"
    else:
        column, kind = "element", _KINDS[page.element]
    if (concept := page.concept("profile-kind", kind, column)) is not None:
        page.say(me, term("profileKind"), concept, column)
    _specified(page, me)
    page.say_text(me, dcterms("description"), "description")
    _related(page, me, "subprofiles", "hasSubprofile")
    _related(page, me, "parents", "subprofileOf")
    named = Counter(texts(page.record, "taxonomy"))
    for found, times in named.items():
        page.say(me, term("inTaxonomy"), _node(page, found, "taxonomy[]"), "taxonomy[]")
        if times > 1:
            page.remark("repeated-node", "taxonomy names {name} {times} times", name=found, times=times)
    for number, group in enumerate(items(page.record, "refgroup"), 1):
        _group(page, me, number, group)
    page.say_address(me, "status.uri")
    page.history(me)
    page.look_for_wiki("title", "description")


def _specified(page: Page, me: ox.NamedNode) -> None:
    fields = specification_of(page.record)
    if not any(fields):
        return
    found = page.names.specifications.get(fields)
    if found is None:
        # It goes by what the profile says of it.
        found = document_key(" ".join(part for part in fields if part)).lower()
        missing = specification(found)
        page.remark(
            "dangling-specification", "no profile specification has the fields {fields}", fields=", ".join(fields)
        )
        page.stub(missing, found, "ProfileSpecification", label=page.text("profilespec.title"))
        page.says_body(missing, term("publishedBy"), "profilespec.org")
        page.say_text(missing, term("publicationNumber"), "profilespec.pubnum")
        page.say_date(missing, term("publishedOn"), page.text("profilespec.date"), "profilespec.date")
        page.say_text(missing, term("editionNumber"), "profilespec.version")
    page.say(me, term("specifiedIn"), specification(found), _SPECIFICATION)


def _related(page: Page, me: ox.NamedNode, column: str, relation: str) -> None:
    members = items(page.record, column)
    titled: dict[str, set[str]] = {}
    for member in members:
        titled.setdefault(text(member, "refid"), set()).update({text(member, "title")} - {""})
    for refid, times in Counter(text(member, "refid") for member in members).items():
        if not refid:
            page.lost("no-id", f"{column}[].refid", refid, "the id of a profile")
            continue
        if times > 1:
            page.remark(
                "repeated-subprofile", "{column} names {refid} {times} times", column=column, refid=refid, times=times
            )
        titles = titled[refid]
        if refid not in page.names.titles:
            page.remark("dangling-profile", "no profile is called {refid}", refid=refid)
            page.stub(profile(refid), refid, "Profile", label=min(titles, default=""))
        elif others := titles - {page.names.titles[refid]}:
            # The record itself says the other title.
            page.remark(
                "title-differs", "{column} calls {refid} {title!r}", column=column, refid=refid, title=min(others)
            )
            for title in sorted(others):
                page.say(profile(refid), RDFS_LABEL, ox.Literal(title), f"{column}[].title")
        page.say(me, term(relation), profile(refid), f"{column}[].refid")


def _group(page: Page, me: ox.NamedNode, number: int, record: Record) -> None:
    page.work.count("groups of standards")
    page.work.count("obligations", len(items(record, "standards")))
    words = [text(record, name) for name in ("obligation", "lifecycle")]
    obligation = page.concept("obligation", words[0], "refgroup[].obligation")
    stage = page.concept("profile-life-cycle", words[1], "refgroup[].lifecycle")
    if obligation is None or stage is None:
        return
    group = thing("standards-group", f"nisp/{page.nispid}/{number}")
    page.say(group, RDF_TYPE, term("StandardsGroup"))
    page.say(group, RDFS_LABEL, ox.Literal(", ".join([page.text("title") or page.nispid, *words])))
    page.say(group, term("groupOf"), me)
    page.say(me, term("hasGroup"), group)
    page.say(group, term("placeInList"), integer_literal(number))
    page.say(group, term("obligation"), obligation, "refgroup[].obligation")
    page.say(group, term("profileLifeCycle"), stage, "refgroup[].lifecycle")
    if guidance := text(record, "description"):
        page.say(group, term("guidance"), ox.Literal(guidance), "refgroup[].description")
    standards = [refid for member in items(record, "standards") if (refid := text(member, "refid"))]
    for refid in dict.fromkeys(standards):
        refers(page, group, refid)
    if not standards:
        page.remark("group-without-standard", "group {number} names no standard", number=number)


def specification_record(page: Page) -> None:
    """State what a profile specification says of itself."""
    me = specification(page.nispid)
    page.type(me, "ProfileSpecification")
    page.say(me, dcterms("identifier"), ox.Literal(page.nispid), "nispid")
    page.catalogue(me)
    page.says_body(me, term("publishedBy"), "orgid")
    page.say_text(me, term("publicationNumber"), "pubnum")
    page.say_date(me, term("publishedOn"), page.text("psdate"), "psdate")
    page.say(me, RDFS_LABEL, ox.Literal(page.text("title") or page.nispid), "title")
    page.say_text(me, term("editionNumber"), "version")
    page.say_text(me, skos("note"), "note")


def body_record(page: Page) -> None:
    """State what an organization or a responsible party says of itself."""
    me = body(page.nispid)
    page.type(me, "Body")
    page.say(me, dcterms("identifier"), ox.Literal(page.nispid.upper()), "key")
    page.catalogue(me)
    page.say_text(me, term("shortName"), "short")
    page.say(me, RDFS_LABEL, ox.Literal(page.text("long") or page.nispid), "long")
    page.say_address(me, "uri")


def node_record(page: Page) -> None:
    """State what a node of the taxonomy says: a concept of one scheme, which its top concept brings in."""
    me = node(page.nispid)
    _concept(page, me)
    page.catalogue(me, "emUUID")
    page.say(me, skos("prefLabel"), ox.Literal(page.text("title") or page.nispid), "title")
    page.say_text(me, dcterms("description"), "description")
    page.say_count(me, term("taxonomyLevel"), "level")
    if parent := page.text("parent"):
        page.say(me, skos("broader"), _node(page, parent, "parent"), "parent")
    else:
        page.say(me, skos("topConceptOf"), SCHEME, "parent")
        page.say(SCHEME, RDF_TYPE, skos("ConceptScheme"))
        page.say(SCHEME, dcterms("title"), ox.Literal(page.text("title") or page.nispid))
    page.look_for_wiki("title", "description")


def _concept(page: Page, concept: ox.NamedNode) -> None:
    page.say(concept, RDF_TYPE, skos("Concept"), "element")
    page.say(concept, skos("inScheme"), SCHEME, "element")


def _node(page: Page, found: str, column: str) -> ox.NamedNode:
    concept = node(found)
    if found not in page.names.nodes:
        page.remark("dangling-node", "{column}: no node is called {name}", column=column, name=found)
        _concept(page, concept)
        page.say(concept, skos("notation"), ox.Literal(found))
        page.say(concept, skos("prefLabel"), ox.Literal(found))
    return concept
