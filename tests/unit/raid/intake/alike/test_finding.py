import json
import sqlite3
from collections.abc import Iterator

import pytest

from ringwall.base.clock import format_instant
from ringwall.model.events import Event
from ringwall.model.raid_events import INBOX
from ringwall.raid.intake.alike import finding
from ringwall.raid.intake.alike.cache import Cache
from ringwall.raid.intake.alike.finding import FILE, Alike, Found, New
from ringwall.raid.intake.desk import Intake
from ringwall.raid.scene import Scene
from tests.raid_office import RaidOffice, given, report_document, who
from tests.raid_reports import STORY, intake_of, story

_GONE = "report:r-aaaaaaaaaa"
_FIRE = (
    "A delivery robot ran over a foot in the market square because its map was a week "
    "old, the operator paid for the doctor and stopped all such robots until the "
    "map of the whole quarter had been made anew and looked at by two of its drivers."
)


@pytest.fixture
def intake(raid_office: RaidOffice) -> Iterator[Intake]:
    with intake_of(raid_office) as counter:
        yield counter


def _hand_in(intake: Intake, **changes: object) -> tuple[str, str]:
    taken = intake.hand_in(who("ruth"), story(**changes)).taken
    return taken.report, taken.alike


def test_a_flood_of_one_story_stands_behind_one_report(intake: Intake) -> None:
    head, none = _hand_in(intake)
    assert none == ""
    words = STORY.split(" ")
    for number in range(12):
        told = " ".join([*words[:number], f"word{number}", *words[number:]])
        assert _hand_in(intake, narrative=told)[1] == head


def test_a_copy_of_a_copy_does_not_chain(intake: Intake) -> None:
    words = STORY.split(" ")
    head = _hand_in(intake)[0]
    near = " ".join([*words[:-6], *(["a", "b", "c", "d", "e", "f"])])
    far = " ".join(
        ["u", "v", "w", "x", "y", "z", *words[6:-6], *(["a", "b", "c", "d", "e", "f"])]
    )
    assert _hand_in(intake, narrative=near)[1] == head
    assert _hand_in(intake, narrative=far)[1] == ""


def test_another_story_stands_by_itself_and_is_offered_for_what_it_shares(
    intake: Intake,
) -> None:
    head = _hand_in(intake)[0]
    other = report_document(title="Robot", narrative=_FIRE)
    taken = intake.hand_in(who("ruth"), other).taken
    assert taken.alike == ""
    [candidate] = taken.candidates
    assert candidate.report == head
    assert candidate.reasons == ("concerns the same system on the same date",)


def test_a_copy_that_says_something_graver_is_not_hidden(intake: Intake) -> None:
    _hand_in(intake)
    assert _hand_in(intake, danger="imminent")[1] == ""
    assert _hand_in(intake, behaviour="shown")[1] == ""


def test_a_milder_copy_of_a_grave_report_is_a_copy(intake: Intake) -> None:
    head = _hand_in(intake, danger="imminent")[0]
    assert _hand_in(intake)[1] == head


def test_one_form_of_words_for_two_systems_is_two_stories(intake: Intake) -> None:
    _hand_in(intake)
    assert _hand_in(intake, systems=[{"name": "Another"}])[1] == ""
    assert _hand_in(intake, systems="unknown")[1] != ""


def test_short_reports_are_copies_only_word_for_word(intake: Intake) -> None:
    short = "It gave a wrong answer to a question on tax."
    head = _hand_in(intake, narrative=short)[0]
    assert _hand_in(intake, narrative=short.replace("tax", "rent"))[1] == ""
    assert _hand_in(intake, narrative=short.upper())[1] == head


def test_two_records_of_one_database_are_two_if_their_titles_differ(
    intake: Intake,
) -> None:
    def record(name: str, title: str) -> bytes:
        fields = {
            "metadata": {"report_id": name},
            "problemtype": {"description": {"value": title}},
            "description": {"value": STORY},
        }
        return json.dumps(fields).encode()

    def alike(name: str, title: str) -> str:
        data = record(name, title)
        return intake.import_file(who("ruth"), data, "f").taken[0].alike

    assert alike("A1", "Test on biology") == ""
    assert alike("A2", "Test on chemistry") == ""
    assert alike("A3", "Test 3 on biology") != ""


def test_copies_within_one_file_find_each_other(intake: Intake) -> None:
    rows = [
        f'{number},2026,Copy {number} of it,"{STORY} {number}",,,,'
        for number in range(9)
    ]
    rows.append(f'99,2026,Robot,"{_FIRE}",,,,')
    head = "incident_id,date,title,description,a,b,c,reports"
    data = "\n".join([head, *rows]).encode()
    taken = intake.import_file(who("ruth"), data, "f").taken
    assert [one.alike for one in taken] == ["", *[taken[0].report] * 8, ""]


def test_a_cache_that_was_lost_is_made_from_the_ledger(raid_office: RaidOffice) -> None:
    with intake_of(raid_office) as intake:
        head = _hand_in(intake)[0]
    for file in (raid_office.folder / "raid").glob(f"{FILE}*"):
        file.unlink()
    with intake_of(raid_office) as intake:
        assert _hand_in(intake)[1] == head


def test_a_cache_of_another_ledger_is_begun_anew(raid_office: RaidOffice) -> None:
    with intake_of(raid_office) as intake:
        head = _hand_in(intake)[0]
    with raid_office.raid() as desk:
        alike = desk.alike
        alike._cache.add([], (999_999, "report:r-aaaaaaaaaa"))
        alike.close()
    with raid_office.raid() as desk:
        assert desk.alike.catch_up() == 1
        assert [one.report for one in desk.alike.candidates(head)] == []


def test_reports_that_others_took_in_are_caught_up_with(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_AT_ONCE", 2)
    monkeypatch.setattr(finding, "_CATCH_UP_EACH", 2)
    with raid_office.raid() as desk:
        mine = given(desk.acting, story())
        for _ in range(4):
            given(desk.acting, report_document(), alike=mine)
        given(desk.acting, story(title="Another"))
        assert desk.alike.catch_up() == 2
        assert desk.alike.catch_up() == 0
        new = New("report:r-aaaaaaaaaa", story(), (0, 0, 0))
        found = desk.alike.look(new)
        assert found.candidates[0].report == mine
        desk.alike.add([(new, found)])
        desk.alike.add([(new, Found(mine, (), None))])
        desk.alike.close()
    with raid_office.raid() as desk:
        assert desk.alike.catch_up() == 0


def test_what_the_cache_says_is_held_against_the_ledger(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        alike = Alike(desk.acting.rows, raid_office.folder / "raid")
        ghost = New("report:r-aaaaaaaaaa", story(), (4, 4, 4))
        alike.add([(ghost, alike.look(ghost))])
        found = alike.look(New("report:r-bbbbbbbbbb", story(), (0, 0, 0)))
        assert found.head == ""
        assert [one.report for one in found.candidates] == [ghost.id]
        # Remembered, too: the ledger does not have it.
        assert alike.look(New("report:r-cccccccccc", story(), (0, 0, 0))).head == ""
        alike.close()


def test_what_the_system_filed_stands_behind_nothing(raid_office: RaidOffice) -> None:
    with raid_office.raid() as desk:
        given(desk.acting, story(), channel="decoy")
        given(desk.acting, story(title="Sedative overdosed"), channel="form")
        new = New("report:r-aaaaaaaaaa", story(), (0, 0, 0), groups=False)
        assert desk.alike.look(new).head == ""
        first = desk.alike.look(new._replace(groups=True)).head
        card = desk.acting.rows.card("raid.report", first)
        assert card is not None
        assert card.card["channel"] == "form"
        beside = [(new, desk.alike.look(new))]
        assert desk.alike.look(new, beside).head == ""


def test_candidates_compare_titles_and_name_the_head_first(
    raid_office: RaidOffice,
) -> None:
    with intake_of(raid_office) as intake:
        head = _hand_in(intake, occurred="unknown")[0]
        copy = _hand_in(intake, title="Overdosed sedative", occurred="unknown")[0]
        with raid_office.raid() as desk:
            [one] = desk.alike.candidates(copy)
            assert one.report == head
            assert "its title is 100 % alike" in one.reasons
            assert one.overlap > 80
            # A copy is not looked for itself, so that a flood stays one group.
            assert desk.alike.candidates(head) == []


def test_a_head_that_is_not_found_any_more_is_named_all_the_same(
    raid_office: RaidOffice,
) -> None:
    with raid_office.raid() as desk:
        head = given(desk.acting, report_document(title="Robot", narrative=_FIRE))
        other = story(systems="unknown", occurred="unknown")
        copy = given(desk.acting, other, alike=head)
        [one] = desk.alike.candidates(copy)
        assert (one.report, one.reasons) == (head, ("it was taken for a copy of this",))
        assert desk.alike.candidates("report:r-aaaaaaaaaa") == []


def test_a_report_whose_text_is_gone_is_like_nothing(raid_office: RaidOffice) -> None:
    def make(scene: Scene) -> list[Event]:
        scene.require("schema-minimum", _GONE, holds=True)
        card = {"received": format_instant(scene.now), "channel": "form"}
        return [scene.event("raid.report", _GONE, "receive", None, card, {})]

    with raid_office.raid() as desk:
        desk.acting.act(who("ruth"), "raid.intake", INBOX, make)
        assert desk.alike.catch_up() == 0
        assert desk.alike.candidates(_GONE) == []
        new = New(_GONE, story(), (0, 0, 0))
        desk.alike.add([(new, desk.alike.look(new))])
        again = New("report:r-bbbbbbbbbb", story(), (0, 0, 0))
        assert desk.alike.look(again).head == ""


def test_few_heads_are_kept_in_memory(
    intake: Intake, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_MOST_KEPT", 1)
    one, other = _hand_in(intake)[0], _hand_in(intake, narrative=_FIRE)[0]
    for _ in range(2):
        assert _hand_in(intake)[1] == one
        assert _hand_in(intake, narrative=_FIRE)[1] == other


def test_catching_up_tells_how_far_it_is(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "_AT_ONCE", 2)
    told: list[tuple[int, int]] = []
    with intake_of(raid_office) as intake:
        for number in range(3):
            _hand_in(intake, title=f"Story {number}", systems=[{"name": f"S{number}"}])
    for file in (raid_office.folder / "raid").glob(f"{FILE}*"):
        file.unlink()
    with intake_of(raid_office) as intake:
        intake.catch_up(lambda done, whole: told.append((done, whole)))
    assert told == [(2, 3), (3, 3)]


def test_a_cache_that_cannot_be_caught_up_keeps_nobody_waiting(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with intake_of(raid_office) as intake:
        _hand_in(intake)
        monkeypatch.setattr(Cache, "caught_up", full)
        intake.catch_up()


def test_a_report_that_only_the_tables_know_is_passed_over(
    raid_office: RaidOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raid_office.raid() as desk:
        given(desk.acting, story())
        monkeypatch.setattr(type(desk.acting.rows), "first", lambda *_: {})
        assert desk.alike.catch_up() == 0
