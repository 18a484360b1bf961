"""`vault inventory` and `vault verify-inventory`: all there is, and where."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.e2e.running import Ringwall
from tests.e2e.sealing import ASSET, container, granted, stored

SITE = ["--site", "site:hub-west"]


def test_every_container_is_listed_the_oldest_first(vault: Ringwall) -> None:
    done = vault("vault", "inventory")

    assert [row["file"] for row in done.json()] == ["config.json", "model.safetensors"]
    assert vault("vault", "inventory", "--copies").json() == []
    table = vault.table("vault", "inventory").out
    assert max(map(len, table.splitlines())) <= 80


def test_a_vault_as_on_record_is_sound_and_what_was_compared_is_said(
    vault: Ringwall,
) -> None:
    done = vault("vault", "verify-inventory")
    people = vault.table("vault", "verify-inventory")

    assert (done.code, people.code) == (0, 0)
    assert (done.json()["sound"], done.json()["containers"]) == (True, 2)
    assert people.out.startswith("SOUND    2 containers on record, each in its place")
    assert "that is `ringwall vault verify`" in people.out


def _missing() -> None:
    stored().unlink()


def _foreign() -> None:
    stored().with_name("notes.txt").write_text("notes")


def _doubled() -> None:
    shutil.copy(stored(), stored("other"))


def _truncated() -> None:
    with stored().open("r+b") as file:
        file.truncate(20_000)


def _linked() -> None:
    stored("link").symlink_to(stored().name)


@pytest.mark.parametrize(
    ("spoil", "codes", "step"),
    [
        (_missing, ["container-missing"], "put it back from a copy"),
        (_foreign, ["not-a-container"], "look at what it is"),
        (
            _doubled,
            ["container-doubled"],
            "find out who copied it, and erase the one too many",
        ),
        (_truncated, ["container-truncated"], "put an intact copy"),
        (_linked, ["link"], "remove it, and find out who made it"),
    ],
)
def test_what_is_not_as_on_record_exits_6_and_says_what_to_do(
    vault: Ringwall,
    spoil: Callable[[], None],
    codes: list[str],
    step: str,
) -> None:
    spoil()

    done = vault("vault", "verify-inventory")
    people = vault.table("vault", "verify-inventory")

    assert (done.code, people.code) == (6, 6)
    findings = done.json()["findings"]
    assert [finding["code"] for finding in findings] == codes
    assert all(finding["next"] for finding in findings)
    assert people.out.startswith("UNSOUND  ")
    assert f"next: {step}" in " ".join(people.out.split())
    csv = vault("vault", "verify-inventory", "--format", "csv").csv()
    assert [row["code"] for row in csv] == codes


def test_the_copies_of_a_site_are_compared_over_there(
    vault: Ringwall, tmp_path: Path
) -> None:
    folder = tmp_path / "copies"
    folder.mkdir()
    words = [ASSET, "--to", "site:hub-west", "--key", "west"]
    words += ["--out", str(folder / "m.vault"), *granted("copy")]
    copied = vault("vault", "copy", *words)
    assert copied.code == 0, copied.err

    there = vault("vault", "verify-inventory", "--at", folder, *SITE)
    (folder / "m.vault").unlink()
    gone = vault("vault", "verify-inventory", "--at", folder, *SITE)

    assert (there.code, there.json()["containers"]) == (0, 1)
    assert gone.code == 6
    (finding,) = gone.json()["findings"]
    assert finding["code"] == "container-missing"
    assert finding["container"] == copied.json()["container"] != container(vault)


@pytest.mark.parametrize("words", [["--at", "."], SITE])
def test_a_folder_and_whose_copies_it_holds_go_together(
    vault: Ringwall, words: list[str]
) -> None:
    done = vault("vault", "verify-inventory", *words)

    assert done.code == 2
    assert "--at and --site go together" in done.err


def test_a_site_that_is_not_on_record_exits_2(vault: Ringwall) -> None:
    done = vault("vault", "verify-inventory", "--at", ".", "--site", "site:moon")

    assert (done.code, done.out) == (2, "")
    assert "unknown-site" in done.err
