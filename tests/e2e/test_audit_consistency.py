"""`audit consistency` from outside: that the record only grew."""

from pathlib import Path

import pytest

from tests.e2e.running import PERMITTED, Ringwall


@pytest.fixture
def vkey(institute: Path) -> str:
    """The public key of the log."""
    return (institute / "keys/log.vkey").read_text().strip()


def newest(ringwall: Ringwall, tmp_path: Path, name: str) -> tuple[Path, int]:
    """Return the newest checkpoint as a file, and its size."""
    folder = tmp_path / f"{name}-tiles"
    size = ringwall("audit", "export", "--tiles", folder).json()["size"]
    return folder / "checkpoint", size


def test_growth_is_shown_between_any_two_sizes(ringwall: Ringwall) -> None:
    for old, new in ((0, 5), (1, 5), (3, 7), (5, 5)):
        done = ringwall("audit", "consistency", old, new)
        assert done.code == 0
        assert (done.json()["old"], done.json()["new"]) == (old, new)
    table = ringwall.table("audit", "consistency", 3, 7)
    assert table.out.startswith("GREW     the record of NEW begins with that of OLD")
    assert "NEW is not: ask for" in table.out


def test_a_proof_is_made_and_checked_without_the_institute(
    ringwall: Ringwall,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    vkey: str,
) -> None:
    old, size = newest(ringwall, tmp_path, "old")
    assert ringwall(*PERMITTED).code == 0
    new, larger = newest(ringwall, tmp_path, "new")
    proof = tmp_path / "grown.proof"
    made = ringwall("audit", "consistency", old, larger, "-o", proof)
    assert made.code == 0
    assert made.json()["signed"] is True
    assert made.err.startswith("next: ")
    assert f"audit consistency OLD {larger} --proof {proof} --vkey" in made.err

    monkeypatch.chdir(tmp_path)
    checked = [*("--proof", proof), "--vkey", vkey]
    for first, second in ((old, new), (old, larger)):
        done = ringwall("audit", "consistency", first, second, *checked)
        assert done.code == 0
        assert done.json()["old"] == size
        assert done.json()["new_root"] == made.json()["new_root"]
    wrong = ringwall("audit", "consistency", new, new, *checked, "--format", "json")
    assert wrong.code == 6
    assert wrong.error()["code"] == "proof-of-another-size"
    other = ringwall("audit", "consistency", 3, larger, *checked)
    assert other.code == 2
    nothing = ringwall("audit", "consistency", 0, larger, *checked, "--format", "json")
    assert nothing.error()["code"] == "proof-of-another-size"


def test_a_checkpoint_that_somebody_kept_is_compared(
    ringwall: Ringwall, tmp_path: Path
) -> None:
    kept, size = newest(ringwall, tmp_path, "kept")
    forged = kept.read_bytes().replace(b"\n%d\n" % size, b"\n%d\n" % (size - 1))
    kept.write_bytes(forged)

    done = ringwall("audit", "consistency", kept, size, "--format", "json")
    assert done.code == 6
    assert done.error()["code"] == "signature-invalid"


@pytest.mark.parametrize(
    ("words", "code"),
    [
        (["7", "3"], "sizes-reversed"),
        (["3", "999999"], "unknown-size"),
        (["nowhere", "3"], "input-unreadable"),
        (["0", "3", "-o", "some.proof"], "checkpoint-unsigned"),
        (["0", "9", "-o", "no/such/folder"], "checkpoint-unsigned"),
    ],
)
def test_what_can_not_be_shown_is_refused(
    ringwall: Ringwall, words: list[str], code: str
) -> None:
    done = ringwall("audit", "consistency", *words, "--format", "json")

    assert done.code in {2, 3}
    assert done.error()["code"] == code


def test_options_that_contradict_each_other_are_refused(
    ringwall: Ringwall, vkey: str
) -> None:
    for words in (
        ["--proof", "x"],
        ["--vkey", vkey],
        ["--proof", "x", "--vkey", vkey, "-o", "y"],
    ):
        assert ringwall("audit", "consistency", "0", "3", *words).code == 2
