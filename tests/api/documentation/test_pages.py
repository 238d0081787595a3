"""Pages: every term is there in both languages, every link leads somewhere, nothing comes from the network."""

from __future__ import annotations

import os
import posixpath
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from stanagraph.api.documentation.library import Library
from stanagraph.api.documentation.model import Model
from stanagraph.api.documentation.pages import Pages
from stanagraph.api.documentation.site import changes_since, generate
from stanagraph.api.documentation.wording import french
from stanagraph.graph.resources import folder

Found = dict[str, Any]
LANGUAGES = ("en", "fr")
SVG = "{http://www.w3.org/2000/svg}"
# What pyLODE, or a template that was not translated, would put on a page.
ENGLISH = {
    "Classes and properties", "Object Properties", "Datatype Properties", "Annotation Properties", "Metadata",
    "Table of Contents", "Legend", "Namespaces", "Is Defined By", "Description", "Sub Class Of", "Super Class Of",
    "In Domain Of", "In Range Of", "Domain", "Range", "made by", "Restriction", "Scope Note",
    *(set(french()) - set(french().values())),
}  # fmt: skip


def test_every_term_has_its_place_in_both_languages(model: Model, pages: Found) -> None:
    for language in LANGUAGES:
        for module in model.library.modules[1:]:
            anchors = set(pages[f"{module}.{language}.html"].anchors)
            assert {term.name for term in model.of_module(module)} <= anchors
        assert {term.name for term in model.terms.values()} <= set(pages[f"stanagraph.{language}.html"].anchors)


def test_every_concept_and_every_shape_has_its_place(model: Model, pages: Found) -> None:
    for language in LANGUAGES:
        for concept in model.concepts.values():
            assert concept.notation in pages[f"vocabularies/{concept.scheme}.{language}.html"].anchors
        assert set(model.library.shapes) <= set(pages[f"shapes.{language}.html"].anchors)


def test_no_concept_is_lost_in_the_tree(model: Model) -> None:
    for scheme in model.library.schemes:
        stated = {t.subject for t in model.library.scheme(scheme) if t.predicate.value.endswith("#inScheme")}
        assert len(model.concepts_of(scheme)) == len(stated), scheme


def test_no_anchor_stands_twice(pages: Found) -> None:
    for name, page in pages.items():
        assert [anchor for anchor, count in Counter(page.anchors).items() if count > 1] == [], name


def test_no_link_is_dead(site: Path, pages: Found) -> None:
    dead = []
    for name, page in pages.items():
        for tag, attributes in page.elements:
            href = attributes.get("href", "")
            if tag not in ("a", "link") or re.match(r"[a-z]+:", href):
                continue
            place, _, anchor = href.partition("#")
            target = posixpath.normpath(posixpath.join(posixpath.dirname(name), place)) if place else name
            found = (site / target).is_file() and (not anchor or anchor in pages[target].anchors)
            if not found:
                dead.append((name, href))
    assert dead == []


def test_nothing_comes_from_elsewhere(site: Path, pages: Found) -> None:
    for name, page in pages.items():
        tags = {tag for tag, _ in page.elements}
        assert not tags & {"script", "img", "iframe", "object", "embed", "audio", "video", "source", "base"}, name
        for tag, attributes in page.elements:
            assert "src" not in attributes, name
            assert "style" not in attributes, name
            if tag == "link":
                assert attributes["href"].startswith("data:") or attributes["rel"] == "alternate"
    for path in [*site.rglob("*.svg"), *site.rglob("*.html")]:
        text = path.read_text(encoding="utf-8")
        assert "@import" not in text
        assert "<!DOCTYPE svg" not in text
        assert re.findall(r"url\((?!#)", text) == []


def test_each_page_knows_its_language_and_the_other(pages: Found) -> None:
    for name, page in pages.items():
        stem, language, _ = posixpath.basename(name).split(".")
        other = "fr" if language == "en" else "en"
        assert ("html", {"lang": language}) in page.elements
        links = [attributes for _, attributes in page.elements if attributes.get("hreflang") == other]
        assert links
        assert {link["href"] for link in links} == {f"{stem}.{other}.html"}
        assert name.replace(f".{language}.", f".{other}.") in pages


def test_french_pages_have_no_english_headings(pages: Found) -> None:
    for name, page in pages.items():
        if ".fr." in name:
            headings = {text for tag, text in page.words if tag in ("h1", "h2", "h3", "th", "summary", "title", "span")}
            assert headings & ENGLISH == set(), name


def test_texts_in_another_language_say_so(site: Path) -> None:
    text = (site / "agreements.fr.html").read_text(encoding="utf-8")
    assert '<span lang="en">STANAG 4425, whatever its edition</span>' in text


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_question_is_told_with_its_query_and_cases(pages: Found, site: Path, language: str) -> None:
    names = {path.stem for path in (folder("queries") / "reports").glob("*.rq")}
    assert names <= set(pages[f"questions.{language}.html"].anchors)
    text = (site / f"questions.{language}.html").read_text(encoding="utf-8")
    assert all(f"tests/competency/{name}" in text for name in names)
    assert text.count("SELECT") >= len(names)
    rules = pages[f"rules.{language}.html"].anchors
    for kind in ("derive", "closure", "checks"):
        assert {f"{kind}-{path.stem}" for path in (folder("queries") / kind).glob("*.rq")} <= set(rules)


def test_what_a_shape_demands_is_told_at_its_class(site: Path) -> None:
    assert "A gap has exactly one cause from the list of causes." in (site / "gaps.en.html").read_text("utf-8")
    assert "Une lacune a exactement une cause" in (site / "gaps.fr.html").read_text("utf-8")


def test_unions_chains_and_vocabularies_are_told(site: Path) -> None:
    text = (site / "agreements.en.html").read_text("utf-8")
    union = re.search(r'id="editionOf".*?Said of</span></th><td><div>(.*?)</div>', text)
    assert union is not None
    assert re.sub(r"<[^>]+>", "", union[1]) == "agreement edition or publication edition"
    text = (site / "interfaces.en.html").read_text("utf-8")
    assert "<em>then</em>" in text
    assert 'href="vocabularies/gap-cause.en.html"' in (site / "gaps.en.html").read_text("utf-8")


def test_the_page_of_changes_names_every_version(library: Library, pages: Found) -> None:
    for language in LANGUAGES:
        earlier = set(library.versions) - {library.version}
        assert {f"v{version}" for version in earlier} <= set(pages[f"changes.{language}.html"].anchors)


def test_what_has_changed_is_told_term_by_term(library: Library, tmp_path: Path) -> None:
    root = tmp_path / "ontology"
    shutil.copytree(library.root, root)
    module = root / "gaps.ttl"
    text = module.read_text(encoding="utf-8")
    text = text.replace('rdfs:label "gap cause"@en', 'rdfs:label "why there is a gap"@en')
    text = text.replace(
        ":Action a owl:Class ;", ":Action a owl:Class ;\n    owl:hasKey ( :actionKind :actionTarget ) ;"
    )
    module.write_text(text, encoding="utf-8")
    (root / "versions" / "0.0.1.ttl").write_text(library.document("whole").written("text/turtle"), encoding="utf-8")
    library = Library(root)
    since, labels = changes_since(library)
    told = (Pages(Model(library), language, since, labels).changes()[1] for language in LANGUAGES)
    english, french = (text.partition('<section id="v0.0.1">')[2] for text in told)
    assert '<a href="gaps.en.html#gapCause">why there is a gap (:gapCause)</a>' in english
    assert "<dt>Before</dt><dd>gap cause</dd><dt>Now</dt><dd>why there is a gap</dd>" in english
    assert "<dt>Now</dt><dd>members of “action” with the same " in english
    assert "Minor change, " in english
    assert english.count("<dt>") == 3
    assert '<dt>Avant</dt><dd lang="en">gap cause</dd>' in french
    assert "Modification mineure" in french


@pytest.mark.parametrize("language", LANGUAGES)
def test_each_diagram_shows_every_class_of_its_module(model: Model, site: Path, language: str) -> None:
    for module in model.library.modules:
        text = (site / f"{module}.{language}.svg").read_text(encoding="utf-8")
        root = ET.fromstring(text)
        assert root.tag == f"{SVG}svg"
        assert root.attrib["role"] == "img"
        assert root.attrib["aria-label"] == root.findtext(f"{SVG}title")
        shown = {"".join(node.itertext()).replace("\u00a0", "").removeprefix("≡ ") for node in root.iter(f"{SVG}text")}
        classes = model.of_module(module, "class") if module != "stanagraph" else model.terms.values()
        labels = {model.label(term.iri, language) for term in classes if term.kind == "class"}
        assert labels <= shown, module
        assert "http://www.w3.org/Graphics" not in text


def test_a_diagram_has_an_arrow_for_each_property_between_classes(model: Model, site: Path) -> None:
    text = (site / "gaps.en.svg").read_text(encoding="utf-8")
    assert all(label in text for label in ("affects nation", "closed by", "concerns equipment", "gap cause : ◇"))


def test_a_second_run_in_another_process_gives_the_same_bytes(site: Path, tmp_path: Path) -> None:
    code = "import sys; from pathlib import Path; from stanagraph.api.documentation.site import generate; "
    subprocess.run(
        [sys.executable, "-c", f"{code}generate(Path(sys.argv[1]))", str(tmp_path)],
        check=True, timeout=120, env={**os.environ, "PYTHONHASHSEED": "7"}, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def files(top: Path) -> dict[str, bytes]:
        return {path.relative_to(top).as_posix(): path.read_bytes() for path in top.rglob("*") if path.is_file()}

    first, second = files(site), files(tmp_path)
    assert sorted(first) == sorted(second)
    assert [name for name in first if first[name] != second[name]] == []


def test_what_is_no_longer_made_is_taken_away(library: Library, tmp_path: Path) -> None:
    (tmp_path / "vocabularies").mkdir()
    stale = [tmp_path / "retired.en.html", tmp_path / "vocabularies" / "retired.ttl"]
    for path in stale:
        path.write_text("old", encoding="utf-8")
    generate(tmp_path, library)
    assert not any(path.exists() for path in stale)
