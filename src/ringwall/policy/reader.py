"""The files of one concern to a checked `Concern`, or every fault in them.

Pure: takes bytes by file name. Must never return a concern that has a fault.
"""

import hashlib
import re
from collections.abc import Mapping
from types import MappingProxyType

from ringwall.base.canonical import dump_canonical
from ringwall.base.errors import Fault
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import (
    CASES_FILE,
    MAX_CASES_BYTES,
    MAX_MODEL_BYTES,
    MAX_POLICY_BYTES,
    MAX_README_BYTES,
    MODEL_FILE,
    POLICY_FILE,
    README_FILE,
)
from ringwall.policy.faults import Faults
from ringwall.policy.model import Model, read_model
from ringwall.policy.model_file import read_sections
from ringwall.policy.roles import Roles, close_roles
from ringwall.policy.row_lines import check_form
from ringwall.policy.row_reader import read_rules
from ringwall.policy.text_file import split_lines

__all__ = ["FILE_LIMITS", "digest_files", "parse_concern"]

FILE_LIMITS: Mapping[str, int] = MappingProxyType(
    {
        MODEL_FILE: MAX_MODEL_BYTES,
        POLICY_FILE: MAX_POLICY_BYTES,
        CASES_FILE: MAX_CASES_BYTES,
        README_FILE: MAX_README_BYTES,
    }
)
"""The files a concern may have and their largest size in bytes."""

_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)


def parse_concern(
    name: str, files: Mapping[str, bytes], place: str | None = None
) -> Concern:
    """Return the concern that files describe.

    Args:
        name: name of the concern, e.g. "access".
        files: contents by file name: `model.conf` and `policy.csv`, and where there
            are any `cases.yaml` (kept unread, see `cases.parse_cases`) and
            `README.md`.
        place: the folder, as faults shall name it; by default the concern's name.

    Raises:
        PolicyError: `policy-refused`, with all faults of all files.
        ValueError: the name is not one of a concern.
    """
    if not _NAME.fullmatch(name):
        raise ValueError(f"`{name}` is not the name of a concern")
    where = name if place is None else place
    file = f"{where}/{POLICY_FILE}"
    faults = Faults()
    _check_names(where, files, faults)
    model = _model(where, files, faults)
    lines = _lines(where, POLICY_FILE, files, faults)
    if model is None or lines is None:
        check_form(file, lines or (), faults)
        raise faults.refusal(f"concern `{name}`")
    rules, links = read_rules(name, file, lines, model, faults)
    relations: dict[str, Roles] = {}
    for relation, words in model.relations.items():
        own = [link for link in links if link.relation == relation]
        closure = close_roles(file, words, own, faults)
        if closure is not None:
            relations[relation] = closure
    if len(faults):
        raise faults.refusal(f"concern `{name}`")
    return Concern(
        name=name,
        schema=model.schema,
        conditions=model.conditions,
        rules=rules,
        links=links,
        relations=MappingProxyType(relations),
        separations=model.separations,
        files=MappingProxyType(dict(files)),
        digest=digest_files(files),
    )


def digest_files(files: Mapping[str, bytes]) -> str:
    """Return SHA-256 over the names and contents of files, lower-case hex."""
    hashes = {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
    return hashlib.sha256(dump_canonical(hashes)).hexdigest()


def _check_names(where: str, files: Mapping[str, bytes], faults: Faults) -> None:
    for name, data in files.items():
        if name not in FILE_LIMITS:
            message = f"a concern has no file `{name}`"
            expected = ", ".join(FILE_LIMITS)
            fault = Fault(f"{where}/{name}", 0, 0, "file-unknown", message, expected)
            faults.add(fault)
        elif name in {CASES_FILE, README_FILE} and len(data) > FILE_LIMITS[name]:
            message = f"{len(data)} bytes, more than {FILE_LIMITS[name]}"
            faults.add(Fault(f"{where}/{name}", 0, 0, "file-too-large", message))


def _lines(
    where: str, name: str, files: Mapping[str, bytes], faults: Faults
) -> tuple[str, ...] | None:
    data = files.get(name)
    if data is None:
        message = f"`{name}` is missing"
        faults.add(Fault(f"{where}/{name}", 0, 0, "file-missing", message))
        return None
    return split_lines(f"{where}/{name}", data, FILE_LIMITS[name], faults)


def _model(where: str, files: Mapping[str, bytes], faults: Faults) -> Model | None:
    lines = _lines(where, MODEL_FILE, files, faults)
    if lines is None:
        return None
    file = f"{where}/{MODEL_FILE}"
    return read_model(file, read_sections(file, lines, faults), faults)
