"""The least that rows of a quorum ask for, whoever wrote them."""

import pytest

from ringwall.base.errors import PolicyError
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.pdp.quorum_rows import (
    BREAK_GLASS,
    EXECUTIVES,
    NEVER_ALONE,
    QuorumRow,
    quorum_rows,
)
from ringwall.policy.bundle import parse_bundle
from ringwall.policy.concern import Concern
from tests.unit.pdp.scene import decider, files_of, shipped, small

HEAD = "p, quo-990, "
TAIL = ", 0, allow\n"


def files(*rows: str, model: tuple[str, str] = ("", "")) -> dict[str, bytes]:
    """Return the shipped concern with rows more, and one edit of its model."""
    found = files_of("quorum")
    text = found["model.conf"].decode()
    assert model[0] in text
    found["model.conf"] = text.replace(*model).encode() if model[0] else text.encode()
    found["policy.csv"] += "".join(f"{row}\n" for row in rows).encode()
    return found


def concern(*rows: str, model: tuple[str, str] = ("", "")) -> Concern:
    return parse_bundle({"quorum": files(*rows, model=model)}).concerns["quorum"]


def refusal(*rows: str, model: tuple[str, str] = ("", "")) -> PolicyError:
    with pytest.raises(PolicyError) as caught:
        quorum_rows(concern(*rows, model=model))
    return caught.value


def row(
    quorum: str = "two",
    manner: str = "approved",
    action: str = "raid.brief",
    seats: str = "custodian-1, auditor-1, *",
    limits: str = "72, 1, 0",
) -> str:
    """Return a row for a tier in which nothing shipped is about its action."""
    fields = ["quo-990", quorum, manner, action, "*", "third", "*", seats, limits]
    return f"p, {', '.join(fields)}, allow"


def test_the_shipped_rows_are_read_as_people_read_them() -> None:
    rows = quorum_rows(shipped().concerns["quorum"].concern)
    allowing = [
        rule
        for rule in shipped().concerns["quorum"].concern.rules
        if rule.effect == "allow"
    ]
    export, alone = rows["quo-011"], rows["quo-202"]

    assert list(rows) == [rule.id for rule in allowing]
    assert isinstance(export, QuorumRow)
    assert export.seats == (("custodian", 2), ("ciso", 1))
    assert (export.hours, export.uses, export.waited) == (72, 1, 0)
    assert export.text["action"] == "weights.export"
    assert (export.alone, alone.alone) == (False, True)
    assert alone.text["manner"] == BREAK_GLASS
    assert rows["quo-034"].uses is None
    assert rows["quo-121"].waited == 24


@pytest.mark.parametrize(
    "added",
    [
        row(),
        row(seats="custodian-2, *, *"),
        row(seats="*, custodian-3, *"),
        row("two-and-executive", seats="custodian-2, *, ciso-1"),
        row("two-and-executive", seats="raid-director-3, *, *"),
        row(manner="break-glass", seats="*, *, *", limits="24, 1, 0"),
        row(manner="break-glass", action="weights.infer", limits="1, 1, 0"),
    ],
)
def test_a_row_that_asks_for_enough_is_taken(added: str) -> None:
    assert "quo-990" in quorum_rows(concern(added))


@pytest.mark.parametrize(
    ("added", "code"),
    [
        (row("none"), "quorum-none"),
        (row(seats="*, *, *"), "seats-too-few"),
        (row(seats="ciso-1, *, *"), "seats-too-few"),
        (row("two-and-executive", seats="ciso-1, custodian-1, *"), "seats-too-few"),
        (row("two-and-executive", seats="custodian-3, *, *"), "executive-missing"),
        (
            row("two-and-executive", seats="custodian-1, auditor-1, evaluator-1"),
            "executive-missing",
        ),
        (row(seats="custodian-1, custodian-2, *"), "seat-twice"),
        (row(seats="custodian-2, auditor-1, custodian-2"), "seat-twice"),
        (row(manner="break-glass", limits="25, 1, 0"), "glass-unlimited"),
        (row(manner="break-glass", limits="1, 2, 0"), "glass-unlimited"),
        (row(manner="break-glass", limits="1, *, 0"), "glass-unlimited"),
    ],
)
def test_a_row_that_asks_for_too_little_is_refused_by_its_line(
    added: str, code: str
) -> None:
    error = refusal(added)
    (fault,) = error.faults
    lines = files(added)["policy.csv"].decode().splitlines()

    assert error.code == "quorum-too-weak"
    assert error.next_step
    assert fault.code == code
    assert lines[fault.line - 1] == added
    assert fault.file == "quorum/policy.csv"
    with pytest.raises(PolicyError) as caught:
        small(quorum=files(added))
    assert caught.value.code == "quorum-too-weak"


@pytest.mark.parametrize("action", sorted(NEVER_ALONE))
def test_no_row_breaks_the_glass_for_what_nobody_can_call_back(action: str) -> None:
    error = refusal(row(manner="break-glass", action=action, limits="1, 1, 0"))

    assert [fault.code for fault in error.faults] == ["glass-forbidden"]
    assert action in decider().actions


def test_no_row_breaks_the_glass_for_every_action() -> None:
    opened = (
        ("p.action = quorum_action\n", "p.action = quorum_action, open\n"),
        ("r.action == p.action", '(p.action == "*" || r.action == p.action)'),
    )
    model = files()["model.conf"].decode()
    for old, new in opened:
        model = model.replace(old, new)
    rows = files(row(manner="break-glass", action="*", limits="1, 1, 0"))
    edited = {**rows, "model.conf": model.encode()}
    with pytest.raises(PolicyError) as caught:
        quorum_rows(parse_bundle({"quorum": edited}).concerns["quorum"])

    last = max(caught.value.faults, key=lambda fault: fault.line)
    assert last.code == "glass-forbidden"
    assert "`*`" in last.message


def test_all_faults_are_named_at_once_in_file_order() -> None:
    error = refusal(
        row(seats="*, *, *"),
        row("none", seats="custodian-1, custodian-1, *").replace("990", "991"),
    )

    assert [fault.code for fault in error.faults] == [
        *("seats-too-few", "seat-twice", "quorum-none"),
    ]
    assert [fault.line for fault in error.faults] == sorted(
        fault.line for fault in error.faults
    )


@pytest.mark.parametrize(
    "link",
    [
        "g, ciso-1, security-officer-1",
        "g, ciso-2, security-officer-1",
        "g, auditor-1, ciso-3",
    ],
)
def test_one_person_is_never_made_to_fill_the_seats_of_two_roles(link: str) -> None:
    error = refusal(link)

    assert [fault.code for fault in error.faults] == ["seat-joined"]
    lines = files(link)["policy.csv"].decode().splitlines()
    assert lines[error.faults[0].line - 1] == link


def test_fewer_people_never_count_as_more() -> None:
    found = files_of("quorum")
    text = found["policy.csv"].decode()
    lowered = text.replace("g, ciso-3, ciso-2", "g, ciso-2, ciso-3")
    found["policy.csv"] = lowered.encode()
    with pytest.raises(PolicyError) as caught:
        quorum_rows(parse_bundle({"quorum": found}).concerns["quorum"])

    assert [fault.code for fault in caught.value.faults] == ["seat-joined"]


@pytest.mark.parametrize("word", ["custodian", "custodian-4", "custodian-0", "two-12"])
def test_a_seat_says_how_many_of_which_role(word: str) -> None:
    edit = ("seat = custodian-1", f"seat = {word}, custodian-1")
    links = f"g, custodian-3, {word}"
    error = refusal(links, model=edit)

    assert [fault.code for fault in error.faults] == ["seat-malformed"]
    assert word in error.faults[0].message
    assert error.faults[0].file == "quorum/model.conf"


HIGHER = row("two-and-executive", seats="ciso-1, custodian-1, auditor-1").replace(
    "quo-990", "quo-991"
)


@pytest.mark.parametrize(
    "lower",
    [
        row(seats="evaluator-2, *, *"),
        row(seats="ciso-1, custodian-1, evaluator-1"),
        row(seats="ciso-2, *, *"),
        row(seats="ciso-1, custodian-1, *", limits="71, 1, 0"),
        row(seats="ciso-1, custodian-1, *", limits="72, 1, 1"),
        row(seats="ciso-1, custodian-1, *").replace(
            "raid.brief, *,", "raid.brief, room,"
        ),
    ],
)
def test_a_higher_quorum_is_not_reached_where_a_lower_one_is_not(lower: str) -> None:
    error = refusal(lower, HIGHER)

    assert [fault.code for fault in error.faults] == ["quorum-uneven"]
    assert "quo-990" in error.faults[0].message


@pytest.mark.parametrize(
    "lower",
    [
        row(seats="ciso-1, custodian-1, *"),
        row(seats="ciso-1, *, auditor-1"),
        row(seats="ciso-1, custodian-1, auditor-1", limits="73, *, 0"),
        # About something else.
        row(seats="evaluator-2, *, *").replace("third", "upper"),
        row(seats="evaluator-2, *, *", action="weights.infer"),
        row(manner="break-glass", limits="1, 1, 0"),
    ],
)
def test_a_higher_quorum_that_implies_the_lower_one_is_taken(lower: str) -> None:
    assert {"quo-990", "quo-991"} <= quorum_rows(concern(lower, HIGHER)).keys()


@pytest.mark.parametrize(
    "edit",
    [
        ("p.hours = number\n", "p.hours = number, open\n"),
        ("p.waited = number\n", "p.waited = number, open\n"),
    ],
)
def test_no_row_leaves_open_how_long_a_grant_holds_or_waits(
    edit: tuple[str, str],
) -> None:
    name = edit[0][2:].split(" ", maxsplit=1)[0]
    compare = (
        f"at_most(r.grant.{name}" if name == "hours" else f"at_least(r.grant.{name}"
    )
    text = files()["model.conf"].decode().replace(*edit)
    text = text.replace(
        f"&& {compare}, p.{name})", f'&& (p.{name} == "*" || {compare}, p.{name}))'
    )
    found = {**files(), "model.conf": text.encode()}
    with pytest.raises(PolicyError) as caught:
        quorum_rows(parse_bundle({"quorum": found}).concerns["quorum"])

    assert caught.value.code == "concern-incomplete"
    assert f"`{name}`" in caught.value.message


def test_a_concern_without_the_columns_is_no_quorum() -> None:
    with pytest.raises(PolicyError) as caught:
        quorum_rows(shipped().concerns["training"].concern)

    assert caught.value.code == "concern-incomplete"
    assert "`quorum`" in caught.value.message
    assert caught.value.next_step


def test_a_column_of_words_where_numbers_belong_is_a_mistake_of_the_program() -> None:
    """Binding the facts comes first, so no policy gets here."""
    text = files()["model.conf"].decode()
    for old, new in (
        ("r.grant.hours = number", "r.grant.hours = id"),
        ("p.hours = number", "p.hours = id"),
        ("at_most(r.grant.hours, p.hours)", "r.grant.hours == p.hours"),
    ):
        text = text.replace(old, new)
    found = {**files(), "model.conf": text.encode()}
    odd = parse_bundle({"quorum": found})

    with pytest.raises(TypeError):
        quorum_rows(odd.concerns["quorum"])
    with pytest.raises(PolicyError) as caught:
        small(quorum=found)
    assert caught.value.code == "facts-differ"


def test_executives_are_roles_that_the_policy_knows() -> None:
    assert decider().roles >= EXECUTIVES
    assert isinstance(small(), DecisionPoint)
