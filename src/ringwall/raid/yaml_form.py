"""A kind of YAML file: how it is read, held against its model, and refused.

Must never take a file that can't be read, or one with a fault, for one without.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple, TypeVar

from pydantic import BaseModel, ValidationError

from ringwall.base.errors import DeclarationError, Fault
from ringwall.base.plain_folder import read_plain
from ringwall.base.yaml_tree import Node, parse_yaml, to_data
from ringwall.model.field_faults import field_faults, shown

__all__ = ["YamlCodes", "YamlForm"]

_Content = TypeVar("_Content", bound=BaseModel)


class YamlCodes(NamedTuple):
    """What the faults of a kind of file are called.

    Attributes:
        refused: the error that holds all of them.
        unreadable: the fault of a file that can't be read.
    """

    refused: str
    unreadable: str


class YamlForm(NamedTuple):
    """A kind of file.

    Attributes:
        name: how it is called, e.g. `the desk's capacity`.
        code: of its faults.
        mend: what to do about them.
        max_bytes: most bytes.
        max_nodes: most nodes.
        max_depth: deepest nesting.
    """

    name: str
    code: YamlCodes
    mend: str
    max_bytes: int = 64 * 1024
    max_nodes: int = 5_000
    max_depth: int = 5

    def read(self, path: Path) -> bytes:
        """Return a file as it is.

        Args:
            path: of the file.

        Raises:
            DeclarationError: `code.refused` with the fault `code.unreadable`.
        """
        try:
            return read_plain(path, self.max_bytes)
        except OSError as error:
            why = (error.strerror or "can't be read").lower()
            name = shown(path, 4096)
            message = f"`{name}` can't be read: {why}"
            fault = Fault(name, 0, 0, self.code.unreadable, message)
            raise self.refusal([fault]) from error

    def parse(
        self, data: bytes, file: str, model: type[_Content]
    ) -> tuple[_Content, Node]:
        """Return what a file says, and its tree for the places of further faults.

        Args:
            data: YAML.
            file: its name, for the faults.
            model: that it must fit.

        Raises:
            DeclarationError: `yaml-refused`, as `parse_yaml`; or `code.refused` with
                the faults of `field_faults`.
        """
        tree = parse_yaml(
            data,
            file,
            max_bytes=self.max_bytes,
            max_nodes=self.max_nodes,
            max_depth=self.max_depth,
        )
        try:
            return model.model_validate(to_data(tree)), tree
        except ValidationError as error:
            raise self.refusal(field_faults(file, tree, error)) from None

    def refusal(self, faults: Iterable[Fault]) -> DeclarationError:
        """Return the error that tells of faults."""
        found = tuple(faults)
        many = "s" if len(found) > 1 else ""
        return DeclarationError(
            self.code.refused,
            f"{self.name} has {len(found)} fault{many}",
            next_step=self.mend,
            faults=found,
        )
