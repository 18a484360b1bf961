"""`raid release`: written, checked, signed by two, written to a file, recalled."""

import json
from pathlib import Path

import pytest

from ringwall.institute import Institute
from tests.e2e.raiding import as_person, code_told
from tests.e2e.running import Ringwall
from tests.raid_office import POINT
from tests.release_office import FRENCH, LiveOffice, release_grant, staffed
from tests.routed import adopt_contacts, signed_receipt, triaged

JOAN, VINT = as_person("joan"), as_person("vint")
WHY = "a drill of the desk"
ELINOR = (*as_person("elinor")[:-1], WHY)


@pytest.fixture
def case(raid: Ringwall) -> str:
    assert raid("raid", "release", "ls", *JOAN).json() == []
    staffed(LiveOffice(Path().resolve()))
    with Institute(Path()).gatekeeper(POINT) as gate:
        adopt_contacts(gate.raid, FRENCH)
        adopt_contacts(gate.raid, "police.fr", key="rosalind")
        return triaged(gate.raid)


def test_a_release_is_signed_and_sent_and_recalled(raid: Ringwall, case: str) -> None:
    drafted = raid("raid", "release", "draft", case, "--to", FRENCH, *JOAN)
    assert drafted.code == 0, drafted.err
    name = drafted.json()["release"]
    checked = raid("raid", "release", "check", name, *JOAN)
    assert f"--asset {case} --binds" in checked.err
    shown = raid.table("raid", "release", "show", name, "-o", "read.json", *ELINOR)
    assert "withheld" in shown.out
    assert json.loads(Path("read.json").read_bytes())["release"] == name
    assert "withheld" not in raid.table("raid", "release", "show", name, *JOAN).out

    approve = ("raid", "release", "approve", name)
    assert "--binds" in raid.table(*approve, *ELINOR).err
    grant = release_grant(
        LiveOffice(Path().resolve()), case, checked.json()["terms"], WHY
    )
    done = raid.table(*approve, "--grant", grant, *ELINOR)
    assert done.code == 0, done.err
    assert "withheld" in done.out

    assert raid("raid", "release", "send", name, *VINT).code == 2
    sent = raid.table("raid", "release", "send", name, "-o", "release.json", *VINT)
    assert sent.out.startswith("SENT"), sent.err
    assert Path("release.json").read_bytes() == Path("read.json").read_bytes()
    content = raid("raid", "release", "show", name, *JOAN).json()["content"]
    now = Institute(Path()).clock.now()
    receipt, signature = signed_receipt(name, content, FRENCH, at=now)
    Path("receipt.json").write_bytes(receipt)
    Path("receipt.json.sig").write_text(signature)
    accept = ("raid", "release", "accept", name)
    assert raid(*accept, *VINT).code == 2
    assert raid(*accept, "--receipt", "receipt.json", *VINT).code == 0
    why = ("--reason", "the state was wrong", "-o", "recall.json")
    assert raid("raid", "release", "recall", name, *why, *VINT).code == 0
    assert json.loads(Path("recall.json").read_bytes())["content"] == content
    [row] = raid("raid", "release", "ls", *JOAN).json()
    assert (row["release"], row["state"]) == (name, "recalled")
    assert raid("audit", "verify").code == 0


def test_what_is_missing_is_told_and_what_to_do(raid: Ringwall, case: str) -> None:
    draft = ("raid", "release", "draft", case)
    assert raid(*draft, *JOAN).code == 2
    assert raid(*draft, "--to", "police.fr", "--order", "1 O 1", *JOAN).code == 2
    name = raid(*draft, "--to", "police.fr", *JOAN).json()["release"]
    checked = raid("raid", "release", "check", name, *JOAN)
    assert code_told(checked) == "barrier-shut"
    shown = raid.table("raid", "release", "show", name, *JOAN)
    assert "it enforces" in shown.out
    words = ("--to", "police.fr", "--exit", "law", "--provision", "Article 90")
    amend = ("raid", "release", "amend", name, *words, "--binds", "as a provider")
    assert raid(*amend, "--reason", "they named it", *JOAN).code == 0
    assert raid("raid", "release", "check", name, *JOAN).code == 0


def test_what_has_changed_since_it_was_signed_is_not_written(
    raid: Ringwall, case: str
) -> None:
    name = raid("raid", "release", "draft", case, "--to", FRENCH, *JOAN).json()[
        "release"
    ]
    terms = raid("raid", "release", "check", name, *JOAN).json()["terms"]
    grant = release_grant(LiveOffice(Path().resolve()), case, terms, WHY)
    raid("raid", "release", "approve", name, "--grant", grant, *ELINOR)
    why = ("danger=imminent", "--evidence", "seen")
    assert raid("raid", "assess", case, *why, *as_person("dorothy")).code == 0

    before = raid.table("raid", "release", "show", name, *JOAN)
    assert "changed  the case has changed" in before.out
    sent = raid("raid", "release", "send", name, "-o", "release.json", *VINT)

    assert code_told(sent) == "release-changed"
    assert not Path("release.json").exists()
    shown = raid.table("raid", "release", "show", name, *JOAN)
    assert "draft" in shown.out
