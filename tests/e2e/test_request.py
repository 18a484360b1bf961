"""`request`: asking for a grant on the command line, signed here or elsewhere."""

import json
from pathlib import Path

import pytest

from ringwall.base.canonical import load_canonical
from ringwall.signing.ssh import sign_ssh
from tests.e2e.requesting import ASKED
from tests.e2e.running import Ringwall
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
        (["file", "x.json"], "give one of --signature"),
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
