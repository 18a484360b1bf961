"""`raid route plan`, `send` and `package`: who must hear of a case."""

import json
from pathlib import Path
from typing import Any

import pytest

from ringwall.institute import Institute
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.raid_office import POINT
from tests.routed import adopt_contacts, triaged

VINT = as_person("vint")


def routed(
    *points: str,
    contacts: tuple[str, ...] = (),
    **changes: Any,  # noqa: ANN401 - of a report
) -> str:
    """Return a triaged case of the institute of the present folder."""
    with Institute(Path()).gatekeeper(POINT) as gate:
        if contacts:
            adopt_contacts(gate.raid, *contacts)
        return triaged(gate.raid, *points, **changes)


def test_a_plan_says_who_why_by_when_and_what_stands_in_the_way(raid: Ringwall) -> None:
    case = routed(harms=["personal-data"])

    told = raid("raid", "route", "plan", case, *as_person("joan")).json()

    assert (told["case"], told["owned"]) == (case, False)
    rows = {row["recipient"]: row for row in told["rows"]}
    assert rows["csirt.de"]["why"] == ["class=cyber"]
    assert rows["csirt.de"]["clocks"] == ["NIS2-23"]
    assert rows["csirt.de"]["blocks"] == ["unverified", "keyless"]
    assert (rows["dpa.de"]["role"], rows["dpa.de"]["clocks"]) == (
        "duty",
        ["GDPR33"],
    )


def test_a_plan_fits_a_screen_and_shows_its_label(raid: Ringwall) -> None:
    case = routed(sector="beekeeping")

    done = raid.table("raid", "route", "plan", case, *as_person("joan"))

    assert done.out.startswith(f"{case}  TLP:")
    assert max(map(len, done.out.splitlines())) <= 80
    assert "contact not verified" in done.out
    assert "beekeeping" in done.out
    assert "R16 if sector says so" in done.out


def test_a_plan_that_leads_to_nobody_says_what_to_look_at(raid: Ringwall) -> None:
    case = routed("class=sector-safety", "danger=no", "weights=no", sector="education")

    done = raid.table("raid", "route", "plan", case, *as_person("joan"))

    assert "(none)" in done.out
    assert "no route leads to anybody" in done.err
    assert "raid triage explain" in done.err


def test_a_death_in_a_hospital_is_for_those_who_watch_devices_and_markets(
    raid: Ringwall,
) -> None:
    case = routed(
        *("class=sector-safety", "kind=realised-harm"),
        sector="hospital",
        harms=["death"],
        states=["FR"],
    )

    rows = raid("raid", "route", "plan", case, *as_person("joan")).json()["rows"]

    duties = {row["recipient"]: row["clocks"] for row in rows if row["role"] == "duty"}
    assert duties["msa.fr"] == ["AIA73-DEATH"]
    devices = ["MDR87", "MDR87-DEATH", "MDR87-THREAT"]
    assert duties["device-authority.fr"] == devices


def test_what_raid_owns_is_said(raid: Ringwall) -> None:
    case = routed("auto=shown")

    done = raid.table("raid", "route", "plan", case, *as_person("joan"))

    assert "RAID owns it" in done.out


def test_of_a_joint_case_raid_owns_the_part_of_the_model(raid: Ringwall) -> None:
    case = routed("class=cbrn", "uplift=near", sector="biotech")

    done = raid.table("raid", "route", "plan", case, *as_person("joan"))

    assert "RAID owns the model's part" in done.out


def test_an_officer_adds_states_and_sectors_by_their_words(raid: Ringwall) -> None:
    case = routed(states="unknown", sector=None)
    plan = ("raid", "route", "plan", case)

    unknown = raid(*plan, *VINT).json()["rows"]
    known = raid(*plan, "--state", "FR", "--sector", "energy", *VINT).json()["rows"]

    assert "csirt.unknown" in {row["recipient"] for row in unknown}
    assert {"csirt.fr", "entso-e"} <= {row["recipient"] for row in known}
    for word in (("--state", "XX"), ("--sector", "bees")):
        odd = raid(*plan, *word, *VINT)
        assert odd.code == 2
        assert f"{word[0]} `{word[1]}` is none of" in odd.err


def test_a_sector_is_taken_in_everyday_words_and_another_shows_where_they_are(
    raid: Ringwall,
) -> None:
    case = routed("class=sector-safety", sector=None)
    plan = ("raid", "route", "plan", case)

    found = raid(*plan, "--sector", "Hospital", "--state", "fr", *VINT).json()["rows"]
    odd = raid(*plan, "--sector", "bees", *VINT)
    told = raid(*plan, "--help")
    words = raid("raid", "table", "show", "sectors").json()

    assert "device-authority.fr" in {row["recipient"] for row in found}
    assert odd.code == 2
    assert "raid table show sectors" in odd.err
    help_text = " ".join(told.out.replace("│", " ").split())
    assert "`ringwall raid table show sectors` prints all words" in help_text
    assert "hospital" in {row["id"]: row["aliases"] for row in words}["health"]


def test_what_is_open_is_worst_case_and_the_question_that_settles_it_is_named(
    raid: Ringwall,
) -> None:
    points = ("legal=personal-data", "class=routine-failure")
    case = routed(*points, harms=["personal-data"], entity=None)
    plan = ("raid", "route", "plan", case, *VINT)

    told = raid(*plan).json()
    page = raid.table(*plan).out
    rows = raid("raid", "triage", "explain", case, *as_person("joan")).json()["because"]

    assert told["unsettled"] == {"GDPR33": ["entity"], "EUDPR34": ["entity"]}
    assert "EUDPR34 unless entity says otherwise" in page
    assert max(map(len, page.splitlines())) <= 80
    (row,) = [row for row in rows if row["value"] == "EUDPR34"]
    assert "settled-by=entity" in row["inputs"]


def test_a_package_is_written_once_and_sent_by_nobody(
    raid: Ringwall, tmp_path: Path
) -> None:
    case = routed(contacts=("csirt.de",))
    send = ("raid", "route", "send", case, "csirt.de")

    nowhere = raid(*send, *VINT)
    done = raid(*send, "-o", str(tmp_path / "p.json"), *VINT)
    again = raid(*send, "-o", str(tmp_path / "p.json"), *VINT)

    assert (nowhere.code, "missing --output FILE" in nowhere.err) == (2, True)
    # All that lacks is told at once.
    nothing = raid("raid", "route", "send", case, *VINT)
    assert "missing RECIPIENT, --output FILE; besides" in nothing.err
    for option in ("--reason", "--export-checked", "--route"):
        assert option in nothing.err
    assert done.code == 0, done.err
    told = done.json()
    package = json.loads((tmp_path / "p.json").read_bytes())
    assert package["recipient"] == told["recipient"] == "csirt.de"
    page = (tmp_path / "p.json.md").read_text("utf-8")
    assert told["handover"] in page
    assert told["package"] in page
    assert "nothing was sent" in done.err
    assert f"next: ringwall raid route accept {told['handover']}" in done.err
    assert code_told(again) == "output-exists"
    assert (tmp_path / "p.json").stat().st_mode & 0o077 == 0


def test_a_package_is_told_on_a_screen(raid: Ringwall, tmp_path: Path) -> None:
    case = routed(contacts=("csirt.de",))
    words = (case, "csirt.de", "-o", str(tmp_path / "p.json"))

    done = raid.table("raid", "route", "send", *words, *VINT)

    assert done.out.startswith("hnd-")
    assert "TLP:" in done.out
    assert "by reporter" in done.out


def test_a_refused_package_leaves_no_file(raid: Ringwall, tmp_path: Path) -> None:
    case = routed()
    words = (case, "csirt.de", "-o", str(tmp_path / "p.json"))

    done = raid("raid", "route", "send", *words, *VINT)

    assert (done.code, code_told(done)) == (1, "recipient-unverified")
    assert list(tmp_path.glob("p.json*")) == []


def test_a_warning_of_a_danger_is_proposed_and_its_package_written_later(
    raid: Ringwall, tmp_path: Path
) -> None:
    case = routed("danger=imminent", contacts=("police.de",), danger="imminent")
    words = (case, "police.de", "-o", str(tmp_path / "p.json"))
    reason = ("--reason", "they will act today")

    proposed = raid("raid", "route", "send", *words, *reason, *VINT)

    assert proposed.code == 0, proposed.err
    proposal = proposed.json()["proposal"]
    assert f"next: ringwall raid second {proposal}" in proposed.err
    assert not (tmp_path / "p.json").exists()
    carried = raid("raid", "second", proposal, *as_person("agnes"))
    assert carried.code == 0, carried.err
    (sent,) = raid("raid", "route", "ls", *VINT).json()
    name = sent["handover"]
    nowhere = raid("raid", "route", "package", name, *VINT)
    assert (nowhere.code, "missing --output FILE" in nowhere.err) == (2, True)
    written = raid.table(
        *("raid", "route", "package", name, "-o", str(tmp_path / "p.json")), *VINT
    )
    assert written.code == 0, written.err
    package = json.loads((tmp_path / "p.json").read_bytes())
    assert package["recipient"] == "police.de"
    assert name in (tmp_path / "p.json.md").read_text("utf-8")
    checked = raid("audit", "verify")
    assert checked.code == 0, checked.err


@pytest.mark.parametrize("verb", ["plan", "send"])
def test_who_may_not_know_of_a_case_is_told_as_of_none(
    raid: Ringwall, tmp_path: Path, verb: str
) -> None:
    case = routed()
    further = ["csirt.de", "-o", str(tmp_path / "p.json")] if verb == "send" else []
    told = []
    for name in (case, "case:c-aaaaaaaaaa"):
        done = raid("raid", "route", verb, name, *further, *as_person("ada"))
        assert done.code == 1
        told.append(done.err.count("\n"))
    assert told[0] == told[1]
