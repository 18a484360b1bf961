"""`raid` itself: its help says where to begin, and each verb stands in its place."""

from ringwall.cli.raid import app
from tests.e2e.running import Ringwall


def test_each_verb_of_the_desk_stands_under_a_heading() -> None:
    commands = [(one.name, one.rich_help_panel) for one in app.registered_commands]
    groups = [(one.name, one.rich_help_panel) for one in app.registered_groups]

    assert [name for name, panel in (*commands, *groups) if panel is None] == []
    assert len(commands) + len(groups) > 25


def test_help_begins_with_taking_in_and_shows_the_way_to_a_triaged_case(
    ringwall: Ringwall,
) -> None:
    told = ringwall("raid", "--help").out

    assert told.index("Take in") < told.index("Judge") < told.index("Look")
    assert "ringwall raid triage run c-mfzwizltmr" in told


def test_help_shows_the_verbs_in_the_order_of_the_work(ringwall: Ringwall) -> None:
    told = ringwall("raid", "--help").out
    panels = ("Take in", "Link", "Judge", "Tell others", "Work on a case", "Rules")
    places = [told.index(f"─ {panel}") for panel in panels]

    assert places == sorted(places)
    assert told.index("intake ") < told.index("screen ") < told.index("defer ")
