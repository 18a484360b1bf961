"""What a concern asks about: the attributes of a request and the columns of a row.

Builds and reads requests by that schema; must never accept one that is not complete.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, make_dataclass
from functools import cache
from operator import attrgetter
from types import MappingProxyType

from ringwall.policy.dialect import ANY
from ringwall.policy.value_types import (
    Value,
    ValueType,
    format_value,
    parse_value,
    value_from_data,
)
from ringwall.policy.vocabulary import Vocabulary

__all__ = ["Attribute", "Column", "NotOpenError", "Schema"]


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of a request.

    Attributes:
        subject: name of the request object, e.g. "asset".
        name: name of the attribute, e.g. "kind"; empty when the request object is
            itself a plain value, as `r.action` is.
        type: its type.
    """

    subject: str
    name: str
    type: ValueType

    @property
    def path(self) -> str:
        """Return `asset.kind`, or `action` for a plain value."""
        return f"{self.subject}.{self.name}" if self.name else self.subject


class NotOpenError(ValueError):
    """A `*` stands in a column that the model does not declare open."""


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a row; `open` says that `*` is legal in it."""

    name: str
    type: ValueType
    open: bool = False

    def read(self, text: str) -> Value | None:
        """Return the running value of a field; None for `*` in an open column.

        Raises:
            NotOpenError: `*` in a column that is not open.
            ValueError: the text is no value of the column's type.
        """
        if text != ANY:
            return parse_value(self.type, text)
        if not self.open:
            raise NotOpenError(f"column `{self.name}` is not open")
        return None


@dataclass(frozen=True, slots=True)
class Schema:
    """The attributes, columns and vocabularies of a concern.

    Attributes:
        objects: names of [request_definition], in order.
        attributes: every attribute, those of one object together.
        columns: every column in order, `rule` first and `eft` last.
        vocabularies: in declared order.
    """

    objects: tuple[str, ...]
    attributes: tuple[Attribute, ...]
    columns: tuple[Column, ...]
    vocabularies: tuple[Vocabulary, ...]
    _members: Mapping[str, tuple[Attribute, ...]] = field(
        init=False, repr=False, compare=False
    )

    def __post_init__(self) -> None:
        """Sort the attributes by request object, since each request asks for them."""
        found: dict[str, tuple[Attribute, ...]] = {}
        for item in self.attributes:
            found[item.subject] = (*found.get(item.subject, ()), item)
        object.__setattr__(self, "_members", MappingProxyType(found))

    def attribute(self, path: str) -> Attribute:
        """Return the attribute at a path such as `asset.kind`.

        Raises:
            KeyError: there is none.
        """
        for attribute in self.attributes:
            if attribute.path == path:
                return attribute
        raise KeyError(path)

    def column_index(self, name: str) -> int:
        """Return where a column stands, 0 for `rule`.

        Raises:
            KeyError: there is none.
        """
        for index, column in enumerate(self.columns):
            if column.name == name:
                return index
        raise KeyError(name)

    def request_from(
        self,
        data: Mapping[str, object],
        built: Mapping[str, object] = MappingProxyType({}),
    ) -> object:
        """Return a request built from plain data.

        Args:
            data: one entry for each request object: a mapping of its attributes, or
                the value itself when the object is a plain value, e.g.
                `{"subject": {"roles": ["a"], "level": "SL4"}, "action": "x"}`.
            built: request objects that an earlier request of this schema was given
                for the same data; they are taken as they are.

        Raises:
            ValueError: an attribute is missing, unknown or of the wrong type; the
                message names its path.
        """
        _check_keys(data, self.objects, "request")
        return _shape(self.objects)(
            *(
                built[name] if name in built else self._object_from(name, data[name])
                for name in self.objects
            )
        )

    def seen(self, request: object, attribute: Attribute) -> str:
        """Return what a request says at an attribute, as text.

        Raises:
            ValueError: the value is not one of the attribute's type.
            AttributeError: the request has no such attribute.
        """
        return format_value(attribute.type, self.value(request, attribute))

    def is_whole(self, request: object) -> bool:
        """Return whether a request holds a value of its type at every attribute."""
        try:
            for attribute in self.attributes:
                self.seen(request, attribute)
        except (AttributeError, TypeError, ValueError):
            return False
        return True

    @staticmethod
    def value(request: object, attribute: Attribute) -> Value:
        """Return what a request holds at an attribute, in running form.

        Raises:
            AttributeError: the request has no such attribute.
        """
        found: Value = attrgetter(attribute.path)(request)
        return found

    def members(self, name: str) -> tuple[Attribute, ...]:
        """Return the attributes of one request object."""
        return self._members.get(name, ())

    def _object_from(self, name: str, data: object) -> object:
        members = self.members(name)
        if not members[0].name:
            return _value_at(members[0], data)
        if not isinstance(data, Mapping):
            raise ValueError(f"`{name}` is not a mapping of attributes")  # noqa: TRY004 - a fault of the data
        names = tuple(member.name for member in members)
        _check_keys(data, names, name)
        return _shape(names)(*(_value_at(item, data[item.name]) for item in members))


def _value_at(attribute: Attribute, data: object) -> Value:
    try:
        return value_from_data(attribute.type, data)
    except ValueError as error:
        raise ValueError(f"`{attribute.path}`: {error}") from None


def _check_keys(data: Mapping[str, object], names: tuple[str, ...], where: str) -> None:
    for name in names:
        if name not in data:
            raise ValueError(f"`{name}` is missing from `{where}`")
    for key in data:
        if key not in names:
            raise ValueError(f"`{key}` is not known to `{where}`")


@cache
def _shape(names: tuple[str, ...]) -> type:
    return make_dataclass("Facts", names, frozen=True, slots=True)
