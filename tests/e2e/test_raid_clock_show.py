"""`raid clock list`, `due`, `why` and `card` on the command line."""

from pathlib import Path

from tests.e2e.raiding import as_person
from tests.e2e.raiding import opened as opened_both
from tests.e2e.running import Ringwall
from tests.e2e.test_raid_clock import SHOWN, armed, opened
from tests.raid_office import report_document
from tests.routed import ASSESSED

OLE = as_person("ole")
JOAN = as_person("joan")


def test_what_is_due_fits_a_screen_and_is_recorded_when_missed(
    raid: Ringwall, tmp_path: Path
) -> None:
    case = opened(states=["DE"])
    ids = armed(raid, case, "NIS2-23", "AIA55", "COP93-CYB")
    at = ("--at", "2026-11-10T08:30:00Z", *SHOWN, *OLE)
    raid("raid", "clock", "start", ids["early-warning"], *at)
    shown = raid.table("raid", "clock", "due", "--within", "9999d", *JOAN)
    assert max(map(len, shown.out.splitlines())) <= 80
    assert "TLP:AMBER" in shown.out
    assert "raid clock due --record" in shown.err
    file = tmp_path / "deadlines.ics"
    done = raid(
        *("raid", "clock", "due", "--within", "9999d", "--record"),
        *("--ics", str(file), *OLE),
    )
    assert "1 breach put on record" in done.err
    first = done.json()[0]
    assert (first["clock"], first["state"]) == (ids["early-warning"], "breached")
    assert first["left"].startswith("-")
    text = file.read_text()
    assert ids["early-warning"] in text
    for word in ("NIS2", "COP93", case, "Rota"):
        assert word not in text
    again = raid("raid", "clock", "list", "--ics", str(file), *OLE)
    assert again.code == 3
    odd = raid("raid", "clock", "due", "--within", "soon", *OLE)
    assert odd.code == 2
    assert "--within is a span such as 12h" in odd.err


def test_a_case_lists_its_clocks_in_every_format(raid: Ringwall) -> None:
    case = opened(states=["DE"])
    ids = armed(raid, case, "GDPR33", "AIA55")
    rows = raid("raid", "clock", "list", case, "--format", "csv", *JOAN).csv()
    table = raid.table("raid", "clock", "list", case, *JOAN)
    assert max(map(len, table.out.splitlines())) <= 80
    assert "worst case" in table.out
    assert "at once" in table.out
    assert {row["clock"] for row in rows} >= {ids["initial"]}
    every = raid("raid", "clock", "list", *JOAN).json()
    assert ids["initial"] in {row["clock"] for row in every}


def test_why_tells_rule_start_evidence_and_arithmetic(raid: Ringwall) -> None:
    name = armed(raid, opened(states=["DE"]), "GDPR33")["initial"]
    before = raid.table("raid", "clock", "why", name, *JOAN)
    assert "not known; counted as early as it can have been" in before.out
    at = ("--at", "2026-11-20T08:30:00Z", *SHOWN, *OLE)
    raid("raid", "clock", "start", name, *at)
    shown = raid.table("raid", "clock", "why", name, *JOAN)
    for told in (
        *("Regulation (EU) 2016/679 Art. 33", "ticket 4711", "duty officer"),
        *("72 hours from aware", "Regulation 1182/71", "the working deadline"),
        "at the latest",
    ):
        assert told in " ".join(shown.out.split())
    assert max(map(len, shown.out.splitlines())) <= 80


def test_the_clock_card_says_that_telling_the_desk_discharges_nothing(
    raid: Ringwall,
) -> None:
    case = opened(states=["DE"], weights="stolen")
    done = raid.table("raid", "clock", "card", case, *JOAN)
    assert "COP93-CYB" in done.out
    assert "discharges none" in done.err
    assert "triage may add duties" in done.err
    rows = raid("raid", "clock", "card", case, *JOAN).json()
    assert [row["rule"] for row in rows] == ["COP93-CYB"]


def test_the_clock_card_says_that_triage_may_add_duties_until_it_has(
    raid: Ringwall,
) -> None:
    report, case = opened_both(raid, report_document(states=["DE"]))
    early = {row["rule"] for row in raid("raid", "clock", "card", report, *JOAN).json()}
    told = raid.table("raid", "clock", "card", report, *JOAN)
    assert "triage may add duties" in told.err
    points = [one for one in ASSESSED if not one.startswith("legal")]
    words = (*points, "legal=essential-entity,health", "--evidence", "we saw the log")
    dorothy = as_person("dorothy")
    assert raid("raid", "assess", case, *words, *dorothy).code == 0
    assert raid("raid", "triage", "run", case, *dorothy).code == 0

    late = raid.table("raid", "clock", "card", case, *JOAN)

    assert "triage may add duties" not in late.err
    rules = {row["rule"] for row in raid("raid", "clock", "card", case, *JOAN).json()}
    assert rules > early


def test_the_clock_officer_has_the_card_of_a_report_and_no_other_answer_for_none(
    raid: Ringwall,
) -> None:
    report, case = opened_both(raid, report_document(states=["DE"], weights="stolen"))
    rows = raid("raid", "clock", "card", report, *OLE).json()
    assert [row["rule"] for row in rows] == ["COP93-CYB"]
    shut = ("raid", "need", "shut", case, "--reason", "named persons alone")
    assert raid(*shut, *as_person("mileva")).code == 0
    answers = [
        raid("raid", "clock", "card", name, *OLE) for name in (report, "r-aaaaaaaaaa")
    ]
    assert {done.code for done in answers} == {1}
    assert {done.out for done in answers} == {""}
    assert {done.err.splitlines()[0].split()[0] for done in answers} == {"DENY"}


def test_two_readings_of_the_law_stand_side_by_side(raid: Ringwall) -> None:
    name = armed(raid, opened(states=["DE"]), "GDPR33")["initial"]
    # A Friday evening in Berlin.
    at = ("--at", "2026-11-20T17:45:00.123456Z", *SHOWN, *OLE)
    raid("raid", "clock", "start", name, *at)
    told = raid("raid", "clock", "why", name, *JOAN).json()
    assert told["is_disputed"] is True
    assert told["due"] == "2026-11-23T17:45:00.123456Z"
    assert [one["lawful"] for one in told["readings"]] == [
        *("2026-11-23T18:00:00Z", "2026-11-24T23:00:00Z"),
    ]
    shown = raid.table("raid", "clock", "why", name, *JOAN).out
    words = " ".join(shown.split())
    assert "DISPUTED 2026-11-23T18:00:00Z if Art. 3(5) is not for periods" in words
    assert "due 2026-11-23T17:45:00Z (the working deadline)" in words
    assert max(map(len, shown.splitlines())) <= 80


def test_tables_of_clocks_go_to_the_second_and_programs_get_it_all(
    raid: Ringwall,
) -> None:
    case = opened(states=["DE"])
    name = armed(raid, case, "NIS2-23")["notification"]
    at = ("--at", "2026-11-20T08:30:00.654321Z", *SHOWN, *OLE)
    table = raid.table("raid", "clock", "start", name, *at)
    due = "2026-11-23T08:30:00"
    assert f"{due}Z" in table.out
    for verb in (("list", case), ("due", "--within", "9999d"), ("list",)):
        shown = raid.table("raid", "clock", *verb, *JOAN)
        assert f"{due}Z" in shown.out
        assert ".654321" not in shown.out
        assert f"{due}.654321Z" in raid("raid", "clock", *verb, *JOAN).out


def test_the_clock_card_names_what_nobody_has_told(raid: Ringwall) -> None:
    told = {"harms": ["personal-data"], "entity": "controller"}
    report, _ = opened_both(raid, report_document(**told, states="unknown"))
    done = raid.table("raid", "clock", "card", report, *JOAN)
    assert "GDPR33 is owed or not by what nobody has told: eea" in done.err
    [row] = raid("raid", "clock", "card", report, *JOAN).json()
    assert row["settled_by"] == ["eea"]
    abroad, _ = opened_both(raid, report_document(**told, states=[]))
    assert raid("raid", "clock", "card", abroad, *JOAN).json() == []


def test_breaches_on_record_are_counted_in_plain_words(raid: Ringwall) -> None:
    done = raid("raid", "clock", "due", "--record", *OLE)
    assert done.err.splitlines()[0] == "0 breaches put on record"


def test_a_worst_case_is_called_so_wherever_a_case_is_shown(raid: Ringwall) -> None:
    case = opened(states=["DE"])
    ids = armed(raid, case, "GDPR33")
    shown = raid.table("raid", "show", case, *JOAN).out
    listed = raid.table("raid", "ls", "cases", *JOAN).out
    [due] = [line for line in shown.splitlines() if line.startswith("due")]
    assert "worst case 2026-" in due
    assert "worst case" in " ".join(listed.split())
    assert raid("raid", "show", case, *JOAN).json()["due_at_worst"] is True
    at = ("--at", "2026-11-20T08:30:00Z", *SHOWN, *OLE)
    raid("raid", "clock", "start", ids["initial"], *at)
    after = raid("raid", "show", case, *JOAN).json()
    assert after["due_at_worst"] is False
    [row] = raid("raid", "ls", "cases", *JOAN).json()
    assert row["due_at_worst"] is False
    told = [one["told"] for one in after["timeline"] if one["act"] == "clock"]
    assert told == ["arm GDPR33", "start GDPR33"]
