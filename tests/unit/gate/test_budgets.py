"""Budgets: one account for a person, a file and a tier, by whatever ids and points."""

from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from ringwall.gate.budgets import overdrawn_by
from ringwall.institute import Institute
from ringwall.ledger.spending import Spending
from ringwall.model.decisions import Reason
from ringwall.model.declarations import Document, document_of
from ringwall.model.events import amount_left
from ringwall.model.facts import Situation
from ringwall.model.requests import AccessRequest
from ringwall.model.tiers import Tier
from ringwall.pdp.budgets import Budgets
from ringwall.pdp.facts import FactBase
from ringwall.policy.bundle import compile_bundle, parse_bundle
from ringwall.threats.benchmark import Benchmark
from tests.example import BOUNDED, activate
from tests.unit.pdp.approvals import about
from tests.unit.pdp.scene import decider, files_of

if TYPE_CHECKING:
    from ringwall.gate.ground import Ground

Data = dict[str, Any]
NOW = 1_800_000_000_000_000
HOUR = 3600 * 1_000_000
SIZE = 10_000_000
READ = AccessRequest("user:ada", "weights.read", "weights:w", "point:p", amount=50)
HEAD = "p, bud-990, weights.read, *, upper, bounded"


def point(name: str, interface: str | None = "bounded", tier: str = "upper") -> Data:
    shown = {} if interface is None else {"interface": interface}
    return {"id": name, "site": "site:s", "tier": tier, **shown}


def weights(name: str, digest: str = "0") -> Data:
    return {
        "id": name,
        "tier": "upper",
        "content": "restricted",
        "compute": {"low": "1e25", "high": "1e25"},
        "file": {
            "sha256": digest * 64,
            "bytes": SIZE,
            "tensor_count": 1,
            "tensors_sha256": "1" * 64,
        },
    }


def person(name: str) -> Data:
    return {"id": name, "organisation": "org:institute", "roles": []}


REGISTRY: tuple[Data, ...] = (
    {"id": "org:institute", "relation": "institute"},
    person("user:ada"),
    person("user:bob"),
    {
        "id": "service:loader",
        "organisation": "org:institute",
        "operator": "user:ada",
        "roles": [],
    },
    weights("weights:w"),
    weights("weights:twin"),
    weights("weights:other", "2"),
    point("point:p"),
    point("point:q"),
    point("point:above", tier="third"),
    point("point:below", tier="lower"),
    {"id": "point:bare", "site": "site:s", "interface": "bounded"},
    point("point:isolated", "isolated"),
    point("point:unconstrained", None),
)


def facts() -> FactBase:
    documents: dict[str, Document] = {
        item["id"]: document_of(item) for item in REGISTRY
    }
    return FactBase(documents, Benchmark(()))


def spent(*before: tuple[AccessRequest, int]) -> Spending:
    """Return what has left: a request each, and how long ago."""
    spending = Spending()
    spending.take_in(
        (n, bytes(32), amount_left(NOW - ago, f"dec-{n}", asked, asked.amount or 0, 0))
        for n, (asked, ago) in enumerate(before)
    )
    return spending


def budgets(*limits: str) -> Budgets:
    """Return the budgets of a few rows alone: account, window, bytes and share."""
    rows = "".join(
        f"{HEAD.replace('990', str(990 + n))}, {limit}, allow\n"
        for n, limit in enumerate(limits)
    )
    found = {**files_of("budget"), "policy.csv": rows.encode()}
    bundle = compile_bundle(parse_bundle({"budget": found}))
    return Budgets(bundle.concerns["budget"])


def situation(interface: str = "bounded", tier: Tier = Tier.UPPER) -> Situation:
    s = about("weights.read", tier=tier)
    return s._replace(point=replace(s.point, interface=interface))


def over(
    limit: str, *before: tuple[AccessRequest, int], asked: AccessRequest = READ
) -> tuple[Reason, ...]:
    ground = cast("Ground", SimpleNamespace(facts=facts(), spending=spent(*before)))
    return overdrawn_by(asked, situation(), ground, budgets(limit), NOW)


def seen(
    account: str, *before: tuple[AccessRequest, int], asked: AccessRequest = READ
) -> int:
    """Return what will have left on an account in an hour, as a deny tells it."""
    (reason,) = over(f"{account}, hour, 0, *", *before, asked=asked)
    return int(reason.seen.removesuffix(" bytes"))


def by(
    subject: str = "user:ada",
    through: str = "point:p",
    of: str = "weights:w",
    ago: int = 1,
) -> tuple[AccessRequest, int]:
    """Return that seven bytes have left, and how long ago."""
    return AccessRequest(subject, "weights.read", of, through, amount=7), ago


@pytest.mark.parametrize("account", ["point", "person", "asset", "fleet"])
def test_what_had_left_and_what_is_asked_for_are_added(account: str) -> None:
    assert over(f"{account}, hour, 50, *") == ()
    assert over(f"{account}, hour, 57, *", by()) == ()
    (reason,) = over(f"{account}, hour, 56, *", by())
    assert (reason.code, reason.seen) == ("budget-exceeded", "57 bytes")
    assert reason.condition == f"{account} hour"


@pytest.mark.parametrize(
    ("window", "length"), [("hour", HOUR), ("month", 720 * HOUR), ("year", 8760 * HOUR)]
)
@pytest.mark.parametrize("account", ["point", "person", "asset", "fleet"])
def test_an_amount_counts_until_its_window_has_passed(
    account: str, window: str, length: int
) -> None:
    row = f"{account}, {window}, 50, *"

    assert len(over(row, by(ago=length))) == 1
    assert over(row, by(ago=length + 1)) == ()
    assert len(over(row, by(ago=-HOUR))) == 1


def test_each_account_counts_its_own_alone() -> None:
    assert seen("point", by(through="point:q")) == 50
    assert seen("point", by("user:bob", of="weights:other")) == 57
    assert seen("person", by("user:bob")) == 50
    assert seen("person", by(through="point:q", of="weights:other")) == 57
    assert seen("asset", by(of="weights:other")) == 50
    assert seen("asset", by("user:bob", "point:q")) == 57
    assert seen("fleet", by("user:bob", "point:q", of="weights:other")) == 57


def test_a_second_id_opens_no_second_account() -> None:
    assert seen("person", by("service:loader")) == 57
    assert seen("person", by(), asked=replace(READ, subject="service:loader")) == 57
    assert seen("asset", by(of="weights:twin")) == 57
    assert seen("asset", by(), asked=replace(READ, resource="weights:twin")) == 57


def test_whoever_is_not_on_record_has_an_account_as_well() -> None:
    stranger = replace(READ, subject="user:nobody", resource="weights:nothing")

    assert seen("person", by("user:nobody"), asked=stranger) == 57
    assert seen("asset", by(of="weights:nothing"), asked=stranger) == 57


def test_the_fleet_is_all_points_of_the_tier_with_this_interface() -> None:
    for like in ("point:q", "point:above"):
        assert seen("fleet", by("user:bob", like)) == 57
    for other in ("point:below", "point:bare"):
        assert seen("fleet", by("user:bob", other)) == 50


@pytest.mark.parametrize("account", ["person", "asset", "fleet"])
def test_what_was_read_in_an_isolated_network_has_left_nothing_else(
    account: str,
) -> None:
    for other in ("point:isolated", "point:unconstrained"):
        assert seen(account, by(through=other)) == 50


@pytest.mark.parametrize("account", ["person", "asset", "fleet"])
def test_a_point_that_was_removed_still_counts(account: str) -> None:
    assert seen(account, by(through="point:gone")) == 57


def test_a_share_is_of_a_tenth_of_the_asset_and_of_nothing_if_that_is_unknown() -> None:
    # 57 of a tenth of 10,000,000 bytes
    assert over("asset, year, *, 57", by()) == ()
    (reason,) = over("asset, year, *, 56", by())
    unknown = replace(READ, resource="weights:nothing")
    (of_nothing,) = over("asset, year, *, 900000", asked=unknown)

    assert (reason.seen, reason.needed) == ("57 ppm", "56 ppm or less")
    assert of_nothing.seen == "an unknown number of ppm"


def test_what_nobody_stated_is_denied_where_there_is_a_budget() -> None:
    unstated = replace(READ, amount=None)
    (reason,) = over("fleet, year, 1e50, *", asked=unstated)

    assert reason.code == "amount-not-stated"
    assert over("fleet, year, 0, *", asked=replace(READ, amount=0)) == ()


def test_where_there_is_no_budget_nothing_is_added_up() -> None:
    nothing = cast("Ground", SimpleNamespace())
    unstated = replace(READ, amount=None)
    isolated = situation("isolated")

    for asked in (READ, unstated):
        assert overdrawn_by(asked, isolated, nothing, decider().budgets, NOW) == ()


def test_every_budget_that_would_be_overdrawn_is_named() -> None:
    ground = cast("Ground", SimpleNamespace(facts=facts(), spending=spent(by())))
    rows = budgets("person, hour, 56, *", "asset, year, 57, *", "fleet, month, 9, *")
    found = overdrawn_by(READ, situation(), ground, rows, NOW)

    assert [reason.rule for reason in found] == ["bud-990", "bud-992"]


def test_a_gate_that_is_asked_for_more_than_there_is_denies_and_takes_nothing(
    institute: Institute,
) -> None:
    rows = institute.folder / "policies" / "budget" / "policy.csv"
    table = rows.read_text()
    assert "fleet, month, 5e10" in table
    rows.write_text(table.replace("fleet, month, 5e10", "fleet, month, 100"))
    activate(institute)

    with Institute(institute.folder, institute.clock).gatekeeper(
        "point:west-bench"
    ) as gate:
        assert gate.check(**BOUNDED, amount=60).permitted
        over = gate.check(**BOUNDED, amount=41)
        unstated = gate.check(**BOUNDED)
        assert gate.check(**BOUNDED, amount=40).permitted
        assert gate.check(**BOUNDED, amount=0).permitted

    assert over.caller_reasons() == ("budget-exceeded",)
    (reason,) = over.verdict.reasons
    assert (reason.rule, reason.seen) == ("bud-030", "101 bytes")
    assert "amount-not-stated" in [r.code for r in unstated.verdict.reasons]
