"""As much of the syntax of SPARQL as the service must know before a query is worked out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from .errors import BadQuery, QueryRefused

# A text that does not end goes on to the end. Possessive throughout, and bounded where a token is tried again at the
# next character: linear in the text.
_TOKEN = re.compile(
    r"""
      (?P<gap>\s++|\#[^\n\r]*+)
    | (?P<iri><[^<>"{}|^`\\\x00-\x20]*+>)
    | (?P<string>'''(?:'{0,2}+(?:[^'\\]|\\.))*+(?:''')?+ | \"\"\"(?:"{0,2}+(?:[^"\\]|\\.))*+(?:\"\"\")?+
                | '(?:[^'\\\n\r]|\\.)*+'?+ | "(?:[^"\\\n\r]|\\.)*+"?+)
    | (?P<variable>[?$]\w++)
    | (?P<tag>@[A-Za-z]++(?:-[A-Za-z0-9]++)*+)
    | (?P<name>(?:\w[\w.\-]{0,60}+)?:(?:[\w:%\-.]|\\.)*+)
    | (?P<word>\w++)
    | (?P<sign>.)
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\u([0-9A-Fa-f]{4})|\\U([0-9A-Fa-f]{8})")
_PLACE = re.compile(r"""<[^<>"{}\s]{0,2000}+>|[?$]\w{1,200}+|[\w.\-]{0,200}+:[\w.\-:%\\]{0,200}+""")
_NAME_BEFORE = re.compile(r"(?:[?$]\w*|@[A-Za-z0-9\-]*|:[\w.\-:%]*)\Z")
_WHY = {
    "SERVICE": "SERVICE is not carried out here: a query is answered from this data set alone",
    "LOAD": "LOAD is not carried out here: put the document into a graph by the Graph Store Protocol",
}


@dataclass(frozen=True)
class Token:
    """One token: its kind, its text, where it stands, and how many braces are open around it."""

    kind: str
    text: str
    start: int
    depth: int

    def says(self, *words: str) -> bool:
        """Whether it is one of these keywords."""
        return self.kind == "word" and self.text.upper() in words


@dataclass(frozen=True)
class Dataset:
    """What a request says about the data set: None where it says nothing."""

    default: tuple[str, ...] | None = None
    named: tuple[str, ...] | None = None

    @property
    def given(self) -> bool:
        """Whether it says anything."""
        return self.default is not None or self.named is not None


def refuse_what_reaches_out(text: str, *words: str) -> None:
    """Raise QueryRefused where a text would have the store read from elsewhere, by SERVICE or LOAD.

    They are looked for anywhere, in what seems a text or a comment, too: where those end is a matter of how `<` is
    read, and who writes a query can play on that. What gets past this still reaches nothing: the process is shut off.
    """
    plain = _ESCAPE.sub(lambda found: chr(min(int(found[1] or found[2], 16), 0x10FFFF)), text)
    for version in {text, plain}:
        for word in words:
            if word not in version.upper():
                continue
            loads = word == "LOAD" and any(token.depth == 0 and token.says(word) for token in tokens(version))
            if loads or _reaches_out(version, word):
                raise QueryRefused(_WHY[word])


def _reaches_out(text: str, word: str) -> bool:
    text += "\0"
    after = _gaps(text)
    for found in re.finditer(word, text, re.IGNORECASE):
        if _NAME_BEFORE.search(text, max(0, found.start() - 200), found.start()):
            continue  # part of a name, as in dcat:service or ?load
        at = after[found.end()]
        if text[at : at + 6].upper() == "SILENT":
            at = after[at + 6]
        place = _PLACE.match(text, at)
        if place and (text[after[place.end()]] == "{" if word == "SERVICE" else place[0][0] == "<"):
            return True
    return False


def _gaps(text: str) -> list[int]:
    """For each place the next one that is neither white space nor in a comment."""
    after = list(range(len(text) + 1))
    line = len(text)
    for place in range(len(text) - 1, -1, -1):
        if text[place] in "\n\r":
            line = place
        if text[place].isspace():
            after[place] = after[place + 1]
        elif text[place] == "#":
            after[place] = after[line]
    return after


def tokens(text: str) -> Iterator[Token]:
    """The tokens of a text, without gaps and comments."""
    depth = 0
    for found in _TOKEN.finditer(text):
        kind = found.lastgroup or "sign"
        if kind == "gap":
            continue
        depth -= found[0] == "}"
        yield Token(kind, found[0], found.start(), depth)
        depth += found[0] == "{"


def graphs_of(query: str) -> tuple[str, list[str]]:
    """What stands before the query proper, and what FROM and FROM NAMED name, as it is written."""
    prologue, found = "", []
    top = [token for token in tokens(query) if token.depth == 0]
    for place, token in enumerate(top):
        if token.says("SELECT", "ASK", "CONSTRUCT", "DESCRIBE") and not prologue:
            prologue = query[: token.start] or " "
        if token.says("FROM"):
            following = [after for after in top[place + 1 : place + 3] if not after.says("NAMED")]
            found += [after.text for after in following[:1] if after.kind in ("iri", "name")]
    return prologue, found


def with_dataset(update: str, dataset: Dataset) -> str:
    """An update whose operations read from this data set, as USING would say; raises BadQuery where it says USING."""
    if not dataset.given:
        return update
    using = "".join(
        [f"USING <{safe(iri)}> " for iri in dataset.default or ()]
        + [f"USING NAMED <{safe(iri)}> " for iri in dataset.named or ()]
    )
    inserted: list[tuple[int, str]] = []
    for operation in _operations(list(tokens(update))):
        words = [token for token in operation if token.depth == 0 and token.kind == "word"]
        if any(token.says("USING", "WITH") for token in words):
            raise BadQuery("using-graph-uri and using-named-graph-uri exclude USING and WITH in the update")
        begin = next((place for place, token in enumerate(words) if token.says("INSERT", "DELETE")), None)
        if begin is None or (len(words) > begin + 1 and words[begin + 1].says("DATA")):
            continue
        where = next((token for token in words if token.says("WHERE")), None)
        if where is None:
            continue  # the store will say what is wrong
        pattern = ""
        if words[begin].says("DELETE") and words[begin + 1] is where:  # DELETE WHERE { … }, in short
            pattern = update[where.start + len(where.text) : _end(operation, update)]
        inserted.append((where.start, f"{pattern} {using}"))
    for place, text in reversed(inserted):
        update = update[:place] + text + update[place:]
    return update


def _operations(found: Sequence[Token]) -> Iterator[list[Token]]:
    """The operations of an update, each with the prologue before it."""
    operation: list[Token] = []
    for token in found:
        if token.text == ";" and token.depth == 0:
            yield operation
            operation = []
        else:
            operation.append(token)
    yield operation


def _end(operation: Sequence[Token], text: str) -> int:
    return operation[-1].start + len(operation[-1].text) if operation else len(text)


def safe(iri: str) -> str:
    """An IRI that may stand between angle brackets; raises BadQuery for anything else, and where it is relative."""
    if re.search(r'[<>"{}|^`\\\x00-\x20]', iri) or not re.match(r"[A-Za-z][A-Za-z0-9+.\-]*:", iri):
        raise BadQuery(f"{iri!r} is no absolute IRI")
    return iri
