"""`vault verify`: every chunk, going on where it was interrupted."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from ringwall.institute import Institute
from ringwall.model.vault_events import vault_verified
from ringwall.vault.container.reading import Unlocked
from tests.e2e.running import Ringwall
from tests.e2e.sealing import ASSET, FILE, READER, container, stored

VERIFY = ["vault", "verify", ASSET, *READER]


def spoil(chunk: int) -> None:
    """Flip a bit of a chunk of the model."""
    with stored().open("r+b") as file:
        file.seek(12288 + chunk * (1024 * 1024 + 16) + 5)
        byte = file.read(1)
        file.seek(-1, os.SEEK_CUR)
        file.write(bytes([byte[0] ^ 4]))


def interrupted(name: str, until: int) -> None:
    """Put a verification on record that got so far."""
    with Institute(Path()).gatekeeper("point:trainer") as gate:
        said = {"run": "ver-1", "first": 0, "until": until, "total": 2}
        event = vault_verified(gate.clock.now(), name, {**said, "subject": "user:ada"})
        gate.record(lambda _: [event])


def test_a_sound_container_is_said_to_be_and_that_is_on_record(
    vault: Ringwall,
) -> None:
    done = vault(*VERIFY)

    name = container(vault)
    assert done.code == 0
    assert done.json() | {"run": ""} == {
        "container": name,
        "asset": ASSET,
        "file": FILE,
        "sound": True,
        "first": 0,
        "chunks": 2,
        "run": "",
    }
    assert vault("vault", "show", name).json()["verified"] is not None
    assert vault.table(*VERIFY).out.startswith(
        f"SOUND    {name}  {FILE}\nchunks   2 chunks right\n"
    )


@pytest.mark.parametrize(
    ("more", "told"),
    [([], "command goes on"), (["--fresh"], ", without --fresh, goes")],
)
def test_who_interrupts_it_is_told_that_it_goes_on(
    vault: Ringwall, monkeypatch: pytest.MonkeyPatch, more: list[str], told: str
) -> None:
    look = Unlocked.verify

    def cut_off(
        content: Unlocked, first: int, _until: int, found: Callable[[int], None]
    ) -> None:
        look(content, first, first + 1, found)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Unlocked, "verify", cut_off)
        cut = vault(*VERIFY, *more)

    on = vault.table(*VERIFY)

    assert (cut.code, cut.out) == (130, "")
    assert "interrupted: the same command" in cut.err
    assert told in cut.err
    assert "the first 1 of them were looked at before" in on.out


def test_it_goes_on_where_it_was_interrupted_or_begins_afresh(
    vault: Ringwall,
) -> None:
    name = container(vault)
    interrupted(name, 1)
    told = vault("vault", "show", name).json()["verifying"]
    # A chunk that was looked at before is looked at again only if that is asked for.
    spoil(0)

    on = vault.table(*VERIFY)
    afresh = vault(*VERIFY, "--fresh")

    assert told == {"run": "ver-1", "until": 1, "total": 2}
    assert on.code == 0
    assert "the first 1 of them were looked at before" in on.out
    assert "run      ver-1" in on.out
    assert afresh.code == 6
    assert "has a damaged chunk 0" in afresh.err


@pytest.mark.parametrize("chunk", [0, 1])
def test_damage_exits_6_and_names_the_first_chunk(vault: Ringwall, chunk: int) -> None:
    for damaged in range(chunk, 2):
        spoil(damaged)

    done = vault(*VERIFY)

    assert (done.code, done.out) == (6, "")
    assert "container-chunk-damaged" in done.err
    assert f"has a damaged chunk {chunk}" in done.err
    assert "next: " in done.err


def test_who_may_not_read_may_not_verify(vault: Ringwall) -> None:
    words = [word.replace("user:ada", "user:emmy") for word in VERIFY]

    done = vault(*words)

    assert (done.code, done.out) == (1, "")
