"""Texts for people, made where nobody knows in which language they will be told.

English is the text and the key of its translations. What is said with values keeps them apart from the message, so that
whoever shows it can say the message in another language.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Tell = Callable[[str, str], str]  # a text in a language, English or French


def message(text: str) -> str:
    """The same text: marks a message that is translated only where it is shown."""
    return text


class Wording(str):
    """A text in English that knows the message and the values it was made of; a tuple of values is told with "or"."""

    __slots__ = ("by_language", "message", "values")

    message: str
    values: Mapping[str, object]
    by_language: Mapping[str, str]

    def __new__(cls, message: str, **values: object) -> Wording:
        self = super().__new__(cls, _filled(message, values, _english))
        self.message, self.values, self.by_language = message, values, {}
        return self

    @classmethod
    def of(cls, text: str) -> Wording:
        """A text as a value that is translated too: a plain one is a message without values."""
        return text if isinstance(text, Wording) else cls(text)

    def kept(self) -> dict[str, Any]:
        """What it is made of, for JSON."""
        values = {name: value.kept() if isinstance(value, Wording) else value for name, value in self.values.items()}
        return {"message": self.message, "values": values}

    @classmethod
    def from_kept(cls, kept: Mapping[str, Any]) -> Wording:
        """The text that was kept so."""
        values = {name: cls.from_kept(it) if isinstance(it, dict) else it for name, it in kept["values"].items()}
        return cls(kept["message"], **values)

    @classmethod
    def known(cls, by_language: Mapping[str, str], otherwise: str) -> Wording:
        """A text that comes with its translations."""
        self = super().__new__(cls, by_language.get("en") or next(iter(by_language.values()), otherwise))
        self.message, self.values, self.by_language = str(self), {}, by_language
        return self


def in_english(text: str, language: str) -> str:
    """The text as it is."""
    return text


def told(text: str, language: str, say: Callable[[str], str]) -> str:
    """A text in a language; `say` translates a message. A plain text is a message without values."""
    if not isinstance(text, Wording):
        return say(text)
    return text.by_language.get(language) or _filled(say(text.message), text.values, lambda it: told(it, language, say))


def _filled(message: str, values: Mapping[str, object], say: Callable[[str], str]) -> str:
    def shown(value: object) -> Any:
        if isinstance(value, tuple):
            return say(Wording(" or ")).join(str(shown(it)) for it in value)
        return say(value) if isinstance(value, Wording) else value

    return message.format(**{name: shown(value) for name, value in values.items()}) if values else message


def _english(text: str) -> str:
    return str(text)
