"""An institute grows a third tier on record first, in its settings then, for good."""

import os
import stat
from pathlib import Path

import pytest
from typing_extensions import override

from ringwall.base.clock import FixedClock
from ringwall.base.errors import (
    ConfigurationError,
    IntegrityError,
    RecordUnavailable,
)
from ringwall.ledger.ledger import Ledger, RegistryChanges
from ringwall.ledger.spending import Spending
from ringwall.model.settings import Settings, format_settings, parse_settings
from ringwall.registry.growing import (
    Growth,
    check_key,
    check_settings,
    grow_institute,
    grown_text,
    write_settings,
)
from tests.fault.ledger_simulator import (
    AT,
    KEY,
    ORIGIN,
    OTHER_KEY,
    VERIFIER,
    LedgerFile,
    creation,
    fact,
    growth,
)

TWO = Settings(name="Hub", tiers="two", origin=ORIGIN)
THREE = TWO.model_copy(update={"tiers": "three"})
CLOCK = FixedClock(AT)


@pytest.fixture
def file(tmp_path: Path) -> LedgerFile:
    return LedgerFile(tmp_path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    found = tmp_path / "ringwall.toml"
    found.write_text(format_settings(TWO))
    return found


def grow(file: LedgerFile, path: Path, clock: FixedClock | None = CLOCK) -> Growth:
    with file.opened(writable=clock is not None) as ledger:
        return grow_institute(ledger, path, path.read_bytes(), clock)


def test_an_institute_grows_on_record_and_in_its_settings(
    file: LedgerFile, path: Path
) -> None:
    assert grow(file, path) == Growth(record=True, file=True, entry=10)

    assert parse_settings(path.read_bytes(), "") == THREE
    with file.opened(writable=False) as ledger:
        assert ledger.institute() == growth()
    assert file.verify().is_sound


def test_an_institute_that_has_grown_does_not_grow_again(
    file: LedgerFile, path: Path
) -> None:
    grow(file, path)
    before = path.stat().st_mtime_ns

    assert grow(file, path) == Growth(record=False, file=False)
    assert path.stat().st_mtime_ns == before
    assert file.query("SELECT count(*) FROM leaf") == [(11,)]


def test_a_dry_run_says_what_is_to_be_done_and_does_none_of_it(
    file: LedgerFile, path: Path
) -> None:
    assert grow(file, path, None) == Growth(record=True, file=True)

    assert parse_settings(path.read_bytes(), "") == TWO
    assert file.query("SELECT count(*) FROM leaf") == [(10,)]


def test_what_broke_off_between_record_and_settings_is_mended(
    file: LedgerFile, path: Path
) -> None:
    with file.opened() as ledger:
        ledger.append([growth()])

    assert grow(file, path) == Growth(record=False, file=True)
    assert parse_settings(path.read_bytes(), "") == THREE
    assert file.query("SELECT count(*) FROM leaf") == [(11,)]


def test_settings_that_cannot_be_written_leave_what_the_next_try_mends(
    file: LedgerFile, path: Path
) -> None:
    gone = path.parent / "gone" / path.name

    with file.opened() as ledger, pytest.raises(RecordUnavailable) as caught:
        grow_institute(ledger, gone, path.read_bytes(), CLOCK)

    assert caught.value.code == "folder-unwritable"
    assert "`ringwall tier add third` again" in caught.value.next_step
    assert grow(file, path) == Growth(record=False, file=True)


class Hurried(Ledger):
    """A ledger in which somebody else is always quicker."""

    others = 0

    @override
    def registry_since(
        self, index: int, spending: Spending | None = None
    ) -> RegistryChanges:
        found = super().registry_since(index, spending)
        if self.others:
            self.others -= 1
            self.append([fact("user:eve", "SL1")])
        return found


@pytest.mark.parametrize("others", [1, 7])
def test_facts_that_come_in_between_do_not_keep_it_from_growing(
    file: LedgerFile, path: Path, others: int
) -> None:
    ledger = Hurried(file.path, VERIFIER, ORIGIN, KEY)
    ledger.others = others

    done = grow_institute(ledger, path, path.read_bytes(), CLOCK)

    assert (done.record, done.entry) == (True, 10 + others)
    ledger.close()


def test_a_record_that_never_rests_is_given_up(file: LedgerFile, path: Path) -> None:
    ledger = Hurried(file.path, VERIFIER, ORIGIN, KEY)
    ledger.others = 8

    with pytest.raises(RecordUnavailable) as caught:
        grow_institute(ledger, path, path.read_bytes(), CLOCK)

    assert caught.value.code == "facts-unsettled"
    assert parse_settings(path.read_bytes(), "") == TWO
    ledger.close()


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ('# ours\ntiers = "two"  # so far\n', '# ours\ntiers = "three"  # so far\n'),
        ("tiers='two'\n", "tiers='three'\n"),
    ],
)
def test_the_rest_of_the_settings_stays_as_it_was_written(
    before: str, after: str
) -> None:
    rest = f'name = "tiers = two"\norigin = "{ORIGIN}"\npoint = "point:desk"\n'

    assert grown_text((rest + before).encode()) == (rest + after).encode()


@pytest.mark.parametrize(
    "tiers",
    ['"tiers" = "two"', 'tiers = """two"""', 'tiers = "tw\\u006f"'],
)
def test_settings_written_in_an_unusual_way_are_written_anew(tiers: str) -> None:
    text = f'# ours\nname = "Hub"\norigin = "{ORIGIN}"\n{tiers}\n'

    assert grown_text(text.encode()) == format_settings(THREE).encode()


def test_a_name_that_looks_like_the_setting_is_left_alone() -> None:
    text = f'name = """\ntiers = "two"."""\norigin = "{ORIGIN}"\ntiers = "two"\n'

    grown = parse_settings(grown_text(text.encode()), "")

    assert (grown.name, grown.tiers) == ('tiers = "two".', "three")


def test_settings_that_are_none_are_refused() -> None:
    with pytest.raises(ConfigurationError) as caught:
        grown_text(b"tiers = ")

    assert caught.value.code == "settings-invalid"


def test_settings_keep_their_mode_and_a_link_stays_a_link(path: Path) -> None:
    path.chmod(0o600)
    link = path.with_name("link.toml")
    link.symlink_to(path)

    write_settings(link, b"x")

    assert link.is_symlink()
    assert path.read_bytes() == b"x"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert sorted(os.listdir(path.parent)) == ["link.toml", path.name]


def test_a_draft_is_not_left_behind(tmp_path: Path) -> None:
    (tmp_path / "ringwall.toml").mkdir()  # can't be replaced by a file

    with pytest.raises(RecordUnavailable):
        write_settings(tmp_path / "ringwall.toml", b"x")

    assert os.listdir(tmp_path) == ["ringwall.toml"]


def test_settings_on_record_pass() -> None:
    check_settings(TWO, creation(), ("tiers", "origin"))
    check_settings(THREE, growth(), ("tiers", "origin"))
    check_settings(TWO, growth(), ("origin",))


@pytest.mark.parametrize(
    ("settings", "grown", "step"),
    [
        (TWO, True, "run `ringwall tier add third`: it mends the file"),
        (THREE, False, "put `two` back; to have three, run `ringwall tier add third`"),
        (
            TWO.model_copy(update={"origin": "other.example"}),
            False,
            f"put `{ORIGIN}` back",
        ),
    ],
)
def test_settings_that_differ_say_how_to_mend_them(
    settings: Settings, *, grown: bool, step: str
) -> None:
    recorded = growth() if grown else creation()

    with pytest.raises(ConfigurationError) as caught:
        check_settings(settings, recorded, ("tiers", "origin"))

    assert (caught.value.code, caught.value.next_step) == ("settings-differ", step)


def test_a_key_that_is_not_on_record_is_found_out() -> None:
    with pytest.raises(IntegrityError) as caught:
        check_key(OTHER_KEY.verifier(), [VERIFIER])

    assert caught.value.code == "key-not-on-record"
