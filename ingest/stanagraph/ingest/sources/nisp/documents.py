"""Standards and cover documents of the NISP: each record is one edition of a publication or an agreement."""

from __future__ import annotations

import pyoxigraph as ox

from stanagraph.graph.names import RDFS_LABEL, dcterms, skos, term, thing
from stanagraph.graph.wording import Wording

from ...designations import document_key
from .front_matter import items, text, texts
from .identity import Identity, agrees
from .names import body
from .page import Page

_KINDS = {"agreement": "AgreementEdition", "publication": "PublicationEdition", "national-document": "NationalDocument"}


def document(page: Page) -> None:
    """State what a standard or a cover document says of itself and of what it covers."""
    identity = page.names.documents[page.nispid]
    me = identity.iri
    page.type(me, _KINDS[identity.kind])
    page.say(me, dcterms("identifier"), ox.Literal(identity.key))
    page.catalogue(me)
    _edition(page, identity)
    page.say_text(me, term("tag"), "nisptag")
    page.says_body(me, term("publishedBy"), "orgid")
    if (publisher := page.text("document.org")) and publisher != page.text("orgid"):
        page.remark(
            "two-publishers", "orgid is {one}, document.org is {publisher}", one=page.text("orgid"), publisher=publisher
        )
        page.says_body(me, term("publishedBy"), "document.org")
    elif publisher:
        page.say(me, term("publishedBy"), body(publisher), "document.org")
    page.say_text(me, term("publicationNumber"), "document.pubnum")
    # Editions are shown by their designation, as in the tables: a title is that of the whole document.
    page.say(me, RDFS_LABEL, ox.Literal(" ".join(identity.key.split("/"))))
    page.say_text(me, dcterms("title"), "document.title")
    if not page.text("document.title"):
        page.remark("no-title", "the record has no title")
    page.say_date(me, term("publishedOn"), page.text("document.date"), "document.date")
    page.say_text(me, term("applicability"), "applicability")
    page.says_body(me, term("responsibleParty"), "rp")
    page.say_address(me, "status.uri")
    page.history(me)
    _covers(page, identity)
    _look(page, identity)


def _edition(page: Page, identity: Identity) -> None:
    me, version = identity.iri, page.text("document.version")
    if identity.kind == "national-document":
        if identity.nation:
            page.say(me, term("byNation"), thing("nation", identity.nation), "orgid")
        if version:
            page.say(me, term("editionNumber"), ox.Literal(version), "document.version")
        return
    page.stub(identity.whole, identity.document, *identity.types)
    page.say(me, term("editionOf"), identity.whole, "document.pubnum")
    # Two editions of one number would be one: of records that share a designation none has the number.
    if identity.number and not identity.apart:
        column = "document.version" if version and agrees(identity, version) else "document.pubnum"
        page.say(me, term("editionNumber"), ox.Literal(identity.number), column)
    if not agrees(identity, version):
        page.remark(
            "edition-differs",
            "the designation says {number}, document.version says {version}",
            number=identity.number,
            version=version,
        )
    if version and (identity.apart or version != identity.number):
        page.notes.append(f"document.version: {version}")


def _covers(page: Page, identity: Identity) -> None:
    for found in texts(page.record, "coverdocument"):
        cover = page.names.documents.get(found)
        if cover is None or (cover.kind, identity.kind) != ("agreement", "publication"):
            page.lost("dangling-cover", "coverdocument[]", found, "the id of a cover document")
        else:
            page.say(identity.iri, term("coveredByEdition"), cover.iri, "coverdocument[]")
    for refid in (text(member, "refid") for member in items(page.record, "coverstandards")):
        covered = page.names.documents.get(refid)
        if identity.kind != "agreement" or (covered is not None and covered.kind != "publication"):
            page.lost("dangling-cover", "coverstandards[].refid", refid, "the id of a publication, in a cover document")
        elif covered is None:
            page.say(identity.whole, term("covers"), named(page, refid), "coverstandards[].refid")
        else:
            page.say(identity.iri, term("coversEdition"), covered.iri, "coverstandards[].refid")
            page.say(identity.whole, term("covers"), covered.whole, "coverstandards[].refid")


def named(page: Page, refid: str) -> ox.NamedNode:
    """The publication that a name leads to although no record describes it."""
    key = document_key(refid.upper())
    page.remark("dangling-standard", "no standard or cover document is called {refid}", refid=refid)
    missing = thing("publication", key)
    page.stub(missing, key, "Publication", label=refid)
    page.say(missing, skos("notation"), ox.Literal(refid))
    return missing


def _look(page: Page, identity: Identity) -> None:
    nispid, number, publisher = page.nispid, page.text("document.pubnum"), page.text("orgid")
    if not page.text("document.date"):
        kind = {"standard": "standard", "coverdoc": "cover"}[page.element]
        page.remark(f"{kind}-without-date", "the record has no date")
    if not number:
        page.remark("placeholder-number", "the record has no publication number")
    elif number.casefold() == page.text("document.title").casefold():
        page.remark(
            "placeholder-number", "the title stands in the place of the publication number: {number}", number=number
        )
    elif not any(map(str.isdigit, number)):
        page.remark(
            "placeholder-number", "a name stands in the place of the publication number: {number}", number=number
        )
    if not nispid.startswith(f"{publisher}-") or nispid != nispid.lower():
        page.remark(
            "id-style",
            "{nispid} is not written as the other ids of {publisher} are",
            nispid=nispid,
            publisher=publisher,
        )
    if identity.apart:
        same = page.names.sharing[identity.whole, identity.number]
        page.remark("shared-designation", "{records} share one designation and are kept apart", records=_some(same))
    if identity.draft:
        page.remark("draft", "the designation marks a draft: {draft}", draft=identity.draft)
    editions = page.names.editions[identity.whole]
    if len(editions) > 1 and editions[0] == nispid:
        page.remark(
            "several-editions",
            "{document} has {count} records: {records}",
            document=identity.document,
            count=len(editions),
            records=_some(editions),
        )
    page.look_for_wiki("document.title", "applicability")


def _some(names: list[str]) -> str:
    shown = ", ".join(names[:5])
    return Wording("{names} and {count} more", names=shown, count=len(names) - 5) if len(names) > 5 else shown


def refers(page: Page, group: ox.NamedNode, refid: str) -> None:
    """State that a group names a standard."""
    identity = page.names.documents.get(refid)
    target = identity.iri if identity is not None else named(page, refid)
    page.say(group, term("referencesDocument"), target, "refgroup[].standards[].refid")
