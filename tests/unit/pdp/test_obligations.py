"""What permits oblige to under the shipped rows, and when that can't be told."""

from dataclasses import replace

import pytest

from ringwall.base.errors import PolicyError
from ringwall.model.ids import ASSET_KINDS
from ringwall.model.tiers import Tier
from ringwall.pdp.obligations import (
    OBLIGATION_UNKNOWN,
    KeptAsset,
    ObligationQuestion,
    Obligations,
)
from ringwall.policy.bundle import compile_bundle, parse_bundle
from ringwall.policy.compiler import CompiledConcern
from ringwall.policy.outcome import Outcome
from ringwall.policy.reference import ReferenceConcern
from tests.unit.pdp.approvals import about
from tests.unit.pdp.scene import decider, files_of, shipped, small

WORDS = {"record-purpose", "byte-budget", "watermark", "notify", "four-eyes"}
EVERYTHING = tuple(sorted(WORDS))


def compiled(files: dict[str, bytes]) -> CompiledConcern:
    return compile_bundle(parse_bundle({"obligation": files})).concerns["obligation"]


def edited(*changes: tuple[str, str], rows: str = "") -> dict[str, bytes]:
    files = files_of("obligation")
    text = files["model.conf"].decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return {
        "model.conf": text.encode(),
        "policy.csv": files["policy.csv"] + rows.encode(),
    }


@pytest.mark.parametrize(
    ("action", "kind", "tier", "obligations"),
    [
        ("weights.infer", "model-weights", Tier.UPPER, ()),
        ("weights.read", "checkpoint", Tier.UPPER, ()),
        ("research.read", "dataset", Tier.LOWER, ()),
        (
            "weights.copy",
            "model-weights",
            Tier.LOWER,
            ("notify", "record-purpose", "watermark"),
        ),
        (
            "weights.copy",
            "model-weights",
            Tier.UPPER,
            ("four-eyes", "notify", "record-purpose", "watermark"),
        ),
        ("weights.export", "checkpoint", Tier.UPPER, EVERYTHING),
        ("policy.change", "security-record", Tier.UPPER, ("notify", "record-purpose")),
        (
            "offer.licence",
            "model-weights",
            Tier.LOWER,
            ("record-purpose", "watermark"),
        ),
        ("offer.licence", "interface", Tier.LOWER, ("record-purpose",)),
        (
            "secret.read",
            "algorithmic-secret",
            Tier.THIRD,
            ("four-eyes", "notify", "record-purpose"),
        ),
        ("weights.infer", "model-weights", Tier.THIRD, EVERYTHING),
    ],
)
def test_a_permit_obliges_to_what_its_rows_put_on_it(
    action: str, kind: str, tier: Tier, obligations: tuple[str, ...]
) -> None:
    situation = about(action, kind, tier)

    assert decider().obligations_of(situation) == obligations
    assert decider().obligations_of(situation) is decider().obligations_of(situation)


def test_nobody_is_obliged_where_nobody_needs_an_approval() -> None:
    """What works without a quorum goes on working without more being done."""
    access = shipped().concerns["access"].concern
    at = {c.name: n for n, c in enumerate(access.schema.columns)}
    seen = 0
    for rule in access.rules:
        if rule.effect == "allow" and rule.text[at["quorum"]] == "none":
            kind, tier = rule.text[at["kind"]], Tier.parse(rule.text[at["tier"]])
            kind = "checkpoint" if kind == "*" else kind
            found = decider().obligations_of(about(rule.text[at["action"]], kind, tier))
            of_raid = {"raid.release", "raid.brief"}

            assert not found or rule.text[at["action"]] in of_raid
            seen += 1
    assert seen > 80


def test_the_words_are_the_five_that_there_are() -> None:
    found = {
        word
        for action in decider().actions
        for kind in ASSET_KINDS.values()
        for tier in Tier
        for word in decider().obligations_of(about(action, kind, tier))
    }

    assert found == WORDS
    assert OBLIGATION_UNKNOWN not in WORDS


def test_stock_casbin_puts_the_same_on_every_permit() -> None:
    referee = ReferenceConcern(shipped().concerns["obligation"].concern)
    for action in ("weights.export", "weights.read", "policy.change"):
        for tier in Tier:
            for kind in ("model-weights", "security-record"):
                asset = KeptAsset(kind, tier)
                put = tuple(
                    word
                    for word in EVERYTHING
                    if referee.decide(ObligationQuestion(asset, action, word)).permitted
                )
                assert decider().obligations_of(about(action, kind, tier)) == put


@pytest.mark.parametrize(
    ("action", "kind"),
    [("weights.steal", "model-weights"), ("weights.read", "spaceship")],
)
def test_what_can_not_be_evaluated_obliges_to_what_nobody_knows(
    action: str, kind: str
) -> None:
    assert decider().obligations_of(about(action, kind)) == (OBLIGATION_UNKNOWN,)


def test_an_action_that_the_rows_leave_out_is_denied_by_what_nobody_knows() -> None:
    """Left out of the vocabulary, not only out of the rows."""
    files = edited((", raid.direct\n", "\n"))
    lacking = small(obligation=files)

    direct = about("raid.direct", "raid-case")
    assert lacking.obligations_of(direct) == ("obligation-unknown",)
    assert decider().obligations_of(direct) == ()
    assert lacking.obligations_of(about("weights.read")) == ()


def test_no_row_takes_an_obligation_off() -> None:
    row = "p, obl-990, weights.copy, *, upper, notify, deny\n"
    with pytest.raises(PolicyError) as caught:
        small(obligation=edited(rows=row))

    (fault,) = caught.value.faults
    assert caught.value.code == "obligation-lifted"
    assert "obl-990" in caught.value.message
    assert caught.value.next_step
    assert fault.code == "obligation-lifted"
    assert fault.line == len(edited(rows=row)["policy.csv"].splitlines())


def test_a_word_of_the_institutes_own_is_passed_on() -> None:
    files = edited(
        ("obligation = record-purpose", "obligation = escort, record-purpose"),
        rows="p, obl-990, site.enter, room, *, escort, allow\n",
    )
    own = small(obligation=files)

    assert own.obligations_of(about("site.enter", "room")) == ("escort",)


def test_an_obligation_hangs_on_nothing_that_is_not_remembered() -> None:
    files = edited(
        ("r.asset.kind == p.kind", "r.asset.content == p.kind"),
        ("r.asset.kind = kind", "r.asset.content = kind"),
    )
    with pytest.raises(PolicyError) as caught:
        Obligations(compiled(files))

    assert caught.value.code == "facts-differ"


@pytest.mark.parametrize("tier", Tier)
def test_a_question_that_raises_is_denied_by_what_nobody_knows(tier: Tier) -> None:
    """A row of the institute's own that reads what is no word."""

    def decide(_: object) -> Outcome:
        return Outcome(permitted=False, rules=(), error="TypeError: why")

    broken = replace(shipped().concerns["obligation"], decide=decide)
    asked = Obligations(broken)

    assert asked.of(about("weights.read", tier=tier)) == (OBLIGATION_UNKNOWN,)


def test_a_concern_that_asks_for_no_obligation_is_refused() -> None:
    files = edited(
        (" && r.obligation == p.obligation", " && r.action == p.obligation"),
        ("r = asset, action, obligation", "r = asset, action"),
        ("r.obligation = obligation\n", ""),
        ("p.obligation = obligation", "p.obligation = action"),
        (
            "\nobligation = record-purpose, byte-budget, watermark, notify, four-eyes",
            "",
        ),
    )
    files["policy.csv"] = b"p, obl-001, *, *, *, weights.read, allow\n"
    with pytest.raises(PolicyError) as caught:
        Obligations(compiled(files))

    assert caught.value.code == "concern-incomplete"
