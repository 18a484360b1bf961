from pathlib import Path
from typing import Any

import pytest

from ringwall.base.errors import ConfigurationError
from ringwall.policy.outcome import Outcome
from ringwall.policy.reference import (
    ReferenceConcern,
    check_distributions,
    installed_distributions,
)
from tests.unit.policy.sample import request, sample


@pytest.fixture(scope="module")
def reference() -> ReferenceConcern:
    return ReferenceConcern(sample())


@pytest.mark.parametrize(
    ("changes", "permitted"),
    [
        ({}, True),
        ({"action": "read"}, True),
        ({"subject_roles": ["junior"], "action": "read"}, True),
        ({"subject_roles": ["junior"]}, False),
        ({"subject_level": "L0"}, False),
        ({"asset_size": "1e6"}, True),
        ({"asset_size": 1_000_001}, False),
        ({"asset_born": "2030-01-01T00:00:00Z"}, True),
        ({"asset_born": "2030-01-01T00:00:00.000001Z"}, False),
        ({"asset_labels": ["red"]}, True),
        ({"asset_labels": ["blue"]}, False),
        ({"subject_suspended": True}, False),
        ({"subject_roles": ["guest"], "asset_kind": "model", "action": "read"}, False),
    ],
)
def test_stock_casbin_reads_the_same_rows(
    reference: ReferenceConcern, changes: dict[str, Any], permitted: bool
) -> None:
    asked = request(sample(), **changes)

    assert reference.decide(asked) == Outcome(permitted=permitted, rules=())


def test_request_that_stock_casbin_can_not_evaluate_is_raised(
    reference: ReferenceConcern,
) -> None:
    with pytest.raises(AttributeError):
        reference.decide(object())


def test_numbers_and_instants_in_literals_are_compared_by_size() -> None:
    size = "at_least(r.asset.size, '2.5e2')"
    born = "at_most(r.asset.born, '2028-01-01T00:00:00Z')"
    reasons = "asset.size = too-small, it is small\nasset.born = young, it is young"
    concern = sample(
        ("&& !r.subject.suspended", f"&& !r.subject.suspended && {size} && {born}"),
        ("\nsubject.suspended = s", f"\n{reasons}\nsubject.suspended = s"),
    )
    reference = ReferenceConcern(concern)

    assert reference.decide(request(concern, asset_size=250)).permitted
    assert not reference.decide(request(concern, asset_size=249)).permitted
    late = request(concern, asset_born="2029-01-01T00:00:00Z")
    assert not reference.decide(late).permitted


def test_concern_without_roles_needs_no_role_manager() -> None:
    concern = sample(
        ("[role_definition]\ng = _, _\n", ""),
        ("m = holds(r.subject.roles, p.role)", "m = p.role in r.subject.roles"),
        ("g, senior, junior\n", ""),
    )

    assert ReferenceConcern(concern).decide(request(concern)).permitted


def test_pycasbin_alone_provides_casbin_here() -> None:
    assert installed_distributions() == {"pycasbin"}


def test_frozen_distribution_beside_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "casbin-1.43.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.1\nName: casbin\nVersion: 1.43.0\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))

    with pytest.raises(ConfigurationError) as caught:
        ReferenceConcern(sample())

    assert caught.value.code == "casbin-twice"


def test_missing_distribution_is_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        check_distributions(())

    assert caught.value.code == "casbin-twice"
