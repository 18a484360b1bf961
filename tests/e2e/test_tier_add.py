"""`tier add`: two tiers become three, and never two again."""

from pathlib import Path

import pytest

from ringwall.base.clock import FixedClock
from ringwall.institute import Institute
from tests.e2e.running import PERMITTED, Ringwall
from tests.example import NOON, READ

ADD = ("tier", "add", "third")
RAISE = ("tier", "raise", "eval:aurora-2-full", "--to", "third")


def settings(institute: Path) -> str:
    return (institute / "ringwall.toml").read_text()


def set_tiers(institute: Path, old: str, new: str) -> None:
    text = settings(institute)
    assert f'tiers = "{old}"' in text
    changed = text.replace(f'tiers = "{old}"', f'tiers = "{new}"')
    (institute / "ringwall.toml").write_text(changed)


def test_an_institute_that_runs_grows_a_third_tier(
    ringwall: Ringwall, institute: Path
) -> None:
    assert ringwall(*RAISE).code == 3
    before = settings(institute)

    done = ringwall(*ADD)

    value = done.json()
    assert (done.code, done.err) == (0, "")
    assert (value["tiers"], value["on_record"], value["in_settings"]) == (
        "three",
        "added",
        "added",
    )
    assert settings(institute) == before.replace('"two"', '"three"')
    shown = ringwall("audit", "show", value["entry"]).json()["event"]
    assert (shown["kind"], shown["tiers"]) == ("institute.grown", "three")
    assert ringwall(*RAISE).code == 0
    assert ringwall("audit", "verify").code == 0
    assert ringwall("audit", "replay", institute / "copy.db").code == 0


def test_what_was_permitted_before_is_permitted_after(ringwall: Ringwall) -> None:
    assert ringwall(*PERMITTED).code == 0

    ringwall(*ADD)

    assert ringwall(*PERMITTED).code == 0


def test_a_dry_run_writes_nothing(ringwall: Ringwall, institute: Path) -> None:
    before = settings(institute), (institute / "ledger.db").read_bytes()

    done = ringwall.table(*ADD, "--dry-run")

    assert done.out == "the third tier would be recorded and set in ringwall.toml\n"
    assert done.err == "nothing was written (--dry-run)\n"
    assert (settings(institute), (institute / "ledger.db").read_bytes()) == before
    assert ringwall(*ADD, "--dry-run").json()["applied"] is False
    assert ringwall(*RAISE).code == 3


def test_adding_it_again_changes_nothing(ringwall: Ringwall) -> None:
    first = ringwall.table(*ADD)
    size = int(ringwall("audit", "ls", "--limit", "1").json()[0]["entry"]) + 1

    again = ringwall.table(*ADD)

    assert first.out.startswith("the third tier was recorded (entry ")
    assert first.out.endswith(") and set in ringwall.toml\n")
    assert again.out == "the institute has the third tier already\n"
    assert ringwall("audit", "ls", "--limit", "1").json()[0]["entry"] == size - 1


def test_what_broke_off_before_the_settings_is_refused_until_it_is_run_again(
    ringwall: Ringwall, institute: Path
) -> None:
    ringwall(*ADD)
    set_tiers(institute, "three", "two")  # as if it had ended before the second step

    refused = ringwall(*PERMITTED)
    assert refused.code == 3
    assert "settings-differ" in refused.err
    assert "\nnext: run `ringwall tier add third`" in refused.err

    mended = ringwall.table(*ADD)

    assert mended.out == "the third tier was set in ringwall.toml\n"
    assert ringwall(*PERMITTED).code == 0


def test_the_settings_alone_make_no_third_tier(
    ringwall: Ringwall, institute: Path
) -> None:
    set_tiers(institute, "two", "three")

    refused = ringwall(*PERMITTED)
    assert refused.code == 3
    assert "put `two` back; to have three, run `ringwall tier add third`" in refused.err

    assert ringwall.table(*ADD).out.startswith("the third tier was recorded (entry ")
    assert ringwall(*PERMITTED).code == 0


def test_another_origin_is_not_mended(ringwall: Ringwall, institute: Path) -> None:
    text = settings(institute).replace("example.org/log", "example.org/other")
    (institute / "ringwall.toml").write_text(text)

    done = ringwall(*ADD)

    assert (done.code, settings(institute)) == (3, text)
    assert "settings-differ" in done.err


def test_a_folder_that_can_not_be_signed_for_does_not_grow(
    ringwall: Ringwall, institute: Path
) -> None:
    (institute / "keys" / "log.key").unlink()
    before = settings(institute)

    done = ringwall(*ADD)

    assert (done.code, settings(institute)) == (8, before)
    assert "signing-key-unusable" in done.err


@pytest.mark.parametrize("tier", ["upper", "lower", "fourth", "two"])
def test_no_other_tier_is_added(ringwall: Ringwall, tier: str) -> None:
    assert ringwall("tier", "add", tier).code == 2


def test_the_record_tells_in_words_that_it_has_grown(ringwall: Ringwall) -> None:
    ringwall(*ADD)

    (row,) = ringwall("audit", "ls", "--kind", "institute.grown").json()

    assert row["what"] == "institute has three tiers: institute"


def test_the_answer_fits_a_sheet(ringwall: Ringwall) -> None:
    (row,) = ringwall(*ADD, "--format", "csv").csv()

    assert (row["tiers"], row["applied"]) == ("three", "true")
    assert row["entry"].isdigit()


def test_a_gate_that_is_open_knows_no_third_tier_until_it_is_opened_anew(
    ringwall: Ringwall, institute: Path
) -> None:
    opened = Institute(institute, FixedClock(NOON))
    with opened.gatekeeper("point:trainer") as gate:
        assert gate.check(**READ).permitted

        assert ringwall(*ADD).code == 0
        assert gate.check(**READ).permitted  # all else goes on
        assert ringwall(*RAISE).code == 0
        held = {**READ, "action": "research.read", "resource": RAISE[2]}
        decision = gate.check(**held)

    codes = {reason.code for reason in decision.verdict.reasons}
    assert "floor-no-such-tier" in codes
    anew = Institute(institute, FixedClock(NOON))
    with anew.gatekeeper("point:trainer") as gate:
        decision = gate.check(**held)
    codes = {reason.code for reason in decision.verdict.reasons}
    assert "floor-no-such-tier" not in codes
    assert "floor-third-tier" in codes or "floor-site" in codes
