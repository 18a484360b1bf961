"""The custodians of identities: who they are, and how many of them open a box.

Some are from outside RAID, so many that RAID's own can never open a box by
themselves. Must never take a set for good in which they could.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Final, Literal, NamedTuple

from pydantic import Field

from ringwall.base.errors import ConfigurationError, Fault
from ringwall.base.plain_folder import read_plain
from ringwall.base.yaml_tree import Node, position
from ringwall.model.field_faults import shown
from ringwall.model.values import PersonId, Strict
from ringwall.raid.shield.sealing import fingerprint_of, parse_public
from ringwall.raid.shield.shares import LEAST, MOST
from ringwall.raid.yaml_form import YamlCodes, YamlForm

__all__ = [
    "CUSTODIANS_FILE",
    "Custodian",
    "Custodians",
    "parse_custodians",
    "read_custodians",
]

CUSTODIANS_FILE: Final = "custodians.yaml"
"""Name of the file, in the folder of the desk's own rules."""

_FORM: Final = YamlForm(
    "the file of the custodians",
    YamlCodes("custodians-refused", "custodians-unreadable"),
    "mend the lines named; who was a custodian before stays so until then",
    max_bytes=128 * 1024,
    max_nodes=500,
    max_depth=4,
)


class Custodian(NamedTuple):
    """Somebody who holds a share of each identity.

    Attributes:
        person: their id.
        from_outside: whether they are from outside RAID.
        public: their public key.
    """

    person: str
    from_outside: bool
    public: bytes

    @property
    def fingerprint(self) -> str:
        """What their key is called."""
        return fingerprint_of(self.public)


class Custodians(NamedTuple):
    """All who hold shares.

    Attributes:
        threshold: how many of them open a box.
        people: who they are, in the order of their shares.
    """

    threshold: int
    people: tuple[Custodian, ...]


class _Row(Strict):
    """One custodian in the file."""

    person: PersonId
    unit: Literal["raid", "outside"]
    key: Annotated[str, Field(min_length=1, max_length=4000)]


class _File(Strict):
    """`desk/custodians.yaml`."""

    version: Annotated[int, Field(ge=1)]
    threshold: Annotated[int, Field(ge=LEAST, le=MOST)]
    custodians: Annotated[list[_Row], Field(min_length=LEAST, max_length=MOST)]


def read_custodians(folder: Path) -> Custodians:
    """Return the custodians of an institute.

    Args:
        folder: `raid/desk` of the institute, or of a kept copy.

    Raises:
        ConfigurationError: `custodians-missing`, nobody has been named.
        DeclarationError: as `parse_custodians`, or `custodians-refused` with the fault
            `custodians-unreadable`.
    """
    path = folder / CUSTODIANS_FILE
    try:
        data = read_plain(path, _FORM.max_bytes)
    except FileNotFoundError:
        raise ConfigurationError(
            "custodians-missing",
            "nobody has been named to hold the identities of reporters",
            next_step="name them in raid/desk/custodians.yaml (docs/raid-shield.md "
            "says how), then `ringwall raid rules adopt`; a lead seconds it",
        ) from None
    except OSError as error:
        why = (error.strerror or "can't be read").lower()
        name = shown(path, 4096)
        fault = Fault(name, 0, 0, _FORM.code.unreadable, f"`{name}`: {why}")
        raise _FORM.refusal([fault]) from error
    return parse_custodians(data, f"desk/{CUSTODIANS_FILE}")


def parse_custodians(data: bytes, file: str) -> Custodians:
    """Return the custodians in a file.

    Args:
        data: YAML.
        file: its name, for the faults.

    Raises:
        DeclarationError: `yaml-refused`, as `parse_yaml`; or `custodians-refused` with
            the faults `unknown-key`, `missing-key`, `wrong-type`, `wrong-value`,
            `unknown-word`,
            `duplicate-custodian`, `key-malformed`, `too-few-custodians` or
            `raid-could-open-alone`.
    """
    content, tree = _FORM.parse(data, file, _File)
    people: list[Custodian] = []
    faults: list[Fault] = []
    for number, row in enumerate(content.custodians):
        place = position(tree, ("custodians", number))
        try:
            public = parse_public(row.key)
        except ValueError as error:
            faults.append(Fault(file, *place, "key-malformed", str(error)))
            continue
        one = Custodian(row.person, row.unit == "outside", public)
        if any(one.person == o.person or one.public == o.public for o in people):
            message = f"`{row.person}` or their key stands here twice"
            faults.append(Fault(file, *place, "duplicate-custodian", message))
        people.append(one)
    found = Custodians(content.threshold, tuple(people))
    faults += [] if faults else _set_faults(found, tree, file)
    if faults:
        raise _FORM.refusal(faults)
    return found


def _set_faults(found: Custodians, tree: Node, file: str) -> Iterator[Fault]:
    """Give what is wrong with the set as a whole."""
    place = position(tree, ("threshold",))
    own = sum(not one.from_outside for one in found.people)
    if len(found.people) < found.threshold:
        message = f"{found.threshold} open a box, and {len(found.people)} are named"
        yield Fault(file, *place, "too-few-custodians", message)
    if own >= found.threshold:
        # INVARIANT: any set that opens a box has somebody from outside in it.
        message = (
            f"{own} of the custodians are RAID's own, and {found.threshold} open a box:"
            " nobody from outside would be needed"
        )
        yield Fault(file, *place, "raid-could-open-alone", message)
