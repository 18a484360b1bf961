"""[request_definition], [policy_definition], [vocabulary] and [types] to a schema.

Must never supply a type that the model does not write.
"""

import keyword
import re
from collections.abc import Sequence
from itertools import combinations

from ringwall.base.errors import Fault
from ringwall.policy.dialect import (
    EFFECT_COLUMN,
    MAX_ATTRIBUTES,
    MAX_COLUMNS,
    MAX_VOCABULARIES,
    MAX_WORDS,
    NAME,
    RESERVED_NAMES,
    RULE_COLUMN,
    WORD,
)
from ringwall.policy.faults import Faults
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.model_file import Entry, Sections
from ringwall.policy.schema import Attribute, Column, Schema
from ringwall.policy.value_types import (
    FlagType,
    IdType,
    InstantType,
    NumberType,
    SetType,
    ValueType,
    WordType,
)
from ringwall.policy.vocabulary import EFFECTS, Vocabulary

__all__ = ["read_schema"]

# Attributes that stock Casbin's interpreter will not read, whatever holds them.
_UNREADABLE = re.compile(r"func_.*|format|format_map|mro", re.ASCII)
_SET = re.compile(r"set\(([a-z0-9_]+)\)", re.ASCII)
_PLAIN: dict[str, ValueType] = {
    "id": IdType(),
    "flag": FlagType(),
    "number": NumberType(),
    "instant": InstantType(),
}


def read_schema(file: str, sections: Sections, faults: Faults) -> Schema | None:
    """Return the schema that sections describe, or None if it can't be made out.

    Args:
        file: name for the faults.
        sections: from `read_sections`.
        faults: receives what is wrong: `name-malformed`, `name-duplicate`,
            `columns-too-many`, `columns-wrong`, `vocabularies-too-many`,
            `vocabulary-malformed`, `vocabulary-clash`, `words-too-many`,
            `word-malformed`, `word-duplicate`, `types-too-many`, `type-missing`,
            `type-unknown`, `type-unused`, `type-not-for-columns`, `type-misplaced`.
    """
    request = sections.get("request_definition", {}).get("r")
    policy = sections.get("policy_definition", {}).get("p")
    if request is None or policy is None:
        return None
    before = len(faults)
    reader = _SchemaReader(file, sections, faults)
    if reader.too_many(request, policy):
        return None
    objects = reader.names(request)
    columns = reader.names(policy)
    if columns[:1] != (RULE_COLUMN,) or columns[-1:] != (EFFECT_COLUMN,):
        reader.add(policy, "columns-wrong", "the columns do not run from rule to eft")
        return None
    vocabularies = reader.vocabularies()
    attributes = reader.attributes(objects)
    typed = reader.columns(columns)
    reader.leftovers(objects, columns)
    if len(faults) != before:
        return None
    return Schema(objects, attributes, typed, vocabularies)


class _SchemaReader:
    def __init__(self, file: str, sections: Sections, faults: Faults) -> None:
        self._file = file
        self._faults = faults
        self._words = sections.get("vocabulary", {})
        self._types = sections.get("types", {})
        self._known: dict[str, Vocabulary] = {}

    def too_many(self, request: Entry, policy: Entry) -> bool:
        """Note what there is so much of that the rest is better left unread."""
        before = len(self._faults)
        for entry in (request, policy):
            count = entry.value.text.count(",") + 1
            if count > MAX_COLUMNS:
                message = f"{count} names, more than {MAX_COLUMNS}"
                self.add(entry, "columns-too-many", message)
        for entries, limit, code in (
            (self._words, MAX_VOCABULARIES, "vocabularies-too-many"),
            (self._types, MAX_ATTRIBUTES + MAX_COLUMNS, "types-too-many"),
        ):
            if len(entries) > limit:
                message = f"{len(entries)} entries, more than {limit}"
                self.add(tuple(entries.values())[limit], code, message)
        return len(self._faults) != before

    def names(self, entry: Entry) -> tuple[str, ...]:
        names = tuple(part.strip(" ") for part in entry.value.text.split(","))
        for name in names:
            self._name(entry, name)
        if len(set(names)) != len(names):
            self.add(entry, "name-duplicate", "a name stands twice")
        return names

    def vocabularies(self) -> tuple[Vocabulary, ...]:
        for name, entry in self._words.items():
            self._name(entry, name)
            if name in _PLAIN:
                message = f"`{name}` is the name of a type"
                self.add(entry, "vocabulary-malformed", message)
            self._known[name] = self._vocabulary(entry)
        known = tuple(self._known.values())
        for first, second in combinations([item for item in known if item.ordered], 2):
            common = [word for word in first.values if word in second.ranks]
            if common != sorted(common, key=second.ranks.__getitem__):
                message = f"`{first.name}` and `{second.name}` order words differently"
                self.add(self._words[second.name], "vocabulary-clash", message)
        return known

    def attributes(self, objects: Sequence[str]) -> tuple[Attribute, ...]:
        found = []
        for subject in objects:
            plain = self._types.get(f"r.{subject}")
            prefix = f"r.{subject}."
            members = [key for key in self._types if key.startswith(prefix)]
            if plain is not None:
                found.append(Attribute(subject, "", self._type(plain, "")[0]))
                for key in members:
                    message = f"`r.{subject}` has a type of its own"
                    self.add(self._types[key], "type-misplaced", message)
            elif not members:
                message = f"[types] says nothing of `r.{subject}`"
                self._faults.add(Fault(self._file, 0, 0, "type-missing", message))
            for key in members:
                name = key.removeprefix(prefix)
                self._name(self._types[key], name, _UNREADABLE)
                kind = self._type(self._types[key], "")[0]
                found.append(Attribute(subject, name, kind))
        return tuple(found)

    def columns(self, names: Sequence[str]) -> tuple[Column, ...]:
        found = [Column(RULE_COLUMN, IdType())]
        for name in names[1:-1]:
            entry = self._types.get(f"p.{name}")
            if entry is None:
                message = f"[types] says nothing of `p.{name}`"
                self._faults.add(Fault(self._file, 0, 0, "type-missing", message))
                continue
            kind, is_open = self._type(entry, "open")
            if isinstance(kind, FlagType | SetType):
                message = "a column can't hold a flag or a set"
                self.add(entry, "type-not-for-columns", message)
            found.append(Column(name, kind, is_open))
        found.append(Column(EFFECT_COLUMN, WordType(EFFECTS)))
        return tuple(found)

    def leftovers(self, objects: Sequence[str], columns: Sequence[str]) -> None:
        for key, entry in self._types.items():
            first, _, rest = key.partition(".")
            subject = rest.partition(".")[0]
            if first == "r" and subject in objects:
                continue
            if first == "p" and rest in columns[1:-1]:
                continue
            self.add(entry, "type-unused", f"nothing is named `{key[:60]}`")

    def _vocabulary(self, entry: Entry) -> Vocabulary:
        text = entry.value.text
        ordered = "<" in text
        words = tuple(word.strip(" ") for word in text.split("<" if ordered else ","))
        for word in words:
            if not WORD.fullmatch(word):
                message = f"`{word[:60]}` is not a word"
                expected = "a letter, then letters, digits, `.`, `_`, `-`"
                self.add(entry, "word-malformed", message, expected)
        if len(words) > MAX_WORDS:
            message = f"{len(words)} words, more than {MAX_WORDS}"
            self.add(entry, "words-too-many", message)
        if len(set(words)) != len(words):
            message = f"a word of `{entry.key}` stands twice"
            self.add(entry, "word-duplicate", message)
        return Vocabulary(entry.key, words, ordered)

    def _type(self, entry: Entry, option: str) -> tuple[ValueType, bool]:
        """Return the type an entry names, and whether the option follows it."""
        text, comma, tail = entry.value.text.partition(",")
        tail = tail.strip(" ")
        kind = self._kind(text.strip(" "))
        if kind is None or (comma and (not option or tail != option)):
            message = f"`{entry.value.text[:60]}` is not a type"
            known = [*self._known, *_PLAIN, "set(...)"]
            self.add(entry, "type-unknown", message, ", ".join(known))
        return kind or IdType(), bool(comma)

    def _kind(self, text: str) -> ValueType | None:
        if text in _PLAIN:
            return _PLAIN[text]
        if text in self._known:
            return WordType(self._known[text])
        match = _SET.fullmatch(text)
        element = self._kind(match[1]) if match else None
        if isinstance(element, IdType):
            return SetType(element)
        if isinstance(element, WordType) and not element.vocabulary.ordered:
            return SetType(element)
        return None

    def _name(
        self, entry: Entry, name: str, reserved: re.Pattern[str] = RESERVED_NAMES
    ) -> None:
        if (
            not NAME.fullmatch(name)
            or RESERVED_NAMES.fullmatch(name)
            or reserved.fullmatch(name)
            or keyword.iskeyword(name)
            or name in FUNCTIONS
        ):
            message = f"`{name[:60]}` can't be a name"
            expected = "lower-case letters, digits and `_`, not a reserved word"
            self.add(entry, "name-malformed", message, expected)

    def add(self, entry: Entry, code: str, message: str, expected: str = "") -> None:
        place = (self._file, entry.line, entry.column)
        self._faults.add(Fault(*place, code, message, expected))
