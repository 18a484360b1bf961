"""Four people with SSH keys of their own, made and used by `ssh-keygen`.

Stands for what happens at four desks: each private key stays where its person is.
"""

import json
import subprocess  # noqa: TID251 - it is their program, not ours
from pathlib import Path

from ringwall.institute import Institute
from ringwall.model.declarations import dump_document
from ringwall.registry.declaration_file import read_declarations

__all__ = ["NAMES", "Desks"]

NAMES = ("dennis", "grace", "cleo", "marian")
_EXAMPLE = Path(__file__).parents[1] / "institute"
_DECLARED = ("organisations", "people", "services", "sites", "assets")
_SPAN = {"from": "2025-01-01T00:00:00Z", "until": "2039-01-01T00:00:00Z"}
_CLEO = {
    "id": "user:cleo",
    "organisation": "org:institute",
    "roles": ["custodian"],
    "screening": {"level": "SL4", "assessor": "institute security office", **_SPAN},
}


class Desks:
    """The example institute in a new folder, and the desks of `NAMES`.

    Args:
        folder: in which both are made.

    Attributes:
        institute: the institute; dennis, grace and cleo are custodians, marian is CISO.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self.institute = Institute.create(folder / "institute")
        self._apply([_EXAMPLE / f"{name}.yaml" for name in _DECLARED])
        known = self.institute.facts().documents()
        people = []
        for name in NAMES:
            entity = f"user:{name}"
            document = dump_document(known[entity]) if entity in known else dict(_CLEO)
            people.append({**document, "keys": [{"key": self._key(name), **_SPAN}]})
        declared = folder / "keys.yaml"
        declared.write_text(json.dumps({"people": people}))
        self._apply([declared])

    def sign(self, name: str, statement: bytes) -> str:
        """Return somebody's signature over a statement, by their own program."""
        return _run(
            *("ssh-keygen", "-q", "-Y", "sign", "-n", "ringwall"),
            *("-f", str(self._folder / name)),
            text=statement,
        )

    def _key(self, name: str) -> str:
        """Make somebody's key; return the line that goes on record."""
        path = self._folder / name
        _run("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", name, "-f", str(path))
        return path.with_suffix(".pub").read_text().strip()

    def _apply(self, files: list[Path]) -> None:
        desk = self.institute.registry()
        try:
            desk.apply(read_declarations(files))
        finally:
            desk.close()


def _run(*words: str, text: bytes = b"") -> str:
    done = subprocess.run(words, input=text, capture_output=True, check=True)  # noqa: S603 - words of our own
    return done.stdout.decode()
