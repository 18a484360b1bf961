"""`vault rewrap`, `copy` and `destroy`: each under a grant for just that."""

from pathlib import Path

import pytest

from ringwall.vault.binding import binds_of
from tests.e2e.running import Ringwall
from tests.e2e.sealing import (
    ASSET,
    CUSTODIAN,
    PURPOSE,
    READER,
    container,
    granted,
    poured,
    stored,
)

REWRAP = ["vault", "rewrap", ASSET, "--to", "next"]
COPY = ["vault", "copy", ASSET, "--to", "site:hub-west", "--key", "west"]
DESPITE = ["--present", "user:grace", "--purpose", "because it has to be"]


def test_a_container_gets_another_key_and_is_read_as_before(
    vault: Ringwall, monkeypatch: pytest.MonkeyPatch
) -> None:
    who = granted("rewrap")
    (name, sealed) = container(vault), stored().read_bytes()

    done = vault(*REWRAP, *who)

    assert done.code == 0, done.err
    assert done.json() | {"decision": ""} == {
        "container": name,
        "asset": ASSET,
        "key": "next",
        "generation": 2,
        "was_finished": False,
        "decision": "",
    }
    assert stored().read_bytes()[12288:] == sealed[12288:]
    shown = vault("vault", "show", name).json()
    assert (shown["key"], shown["disk"]["fault"]) == ("next", "")
    read, data = poured(vault, monkeypatch, "vault", "read", ASSET, *READER)
    assert (read.code, len(data)) == (0, shown["bytes"])
    again = vault(*REWRAP, *who)
    assert again.code == 1


def test_a_copy_is_a_container_of_its_own_and_counted(
    vault: Ringwall, tmp_path: Path
) -> None:
    out = tmp_path / "out" / "model.vault"
    out.parent.mkdir()
    who = granted("copy")

    done = vault.table(*COPY, "--out", out, *who)

    assert done.code == 0, done.err
    (row,) = vault("vault", "inventory", "--copies").json()
    assert done.out.startswith(f"COPIED   {row['container']} for site:hub-west\n")
    assert f"grant    {who[-1]}" in done.out
    assert "--at FOLDER --site site:hub-west` over there" in done.err
    assert (row["copy_of"], row["recipient"]) == (container(vault), "site:hub-west")
    assert vault("vault", "ls", ASSET).json()[1]["copies"] == 1
    told = vault.table("vault", "show", row["container"]).out
    assert f"copy of  {container(vault)}, for site:hub-west\n" in told
    told = vault.table("vault", "show", container(vault)).out
    assert f"copy     {row['container']}\n" in told
    at_site = ["--at", out.parent, "--site", "site:hub-west"]
    assert vault("vault", "verify-inventory", *at_site).code == 0
    assert vault("vault", "verify-inventory").code == 0
    again = vault(*COPY, "--out", out, *who)
    assert again.code in {1, 7}


def test_what_is_in_the_way_of_a_copy_costs_no_grant(
    vault: Ringwall, tmp_path: Path
) -> None:
    out = tmp_path / "model.vault"
    out.write_bytes(b"mine")
    who = granted("copy")

    done = vault(*COPY, "--out", out, *who)

    assert (done.code, out.read_bytes()) == (1, b"mine")
    assert "container-exists" in done.err
    assert vault("request", "show", who[-1]).json()["state"] == "granted"


def test_a_container_is_destroyed_once_and_stays_on_record(
    vault: Ringwall,
) -> None:
    name = container(vault, "config.json")
    who = granted("destroy")

    done = vault.table("vault", "destroy", name, *who)

    assert done.code == 0, done.err
    assert done.out.startswith(f"ERASED   {name}, config.json of {ASSET}\n")
    assert not stored("config.json").exists()
    shown = vault("vault", "show", name).json()
    assert (shown["state"], shown["disk"]["path"]) == ("destroyed", "")
    entry = vault("audit", "show", shown["history"][-1]["entry"]).json()
    assert entry["event"]["reason"] == PURPOSE
    assert vault("vault", "verify-inventory").code == 0
    assert vault("vault", "ls", ASSET).json()[0]["file"] == "model.safetensors"
    again = vault("vault", "destroy", name, *who)
    assert again.code == 0
    assert "nothing of it was found to be erased" in again.err


def test_another_reason_than_was_approved_destroys_nothing(vault: Ringwall) -> None:
    name = container(vault, "config.json")

    done = vault("vault", "destroy", name, *granted("destroy"), "--reason", "no use")

    assert done.code == 1
    assert "purpose-differs" in done.err
    assert stored("config.json").is_file()


def test_a_copy_is_not_erased_under_the_grant_for_another_container(
    vault: Ringwall, tmp_path: Path
) -> None:
    out = tmp_path / "model.vault"
    copied = vault(*COPY, "--out", out, *granted("copy")).json()
    words = ["--copy", out, *granted("destroy")]

    done = vault("vault", "destroy", copied["container"], *words)

    assert (done.code, done.out) == (1, "")
    assert out.is_file()


@pytest.mark.parametrize(
    ("words", "action", "key", "to"),
    [
        (REWRAP, "weights.rewrap", "next", ""),
        (COPY, "weights.copy", "west", "site:hub-west"),
    ],
)
def test_what_a_grant_is_bound_to_is_printed_and_nobody_is_asked(
    vault: Ringwall, words: list[str], action: str, key: str, to: str
) -> None:
    name = container(vault)
    before = vault("audit", "ls", "--limit", "1").json()

    done = vault(*words, "--print-binds")
    people = vault.table(*words, "--print-binds")

    assert done.json() == {
        "binds": binds_of(name, key=key, to=to),
        "action": action,
        "asset": ASSET,
        "container": name,
    }
    assert f"--action {action} --asset {ASSET} --binds " in done.err
    assert f"of       {name}" in people.out
    assert vault("audit", "ls", "--limit", "1").json() == before


def _told_to_bind(err: str) -> bool:
    told = " ".join(err.split())
    return "with --print-binds" in told and "`ringwall request new --binds`" in told


@pytest.mark.parametrize(
    ("act", "told"),
    [
        ("rewrap", f"rewrap {ASSET} [FILE] --to NAME --grant"),
        ("copy", f"copy {ASSET} [FILE] --to SITE --key NAME --out FILE --grant"),
        ("destroy", "destroy CONTAINER --grant"),
    ],
)
def test_what_was_granted_says_by_which_command_it_is_done(
    vault: Ringwall, act: str, told: str
) -> None:
    request = granted(act)[-1]

    shown = vault.table("request", "show", request)

    said = " ".join(shown.err.split())
    assert f"next: ringwall vault {told} {request} --subject user:dennis" in said


@pytest.mark.parametrize("words", [REWRAP, [*COPY, "--out", "x.vault"]])
def test_without_a_grant_it_is_a_deny(vault: Ringwall, words: list[str]) -> None:
    before = stored().read_bytes()

    done = vault(*words, *CUSTODIAN, *DESPITE)

    assert (done.code, done.out) == (1, "")
    assert done.err.startswith("DENY     ")
    assert _told_to_bind(done.err)
    assert stored().read_bytes() == before
    assert not Path("x.vault").exists()


def test_a_grant_for_another_key_is_none_for_this_one(vault: Ringwall) -> None:
    who = granted("rewrap")

    done = vault(*REWRAP[:-1], "main", *who)

    assert done.code == 1
    assert "binds-differ" in done.err
    assert _told_to_bind(done.err)
    assert vault("request", "show", who[-1]).json()["state"] == "granted"


def test_without_a_grant_nothing_is_destroyed(vault: Ringwall) -> None:
    name = container(vault)

    done = vault("vault", "destroy", name, *CUSTODIAN, *DESPITE[:2])

    assert done.code == 1
    assert _told_to_bind(done.err)
    assert stored().is_file()


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["rewrap", ASSET, "--to", "gone"], "unknown-key"),
        (["rewrap", ASSET, "--to", "gone", "--print-binds"], "unknown-key"),
        (["rewrap", ASSET, "gone", "--to", "next", "--print-binds"], "file-unknown"),
        ([*COPY[1:5], "--key", "gone", "--out", "x"], "unknown-key"),
        ([*COPY[1:5], "--key", "gone", "--print-binds"], "unknown-key"),
        (["copy", ASSET, "--to", "site:x", *COPY[5:], "--out", "x"], "unknown-site"),
        ([*COPY[1:]], "missing --out"),
        (["destroy", "box-x"], "unknown-container"),
        (["destroy", "box-x", "--print-binds"], "unknown-container"),
    ],
)
def test_what_is_not_there_exits_2(
    vault: Ringwall, words: list[str], code: str
) -> None:
    done = vault("vault", *words, *CUSTODIAN)

    assert (done.code, done.out) == (2, "")
    assert code in done.err
