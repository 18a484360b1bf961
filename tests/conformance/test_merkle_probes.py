"""The public probes of transparency-dev/merkle: mutated proofs that must be refused.

They are read from the folder that RINGWALL_MERKLE_TESTDATA names, the `testdata` of a
checkout of that repository, and never copied here.
"""

import base64
import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import IntegrityError
from ringwall.tlog import check_consistency, check_inclusion

VARIABLE = "RINGWALL_MERKLE_TESTDATA"

Probe = dict[str, Any]


@pytest.fixture(scope="module")
def testdata() -> Path:
    """Return the folder of the probes, or skip."""
    folder = os.environ.get(VARIABLE, "")
    if not folder:
        pytest.skip(f"needs {VARIABLE}, the testdata of transparency-dev/merkle")
    return Path(folder)


def probes(folder: Path) -> Iterator[tuple[str, Probe]]:
    """Give each probe below a folder with its path."""
    found = sorted(folder.rglob("*.json"))
    assert found, f"no probes below {folder}"
    for path in found:
        yield path.relative_to(folder).as_posix(), json.loads(path.read_text("utf-8"))


def decoded(probe: Probe, *names: str) -> list[bytes]:
    """Return some hashes of a probe; JSON has null for an empty one."""
    return [base64.b64decode(probe[name] or "", validate=True) for name in names]


def proof_of(probe: Probe) -> list[bytes]:
    """Return the hashes of the proof."""
    return [
        base64.b64decode(text or "", validate=True) for text in probe["proof"] or []
    ]


def is_refused(check: Callable[..., None], *given: object) -> bool:
    """Return whether a check refuses, with the one error it may."""
    try:
        check(*given)
    except IntegrityError as error:
        code = error.code
    else:
        return False
    assert code == "proof-invalid"
    return True


def test_inclusion_probes_come_out_as_published(testdata: Path) -> None:
    wrong = []
    for name, probe in probes(testdata / "inclusion"):
        leaf, root = decoded(probe, "leafHash", "root")
        place = (probe["leafIdx"], probe["treeSize"])
        refused = is_refused(check_inclusion, *place, leaf, proof_of(probe), root)
        if refused is not probe["wantErr"]:
            wrong.append(name)

    assert wrong == []


def test_consistency_probes_come_out_as_published_but_one(testdata: Path) -> None:
    wrong = []
    for name, probe in probes(testdata / "consistency"):
        roots = decoded(probe, "root1", "root2")
        sizes = (probe["size1"], probe["size2"])
        refused = is_refused(check_consistency, *sizes, *roots, proof_of(probe))
        if refused is not probe["wantErr"]:
            wrong.append((name, refused, sizes, {len(root) for root in roots}))

    # Two equal trees with 12 bytes for a root: there they are equal, here no roots.
    assert [(refused, sizes, lengths) for _, refused, sizes, lengths in wrong] in (
        [],
        [(True, (1, 1), {12})],
    ), wrong
