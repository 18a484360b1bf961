"""`request approve`, `deny`, `revoke`: what others say, signed here or elsewhere."""

from pathlib import Path

import pytest

from ringwall.signing.ssh import sign_ssh
from tests.e2e.requesting import approve, new
from tests.e2e.running import Ringwall
from tests.office import REASON, private_key


def test_an_approval_is_written_signed_elsewhere_and_taken(
    asking: Ringwall, institute: Path
) -> None:
    name = new(asking)
    who = ("--as", "user:grace", "--seat", "custodian")
    written = asking("request", "show", name, *who, "--to-sign", "a.json")
    data = (institute / "a.json").read_bytes()
    (institute / "a.sig").write_text(sign_ssh(data, private_key("grace")))
    files = ("--statement", "a.json", "--signature", "a.sig")

    assert f"request approve {name} --as user:grace" in written.err
    other = asking(
        *("request", "approve", name, "--as", "user:cleo", "--seat", "custodian"),
        *files,
    )
    assert other.code == 2
    assert "statement-differs" in other.err
    taken = asking("request", "approve", name, *who, *files)
    assert taken.code == 0
    assert [item["counts"] for item in taken.json()["approvals"]] == [True]


def test_a_proof_that_does_not_count_is_exit_code_5(asking: Ringwall) -> None:
    name = new(asking)

    done = approve(asking, name, "grace", "custodian", key="cleo")

    assert done.code == 5
    assert "signature-not-own" in done.err
    listed = asking("audit", "ls", "--kind", "proof.refused").json()
    assert len(listed) == 1


def test_what_the_rules_refuse_is_exit_code_1(asking: Ringwall) -> None:
    name = new(asking)

    done = approve(asking, name, "dennis", "custodian")

    assert done.code == 1
    assert "approver-is-requester" in done.err
    assert "next: let somebody else approve it" in done.err


def test_a_refusal_ends_a_request(asking: Ringwall) -> None:
    name = new(asking)
    words = ("request", "deny", name, "--as", "user:grace", "--reason", REASON)

    done = asking.table(*words, "--key", "grace.key")

    assert done.code == 0
    assert f"refused  user:grace: {REASON}" in done.out
    assert approve(asking, name, "cleo", "custodian").code == 1


@pytest.mark.parametrize("verb", ["deny", "revoke"])
def test_an_objection_is_written_signed_elsewhere_and_taken(
    asking: Ringwall, institute: Path, verb: str
) -> None:
    name = new(asking)
    words = ("request", verb, name, "--as", "user:grace", "--reason", REASON)
    if verb == "revoke":
        approve(asking, name, "grace", "custodian")

    written = asking(*words, "--to-sign", "no.json")
    data = (institute / "no.json").read_bytes()
    (institute / "no.sig").write_text(sign_ssh(data, private_key("grace")))

    assert f"request {verb} {name}" in written.err
    assert asking(*words, "--signature", "no.sig").code == 0
    state = asking("request", "show", name).json()["state"]
    assert state == {"deny": "refused", "revoke": "revoked"}[verb]


def test_a_grant_is_taken_back(asking: Ringwall) -> None:
    name = new(asking)
    words = ("request", "revoke", name, "--as", "user:radia", "--reason", REASON)

    done = asking.table(*words, "--key", "radia.key")

    assert done.code == 0
    assert done.out.startswith(f"{name} is taken back, entry ")
    shown = asking.table("request", "show", name)
    assert f"state    REVOKED: taken back by user:radia: {REASON}" in shown.out
    assert f"revoked  user:radia: {REASON}" in shown.out
    assert "the request is revoked" in shown.err
