"""Laws of outsiders: whatever roles and rows they are given, they stay outside."""

from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from ringwall.model.ids import ASSET_KINDS
from ringwall.model.parties import RELATIONS
from ringwall.model.requests import AccessRequest
from tests.property.asking import FRESH, facts_of, point, wide_open
from tests.property.strategies_in_order import IN_ORDER, Data, Institute
from tests.property.strategies_institute import NOTHING_LEFT

STATES = ("member-state", "associated-state", "candidate-state")
OUTSIDE = [relation for relation in RELATIONS if relation != "institute"]
# Who may reach above the lower tier at all, for what is written out below.
RISING = ["member-state", "associated-state", "eu-institution", "assessor"]
OURS = (
    *("weights.read", "weights.copy", "weights.export", "weights.finetune"),
    *("weights.interpret", "weights.delete", "weights.publish", "asset.host"),
    *("tier.lower", "policy.change"),
)
PREFIXES = ("secret.", "training.", "raid.")
THEIRS = {
    "research.read": {"eval", "programme", "record"},
    "research.write": {"eval"},
    "weights.infer": {"weights", "checkpoint"},
    "interface.call": {"interface"},
    "site.enter": {"room"},
    "measure.attest": {"record"},
    "audit.read": {"record"},
}
CASES = {"report", "case"}
ALWAYS: Data = {
    "assessor": "board",
    "from": "2000-01-01T00:00:00Z",
    "until": "2100-01-01T00:00:00Z",
}
NOW = 1_775_000_000_000_000  # an instant at which the institute is in order

actions = st.sampled_from(sorted(point().actions))
prefixes = st.sampled_from(sorted(ASSET_KINDS))
roles = st.lists(st.sampled_from(sorted(point().roles)), unique=True)


def with_outsider(relation: str, held: Sequence[str], asset: Data) -> Institute:
    """Return an institute with somebody from outside who lacks no proof, and an asset.

    Args:
        relation: of their organisation, which has shown all there is to show.
        held: roles that they have beside that of a researcher.
        asset: what they ask for.
    """
    entity = "gov:out" if relation in STATES else "org:out"
    kinds: list[Data] = [{"kind": "cybersecurity", "level": "SL5"}]
    kinds += [{"kind": "rule-of-law", "score": 100}, {"kind": "freedoms", "score": 100}]
    kinds += [{"kind": "screening"}, {"kind": "agreement"}]
    outsider: Data = {
        "id": "user:out",
        "organisation": entity,
        "roles": sorted({"researcher", *held} - {"service"}),
        "compartments": ["aurora", "raid"],
        "screening": {**ALWAYS, "level": "SL5"},
    }
    evidence = [{**ALWAYS, **kind} for kind in kinds]
    organisation: Data = {"id": entity, "relation": relation, "evidence": evidence}
    documents = [*IN_ORDER, organisation, outsider, asset]
    return {data["id"]: data for data in documents}


def guarded(prefix: str, tier: str) -> Data:
    asset: Data = {"id": f"{prefix}:it", "tier": tier, "content": "restricted"}
    if prefix in {"weights", "checkpoint", "run"}:
        asset["compute"] = {"low": "1e24", "high": "1e24"}
    if prefix in CASES:
        asset["authors"] = ["user:ada"]
    if prefix == "run":
        asset["developer"] = "org:institute"
    return asset


def asked(action: str, prefix: str, place: str) -> AccessRequest:
    present = ("user:ada", "user:grace")
    door = f"point:{place}"
    thing = f"{prefix}:it"
    return AccessRequest("user:out", action, thing, door, FRESH, present=present)


@given(st.sampled_from(OUTSIDE), roles, actions, prefixes, st.booleans())
def test_no_role_and_no_row_takes_an_outsider_above_the_lower_tier_for_what_is_ours(
    relation: str, held: list[str], action: str, prefix: str, third: bool
) -> None:
    tier, place = ("third", "vault") if third else ("upper", "hub")
    documents = with_outsider(relation, held, guarded(prefix, tier))
    facts = facts_of(documents)
    request = asked(action, prefix, place)
    opened = wide_open("three").evaluate(request, facts, NOW, NOTHING_LEFT)
    shipped = point().evaluate(request, facts, NOW, NOTHING_LEFT)
    theirs = prefix in THEIRS.get(action, set())

    if action in OURS or action.startswith(PREFIXES) or prefix in CASES:
        assert not theirs
    assert opened.permitted is (theirs and not third and relation in RISING)
    assert opened.permitted or not shipped.permitted
    codes = {rule.code for rule in opened.floor}
    assert ("floor-outsider" in codes) is not theirs


@given(st.sampled_from(OUTSIDE), roles, actions, st.sampled_from(sorted(CASES)))
def test_no_outsider_reaches_a_case_in_any_tier(
    relation: str, held: list[str], action: str, prefix: str
) -> None:
    documents = with_outsider(relation, held, guarded(prefix, "lower"))
    opened = wide_open("three").evaluate(
        asked(action, prefix, "campus"), facts_of(documents), NOW, NOTHING_LEFT
    )

    assert not opened.permitted
    assert "floor-outsider" in {rule.code for rule in opened.floor}
