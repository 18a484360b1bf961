"""Laws of quorums: nothing passes without the approvals that the rows demand.

No history lets an action through without approvals that are distinct, eligible and
signed at the moment of use, and each that has them is let through: the product says of
every grant what its slow twin reads off the whole list of events. `make fault` plays
100,000 histories.
"""

from collections import Counter

import pytest
from hypothesis import event, given

from tests.oracle.quorum_rows import seats_in
from tests.property.grant_play import Play, play, shortest
from tests.property.grant_search import ALPHABET, FIRST, search
from tests.property.grant_world import HOUR, SEATED, TEMPLATES
from tests.property.strategies_grants import (
    APPROVAL_FAULTS,
    REQUEST_FAULTS,
    REVIEW_FAULTS,
    USES,
    Approve,
    Close,
    Edit,
    Enforce,
    History,
    Leave,
    Object,
    Open,
    Pass,
    Step,
    Use,
    demands_of,
    histories,
)

COPY, EXPORT, RESEARCH, SECRET, POLICY, GLASS = 1, 2, 3, 4, 5, 6
GRANTED: History = (
    Open(EXPORT),
    Approve(0, "user:bea", "custodian"),
    Approve(0, "user:cal", "custodian"),
    Approve(0, "user:eli", "ciso"),
)
"""What makes a use of the export permitted."""


def outcomes(*steps: Step) -> list[str]:
    """Return how each plain use in a history ends; the twin says the same."""
    told = []
    game = Play()
    for step in steps:
        before = Counter(game.counts.get(kind(step), {}))
        game.step(step)
        if isinstance(step, Use):
            (outcome,) = Counter(game.counts[kind(step)]) - before
            told.append(outcome)
    assert game.wrong == []
    return told


def kind(step: Step) -> str:
    change = step.change if isinstance(step, Use) else ""
    return f"a use, {change}" if change else "a use"


@given(histories())
def test_no_history_lets_through_what_its_twin_does_not_and_none_stops_what_it_does(
    history: History,
) -> None:
    game = play(history)
    for outcome in game.counts.get("a use", {}):
        event(outcome.partition(":")[0])

    assert game.wrong == [], shortest(history)


def test_every_short_history_of_one_request_ends_as_its_twin_says() -> None:
    found = []
    for history, game in search(3):
        assert game.wrong == [], history
        found.append(history)

    assert len(set(found)) == 1 + len(ALPHABET) + len(ALPHABET) ** 2
    # Three have to approve, which takes four steps.
    assert game.counts["a use"]["permitted by two-and-executive"] == 0


def test_among_the_histories_of_five_steps_some_are_let_through() -> None:
    begun = (FIRST, *GRANTED[1:3])
    found = [game.counts["a use"] for _, game in search(4, begun)]

    assert found[-1]["permitted by two-and-executive"] == 1


# --- that the histories have in them what they are about ----------------------


@pytest.mark.parametrize("template", range(len(TEMPLATES)))
def test_each_template_is_permitted_when_all_is_in_order(template: int) -> None:
    asked = TEMPLATES[template]
    for row in demands_of(asked):
        steps: list[Step] = [Open(template, hours=1 if asked.binds == "" else 72)]
        seated: list[str] = []
        for role, count in seats_in(row):
            for _ in range(count):
                free = [p for p in SEATED[role] if p not in {*seated, asked.subject}]
                seated.append(free[0])
                steps.append(Approve(0, free[0], role))
        waited = [Pass(24 * HOUR)] if asked.action == "policy.change" else []
        quorum = row["quorum"]

        assert outcomes(*steps, *waited, Use(0), Use(0)) == [
            f"permitted by {quorum}",
            "denied: grant-spent",
        ]


@pytest.mark.parametrize("missing", [1, 2, 3])
def test_each_approval_is_needed(missing: int) -> None:
    steps = [step for number, step in enumerate(GRANTED) if number != missing]

    assert outcomes(*steps, Use(0)) == ["denied: approval-missing"]


@pytest.mark.parametrize(
    "approval",
    [
        Approve(0, "user:bea", "custodian"),
        Approve(0, "user:bob", "custodian"),
        Approve(0, "user:ann", "custodian"),
        Approve(0, "user:amy", "custodian"),
        Approve(0, "user:gus", "custodian"),
        Approve(0, "user:hal", "custodian"),
        Approve(0, "user:ivy", "custodian"),
        Approve(0, "user:fay", "custodian"),
        Approve(0, "user:cal", "ciso"),
        Approve(0, "user:cal", "custodian-2"),
        *(
            Approve(0, "user:cal", "custodian", fault)
            for fault in APPROVAL_FAULTS
            if fault not in {"of another digest", "moved from another request"}
            and fault not in {"dated later", "dated earlier", "put on record twice"}
            and fault not in {"of documents as they were", "signed with a new key"}
        ),
        Approve(0, "user:cal", "custodian", "signed with a new key"),
    ],
    ids=lambda step: f"{step.approver} as {step.seat} {step.fault}",
)
def test_no_other_approval_stands_in_for_the_second_custodian(
    approval: Approve,
) -> None:
    steps = [approval if number == 2 else step for number, step in enumerate(GRANTED)]

    assert outcomes(*steps, Use(0)) == ["denied: approval-missing"]


@pytest.mark.parametrize("fault", ["of another digest", "moved from another request"])
def test_an_approval_of_one_request_is_none_of_another(fault: str) -> None:
    other = Open(EXPORT, purpose=1)
    moved = Approve(0, "user:cal", "custodian", fault)
    steps = [GRANTED[0], other, GRANTED[1], moved, GRANTED[3]]

    assert outcomes(*steps, Use(0)) == ["denied: approval-missing"]


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (Edit("user:eli", "suspended"), "approval-missing"),
        (Edit("user:eli", "noted"), "approval-missing"),
        (Edit("user:eli", "with a new key"), "approval-missing"),
        (Edit("user:eli", "removed"), "approval-missing"),
        (Edit("weights:big", "noted"), "approval-missing"),
        (Edit("user:ann", "noted"), "approval-missing"),
        (Edit("user:ann", "managed by bea"), "approval-missing"),
        (Edit("user:dot", "account of ann"), "permitted"),
        (Edit("user:hal", "with cal's login"), "permitted"),
        (Edit("org:institute", "suspended"), "site-operator-suspended"),
        (Edit("org:institute", "with a programme"), "approval-missing"),
        (Leave("user:cal"), "approval-missing"),
        (Leave("user:ann"), "denied beside a grant"),
        (Object(0, "user:eli", "grant.revoked"), "grant-revoked"),
        (Object(0, "user:eli", "request.refused"), "request-refused"),
        (Enforce(stricter=True), "approval-missing"),
        (Enforce(stricter=False), "permitted"),
        (Pass(24 * HOUR), "grant-expired"),
        (Pass(24 * HOUR - 1), "permitted"),
        (Pass(-1), "grant-not-yet"),
    ],
)
def test_what_changes_after_the_approvals_counts_at_the_use(
    change: Step, code: str
) -> None:
    (told,) = outcomes(*GRANTED, change, Use(0))

    assert code in told


@pytest.mark.parametrize(
    ("person", "outcome"),
    [
        ("user:dot", "permitted by two-and-executive"),
        ("user:bob", "denied: approval-missing"),  # bea's other account
        ("user:hal", "denied: approval-missing"),  # reports to the requester
        ("user:ann", "denied: approval-missing"),  # the requester
    ],
)
def test_who_turns_out_to_share_the_key_of_an_approver_is_one_person_with_them(
    person: str, outcome: str
) -> None:
    shared = Edit(person, "with cal's key too")

    assert outcomes(*GRANTED, shared, Use(0)) == [outcome]


@pytest.mark.parametrize(
    "change", [Edit("weights:big", "noted"), Edit("user:bea", "suspended")]
)
def test_what_is_changed_back_takes_approvals_anew(change: Edit) -> None:
    back = Edit(change.entity, "restored")
    again = (*GRANTED[1:], Use(0))

    assert outcomes(*GRANTED, change, Use(0), back, Use(0), *again) == [
        "denied: approval-missing",
        "denied: approval-missing",
        "permitted by two-and-executive",
    ]


@pytest.mark.parametrize("fault", REQUEST_FAULTS)
def test_a_request_in_which_something_is_wrong_is_not_used(fault: str) -> None:
    harmless = {"backdated", "opened again", "for more than signed"}
    (told,) = outcomes(Open(EXPORT, fault=fault), *GRANTED[1:], Use(0))

    assert told.startswith("permitted" if fault in harmless else "denied")


def test_a_request_that_is_dated_back_has_waited_since_the_entry_before_it() -> None:
    steps = (
        Open(EXPORT),
        Open(POLICY, hours=48, fault="backdated"),
        Approve(1, "user:fay", "security-officer"),
        Approve(1, "user:fred", "security-officer"),
        Approve(1, "user:joy", "raid-director"),
    )

    assert outcomes(*steps, Use(1), Pass(24 * HOUR), Use(1)) == [
        "denied: approval-missing",
        "permitted by two-and-executive",
    ]


@pytest.mark.parametrize("change", USES)
def test_a_grant_is_for_the_use_that_it_was_asked_for(change: str) -> None:
    same = {"named", "another action", "of another resource", "from the hub"}
    (told,) = outcomes(*GRANTED, Use(0, change))

    assert told.startswith("permitted" if change in same else "denied")


def test_a_change_of_policy_waits_a_day_where_the_record_is_held_high() -> None:
    steps = (
        Open(POLICY, hours=48),
        Approve(0, "user:fay", "security-officer"),
        Approve(0, "user:fred", "security-officer"),
        Approve(0, "user:joy", "raid-director"),
    )

    assert outcomes(
        *steps, Use(0), Use(0, "from the hub"), Pass(24 * HOUR - 1), Use(0)
    ) == [
        "denied: approval-missing",
        "permitted by two-and-executive",
        "denied: grant-spent",
    ]
    assert outcomes(*steps, Pass(24 * HOUR - 1), Use(0), Pass(1), Use(0)) == [
        "denied: approval-missing",
        "permitted by two-and-executive",
    ]


@pytest.mark.parametrize("fault", REVIEW_FAULTS)
def test_broken_glass_is_not_broken_again_before_somebody_else_has_looked(
    fault: str,
) -> None:
    first, again = Open(GLASS, hours=1), Open(GLASS, purpose=1, hours=1)
    wrong = Close(0, "user:fay", fault)

    assert outcomes(
        *(first, Use(0), again, Use(1), wrong, Use(1)),
        *(Close(0, "user:bea"), Use(1), Close(0, "user:fay"), Use(1)),
    ) == [
        "permitted by two",
        "denied: review-open",
        "denied: review-open",
        "denied: review-open",
        "permitted by two",
    ]


@pytest.mark.parametrize(
    ("fault", "code"),
    [
        ("for another institute", "approval-foreign"),
        ("of other documents", "facts-changed"),
        ("for another namespace", "signature-invalid"),
        ("seat changed", "signature-invalid"),
    ],
)
def test_why_an_approval_does_not_count_is_told(fault: str, code: str) -> None:
    game = play((GRANTED[0], Approve(0, "user:cal", "custodian", fault)))

    assert game.counts[f"an approval, {fault}"] == Counter({code: 1})


def test_a_history_that_goes_wrong_is_made_short() -> None:
    found = shortest((Use(0), *GRANTED, Pass(1), Use(0)), lambda h: GRANTED[2] in h)

    assert found == (GRANTED[2],)
