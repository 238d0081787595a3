"""A package as ReqIF, and back: documents with their requirements beneath, each under an identifier that stays."""

from __future__ import annotations

import io
import uuid
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from stanagraph.graph.errors import SourceRefused
from stanagraph.graph.names import BASE

from ..documents import printable
from ..words import Words, message, sentence
from . import records
from .model import PackageFile
from .records import DOCUMENT, LONG, REQUIREMENT, Record
from .tables import HEADINGS

if TYPE_CHECKING:
    from reqif.models.reqif_spec_object import ReqIFSpecObject, SpecObjectAttribute
    from reqif.reqif_bundle import ReqIFBundle

# What a value can only be one of. Other values of these fields would not be valid.
ENUMERATIONS = {
    "comparator": ("eq", "ge", "le", "between"),
    "verification": ("inspection", "test", "analysis", "demonstration", "not-known"),
    "confidence": ("high", "medium", "low", "not-known"),
    "applies": ("yes", "to-consider"),
}
_NAMES = {
    "document": ("ReqIF.ForeignID", *DOCUMENT),
    "requirement": ("ReqIF.ForeignID", *REQUIREMENT),
}
NOT_REQIF = message("is no requirements package in ReqIF")
_DTD = message("has a document type declaration, which is not read")


def identifier(*parts: str) -> str:
    """The ReqIF identifier of a thing: the same in every release and in every package."""
    return f"_{uuid.uuid5(uuid.NAMESPACE_URL, BASE + 'package/' + '/'.join(parts))}"


def reqif(package: PackageFile) -> str:
    """The package as ReqIF: objects for documents and requirements, a hierarchy of them, and relations between them."""
    from reqif.unparser import ReqIFUnparser

    return str(ReqIFUnparser.unparse(_bundle(package)))


def _bundle(package: PackageFile) -> ReqIFBundle:
    from reqif.models.reqif_core_content import ReqIFCoreContent
    from reqif.models.reqif_namespace_info import ReqIFNamespaceInfo
    from reqif.models.reqif_req_if_content import ReqIFReqIFContent
    from reqif.models.reqif_reqif_header import ReqIFReqIFHeader
    from reqif.models.reqif_spec_relation import ReqIFSpecRelation
    from reqif.object_lookup import ReqIFObjectLookup
    from reqif.reqif_bundle import ReqIFBundle

    changed = package.made
    documents, requirements = records.documents(package), records.requirements(package)
    objects = [_object("document", name, record, changed) for name, record in documents.items()]
    objects += [_object("requirement", name, record, changed) for name, record in requirements.items()]
    relations = [
        ReqIFSpecRelation(
            identifier=identifier("relation", name),
            relation_type_ref=identifier("type", "relation"),
            source=identifier("requirement", name),
            target=identifier("document", record["document"]),
            last_change=changed,
        )
        for name, record in requirements.items()
    ]
    content = ReqIFReqIFContent(
        data_types=_datatypes(package.language, changed),
        spec_types=_types(package.language, changed),
        spec_objects=objects,
        spec_relations=relations,
        specifications=[_specification(package, documents, requirements)],
    )
    title = f"{package.scope.label} – {package.nation.label}"
    header = ReqIFReqIFHeader(
        identifier=identifier("package", package.release, package.scope.id, package.nation.id, package.as_of or ""),
        comment=_text(package.disclaimer),
        creation_time=changed,
        req_if_tool_id="stanagraph",
        req_if_version="1.0",
        source_tool_id="stanagraph",
        title=_text(title),
    )
    return ReqIFBundle(
        namespace_info=ReqIFNamespaceInfo.create_default(),
        req_if_header=header,
        core_content=ReqIFCoreContent(content),
        tool_extensions_tag_exists=False,
        lookup=ReqIFObjectLookup.empty(),
        exceptions=[],
    )


def _text(text: str) -> str:
    """Text for an element, in one line: what the library does not escape itself."""
    return escape(" ".join(printable(text).split()))


def _datatypes(language: str, changed: str) -> list[Any]:
    from reqif.models.reqif_data_type import (
        ReqIFDataTypeDefinitionEnumeration,
        ReqIFDataTypeDefinitionString,
        ReqIFDataTypeDefinitionXHTML,
        ReqIFEnumValue,
    )

    types: list[Any] = [
        ReqIFDataTypeDefinitionString(
            identifier("datatype", "string"), long_name="String", max_length="32000", last_change=changed
        ),
        ReqIFDataTypeDefinitionXHTML(
            identifier("datatype", "text"), long_name="Text", last_change=changed, is_self_closed=True
        ),
    ]
    for name, values in ENUMERATIONS.items():
        listed = [
            ReqIFEnumValue(
                identifier("value", name, value),
                key=str(at),
                other_content=value,
                long_name=value,
                last_change=changed,
            )
            for at, value in enumerate(values)
        ]
        types.append(
            ReqIFDataTypeDefinitionEnumeration(
                identifier("datatype", name), long_name=name, values=listed, last_change=changed
            )
        )
    return types


def _types(language: str, changed: str) -> list[Any]:
    from reqif.models.reqif_spec_object_type import ReqIFSpecObjectType, SpecAttributeDefinition
    from reqif.models.reqif_spec_relation_type import ReqIFSpecRelationType
    from reqif.models.reqif_specification_type import ReqIFSpecificationType
    from reqif.models.reqif_types import SpecObjectAttributeType

    words = Words(language)
    types: list[Any] = []
    for kind, names in _NAMES.items():
        attributes = []
        for name in names:
            form = SpecObjectAttributeType[_form(name)]
            datatype = {"STRING": "string", "XHTML": "text"}.get(form.name, name)
            attributes.append(
                SpecAttributeDefinition(
                    attribute_type=form,
                    identifier=identifier("attribute", kind, name),
                    datatype_definition=identifier("datatype", datatype),
                    long_name=sentence(words(HEADINGS[name])) if name in HEADINGS else name,
                    description=name,
                    last_change=changed,
                    multi_valued=False if form is SpecObjectAttributeType.ENUMERATION else None,
                )
            )
        types.append(
            ReqIFSpecObjectType(
                identifier("type", kind), long_name=kind, attribute_definitions=attributes, last_change=changed
            )
        )
    types.append(ReqIFSpecRelationType(identifier("type", "relation"), long_name="set by", last_change=changed))
    types.append(
        ReqIFSpecificationType(
            identifier("type", "specification"), long_name="package", last_change=changed, is_self_closed=True
        )
    )
    return types


def _form(name: str) -> str:
    return "ENUMERATION" if name in ENUMERATIONS else "XHTML" if name in LONG else "STRING"


def _object(kind: str, name: str, record: Record, changed: str) -> ReqIFSpecObject:
    from reqif.models.reqif_spec_object import ReqIFSpecObject

    values = {"ReqIF.ForeignID": name, **record}
    return ReqIFSpecObject(
        identifier=identifier(kind, name),
        spec_object_type=identifier("type", kind),
        attributes=[_attribute(kind, field, values[field]) for field in _NAMES[kind] if values[field]],
        last_change=changed,
    )


def _attribute(kind: str, name: str, value: str) -> SpecObjectAttribute:
    from reqif.models.reqif_spec_object import SpecObjectAttribute
    from reqif.models.reqif_types import SpecObjectAttributeType

    form = _form(name)
    shown: str | list[str] = printable(value)
    if form == "ENUMERATION":
        shown = [identifier("value", name, value)]
    elif form == "XHTML":
        # In an attribute a line feed would become a blank.
        shown = f"<xhtml:div>{escape(printable(value))}</xhtml:div>"
    return SpecObjectAttribute(SpecObjectAttributeType[form], identifier("attribute", kind, name), shown)


def _specification(package: PackageFile, documents: Iterable[str], requirements: dict[str, Record]) -> Any:
    from reqif.models.reqif_spec_hierarchy import ReqIFSpecHierarchy
    from reqif.models.reqif_specification import ReqIFSpecification

    def place(kind: str, name: str, level: int, beneath: list[Any]) -> Any:
        return ReqIFSpecHierarchy(
            identifier=identifier("place", package.scope.id, package.nation.id, kind, name),
            spec_object=identifier(kind, name),
            level=level,
            last_change=package.made,
            children=beneath or None,
            is_table_internal=None,
            editable=None,
            is_self_closed=not beneath,
        )

    by_document: dict[str, list[Any]] = {}
    for name, record in requirements.items():
        by_document.setdefault(record["document"], []).append(place("requirement", name, 2, []))
    return ReqIFSpecification(
        identifier=identifier("specification", package.scope.id, package.nation.id),
        long_name=_text(f"{package.scope.label} – {package.nation.label}").replace('"', "&quot;"),
        specification_type=identifier("type", "specification"),
        children=[place("document", name, 1, by_document.get(name, [])) for name in documents],
        last_change=package.made,
    )


def read_reqif(content: str, name: str = "") -> tuple[dict[str, Record], dict[str, Record]]:
    """The documents and the requirements of a package in ReqIF, as records; SourceRefused for anything else."""
    from lxml import etree
    from reqif.parser import ReqIFParser

    if "<!DOCTYPE" in content or "<!ENTITY" in content:
        raise SourceRefused(name, _DTD)
    try:
        etree.parse(io.BytesIO(content.encode()), etree.XMLParser(resolve_entities=False, no_network=True))
        bundle = ReqIFParser.parse_from_string(content)
        objects = bundle.core_content.req_if_content.spec_objects or []
    except Exception as error:  # The library raises whatever it stumbles over.
        raise SourceRefused(name, NOT_REQIF) from error
    fields = {identifier("attribute", kind, it): it for kind, names in _NAMES.items() for it in names}
    values = {identifier("value", it, value): value for it, listed in ENUMERATIONS.items() for value in listed}
    found: dict[str, dict[str, Record]] = {"document": {}, "requirement": {}}
    for it in objects:
        kind = next((kind for kind in found if it.spec_object_type == identifier("type", kind)), None)
        if kind is None:
            continue
        record = dict.fromkeys(_NAMES[kind], "")
        for attribute in it.attributes:
            if attribute.definition_ref in fields:
                record[fields[attribute.definition_ref]] = _value(attribute, values)
        found[kind][record.pop("ReqIF.ForeignID")] = record
    if not found["document"]:
        raise SourceRefused(name, NOT_REQIF)
    return found["document"], found["requirement"]


def _value(attribute: SpecObjectAttribute, values: dict[str, str]) -> str:
    if attribute.attribute_type.name == "ENUMERATION":
        return values.get(attribute.value[0], "") if attribute.value else ""
    if attribute.attribute_type.name == "XHTML" and attribute.xml_node is not None:
        return "".join(attribute.xml_node.find("THE-VALUE").itertext())
    return str(attribute.value)
