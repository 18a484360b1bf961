"""`request`: asking for a grant on the command line, signed here or elsewhere."""

import json
from pathlib import Path

import pytest

from ringwall.base.canonical import load_canonical
from ringwall.institute import Institute
from ringwall.signing.ssh import sign_ssh
from tests.e2e.requesting import ASKED, approve, new
from tests.e2e.running import Ringwall
from tests.example import DENY_ROW, add_row
from tests.office import private_key


def test_a_request_is_signed_filed_and_shown(asking: Ringwall) -> None:
    done = asking("request", "new", *ASKED, "--key", "dennis.key")

    value = done.json()
    assert done.code == 0
    assert value["state"] == "open"
    assert value["told"] == "lacks 2 custodian AND 1 ciso"
    assert value["demands"][0]["rule"] == "quo-011"
    assert f"request approve {value['id']}" in done.err
    shown = asking("request", "show", value["id"])
    assert shown.json() == {k: v for k, v in value.items() if k != "recorded"}


def test_a_request_is_written_signed_elsewhere_and_filed(
    asking: Ringwall, institute: Path
) -> None:
    written = asking("request", "new", *ASKED, "--to-sign", "wish.json")
    data = (institute / "wish.json").read_bytes()
    (institute / "wish.json.sig").write_text(sign_ssh(data, private_key("dennis")))

    assert load_canonical(data)["what"] == "request"
    assert "ssh-keygen -Y sign -n ringwall -f KEY wish.json" in written.err
    assert asking("request", "ls").json() == []
    filed = asking("request", "file", "wish.json", "--signature", "wish.json.sig")
    assert filed.code == 0
    assert filed.json()["id"] == written.json()["id"]
    again = asking("request", "file", "wish.json", "--signature", "wish.json.sig")
    assert again.code == 1
    assert "request-replayed" in again.err


def test_what_is_to_be_signed_is_told_to_people(asking: Ringwall) -> None:
    done = asking.table("request", "new", *ASKED, "--to-sign", "wish.json")

    assert "to be signed by user:dennis" in done.out
    assert "asks for 2 custodian AND 1 ciso, at most 72 h, 1 use" in done.out


def test_a_request_that_could_never_be_granted_is_exit_code_1(
    asking: Ringwall,
) -> None:
    words = [word.replace("aurora-1", "unheard-of") for word in ASKED]

    done = asking("request", "new", *words, "--key", "dennis.key")

    assert done.code == 1
    assert "request-not-possible" in done.err


def test_broken_glass_is_loud(asking: Ringwall) -> None:
    done = asking(
        *("request", "break-glass", "--subject", "user:dennis"),
        *("--action", "weights.delete", "--asset", "weights:aurora-1"),
        *("--purpose", "the machines are being carried off"),
        *("--minutes", "30", "--key", "dennis.key"),
    )

    value = done.json()
    assert done.code == 0
    assert (value["state"], value["manner"]) == ("granted", "break-glass")
    assert "GLASS BROKEN" in done.err


def test_a_permit_by_broken_glass_says_so_and_the_review_shows_it(
    asking: Ringwall,
) -> None:
    opened = asking(
        *("request", "break-glass", "--subject", "user:dennis"),
        *("--action", "weights.delete", "--asset", "weights:aurora-1"),
        *("--purpose", "the machines are being carried off"),
        *("--key", "dennis.key"),
    ).json()
    used = asking(
        *("check", "--subject", "user:dennis", "--action", "weights.delete"),
        *("--asset", "weights:aurora-1", "--via", "point:west-bench"),
        *("--authn", "hardware-fresh", "--grant", opened["id"]),
        *("--present", "user:grace", "--bytes", "1"),
    )
    assert used.code == 0, used.out + used.err
    found = asking("review", "next", "--as", "user:radia")
    table = asking.table("review", "next", "--as", "user:radia")

    assert "an alarm was raised" in used.err
    assert "`ringwall review next`" in used.err
    value = found.json()
    assert (value["what"], value["about"]) == ("break-glass", opened["id"])
    assert value["purpose"] == "the machines are being carried off"
    assert (value["action"], value["resource"]) == (
        "weights.delete",
        "weights:aurora-1",
    )
    assert value["decision"] == used.json()["context"]["id"]
    assert value["purpose"] in " ".join(table.out.split())
    told = f"next: ringwall review decide {value['id']} --as user:radia"
    assert told in table.err
    assert "--outcome closed" in table.err


def test_a_policy_change_names_what_it_binds(asking: Ringwall) -> None:
    digest = "ab" * 32

    done = asking.table(
        *("request", "new", "--subject", "user:marian", "--action", "policy.change"),
        *("--asset", "record:policies", "--purpose", "rows for the new lab"),
        *("--binds", digest, "--key", "marian.key"),
    )

    assert done.code == 0
    assert f"binds    {digest}" in done.out


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["new", *ASKED], "give one of --key or --to-sign"),
        (
            ["new", *ASKED, "--key", "dennis.key", "--to-sign", "x"],
            "give one of --key or --to-sign",
        ),
        (
            ["new", *ASKED, "--to-sign", "x", "--passphrase-file", "y"],
            "--passphrase-file goes with --key",
        ),
        (
            ["new", *ASKED, "--hours", "1", "--until", "2027-01-01T00:00:00Z"],
            "give --hours or --until",
        ),
        (["new", *ASKED, "--key", "dennis.key", "--until", "soon"], "not an instant"),
        (["file", "x.json"], "give --signature"),
        (["show", "req-x", "--to-sign", "x"], "go together"),
        (["show", "req-x", "--as", "user:ada", "--seat", "ciso"], "go together"),
        (
            ["approve", "req-x", "--as", "user:ada", "--seat", "ciso"],
            "give one of --key or --signature",
        ),
        (
            [
                *("approve", "req-x", "--as", "user:ada", "--seat", "ciso"),
                *("--key", "ada.key", "--statement", "x"),
            ],
            "--statement goes with --signature",
        ),
    ],
)
def test_a_command_line_that_makes_no_sense_is_misuse(
    asking: Ringwall, words: list[str], message: str
) -> None:
    done = asking("request", *words)

    assert done.code == 2
    assert message in done.err


def test_what_is_not_there_is_misuse(asking: Ringwall, institute: Path) -> None:
    assert asking("request", "show", "req-" + "a" * 20).code == 2
    assert "unknown-request" in asking("request", "show", "req-x").err
    missing = asking("request", "file", "no.json", "--signature", "no.sig")
    assert (missing.code, "input-unreadable" in missing.err) == (2, True)
    (institute / "bad.json").write_text(json.dumps({"what": "request"}))
    bad = asking("request", "file", "bad.json", "--signature", "bad.json")
    assert (bad.code, "request-malformed" in bad.err) == (2, True)


CHANGE = [
    *("request", "new", "--subject", "user:marian", "--action", "policy.change"),
    *("--asset", "record:policies", "--purpose", "the row was asked for"),
    *("--binds", "ab" * 32, "--key", "marian.key"),
]


def test_while_other_policies_lie_in_the_folder_nobody_gets_a_grant(
    asking: Ringwall, institute: Path
) -> None:
    name = new(asking)
    add_row(Institute(institute), DENY_ROW)

    tried = [
        asking("request", "new", *ASKED, "--key", "dennis.key"),
        asking("request", "new", *ASKED, "--to-sign", "wish.json"),
        approve(asking, name, "grace", "custodian"),
    ]

    for done in tried:
        assert (done.code, done.out) == (3, "")
        assert "policy-not-activated" in done.err
        assert "ringwall policy restore" in " ".join(done.err.split())
    assert asking("request", "show", name).json()["approvals"] == []


def test_what_mends_it_is_asked_for_and_what_takes_away_is_taken_meanwhile(
    asking: Ringwall, institute: Path
) -> None:
    name, other = new(asking), new(asking)
    add_row(Institute(institute), DENY_ROW)
    why = ("--reason", "there are copies enough")

    change = asking(*CHANGE)
    assert change.code == 0, change.err
    words = (change.json()["id"], "radia", "security-officer")
    approved = approve(asking, *words)
    refused = asking(
        *("request", "deny", name, "--as", "user:grace", *why, "--key", "grace.key")
    )
    revoked = asking(
        *("request", "revoke", other, "--as", "user:radia", *why, "--key", "radia.key")
    )

    codes = [done.code for done in (change, approved, refused, revoked)]
    assert codes == [0, 0, 0, 0]
