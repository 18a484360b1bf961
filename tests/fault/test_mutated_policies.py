"""A shipped policy that was spoilt at random is refused, or decides as Casbin does.

`RINGWALL_MUTATIONS` sets how many are tried, `RINGWALL_SEED` from where.
"""

import os
import random
from collections.abc import Mapping
from functools import cache
from pathlib import Path

import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.cases.cases import parse_cases
from ringwall.policy.compiler import compile_concern
from ringwall.policy.folder import read_concern
from ringwall.policy.reader import parse_concern
from ringwall.policy.reference import ReferenceConcern
from tests.fault.mutations import mutated

pytestmark = pytest.mark.usefixtures("uncounted")

POLICIES = Path(__file__).parents[2] / "policies"
SHIPPED = tuple(sorted(path.parent.name for path in POLICIES.glob("*/model.conf")))
SPOILT = ("model.conf", "policy.csv", "cases.yaml")
COUNT = int(os.environ.get("RINGWALL_MUTATIONS", "300"))
SEED = int(os.environ.get("RINGWALL_SEED", "20261121"))
PARTS = 6

# Casbin walks all rows for each request; a few requests tell as much as all.
ASKED = 12


@cache
def _shipped(name: str) -> Mapping[str, bytes]:
    return read_concern(POLICIES / name).files


@cache
def _asked(name: str) -> tuple[dict[str, dict[str, object]], ...]:
    """Return what the shipped cases of a concern ask, as plain data."""
    concern = read_concern(POLICIES / name)
    found = []
    for case in parse_cases(concern).cases:
        plain: dict[str, dict[str, object]] = {}
        for item in concern.schema.attributes:
            value = concern.schema.value(case.request, item)
            text: object = concern.schema.seen(case.request, item)
            if isinstance(value, bool):
                text = value
            elif isinstance(value, frozenset):
                text = sorted(value)
            plain.setdefault(item.subject, {})[item.name] = text
        found.append(plain)
    return tuple(found)


def _check_refusal(error: PolicyError, name: str) -> None:
    assert error.faults
    for fault in error.faults:
        assert fault.file.startswith(f"{name}/")
        assert fault.code == fault.code.lower().strip()
        assert fault.message
        assert "\n" not in str(fault)
        assert str(fault).isprintable()


def _check_agreement(
    name: str, files: Mapping[str, bytes], source: random.Random
) -> int:
    concern = parse_concern(name, files)
    compiled, reference = compile_concern(concern), ReferenceConcern(concern)
    asked = _asked(name)
    agreed = 0
    for plain in source.sample(asked, min(ASKED, len(asked))):
        data = {key: value.get("", value) for key, value in plain.items()}
        try:
            request = concern.schema.request_from(data)
        except ValueError:  # the spoilt schema is another one
            continue
        outcome = compiled.decide(request)
        assert outcome.error == ""
        assert outcome.permitted == reference.decide(request).permitted
        agreed += 1
    parse_cases(concern)
    return agreed


@pytest.mark.parametrize("part", range(PARTS))
def test_spoilt_policy_is_refused_or_decides_as_casbin_does(part: int) -> None:
    refused = 0
    agreed = 0
    for number in range(part, COUNT, PARTS):
        source = random.Random(f"{SEED}-{number}")
        name, file = source.choice(SHIPPED), source.choice(SPOILT)
        files = dict(_shipped(name))
        text = mutated(files[file].decode(), source)
        files[file] = text.encode("utf-8", errors="surrogatepass")
        try:
            agreed += _check_agreement(name, files, source)
        except PolicyError as error:
            _check_refusal(error, name)
            refused += 1

    assert refused > 0
    assert agreed > 0
