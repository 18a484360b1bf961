"""An order moves assets to a tier and leaves all else of them as it is."""

from pathlib import Path

from ringwall.model.assets import Asset
from ringwall.model.tiers import Tier
from ringwall.registry.plan import Verb, plan_changes
from ringwall.registry.tier_order import TierOrder
from tests.declaring import TERMS, Files


def test_an_order_is_planned_as_declarations_are(tmp_path: Path) -> None:
    known = Files(tmp_path).base()
    order = TierOrder.of(
        "tier raise", Tier.UPPER, ["dataset:open", "dataset:new"], known
    )

    plan = plan_changes(known, [order], TERMS)

    assert [(c.verb, c.entity, c.fields) for c in plan.changes] == [
        (Verb.CHANGED, "dataset:new", ("tier",)),
        (Verb.CHANGED, "dataset:open", ("tier",)),
    ]


def test_an_order_names_each_asset_once_and_nothing_else(tmp_path: Path) -> None:
    known = Files(tmp_path).base()
    ids = ["dataset:open", "user:ada", "dataset:open", "dataset:nowhere"]

    order = TierOrder.of("tier raise", Tier.UPPER, ids, known)

    (asset,) = order.assets
    assert isinstance(asset, Asset)
    assert (asset.id, asset.tier) == ("dataset:open", Tier.UPPER)
    assert list(order.removals()) == []


def test_a_fault_of_an_order_names_the_asset(tmp_path: Path) -> None:
    known = Files(tmp_path).base()
    order = TierOrder.of("tier raise", Tier.UPPER, ["dataset:open"], known)

    fault = order.fault(("dataset:open", "tier"), "code", "wrong", "right")

    assert str(fault) == "tier raise dataset:open: code: wrong; expected right"


def test_an_order_to_where_an_asset_is_changes_nothing(tmp_path: Path) -> None:
    known = Files(tmp_path).base()
    order = TierOrder.of("tier raise", Tier.UPPER, ["dataset:kept"], known)

    plan = plan_changes(known, [order], TERMS)

    assert (plan.changes, plan.unchanged) == ((), 1)
