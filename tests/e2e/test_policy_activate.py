"""Other policies come in force by a quorum, from the command line, and go back."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from ringwall.institute import Institute
from ringwall.signing.ssh import sign_ssh
from tests.e2e.running import PERMITTED, Ringwall
from tests.example import DENY_ROW, add_row, edit_measure, policy_file
from tests.office import private_key
from tests.policy_office import PolicyOffice, edited


@pytest.fixture
def new(ringwall: Ringwall, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of an institute where nobody is on record, and the present one."""
    folder = tmp_path / "new"
    assert ringwall("init", folder).code == 0
    monkeypatch.chdir(folder)
    return folder


def test_while_nobody_is_on_record_an_edit_is_put_in_force_and_it_is_said_why(
    ringwall: Ringwall, new: Path
) -> None:
    add_row(Institute(new), DENY_ROW)

    done = ringwall("policy", "activate")
    again = ringwall.table("policy", "activate")

    assert done.code == again.code == 0
    assert done.json()["outcome"] == "founded"
    assert "nobody is on record yet" in done.err
    assert "in force already" in again.out
    assert ringwall("policy", "propose").json()["is_in_force"] is True


def test_a_table_says_what_came_in_force(ringwall: Ringwall, new: Path) -> None:
    add_row(Institute(new), DENY_ROW)

    done = ringwall.table("policy", "activate")

    assert Institute(new).judge().digest in done.out
    assert "entry 2" in done.out


def test_once_people_are_on_record_an_edit_waits_for_its_quorum(
    ringwall: Ringwall, institute: Path
) -> None:
    add_row(Institute(institute), DENY_ROW)

    refused = ringwall("policy", "activate")
    asked = ringwall(*PERMITTED)

    assert refused.code == 3
    assert "policy-unapproved" in refused.err
    assert asked.code == 3
    assert "policy-not-activated" in asked.out


def test_a_request_that_is_not_on_record_changes_nothing(
    ringwall: Ringwall, institute: Path
) -> None:
    add_row(Institute(institute), DENY_ROW)

    done = ringwall(
        "policy", "activate", "--request", "req-nothing", "--via", "point:x"
    )

    assert done.code == 2
    assert "unknown-request" in done.err


def test_a_proposal_shows_the_rows_that_differ_and_how_to_ask(
    ringwall: Ringwall, institute: Path
) -> None:
    in_force = Institute(institute).judge().digest
    add_row(Institute(institute), DENY_ROW)

    value = ringwall("policy", "propose")
    table = ringwall.table("policy", "propose")

    digest = Institute(institute).judge().digest
    told = value.json()
    assert (told["digest"], told["in_force"]) == (digest, in_force)
    assert (told["policies_differ"], told["threat_models_differ"]) == (True, False)
    assert any("acc-999" in change["name"] for change in told["changes"])
    assert f"--binds {digest}" in value.err
    assert "--key FILE" in value.err
    assert "ringwall policy activate" in value.err
    assert "--request REQ" in value.err
    assert "--via POINT" in value.err
    assert "--asset record:policies" in value.err
    assert "acc-999" in table.out


def test_a_proposal_in_threat_models_or_in_comments_is_told_as_such(
    ringwall: Ringwall, institute: Path
) -> None:
    edit_measure(Institute(institute), "SL3-WP-2", "scope: site", "scope: institute")
    models = ringwall.table("policy", "propose")
    rows = policy_file(Institute(institute))
    rows.write_text(f"{rows.read_text()}# the same rows\n")
    both = ringwall.table("policy", "propose")

    assert "the threat models differ" in models.out
    assert "for people only" not in models.out
    assert "for people only" in both.out


def test_what_is_in_force_needs_no_proposal(ringwall: Ringwall) -> None:
    done = ringwall.table("policy", "propose")

    assert "no difference" in done.out
    assert "nothing to ask for" in done.err


def test_without_a_copy_of_what_is_in_force_the_difference_is_not_known(
    ringwall: Ringwall, institute: Path
) -> None:
    shutil.rmtree(institute / "in_force")

    done = ringwall("policy", "propose")

    assert done.code == 0
    assert done.json()["policies_differ"] is None
    assert "what differs is not known" in done.err


@pytest.mark.parametrize("verb", ["propose", "activate"])
def test_a_draft_whose_cases_name_a_rule_that_is_gone_is_refused(
    ringwall: Ringwall, new: Path, verb: str
) -> None:
    before = ringwall("policy", "propose").json()["in_force"]
    rows = policy_file(Institute(new))
    kept = [line for line in rows.read_text().splitlines() if "acc-031" not in line]
    rows.write_text("\n".join([*kept, ""]))

    done = ringwall("policy", verb)
    lint = ringwall("policy", "lint")

    assert (done.code, done.out, lint.code) == (3, "", 3)
    assert "access/cases.yaml" in done.err
    assert "rule-unknown" in done.err
    ledger = Institute(new).ledger(writable=False)
    assert ledger.registry_since(-1).policy == before
    ledger.close()


def test_a_proposal_with_a_fault_is_refused(
    ringwall: Ringwall, institute: Path
) -> None:
    add_row(Institute(institute), "no row at all")

    assert ringwall("policy", "propose").code == 3


def test_what_was_edited_is_put_back_and_gates_say_yes_again(
    ringwall: Ringwall, institute: Path
) -> None:
    in_force = Institute(institute).judge().digest
    add_row(Institute(institute), DENY_ROW)
    assert ringwall(*PERMITTED).code == 3

    done = ringwall.table("policy", "restore")

    assert done.out == "policies/access/policy.csv\n1 file put back\n"
    assert Institute(institute).judge().digest == in_force
    assert ringwall(*PERMITTED).code == 0
    assert ringwall("policy", "restore").json() == {"changed": []}


def test_a_draft_elsewhere_comes_in_force_and_on_disk(
    ringwall: Ringwall, new: Path, tmp_path: Path
) -> None:
    draft = tmp_path / "draft"
    for part in ("policies", "threat_models"):
        shutil.copytree(new / part, draft / part)
    rows = draft / "policies" / "access" / "policy.csv"
    rows.write_text(f"{rows.read_text()}{DENY_ROW}\n")

    proposed = ringwall("policy", "propose", draft).json()
    done = ringwall("policy", "activate", draft)

    assert proposed["is_in_force"] is False
    assert done.json()["digest"] == proposed["digest"]
    assert "1 file" in done.err
    assert policy_file(Institute(new)).read_bytes() == rows.read_bytes()


@pytest.fixture
def office(
    institute_folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[PolicyOffice]:
    """The example institute at a fixed instant, and the desk for grants."""
    folder = tmp_path / "office" / "institute"
    folder.parent.mkdir()
    shutil.copytree(institute_folder, folder)
    office = PolicyOffice(folder)
    monkeypatch.chdir(folder)
    yield office
    office.close()


def test_where_no_asset_stands_for_the_policies_that_is_said(
    ringwall: Ringwall, new: Path
) -> None:
    add_row(Institute(new), DENY_ROW)

    done = ringwall("policy", "propose")

    assert "declare `record:policies`" in done.err


def test_a_request_about_another_asset_is_refused_and_not_spent(
    ringwall: Ringwall, office: PolicyOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    draft = edited(office.institute.folder)
    digest = ringwall("policy", "propose", draft).json()["digest"]
    name = office.approved(office.asked(digest, "record:attestations"))
    later = office.later()
    monkeypatch.setattr("ringwall.cli.policy_activate.open_institute", lambda _: later)

    words = ["policy", "activate", draft, "--request", name]
    done = ringwall(*words, "--via", "point:policy-desk", "--present", "user:grace")

    assert done.code == 3
    assert "policy-asked-elsewhere" in done.err
    shown = ringwall("request", "show", name).json()
    assert shown["left"] == 1


@pytest.mark.parametrize("how", ["key", "session", "word", "nothing"])
def test_a_granted_request_puts_a_draft_in_force(
    ringwall: Ringwall,
    office: PolicyOffice,
    monkeypatch: pytest.MonkeyPatch,
    how: str,
) -> None:
    draft = edited(office.institute.folder)
    digest = ringwall("policy", "propose", draft).json()["digest"]
    name = office.approved(office.asked(digest))
    later = office.later()
    monkeypatch.setattr("ringwall.cli.policy_activate.open_institute", lambda _: later)
    key = office.institute.folder.parent / "key"
    key.write_bytes(private_key("marian"))
    ways: dict[str, list[object]] = {
        "key": ["--key", key],
        "session": ["--session", "session.json"],
        "word": ["--authn", "hardware-fresh"],
        "nothing": [],
    }

    if how == "session":
        monkeypatch.setattr("ringwall.cli.session.open_institute", lambda _: later)
        asked = ("--subject", "user:marian", "--via", "point:policy-desk")
        assert ringwall("session", "new", "session.json", *asked).code == 0
        statement = Path("session.json").read_bytes()
        signature = sign_ssh(statement, private_key("marian"))
        Path("session.json.sig").write_text(signature)
    with monkeypatch.context() as then:
        # Whether a request is expired is said by the clock of whoever shows it.
        then.setattr("ringwall.cli.request_list.open_institute", lambda _: later)
        shown = ringwall("request", "show", name)
    told = f"ringwall policy activate DRAFT --request {name} --via POINT --key FILE"
    assert told in shown.err
    assert "check --grant" not in shown.err

    words = ["policy", "activate", draft, "--request", name, *ways[how]]
    assert ringwall(*words).code == 2
    done = ringwall(*words, "--via", "point:policy-desk")

    if how == "nothing":
        assert done.code == 1
        assert "authentication-insufficient" in done.out
        assert later.judge().digest != digest
    else:
        assert done.code == 0
        assert done.json()["outcome"] == "activated"
        assert later.judge().digest == digest
        assert ringwall("policy", "propose").json()["is_in_force"] is True


def test_who_asks_for_a_change_is_shown_in_one_way(
    ringwall: Ringwall, new: Path
) -> None:
    words = ("policy", "activate", "--request", "req-x", "--key", "k")

    both = ringwall(*words, "--token", "t")
    word = ringwall(*words, "--authn", "mfa")

    assert new.is_dir()
    assert (both.code, word.code) == (2, 2)
    assert "give one of --token, --session or --key" in both.err
    assert "leave --authn out" in word.err
