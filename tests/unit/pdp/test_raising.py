"""What raising assets would do, worked out before it is done."""

import pytest

from ringwall.model.declarations import Document, document_of
from ringwall.model.levels import Domain, SecurityLevel
from ringwall.model.tiers import Tier
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.raising import Impact, LostWay, Shortfall, raise_impact
from tests.unit.pdp.scene import NOW, attested, decider, edited, institute

SL = SecurityLevel
MODEL = edited(
    "weights:aurora",
    id="weights:small",
    tier="lower",
    content="open",
    compartments=None,
    compute={"low": "1e20", "high": "1e20"},
    capability="below",
    held_at=["site:campus"],
)
TUNED = edited(
    "weights:aurora",
    id="weights:tuned",
    tier="lower",
    content="open",
    compartments=None,
    compute={"low": "1e20", "high": "1e20"},
    capability="below",
    derived_from=["weights:small"],
)


def impact(*changes: Document, tier: Tier = Tier.UPPER, **words: object) -> Impact:
    facts = institute(MODEL, *changes)
    assets = words.get("assets", ["weights:small"])
    assert isinstance(assets, list)
    return raise_impact(decider("three"), facts, assets, tier, NOW)


def test_who_loses_which_way_is_told() -> None:
    found = impact()

    assert LostWay("user:max", "weights.infer", "weights:small") in found.lost
    assert {way.subject for way in found.lost} >= {"user:max", "user:kay"}
    # Ada is screened to SL4 and keeps what the upper tier opens from the hub.
    assert not [
        way
        for way in found.lost
        if way.subject == "user:ada" and way.action == "weights.infer"
    ]
    assert sorted(found.lost) == list(found.lost)


def test_sites_that_hold_or_serve_and_fall_short_are_told_with_what_is_missing() -> (
    None
):
    found = impact()

    campus = [item for item in found.shortfalls if item.site == "site:campus"]
    assert {item.domain for item in campus} == set(Domain)
    assert campus[0] == Shortfall(
        "site:campus",
        holds=True,
        domain=Domain.WEIGHTS,
        level=SL.SL1,
        needed=SL.SL3,
        missing=("SL2-WS-1", "SL3-WS-1"),
    )
    assert {item.site for item in found.shortfalls} == {"site:campus"}


def test_a_site_that_only_serves_today_is_told_as_such() -> None:
    found = impact(edited("weights:aurora"), tier=Tier.THIRD, assets=["weights:aurora"])
    (weights, *_) = found.shortfalls

    assert {item.site for item in found.shortfalls} == {"site:hub"}
    assert not weights.holds
    assert (weights.level, weights.needed) == (SL.SL3, SL.SL5)
    assert LostWay("user:ada", "weights.infer", "weights:aurora") in found.lost


def test_what_derives_from_it_is_left_below_and_lost_as_well() -> None:
    found = impact(TUNED)

    assert found.left_below == ("weights:tuned",)
    assert LostWay("user:max", "weights.infer", "weights:tuned") in found.lost
    both = impact(TUNED, assets=["weights:small", "weights:tuned"])
    assert both.left_below == ()


def test_what_derives_from_it_and_is_above_already_is_not_left_below() -> None:
    above = TUNED.model_copy(update={"tier": Tier.UPPER})
    unplaced = TUNED.model_copy(update={"id": "weights:other", "tier": None})
    broken = TUNED.model_copy(
        update={"id": "weights:broken", "derived_from": ("weights:gone",)}
    )

    assert impact(above, unplaced, broken).left_below == ()


def test_nothing_is_lost_where_nobody_had_a_way() -> None:
    unplaced = MODEL.model_copy(update={"tier": None})
    found = impact(unplaced)

    assert found.lost == ()
    assert {item.site for item in found.shortfalls} == {"site:campus"}


def test_a_site_that_is_good_enough_or_not_on_record_does_not_fall_short() -> None:
    strong = edited("site:campus", attestations=attested("SL3", "SL4"))
    gone = MODEL.model_copy(update={"held_at": ("site:campus", "site:gone")})

    assert impact(strong, gone).shortfalls == ()


def test_the_registry_stays_as_it_is() -> None:
    facts = institute(MODEL)
    raise_impact(decider(), facts, ["weights:small"], Tier.UPPER, NOW)

    assert facts.asset("weights:small", NOW).tier is Tier.LOWER


@pytest.mark.parametrize("entity", ["weights:nothing", "user:ada"])
def test_only_an_asset_on_record_can_be_raised(entity: str) -> None:
    with pytest.raises(FactMissing) as caught:
        impact(assets=[entity])
    assert caught.value.reason.code == "unknown-resource"


def test_documents_that_are_no_assets_derive_from_nothing() -> None:
    point = document_of({"id": "point:other", "site": "site:hub"})

    assert impact(point).left_below == ()
