"""Questions to the desk's tables: only columns that there are, only open cases."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Connection

from ringwall.ledger.asking.raid_questions import RaidQuestion, Visible, statement_of
from ringwall.model.raid_events import CARDS
from tests.fault.ledger_simulator import LedgerFile, creation
from tests.raid_records import AT, CASE, RAID, case_event, need

OTHER, THIRD, LAST = "case:c-bbbbbbbbbb", "case:c-cccccccccc", "case:c-dddddddddd"
TEAM = Visible(frozenset({"raid-desk"}), frozenset())


@pytest.fixture(scope="module")
def connection(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Connection]:
    """Return a ledger with four cases: one of another team, one shut, one again not."""
    events = (
        creation(),
        *RAID,
        case_event(OTHER, team="other", opened="2027-01-15T08:00:00Z"),
        case_event(THIRD, opened="2027-01-15T08:00:00.5Z"),
        case_event(LAST, opened="2027-01-15T08:00:01Z", lead="user:hedy"),
        need("shut", case=THIRD),
        need("shut", case=LAST),
        need("admit", "user:ada", case=THIRD),
        need("unshut", case=LAST),
    )
    file = LedgerFile(tmp_path_factory.mktemp("log"), events)
    with file.opened() as ledger, ledger.store.reading() as opened:
        yield opened


def asked(connection: Connection, question: RaidQuestion) -> list[str]:
    """Return the ids that a question comes to, in its order."""
    sql, values = statement_of(connection, question).ordered(question)
    rows = connection.exec_driver_sql(f"SELECT id {sql}", tuple(values))
    return [name for (name,) in rows]


def cases(**terms: object) -> RaidQuestion:
    return RaidQuestion("raid.case", order=("idx",), **terms)  # type: ignore[arg-type]  # as each test gives them


@pytest.mark.parametrize(
    "terms",
    [
        {"equal": {"severity; DROP TABLE raid": 3}},
        {"at_least": {"other": 3}},
        {"order": ("-other",)},
        {"order": ("--idx",)},
        {"instant": "other"},
        {"kind": "raid.report", "equal": {"lead": "user:ada"}},
    ],
)
def test_what_is_no_column_is_refused(terms: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="has no column"):
        RaidQuestion(**{"kind": "raid.case", **terms})  # type: ignore[arg-type]  # as each test gives them


def test_what_is_no_kind_and_what_holds_no_instant_is_refused() -> None:
    with pytest.raises(KeyError):
        RaidQuestion("raid.need")
    with pytest.raises(ValueError, match="`state` holds no instant"):
        RaidQuestion("raid.case", instant="state")


@pytest.mark.parametrize("kind", CARDS)
def test_each_kind_is_asked_in_its_own_table(connection: Connection, kind: str) -> None:
    question = RaidQuestion(kind, equal={"idx": frozenset(range(1, len(RAID) + 1))})

    [name] = asked(connection, question)
    assert name in {event["id"] for event in RAID if event["kind"] == kind}


def test_a_case_is_open_to_its_team_unless_it_is_shut(connection: Connection) -> None:
    assert asked(connection, cases()) == [CASE, OTHER, THIRD, LAST]
    assert asked(connection, cases(visible=TEAM)) == [CASE, LAST]


def test_a_case_is_open_to_whoever_is_named(connection: Connection) -> None:
    named = Visible(frozenset({"none"}), frozenset({THIRD, "case:c-none"}))

    assert asked(connection, cases(visible=named)) == [THIRD]
    nobody = Visible(frozenset(), frozenset())
    assert asked(connection, cases(visible=nobody)) == []


@pytest.mark.parametrize("kind", ["raid.link", "raid.clock", "raid.handover"])
def test_what_belongs_to_a_case_is_open_as_that_is(
    connection: Connection, kind: str
) -> None:
    [name] = asked(connection, RaidQuestion(kind))

    for visible in (TEAM, Visible(frozenset(), frozenset({CASE}))):
        assert asked(connection, RaidQuestion(kind, visible=visible)) == [name]
    other = Visible(frozenset({"other"}), frozenset({OTHER}))
    assert asked(connection, RaidQuestion(kind, visible=other)) == []


@pytest.mark.parametrize("kind", ["raid.report", "raid.desk"])
def test_what_belongs_to_no_case_is_open_to_the_desk(
    connection: Connection, kind: str
) -> None:
    nobody = Visible(frozenset(), frozenset())

    assert len(asked(connection, RaidQuestion(kind, visible=nobody))) == 1


def test_a_value_is_one_or_one_of_several(connection: Connection) -> None:
    assert asked(connection, cases(equal={"team": "other"})) == [OTHER]
    several = frozenset({"other", "raid-desk"})
    assert len(asked(connection, cases(equal={"team": several}))) == 4
    assert asked(connection, cases(equal={"team": frozenset()})) == []
    assert asked(connection, cases(equal={"severity": 1})) == []
    assert asked(connection, cases(at_least={"severity": 0, "idx": 8})) == [
        *(OTHER, THIRD, LAST)
    ]


def test_of_several_codes_in_one_text_one_is_asked_for(connection: Connection) -> None:
    for states in ("DE", "FR", frozenset({"FR", "IT"})):
        assert asked(connection, cases(equal={"states": states})) == [CASE]
    for states in ("D", "DE FR X", "", frozenset()):
        assert CASE not in asked(connection, cases(equal={"states": states}))


def test_people_are_asked_for_by_their_ids(connection: Connection) -> None:
    assert asked(connection, cases(equal={"lead": "user:grace"})) == [CASE]
    assert asked(connection, cases(equal={"lead": "user:hedy"})) == [LAST]
    assert asked(connection, cases(equal={"authors": "user:grace"})) == [CASE]
    assert asked(connection, cases(equal={"lead": "user:nobody"})) == []
    [(token,)] = connection.exec_driver_sql(
        "SELECT lead FROM raid_case WHERE id = ?", (LAST,)
    )
    assert asked(connection, cases(equal={"lead": token})) == [LAST]


def test_a_window_holds_its_first_instant_and_not_its_last(
    connection: Connection,
) -> None:
    half = AT + 500_000
    window = {"instant": "opened", "since": AT, "until": half}

    assert asked(connection, cases(**window)) == [OTHER]
    assert asked(connection, cases(instant="opened", since=half)) == [THIRD, LAST]
    assert asked(connection, cases(instant="opened", until=AT + 1)) == [OTHER]
    assert asked(connection, cases(since=AT)) == [CASE, OTHER, THIRD, LAST]


@pytest.mark.parametrize(
    ("order", "wanted"),
    [
        (("opened",), [OTHER, THIRD, LAST, CASE]),
        (("-opened",), [LAST, THIRD, OTHER, CASE]),
        (("-team", "idx"), [CASE, THIRD, LAST, OTHER]),
        (("-idx",), [LAST, THIRD, OTHER, CASE]),
        (("severity",), [LAST, THIRD, OTHER, CASE]),
        ((), [LAST, THIRD, OTHER, CASE]),
    ],
)
def test_rows_come_in_the_order_asked_for(
    connection: Connection, order: tuple[str, ...], wanted: list[str]
) -> None:
    assert asked(connection, RaidQuestion("raid.case", order=order)) == wanted


def test_a_page_is_a_part_of_them(connection: Connection) -> None:
    assert asked(connection, cases(limit=2)) == [CASE, OTHER]
    assert asked(connection, cases(limit=2, skip=1)) == [OTHER, THIRD]
    assert asked(connection, cases(skip=3)) == [LAST]
    assert asked(connection, cases(limit=0)) == []
