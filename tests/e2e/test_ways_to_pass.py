"""What would turn a deny, in the words of whoever can do something about it."""

from dataclasses import replace

import pytest

from ringwall.cli.answers import answer_of, redacted_answer_of, show_answer
from ringwall.cli.ways_to_pass import ways_to_pass
from ringwall.model.decisions import Change, Decision, Effect, Reason, Stage, Verdict
from ringwall.model.requests import AccessRequest
from tests.example import NOON

QUESTION = AccessRequest("user:ada", "weights.read", "weights:aurora-2", "point:x")


def shown(capsys: pytest.CaptureFixture[str], verdict: Verdict) -> list[str]:
    """Return the lines that say what would turn an answer."""
    show_answer(answer_of(Decision("dec-1", NOON, QUESTION, verdict, None, 0, "")))
    lines = " ".join(capsys.readouterr().out.split("to pass")[1:]).split("record ")[0]
    return [line.strip() for line in lines.splitlines() if line.strip()]


def deny(*codes: str, stage: Stage = Stage.ACCESS) -> Verdict:
    reasons = tuple(Reason(stage, code, "why") for code in codes)
    return Verdict(Effect.DENY, reasons=reasons)


@pytest.mark.parametrize(
    ("changes", "lines"),
    [
        (
            (
                Change("subject.roles", "none", "custodian"),
                Change("session.authentication", "mfa", "hardware or higher"),
            ),
            ["hold the role: custodian", "prove the session with hardware or higher"],
        ),
        (
            (Change("organisation.suspended", "true", "false"),),
            ["have the suspension of the organisation lifted"],
        ),
        (
            (
                Change("site.cluster", "unregistered", "registered or higher"),
                Change("site.weights", "SL1", "SL3 or higher"),
                Change("session.present", "0", "1 or more"),
                Change("point.interface", "certified", "isolated"),
            ),
            [
                "ask through a point at a site attested SL3 or higher for weights",
                "have the cluster made registered or higher",
                "have other screened people there: 1 or more",
                "ask through a point whose interface is isolated",
            ],
        ),
        (
            (
                Change("amount.hour", "400001", "400000 or less"),
                Change("amount.copies", "4", "3 or less"),
            ),
            [
                "let less leave through this point in an hour (bytes): 400000 or less",
                "make no more copies: 3 or less in all",
            ],
        ),
        (
            (
                Change("site.network", "SL1", "SL3 or higher"),
                Change("site.personnel", "SL3", "SL4 or higher"),
                Change("operator.personnel", "SL3", "SL4-FM-3, SL4-AT-1"),
            ),
            [
                "ask through a point at a site attested SL3 or higher for network",
                "have measures of all of the site's operator attested: SL4-FM-3,",
                (
                    "SL4-AT-1 (none of its sites goes beyond SL3 for personnel without "
                    "them)"
                ),
            ],
        ),
        (
            (
                Change("site.personnel", "SL3", "SL4 or higher"),
                Change("operator.personnel", "SL3", "SL4-FM-3"),
            ),
            [
                (
                    "have measures of all of the site's operator attested: "
                    "SL4-FM-3 (none of"
                ),
                "its sites goes beyond SL3 for personnel without them)",
            ],
        ),
        (
            (
                Change("amount.hour", "1e60", "400000 or less"),
                Change("amount.share", "1e60", "10000 or less"),
            ),
            ["say how many bytes are to leave: --bytes"],
        ),
        (
            (Change("subject.personnel", "SL3", "SL4 or higher"),),
            [
                "have the person stand at SL4 or higher: `ringwall people due` tells",
                "what screening, training, test or review they lack",
            ],
        ),
        (
            (Change("asset.content", "raid", "open"),),
            ["have `asset.content` changed to open"],
        ),
        (
            tuple(
                Change(f"site.{domain}", "SL1", "SL3 or higher")
                for domain in ("weights", "network", "assurance", "detection")
            ),
            ["ask through a point at a site attested SL3 or higher"],
        ),
        (
            (
                Change("grant.quorum", "none", "two or higher"),
                Change("site.weights", "SL1", "SL3 or higher"),
                Change("site.detection", "SL1", "SL3 or higher"),
                Change("site.personnel", "SL1", "SL4 or higher"),
            ),
            [
                "ask through a point at a site attested SL3 or higher for weights and",
                "detection, SL4 or higher for personnel",
                "have it approved: two or higher (`ringwall request new`)",
            ],
        ),
    ],
)
def test_what_turns_an_answer_is_said_as_an_officer_says_it(
    capsys: pytest.CaptureFixture[str], changes: tuple[Change, ...], lines: list[str]
) -> None:
    verdict = replace(deny("no-role"), change=changes)

    assert shown(capsys, verdict) == lines


@pytest.mark.parametrize(
    ("verdict", "lines"),
    [
        (deny("kind-not-covered"), ["nothing turns it: no row covers this"]),
        (
            deny("scenario-not-covered", stage=Stage.RELEASE),
            ["nothing turns it: no row covers this"],
        ),
        (
            deny("own-work", stage=Stage.RAID_CASES),
            ["no change is known that turns it"],
        ),
        (
            deny("derivation-broken", stage=Stage.FACTS),
            ["declare what the asset derives from, all of it in a tier"],
        ),
        (
            deny("floor-enforcing", stage=Stage.FLOOR),
            ["nothing turns it: the floor forbids it"],
        ),
        (deny("no-role"), ["no change is known that turns it"]),
        (
            deny("floor-site", "floor-service", stage=Stage.FLOOR),
            ["nothing turns it: the floor forbids it"],
        ),
        (
            deny("unknown-subject", stage=Stage.FACTS),
            ["declare the subject with `ringwall apply`"],
        ),
        (deny("unknown-operator", stage=Stage.FACTS), []),
        (deny("rule-error"), []),
        (deny("policy-unavailable", stage=Stage.POLICY), []),
    ],
)
def test_where_nothing_turns_an_answer_that_is_said(
    capsys: pytest.CaptureFixture[str], verdict: Verdict, lines: list[str]
) -> None:
    assert shown(capsys, verdict) == lines


def decided(*reasons: Reason, changes: tuple[Change, ...] = ()) -> Decision:
    """Return a deny with these reasons."""
    verdict = Verdict(Effect.DENY, reasons=reasons, change=changes)
    return Decision("dec-1", NOON, QUESTION, verdict, None, 0, "")


@pytest.mark.parametrize(
    ("stage", "code", "words"),
    [
        (Stage.IDENTITY, "identity-unproven", "--key, --session or --token"),
        (Stage.IDENTITY, "point-unproven", "`keys/points/` of the institute"),
        (Stage.IDENTITY, "identity-ended", "sign in anew"),
        (Stage.IDENTITY, "identity-other-point", "sign in at this point"),
        (Stage.RATE, "person-rate-exceeded", "ask again later"),
        (Stage.BUDGET, "budget-exceeded", "ask for less"),
        (Stage.BUDGET, "amount-not-stated", "--bytes"),
        (Stage.OBLIGATION, "purpose-missing", "--purpose"),
        (Stage.OBLIGATION, "obligation-unsupported", "--handles"),
        (Stage.GRANT, "grant-unknown", "`ringwall request ls`"),
        (Stage.GRANT, "purpose-differs", "give the request's own purpose"),
        (Stage.POLICY, "policy-not-activated", "`ringwall policy restore`"),
        (Stage.POLICY, "policy-not-activated", "`ringwall policy activate`"),
        (Stage.GRANT, "grant-spent", "`ringwall request new`"),
    ],
)
def test_what_no_policy_said_has_its_way_out_too(
    stage: Stage, code: str, words: str
) -> None:
    (way,) = ways_to_pass(answer_of(decided(Reason(stage, code, "why"))))

    assert words in way


@pytest.mark.parametrize(
    ("stage", "code"),
    [(Stage.IDENTITY, "identity-unproven"), (Stage.GRANT, "binds-differ")],
)
def test_a_command_has_its_own_words_for_what_no_policy_said(
    stage: Stage, code: str
) -> None:
    answer = answer_of(decided(Reason(stage, code, "why")))

    assert ways_to_pass(answer, {code: "do it otherwise"}) == ["do it otherwise"]
    assert ways_to_pass(answer, {"other": "no"}) == ways_to_pass(answer)


def test_a_command_has_its_own_words_for_a_fact() -> None:
    changes = (Change("grant.quorum", "none", "two or higher"),)
    answer = answer_of(decided(Reason(Stage.ACCESS, "no-role", "w"), changes=changes))

    assert ways_to_pass(answer, {"grant.quorum": "get {needed}"}) == [
        "get two or higher"
    ]


def test_each_thing_to_be_done_is_said_once_in_the_order_of_the_reasons() -> None:
    codes = ("point-unproven", "identity-ended", "identity-expired")
    answer = answer_of(decided(*(Reason(Stage.IDENTITY, c, "why") for c in codes)))

    first, second = ways_to_pass(answer)
    assert "keys/points" in first
    assert second == "sign in anew"


def test_where_a_grant_is_at_hand_it_is_told_what_that_lacks() -> None:
    changes = (
        Change("session.authentication", "mfa", "hardware or higher"),
        Change("grant.quorum", "none", "two or higher"),
    )
    reasons = (
        Reason(Stage.ACCESS, "approval-missing", "why"),
        Reason(Stage.GRANT, "approval-missing", "why"),
    )

    assert ways_to_pass(answer_of(decided(*reasons, changes=changes))) == [
        "prove the session with hardware or higher",
        "see who has to approve it: `ringwall request show`",
    ]


@pytest.mark.parametrize(
    ("stage", "code", "words"),
    [
        (Stage.IDENTITY, "identity-unproven", "show who you are"),
        (Stage.OBLIGATION, "amount-not-stated", "say how many bytes"),
        (Stage.BUDGET, "budget-exceeded", "ask for less, or again later"),
        (Stage.RATE, "point-rate-exceeded", "ask again later"),
    ],
)
def test_a_caller_is_told_what_is_theirs_to_do(
    stage: Stage, code: str, words: str
) -> None:
    (way,) = ways_to_pass(redacted_answer_of(decided(Reason(stage, code, "why"))))

    assert way.startswith(words)


def test_what_is_known_to_be_too_much_is_not_asked_for_again() -> None:
    assert ways_of_stated(Change("amount.share", "20000", "10000 or less")) == [
        "let less of the asset leave in a year (ppm): 10000 or less"
    ]
    assert ways_of_stated(Change("amount.month", "1e60", "10000 or less")) == [
        "let this subject take less in 30 days (bytes): 10000 or less"
    ]


def test_where_no_share_is_known_the_weights_file_is_to_be_registered() -> None:
    assert ways_of_stated(Change("amount.share", "1e60", "10000 or less")) == [
        (
            "register the weights file of the asset (`file:` with its size, by "
            "`ringwall apply`): no share of it is known without"
        )
    ]


def ways_of_stated(change: Change) -> list[str]:
    """Return what would turn a deny of so many bytes, which were stated."""
    reason = Reason(Stage.FLOW, "share-exceeded", "why")
    decision = decided(reason, changes=(change,))
    stated = replace(decision, request=replace(QUESTION, amount=0))
    return ways_to_pass(answer_of(stated))
