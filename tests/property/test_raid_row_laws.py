"""What the desk's tables answer is what a plain reading of its events answers.

Random histories of cases, with need-to-know among them, and random questions.
"""

from collections import Counter
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.clock import format_instant, parse_instant
from ringwall.ledger.asking.raid_rows import RaidQuestion, RaidRows, Visible
from ringwall.model.events import Event
from tests.fault.ledger_simulator import LedgerFile, creation
from tests.raid_records import AT, case_event, need

CASES: Final = [f"case:c-{letter * 10}" for letter in "abcde"]
PEOPLE: Final = ["", "user:ada", "user:grace"]
TEAMS: Final = ["raid-desk", "other"]
INSTANTS: Final = [AT, AT + 1, AT + 500_000, AT + 1_000_000, AT + 10_000_000]
TEXTS: Final = ("team", "lead", "host_due")
ORDERS: Final = ("severity", "-severity", "host_due", "-host_due", "team", "-idx")

_columns = st.fixed_dictionaries(
    {
        "team": st.sampled_from(TEAMS),
        "lead": st.sampled_from(PEOPLE),
        "states": st.sampled_from(["", "DE", "DE FR", "FR IT"]),
        "severity": st.integers(0, 3),
        "host_due": st.sampled_from(["", *map(format_instant, INSTANTS)]),
    }
)
_acts = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(CASES), _columns),
        st.tuples(st.sampled_from(CASES), st.sampled_from(["shut", "unshut"])),
    ),
    max_size=20,
)
_visible = st.builds(
    Visible,
    st.frozensets(st.sampled_from(TEAMS)),
    st.frozensets(st.sampled_from(CASES)),
)
_window = st.one_of(st.none(), st.sampled_from(INSTANTS))
_questions = st.builds(
    RaidQuestion,
    st.just("raid.case"),
    equal=st.fixed_dictionaries(
        {},
        optional={
            "lead": st.sampled_from(PEOPLE),
            "states": st.sampled_from(["DE", "FR", "IT", "D"]),
            "team": st.frozensets(st.sampled_from(TEAMS)),
        },
    ),
    at_least=st.fixed_dictionaries({}, optional={"severity": st.integers(0, 3)}),
    since=_window,
    until=_window,
    instant=st.just("host_due"),
    order=st.lists(st.sampled_from(ORDERS), max_size=3).map(tuple),
    limit=st.one_of(st.none(), st.integers(0, 3)),
    skip=st.integers(0, 2),
    visible=st.one_of(st.none(), _visible),
)

Rows = dict[str, tuple[int, dict[str, Any]]]


def history(acts: list[Any]) -> list[Event]:
    """Return the events of acts; the first one on a case opens it."""
    events: list[Event] = []
    known: set[str] = set()
    for case, what in acts:
        if isinstance(what, str):
            events.append(need(what, case=case))
        else:
            how = ("note", "new") if case in known else ("open", "")
            events.append(case_event(case, *how, **what))
            known.add(case)
    return events


def plain(events: list[Event]) -> tuple[Rows, set[str]]:
    """Return id -> index and card of the latest event, and which cases are shut."""
    rows: Rows = {}
    shut: set[str] = set()
    for index, event in enumerate(events, 1):
        if event["kind"] == "raid.case":
            rows[event["id"]] = index, event["card"]
        elif event["act"] == "shut":
            shut.add(event["case"])
        else:
            shut.discard(event["case"])
    return rows, shut


def fits(case: str, card: dict[str, Any], asked: RaidQuestion, shut: set[str]) -> bool:
    """Return whether a case is asked for, one condition after another."""
    for name, wanted in asked.equal.items():
        if name == "states":
            held = wanted in card[name].split()
        elif isinstance(wanted, frozenset):
            held = card[name] in wanted
        else:
            held = card[name] == wanted
        if not held:
            return False
    if any(card[name] < least for name, least in asked.at_least.items()):
        return False
    return in_window(card["host_due"], asked) and is_open(
        case, card, asked.visible, shut
    )


def in_window(due: str, asked: RaidQuestion) -> bool:
    """Return whether an instant, if there is one, is in the window of a question."""
    if asked.since is None and asked.until is None:
        return True
    first = AT if asked.since is None else asked.since
    end = INSTANTS[-1] + 1 if asked.until is None else asked.until
    return bool(due) and parse_instant(due) in range(first, end)


def is_open(
    case: str, card: dict[str, Any], visible: Visible | None, shut: set[str]
) -> bool:
    """Return whether a case is open to somebody."""
    if visible is None or case in visible.named:
        return True
    return card["team"] in visible.teams and case not in shut


def in_order(found: Rows, order: tuple[str, ...]) -> list[str]:
    """Return ids in an order: sorted by the last column first, the newest before."""
    ids = sorted(found, key=lambda case: -found[case][0])
    for name in reversed(order):
        column, turned = name.removeprefix("-"), name.startswith("-")

        def key(case: str, column: str = column) -> Any:  # noqa: ANN401 - number or text
            index, card = found[case]
            if column == "idx":
                return index
            if column == "host_due" and card[column]:
                return parse_instant(card[column])
            return card[column] if column != "host_due" else 0

        ids.sort(key=key, reverse=turned)
        if column == "host_due":
            ids.sort(key=lambda case: found[case][1]["host_due"] == "")
    return ids


@given(_acts, st.lists(_questions, min_size=1, max_size=6))
def test_a_question_is_answered_as_by_reading_all_events(
    acts: list[Any], questions: list[RaidQuestion]
) -> None:
    events = history(acts)
    latest, shut = plain(events)
    with TemporaryDirectory() as folder:
        file = LedgerFile(Path(folder), (creation(), *events))
        with file.opened(writable=False) as ledger:
            rows = RaidRows(ledger.store)
            for asked in questions:
                wanted = {
                    case: row
                    for case, row in latest.items()
                    if fits(case, row[1], asked, shut)
                }
                ids = in_order(wanted, asked.order)[asked.skip :]
                if asked.limit is not None:
                    ids = ids[: asked.limit]
                found = rows.find(asked)

                assert [card.id for card in found] == ids
                assert [(c.index, c.card) for c in found] == [wanted[i] for i in ids]
                assert rows.count(asked) == len(wanted)
                leads = Counter((card["lead"],) for _, card in wanted.values())
                assert rows.tally(asked, "lead") == leads
