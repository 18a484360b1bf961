"""model.conf to sections of entries, refusing what Casbin's reader would let pass.

Knows sections, keys and continued lines; what the values mean is `model`'s matter.
Must never keep the second of two entries of one name, as Casbin does.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ringwall.base.errors import Fault
from ringwall.policy.dialect import OPTIONAL_SECTIONS, SECTION_KEYS
from ringwall.policy.faults import Faults
from ringwall.policy.text_file import PlacedText

__all__ = ["Entry", "Sections", "read_sections"]


@dataclass(frozen=True, slots=True)
class Entry:
    """One `key = value` of model.conf, where the key and the value stand."""

    key: str
    value: PlacedText
    line: int
    column: int


Sections = Mapping[str, Mapping[str, Entry]]


class _Reader:
    def __init__(self, file: str, faults: Faults) -> None:
        self._file = file
        self._faults = faults
        self.sections: dict[str, dict[str, Entry]] = {}
        self._section = ""
        self._parts: list[tuple[str, int, int]] = []
        # Sections with a line that could not be read: what they lack is no news.
        self._spoilt: set[str] = set()

    def line(self, number: int, raw: str) -> None:
        text = raw.strip(" ")
        column = len(raw) - len(raw.lstrip(" ")) + 1
        if not text or text.startswith(("#", "[")):
            self._interrupted(number)
            if text.startswith("["):
                self._header(number, text)
            return
        if "#" in text:
            message = "a comment must have its line to itself"
            self._add(number, raw.index("#") + 1, "comment-in-value", message)
            return
        if text.endswith("\\"):
            part = text[:-1].strip(" ")
            self._parts.append((part + " ", number, column))
            return
        self._parts.append((text, number, column))
        self._entry()

    def end(self, number: int) -> None:
        self._interrupted(number)
        for name, keys in SECTION_KEYS.items():
            if name not in self.sections:
                if name not in OPTIONAL_SECTIONS:
                    self._lack("section-missing", f"section [{name}] is missing")
            elif name not in self._spoilt:
                self._gaps(name, keys)

    def _gaps(self, name: str, keys: Sequence[str]) -> None:
        """Note the keys that are missing: stock Casbin stops at the first gap."""
        found = self.sections[name]
        known = [key for key in keys if key in found]
        for key in keys[: max(len(known), 1)]:
            if key not in found:
                self._lack("key-missing", f"[{name}] has no `{key}`")

    def _interrupted(self, number: int) -> None:
        if self._parts:
            message = "the line above ends in a backslash but does not go on"
            self._add(number, 0, "continuation-broken", message)
            self._parts.clear()

    def _header(self, number: int, text: str) -> None:
        name = text[1:-1]
        self._section = ""
        if not text.endswith("]") or name not in SECTION_KEYS:
            message = f"`{text[:60]}` is not a section"
            self._add(number, 1, "section-unknown", message, ", ".join(SECTION_KEYS))
        elif name in self.sections:
            message = f"section [{name}] stands twice"
            self._add(number, 1, "section-duplicate", message)
        else:
            self._section = name
            self.sections[name] = {}

    def _entry(self) -> None:
        _, line, column = self._parts[0]
        joined, marks = "", []
        for text, part_line, part_column in self._parts:
            marks.append((len(joined), part_line, part_column))
            joined += text
        self._parts.clear()
        key, equals, _ = joined.partition("=")
        start = len(joined) - len(joined[len(key) + 1 :].lstrip(" "))
        value = joined[start:].rstrip(" ")
        key = key.strip(" ")
        if not equals or not key or not value:
            message = f"`{joined[:60].strip()}` is not `name = value`"
            self._add(line, column, "line-malformed", message)
            return
        whole = PlacedText(joined, tuple(marks))
        moved = tuple(
            (at - start, *whole.place(at)) for at, _, _ in marks if at > start
        )
        placed = PlacedText(value, ((0, *whole.place(start)), *moved))
        self._keep(Entry(key, placed, line, column))

    def _keep(self, entry: Entry) -> None:
        if not self._section:
            message = f"`{entry.key[:60]}` stands in no section"
            self._add(entry.line, entry.column, "line-misplaced", message)
            return
        entries = self.sections[self._section]
        keys = SECTION_KEYS[self._section]
        if keys and entry.key not in keys:
            message = f"[{self._section}] has no `{entry.key[:60]}`"
            expected = ", ".join(f"`{key}`" for key in keys)
            self._add(entry.line, entry.column, "key-unknown", message, expected)
        elif entry.key in entries:
            message = f"`{entry.key[:60]}` stands twice in [{self._section}]"
            self._add(entry.line, entry.column, "key-duplicate", message)
        else:
            entries[entry.key] = entry

    def _lack(self, code: str, message: str) -> None:
        self._faults.add(Fault(self._file, 0, 0, code, message))

    def _add(
        self, line: int, column: int, code: str, message: str, expected: str = ""
    ) -> None:
        self._spoilt.add(self._section)
        self._faults.add(Fault(self._file, line, column, code, message, expected))


def read_sections(file: str, lines: Sequence[str], faults: Faults) -> Sections:
    """Return the entries of each section that could be read.

    Args:
        file: name for the faults.
        lines: the lines of model.conf.
        faults: receives what is wrong: `section-unknown`, `section-duplicate`,
            `section-missing`, `line-malformed`, `line-misplaced`, `key-unknown`,
            `key-duplicate`, `key-missing`, `comment-in-value`, `continuation-broken`.
    """
    reader = _Reader(file, faults)
    for number, line in enumerate(lines, 1):
        reader.line(number, line)
    reader.end(len(lines) + 1)
    return reader.sections
