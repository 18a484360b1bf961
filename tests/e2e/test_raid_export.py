"""`raid export`: what one recipient may be told of a case, in the form they read."""

import json
from pathlib import Path

from ringwall.raid.exports.formats import FORMATS
from ringwall.raid.exports.standards import FORMS
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.e2e.test_raid_route import routed
from tests.exported import misp_fields, stix_fields

JOAN = as_person("joan")
FOR = ("--for", "csirt.de")


def test_each_format_is_written_to_a_file_or_to_stdout(raid: Ringwall) -> None:
    case = routed(
        contacts=("csirt.de",),
        systems=[{"name": "Rota", "developer": "Example Systems", "version": "2"}],
    )

    for name in FORMATS:
        shown = raid("raid", "export", name, case, *FOR, *JOAN)
        written = raid("raid", "export", name, case, *FOR, "--out", name, *JOAN)

        assert (shown.code, written.code) == (0, 0), shown.err + written.err
        assert "nothing was sent" in shown.err
        told = written.json()
        data = Path(name).read_bytes()
        assert (told["bytes"], told["label"]) == (len(data), "amber")
        assert (told["recipient"], told["format"]) == ("csirt.de", name)
        assert json.loads(shown.out)
        assert Path(name).stat().st_mode & 0o077 == 0
        page = Path(f"{name}.md")
        assert page.exists() == (name in FORMS)
        assert told["page"] == (str(page) if page.exists() else "")


def test_what_is_written_is_what_a_hand_over_would_hold(raid: Ringwall) -> None:
    case = routed(contacts=("csirt.de",))
    vint = as_person("vint")

    raid("raid", "route", "send", case, "csirt.de", "-o", "package.json", *vint)
    for name in ("json", "stix", "misp"):
        raid("raid", "export", name, case, *FOR, "--out", f"{name}.json", *JOAN)

    package = json.loads(Path("package.json").read_bytes())
    (report,) = {fact["about"] for fact in package["facts"]} - {case}
    facts = {f["name"]: f["value"] for f in package["facts"] if f["about"] == report}
    whole = json.loads(Path("json.json").read_bytes())
    assert whole["reports"][0]["fields"] == facts
    stix = stix_fields(Path("stix.json").read_bytes())
    assert json.loads(json.dumps(stix[report])) == facts
    assert misp_fields(Path("misp.json").read_bytes())[report] == facts


def test_an_export_fits_a_screen_and_says_what_was_withheld(raid: Ringwall) -> None:
    case = routed(contacts=("csirt.de",), techniques=["AML.T0051"] * 7)
    export = ("raid", "export", "stix", case, *FOR, "--out", "out.json", *JOAN)

    done = raid.table(*export)

    assert done.code == 0, done.err
    assert f"{case}  TLP:AMBER" in done.out
    assert "withheld" in done.out
    assert max(map(len, (done.out + done.err).splitlines())) <= 80
    assert "technique `AML.T0051`: not checked" in done.err
    assert "--atlas ATLAS.yaml" in done.err


def test_of_many_techniques_the_first_are_named(raid: Ringwall) -> None:
    names = [f"AML.T00{number}" for number in range(10, 19)]
    case = routed(contacts=("csirt.de",), techniques=names)

    done = raid("raid", "export", "json", case, *FOR, *JOAN)

    assert done.err.count("not checked") == 5
    assert "and 4 more techniques" in done.err


def test_a_form_goes_up_to_a_stage_and_has_its_date(raid: Ringwall) -> None:
    case = routed(contacts=("csirt.de",))
    form = ("raid", "export", "nis2", case, *FOR)

    done = raid(
        *(*form, "--stage", "early-warning", "--submitted", "2026-11-23", *JOAN)
    )

    told = json.loads(done.out)
    assert told["stage"] == "early-warning"
    fields = {one["id"]: one for one in told["fields"]}
    assert fields["submitted"]["told"][0]["value"] == "2026-11-23"
    assert fields["aware"]["state"] == "unknown"
    assert "mitigation" not in fields


def test_words_that_fit_nothing_are_refused_before_the_gate(raid: Ringwall) -> None:
    export = ("raid", "export")
    wrong = {
        (*export, "pdf", "c-aaaaaaaaaa", *FOR): "`pdf` is none of stix, misp",
        (*export, "stix", "c-aaaaaaaaaa"): "missing --for RECIPIENT",
        (*export, "stix", "c-aaaaaaaaaa", *FOR, "--stage", "final"): "is of a form",
        (*export, "nis2", "c-aaaaaaaaaa", *FOR, "--stage", "last"): "is none of early",
        (*export, "nis2", "c-aaaaaaaaaa", *FOR, "--submitted", "today"): "is no date",
        (*export, "nis2", "c-aaaaaaaaaa", *FOR, "--submitted", "20261123"): "no date",
    }

    for words, told in wrong.items():
        done = raid(*words, *JOAN)
        assert done.code == 2
        assert told in " ".join(done.err.split())


def test_the_page_of_a_form_is_told_to_people(raid: Ringwall) -> None:
    case = routed(contacts=("csirt.de",))

    done = raid.table("raid", "export", "nis2", case, *FOR, "--out", "form.json", *JOAN)

    assert "form.json.md, the same to read" in done.out
    assert Path("form.json.md").read_text().startswith("# TLP:AMBER Significant")


def test_a_file_is_not_written_over(raid: Ringwall) -> None:
    case = routed(contacts=("csirt.de",))
    Path("there.json").write_text("mine")

    done = raid.table(
        "raid", "export", "json", case, *FOR, "--out", "there.json", *JOAN
    )

    assert code_told(done) == "output-exists"
    assert Path("there.json").read_text() == "mine"


def test_an_enforcing_recipient_is_told_through_an_exit_alone(raid: Ringwall) -> None:
    case = routed(harms=["death"])

    done = raid.table("raid", "export", "art73", case, "--for", "msa.de", *JOAN)

    assert done.out == ""
    assert code_told(done) == "export-behind-barrier"
    assert "release under one of the four exits" in " ".join(done.err.split())


def test_a_case_that_is_not_there_is_told_as_one_not_to_be_known(
    raid: Ringwall,
) -> None:
    case = routed(contacts=("csirt.de",))
    export = ("raid", "export", "json")
    ada = ("--subject", "user:ada", *JOAN[2:])

    known = raid.table(*export, case, *FOR, *ada)
    other = raid.table(*export, "case:c-aaaaaaaaaa", *FOR, *ada)

    assert known.code == other.code != 0
    assert known.out == other.out == ""
    drop = ("record", "dec-")
    lines = [
        [line for line in done.err.splitlines() if not any(w in line for w in drop)]
        for done in (known, other)
    ]
    assert lines[0] == lines[1]


def test_a_file_that_is_not_the_pinned_catalogue_is_refused(raid: Ringwall) -> None:
    case = routed(contacts=("csirt.de",))
    Path("ATLAS.yaml").write_text("id: ATLAS\n")

    done = raid.table(
        "raid", "export", "stix", case, *FOR, "--atlas", "ATLAS.yaml", *JOAN
    )

    assert code_told(done) == "catalogue-not-pinned"
