"""One overview diagram a module, as SVG: classes as boxes, properties as arrows, text as text."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from html import escape, unescape
from textwrap import wrap
from typing import Any

import pyoxigraph as ox

from stanagraph.graph.names import skos

from ..words import message
from .expressions import Expressions
from .library import ROOT, SCHEME
from .model import Model, in_order
from .statements import owl, rdfs
from .wording import DocumentationWords

_FONT = "Helvetica,Arial,sans-serif"
_INK, _SOFT, _LINE = "#1b2226", "#525c62", "#5b7c93"
_OWN, _FOREIGN, _GROUP = "#e8f0f5", "#ffffff", "#f4f2ec"
# Up to so many classes of a union have arrows of their own; more of them share one box.
_DRAWN_TO_EACH = 2
_LINE_LENGTH = 46
_PAGE_WIDTH, _PAGE_HEIGHT = 950, 1100
_DATATYPES = {
    "xsd:string": message("text"),
    "xsd:integer": message("whole number"),
    "xsd:nonNegativeInteger": message("whole number"),
    "xsd:decimal": message("number"),
    "xsd:boolean": message("yes or no"),
    "xsd:anyURI": message("address"),
    "xsd:dateTime": message("point in time"),
}


@dataclass
class _Box:
    """One box: a class of this module or of another, or several classes that share properties."""

    key: str
    title: str
    style: str
    link: str = ""
    members: list[tuple[str, str]] = field(default_factory=list)
    rows: list[str] = field(default_factory=list)


def diagram(model: Model, module: str, language: str) -> str:
    """The diagram of a module, with links to the descriptions of its classes: lying or standing, as it fits a page."""
    drawn = _Overview(model, language) if module == ROOT else _Diagram(model, module, language)
    words = DocumentationWords(language)
    about = words("Overview diagram of the module “{title}”", title=model.title(module, language))
    graphs = (drawn.graph("LR"), drawn.graph("TB"), drawn.graph("TB", stacked=True))
    candidates = [_svg(graph, about, language) for graph in graphs]
    return min(candidates, key=_misfit)


def _misfit(svg: str) -> float:
    """How much a diagram has to shrink until it fits a page."""
    size = re.search(r'width="(\d+)" height="(\d+)"', svg)
    assert size is not None
    return max(int(size[1]) / _PAGE_WIDTH, int(size[2]) / _PAGE_HEIGHT)


def _svg(graph: Any, title: str, language: str) -> str:
    drawn = graph.draw(format="svg", prog="dot").decode()
    body = drawn[drawn.index("<svg") :]
    body = re.sub(r"<!--.*?-->\n?", "", body, flags=re.S)
    body = re.sub(r"<title>.*?</title>\n?", "", body, flags=re.S)
    body = re.sub(r' id="(?:node|edge|graph|clust|a_)\w*"', "", body)
    body = re.sub(r' xlink:title="[^"]*"', "", body)
    body = body.replace("xlink:href=", "href=").replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    body = re.sub(r' target="[^"]*"| xml:space="preserve"', "", body)
    size = re.search(r'viewBox="[\d.]+ [\d.]+ ([\d.]+) ([\d.]+)"', body)
    assert size is not None
    head = (
        f'<svg xmlns="http://www.w3.org/2000/svg" role="img" lang="{language}" aria-label="{escape(title)}" '
        f'width="{float(size[1]):.0f}" height="{float(size[2]):.0f}" viewBox="0 0 {size[1]} {size[2]}">\n'
        f"<title>{escape(title)}</title>\n"
    )
    return head + body[body.index(">") + 1 :].lstrip("\n")


def _new_graph(**attributes: str) -> Any:
    import pygraphviz

    graph = pygraphviz.AGraph(directed=True, strict=False)
    graph.graph_attr.update(bgcolor="white", fontname=_FONT, pad="0.15", **attributes)
    graph.node_attr.update(shape="plain", fontname=_FONT, fontsize="12", fontcolor=_INK)
    graph.edge_attr.update(
        fontname=_FONT, fontsize="11", fontcolor=_INK, color=_LINE, arrowsize="0.7", arrowhead="vee", penwidth="1.1"
    )
    return graph


class _Diagram:
    def __init__(self, model: Model, module: str, language: str) -> None:
        self.model, self.module, self.language = model, module, language
        self.words = DocumentationWords(language)
        self.boxes: dict[str, _Box] = {}
        self.arrows: dict[tuple[str, str], list[str]] = defaultdict(list)
        self.kinds: list[tuple[str, str]] = []

        self._fill()

    def _fill(self) -> None:
        say = Expressions(self.model, self.language)
        for term in self.model.of_module(self.module, "class"):
            box = self.boxes[self._class(term.iri)]
            for node in self.model.classes(ox.NamedNode(term.iri), owl("equivalentClass")):
                text = unescape(re.sub(r"<[^>]+>", "", say.of(node)))
                box.rows += wrap(f"≡ {text}", _LINE_LENGTH, subsequent_indent="\u2003")
            for above in self.model.iris(ox.NamedNode(term.iri), rdfs("subClassOf")):
                if above in self.model.terms:
                    self.kinds.append((self._class(above), term.iri))
        done: set[str] = set()
        properties = [term for term in self.model.of_module(self.module) if term.kind != "class"]
        for term in self.model.sorted(properties, self.language):
            if term.iri not in done:
                done |= {term.iri, *self._property(term.iri, term.kind)}

    def graph(self, rankdir: str, stacked: bool = False) -> Any:
        graph = _new_graph(rankdir=rankdir, nodesep="0.35", ranksep="0.7")
        for key, box in self.boxes.items():
            graph.add_node(key, label=self._label(box))
        for (start, end), names in self.arrows.items():
            label = "".join(f'{escape(name)}<br align="left"/>' for name in names)
            graph.add_edge(start, end, label=f"<{label}>")
        for above, below in self.kinds:
            graph.add_edge(above, below, dir="back", arrowtail="onormal", arrowsize="1", color=_INK)
        if stacked and self.boxes:
            for pair in self._stacked():
                graph.add_edge(*pair, style="invis")
        return graph

    def _stacked(self) -> list[tuple[str, str]]:
        """Edges that put everything that hangs together below the largest part of it."""
        edges = [*self.arrows, *self.kinds]
        part = {key: {key} for key in self.boxes}
        for start, end in edges:
            both = part[start] | part[end]
            for key in both:
                part[key] = both
        parts = {id(found): found for found in part.values()}
        largest = max(parts.values(), key=lambda found: (len(found), sorted(found)))
        starts, ends = {start for start, end in edges if start != end}, {end for start, end in edges if start != end}
        bottom = [key for key in self.boxes if key in largest and key not in starts]
        top = [key for key in self.boxes if key not in largest and key not in ends]
        return [(above, below) for above in bottom for below in top]

    def _name(self, iri: str) -> str:
        return self.model.label(iri, self.language)

    def _class(self, iri: str) -> str:
        if iri not in self.boxes:
            term = self.model.terms.get(iri)
            style = "own" if term and term.module == self.module else "foreign"
            link = self.model.href(iri, self.language)
            name = self.words("concept") if iri == skos("Concept").value else self._name(iri)
            self.boxes[iri] = _Box(iri, name, style, link)
        return iri

    def _group(self, iris: Iterable[str]) -> str:
        members = sorted(set(iris), key=lambda iri: in_order(self._name(iri)))
        key = "|".join(members)
        if key not in self.boxes:
            box = _Box(key, self.words("one of"), "group")
            box.members = [(self._name(iri), self.model.href(iri, self.language)) for iri in members]
            self.boxes[key] = box
        return key

    def _anything(self) -> str:
        self.boxes.setdefault("*", _Box("*", self.words("any thing"), "group"))
        return "*"

    def _ends(self, iris: list[str]) -> list[str]:
        """The boxes that stand for these classes: each its own, or one for all of them."""
        if not iris:
            return [self._anything()]
        if len(set(iris)) <= _DRAWN_TO_EACH:
            return [self._class(iri) for iri in dict.fromkeys(iris)]
        return [self._group(iris)]

    def _property(self, iri: str, kind: str) -> list[str]:
        """Draw a property; give back those that are drawn with it."""
        domain, ranges = self.model.ends(iri, "domain"), self.model.ends(iri, "range")
        name = self._name(iri)
        to_ours = [found for found in ranges if found in self.model.terms]
        if kind == "data" or not to_ours:
            for box in self._ends(domain):
                self.boxes[box].rows.append(f"{name}{self._value(iri, ranges, kind)}")
            return []
        inverses = [
            i
            for i in self.model.either_way(iri, owl("inverseOf"))
            if i in self.model.terms and self.model.terms[i].module == self.module
        ]
        label = f"{name} ⇄ {' ⇄ '.join(self._name(i) for i in inverses)}" if inverses else name
        outside = [found for found in ranges if found not in self.model.terms]
        for start in self._ends(domain):
            for end in self._ends(to_ours):
                self.arrows[start, end].append(label)
            if outside:
                self.boxes[start].rows.append(f"{name}{self._value(iri, outside, kind)}")
        return inverses

    def _value(self, iri: str, ranges: list[str], kind: str) -> str:
        schemes = [self._name(SCHEME + scheme) for scheme in self.model.shapes.schemes_of(iri)]
        if schemes:
            return f" : ◇ {' / '.join(schemes)}"
        if ranges == [skos("Concept").value]:
            return f" : ◇ {self.words('a concept')}"
        if ranges == [rdfs("Literal").value]:
            return f" : {self.words('date') if self.model.is_date(iri) else self.words('text')}"
        if not ranges:
            return f" : {self.words('any value') if kind == 'data' else self.words('any thing')}"
        names = (self.model.short(found) for found in ranges)
        return f" : {' / '.join(self.words(_DATATYPES.get(name, name)) for name in names)}"

    def _label(self, box: _Box) -> str:
        return _table(box, box.style != "group" and self.model.is_defined(box.key))


def _table(box: _Box, defined: bool = False) -> str:
    """A box as Graphviz writes tables."""
    fill = {"own": _OWN, "foreign": _FOREIGN, "group": _GROUP}[box.style]
    border = {"own": _INK, "foreign": _SOFT, "group": _SOFT}[box.style]
    dashes = "" if box.style == "own" else ' style="dashed"'
    title = escape(box.title)
    title = f"<i>{title}</i>" if box.style != "own" else f"<b>{'≡ ' if defined else ''}{title}</b>"
    href = f' href="{escape(box.link)}"' if box.link else ""
    rows = [f'<tr><td align="center" bgcolor="{fill}"{href}>{title}</td></tr>']
    for name, link in box.members:
        rows.append(f'<tr><td align="left" bgcolor="{fill}" href="{escape(link)}"><i>{escape(name)}</i></td></tr>')
    if box.rows:
        lines = "".join(f'{escape(row)}&#160;&#160;<br align="left"/>' for row in box.rows)
        rows.append(f'<hr/><tr><td align="left" balign="left"><font point-size="11">{lines}</font></td></tr>')
    return (
        f'<<table border="1" cellborder="0" cellspacing="0" cellpadding="4" color="{border}" bgcolor="white"{dashes}>'
        f"{''.join(rows)}</table>>"
    )


class _Overview:
    """The modules, what classes each has, and which refers to which."""

    def __init__(self, model: Model, language: str) -> None:
        self.model, self.language = model, language

    def graph(self, rankdir: str, stacked: bool = False) -> Any:
        graph = _new_graph(rankdir=rankdir, nodesep="0.3", ranksep="0.55")
        model, language = self.model, self.language
        for module in model.library.modules[1:]:
            box = _Box(module, model.title(module, language), "own", f"{module}.{language}.html")
            classes = model.sorted(model.of_module(module, "class"), language)
            box.rows = [model.label(term.iri, language) for term in classes]
            graph.add_node(module, label=_table(box))
        pairs: dict[tuple[str, str], int] = defaultdict(int)
        for term in model.terms.values():
            if term.kind != "class":
                for predicate in ("domain", "range"):
                    for iri in model.ends(term.iri, predicate):
                        found = model.terms.get(iri)
                        if found and found.module != term.module:
                            pairs[term.module, found.module] += 1
        for (start, end), count in sorted(pairs.items()):
            graph.add_edge(start, end, penwidth=f"{min(0.8 + count * 0.15, 3):.2f}")
        return graph
