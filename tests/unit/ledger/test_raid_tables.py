"""The tables of the incident desk: what its cards have, and ways to what is asked."""

from sqlalchemy import Integer, MetaData, Text

from ringwall.ledger.raid_tables import (
    JOURNAL,
    PARTING,
    SHUTTING,
    card_table_name,
    card_tables,
    journal_table,
)
from ringwall.ledger.rebuild import scratch_database
from ringwall.ledger.schema import PROJECTIONS, RAID, RAID_CARDS
from ringwall.model.raid_events import CARDS

TYPES = {str: Text, int: Integer}


def test_each_kind_has_a_table_with_the_columns_of_its_cards() -> None:
    assert RAID_CARDS.keys() == {card_table_name(kind) for kind in CARDS}
    assert RAID_CARDS.items() <= PROJECTIONS.items()
    for kind, columns in CARDS.items():
        table = RAID_CARDS[card_table_name(kind)]
        head, rest = list(table.columns)[:4], list(table.columns)[4:]
        assert [column.name for column in head] == ["idx", "id", "at", "case_id"]
        assert [(c.name, type(c.type)) for c in rest] == [
            (name, TYPES[of]) for name, of in columns.items()
        ]
        assert not any(column.nullable for column in table.columns)
        assert [column.name for column in table.primary_key] == ["idx"]
        assert table.columns["id"].unique


def test_the_journal_has_a_row_for_each_act() -> None:
    assert card_table_name("raid.case") == "raid_case"
    assert (RAID.name, JOURNAL) == ("raid", "raid")
    assert [column.name for column in RAID.columns] == [
        *("idx", "at", "kind", "id", "case_id", "act", "decision"),
    ]


def test_a_table_is_made_for_whichever_database() -> None:
    metadata = MetaData()

    assert journal_table(metadata).metadata is metadata
    assert [*card_tables(metadata)] == [*RAID_CARDS]


def test_what_is_looked_up_is_found_by_an_index() -> None:
    asked = {
        "SELECT max(idx) FROM raid WHERE id = 'x'": "raid_id",
        "SELECT * FROM raid WHERE case_id = 'x' ORDER BY idx": "raid_case_id",
        "SELECT 1 FROM raid WHERE decision = 'x'": "raid_decision",
        f"SELECT case_id, max(idx) FROM raid WHERE {SHUTTING} GROUP BY 1": "raid_shut",  # noqa: S608 - a constant
        f"SELECT DISTINCT id FROM raid WHERE {PARTING}": "raid_parted",  # noqa: S608 - a constant
        "SELECT idx FROM raid_report WHERE receipt = 'x'": "raid_report_by_receipt",
        "SELECT idx FROM raid_report WHERE source = 'x'": "raid_report_by_source",
        "SELECT idx FROM raid_report WHERE digest = 'x'": "raid_report_by_digest",
        "SELECT idx FROM raid_case WHERE lead = 'x'": "raid_case_by_lead",
        "SELECT idx FROM raid_case WHERE state = 'x'": "raid_case_by_state",
        "SELECT idx FROM raid_link WHERE report = 'x'": "raid_link_by_report",
        "SELECT idx FROM raid_clock WHERE case_id = 'x'": "raid_clock_by_case_id",
    }
    with scratch_database() as connection:
        for query, index in asked.items():
            plan = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {query}").all()
            assert index in str(plan), query
