"""OWL axioms as sentences, in English and French, with the labels of what they speak of."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import pyoxigraph as ox

from stanagraph.graph.ontology.axioms import XSD, Axiom, Expression, Part, short

from .words import Words, message

Labels = Mapping[str, Mapping[str, str]]

# For each kind of axiom how its parts are told, a letter a part, and the sentence: `k` is what something is (“a
# holding”), `b` a class by its bare name, `q` a name in quotes, `n` a thing or a value, `c` a number.
SENTENCES = {
    "ClassAssertion": ("kn", message("{1} is stated to be {0}")),
    "ObjectPropertyAssertion": ("qnn", message("{1} is stated to have {0}: {2}")),
    "DataPropertyAssertion": ("qnn", message("{1} is stated to have {0}: {2}")),
    "NegativeObjectPropertyAssertion": ("qnn", message("{1} is stated not to have {0}: {2}")),
    "NegativeDataPropertyAssertion": ("qnn", message("{1} is stated not to have {0}: {2}")),
    "SameIndividual": ("nn", message("{0} and {1} are stated to be one and the same")),
    "DifferentIndividuals": ("nn", message("{0} and {1} are stated to be two different things")),
    "SubClassOf": ("kk", message("whatever is {0} is {1}")),
    "EquivalentClasses": ("kk", message("to be {0} and to be {1} is the same")),
    "DisjointClasses": ("bb", message("{0} and {1} share no member")),
    "ObjectPropertyDomain": ("qk", message("whatever has {0} is {1}")),
    "DataPropertyDomain": ("qk", message("whatever has {0} is {1}")),
    "ObjectPropertyRange": ("qk", message("every value of {0} is {1}")),
    "DataPropertyRange": ("qn", message("every value of {0} is of the datatype {1}")),
    "FunctionalObjectProperty": ("q", message("nothing has two values of {0}")),
    "FunctionalDataProperty": ("q", message("nothing has two values of {0}")),
    "InverseFunctionalObjectProperty": ("q", message("no two things share a value of {0}")),
    "TransitiveObjectProperty": ("q", message("{0} carries on from one thing to the next")),
    "SymmetricObjectProperty": ("q", message("{0} holds both ways")),
    "AsymmetricObjectProperty": ("q", message("{0} never holds both ways")),
    "ReflexiveObjectProperty": ("q", message("everything has {0} to itself")),
    "IrreflexiveObjectProperty": ("q", message("nothing has {0} to itself")),
    "SubObjectPropertyOf": ("qq", message("what has {0} has {1} with the same value")),
    "SubDataPropertyOf": ("qq", message("what has {0} has {1} with the same value")),
    "EquivalentObjectProperties": ("qq", message("{0} and {1} say the same")),
    "EquivalentDataProperties": ("qq", message("{0} and {1} say the same")),
    "DisjointObjectProperties": ("qq", message("{0} and {1} never have the same value")),
    "DisjointDataProperties": ("qq", message("{0} and {1} never have the same value")),
    "InverseObjectProperties": ("qq", message("{0} and {1} say the same, the other way round")),
    "DeclareClass": ("q", message("{0} is a class")),
    "DeclareObjectProperty": ("q", message("{0} is a property whose values are things")),
    "DeclareDataProperty": ("q", message("{0} is a property whose values are texts, numbers or dates")),
    "DeclareAnnotationProperty": ("q", message("{0} is a property for notes")),
}
CHAIN = message("{steps}, one after the other, give {property}")
KEY = message("members of {kind} with the same {keys} are one and the same")
UNION = message("{whole} is made up of {parts}, which share no member")
# The same for what has no name of its own; `Object` and `Data` in front of the operator make no difference.
EXPRESSIONS = {
    "HasValue": ("qn", message("something with {0}: {1}")),
    "SomeValuesFrom": ("qk", message("something with {0} that is {1}")),
    "AllValuesFrom": ("qk", message("something of which every {0} is {1}")),
    "HasSelf": ("qn", message("something with {0} to itself")),
    "ComplementOf": ("k", message("something that is not {0}")),
    "InverseOf": ("q", message("the other way round of {0}")),
    "MaxCardinality": ("cq", message("something with at most {0} of {1}")),
    "MinCardinality": ("cq", message("something with at least {0} of {1}")),
    "ExactCardinality": ("cq", message("something with exactly {0} of {1}")),
}
JOINED = {
    "UnionOf": ("k", message(" or ")),
    "OneOf": ("n", message(" or ")),
    "IntersectionOf": ("k", message(" and also ")),
}


class Teller:
    """Tells axioms in one language."""

    def __init__(self, words: Words, labels: Labels) -> None:
        self._words, self._labels = words, labels
        self._ways = {"k": self.kind, "b": self.bare, "q": self.quoted, "n": self.name, "c": _count}

    def __call__(self, axiom: Axiom) -> str:
        """The sentence of an axiom; one that has none is written in the functional syntax of OWL."""
        words, parts = self._words, axiom.parts
        if isinstance(first := parts[0], Expression) and first.operator == "ObjectPropertyChain":
            return words(CHAIN, steps=self._listed(first.operands), property=self.quoted(parts[1]))
        if axiom.kind == "HasKey":
            return words(KEY, kind=self.quoted(parts[0]), keys=self._listed(parts[1:]))
        if axiom.kind == "DisjointUnion":
            return words(UNION, whole=self.quoted(parts[0]), parts=self._listed(parts[1:]))
        if axiom.kind not in SENTENCES:
            return str(axiom)
        ways, sentence = SENTENCES[axiom.kind]
        return words(sentence).format(*self._told(ways, parts))

    def kind(self, part: Part) -> str:
        """A class as what something is: `a national holding`; in French its name in quotes, which needs no gender."""
        if isinstance(part, Expression) or self._words.language == "fr":
            return self.quoted(part)
        name = self.name(part)
        return f"{'an' if _sounds_open(name) else 'a'} {name}"

    def bare(self, part: Part) -> str:
        """A class by its name; in French in quotes."""
        return self.quoted(part) if self._words.language == "fr" else self.name(part)

    def quoted(self, part: Part) -> str:
        """A name in the quotes of the language; what has no name needs none."""
        return self.name(part) if isinstance(part, Expression) else self._in_quotes(self.name(part))

    def name(self, part: Part) -> str:
        """The label of a thing in the language, or in any; a literal with its datatype unless it is plain text."""
        if isinstance(part, Expression):
            return self._expression(part)
        if isinstance(part, ox.BlankNode):
            return self._words(message("something without a name"))
        if isinstance(part, ox.Literal):
            plain = part.language or part.datatype.value == f"{XSD}string"
            return self._in_quotes(part.value) if plain else f"{part.value} ({short(part.datatype)})"
        labels = self._labels.get(part.value, {})
        return labels.get(self._words.language) or labels.get("") or next(iter(labels.values()), short(part))

    def _in_quotes(self, text: str) -> str:
        return f"«\u00a0{text}\u00a0»" if self._words.language == "fr" else f"“{text}”"

    def _told(self, ways: str, parts: Iterable[Part]) -> list[str]:
        return [self._ways[way](part) for way, part in zip(ways, parts, strict=False)]

    def _listed(self, parts: Iterable[Part]) -> str:
        return ", ".join(self.quoted(part) for part in parts)

    def _expression(self, part: Expression) -> str:
        operator = part.operator.removeprefix("Object").removeprefix("Data")
        if operator in JOINED:
            way, join = JOINED[operator]
            return self._words(join).join(self._told(way * len(part.operands), part.operands))
        if operator not in EXPRESSIONS:
            return str(part)
        ways, text = EXPRESSIONS[operator]
        return self._words(text).format(*self._told(ways, part.operands))


def _count(part: Part) -> str:
    """A number of times, without its datatype."""
    return part.value if isinstance(part, ox.Literal) else short(part)


def _sounds_open(name: str) -> bool:
    """Whether English says `an` before it."""
    return name[:1].lower() in "aeio" or (name[:1] == "u" and not name.startswith(("uni", "us", "ut")))
