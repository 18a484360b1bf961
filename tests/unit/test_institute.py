"""An institute's folder opens whole or says what is wrong with it."""

import os
import shutil
import sqlite3
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Final

import pytest

from ringwall.base.clock import FixedClock
from ringwall.base.errors import (
    ConfigurationError,
    DeclarationError,
    IntegrityError,
    PolicyError,
    RecordUnavailable,
    RequestError,
    RingwallError,
)
from ringwall.gate.asker import Who
from ringwall.institute import SETTINGS_FILE, Gatekeeper, Institute
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.verification.checking import Options
from ringwall.model.events import institute_created
from ringwall.registry.kept_policies import kept_folder
from ringwall.signing.keys import (
    dump_signing_key,
    format_vkey,
    generate_signing_key,
    parse_signing_key,
)
from ringwall.vault.keys.unlocking import Secrets
from tests.example import (
    DENY_ROW,
    NOON,
    READ,
    add_row,
    edit_measure,
    policy_file,
    size_of,
)

SPOKEN: Final = "a long walk along the quay at night"
WHO: Final[Who] = {"subject": "user:ada", "authn": "hardware-fresh"}
ALLOW_ROW = (
    "p, acc-998, weights-researcher, *, upper, weights.read, SL0, SL0, none, none, "
    "allow"
)


def rewrite(path: Path, old: str, new: str) -> None:
    text = path.read_text()
    assert old in text
    path.write_text(text.replace(old, new))


def refused(kind: type[RingwallError], code: str, call: Callable[[], object]) -> str:
    with pytest.raises(kind) as caught:
        call()
    assert caught.value.code == code
    assert caught.value.next_step or caught.value.faults
    return caught.value.message


def opening(institute: Institute, *, writable: bool) -> Callable[[], object]:
    """Return what opens the ledger and closes it again."""

    def call() -> None:
        institute.ledger(writable=writable).close()

    return call


def test_a_new_institute_starts_with_its_creation_and_its_policies_in_force(
    tmp_path: Path,
) -> None:
    institute = Institute.create(
        tmp_path / "a", tiers="three", name="A", origin="a.example/log"
    )

    ledger = institute.ledger(writable=False)
    created, second = ledger.institute(), ledger.entry(1).event
    ledger.close()
    assert (created["name"], created["tiers"]) == ("A", "three")
    assert created["origin"] == institute.settings.origin == "a.example/log"
    assert created["vkey"] == format_vkey(institute.verifier())
    assert size_of(institute) == 2
    assert (second["kind"], second["digest"]) == (
        "policy.activated",
        institute.load().digest,
    )
    assert "request" not in second
    assert institute.verify().is_sound


def test_a_folder_that_is_not_empty_is_not_taken(institute: Institute) -> None:
    refused(
        ConfigurationError,
        "folder-not-empty",
        lambda: Institute.create(institute.folder),
    )


def test_a_share_of_decisions_that_is_none_keeps_the_institute_shut(
    institute: Institute,
) -> None:
    path = institute.folder / SETTINGS_FILE
    path.write_text(path.read_text() + 'sample = "often"\n')

    refused(ConfigurationError, "settings-invalid", lambda: Institute(institute.folder))


def test_a_gate_makes_decisions_twice_where_the_settings_say_so(
    institute: Institute,
) -> None:
    path = institute.folder / SETTINGS_FILE
    path.write_text(path.read_text() + 'sample = "1 in 1"\n')

    with Institute(institute.folder, institute.clock).gatekeeper(
        "point:trainer"
    ) as gate:
        assert gate.check(**READ).permitted


def test_a_gate_is_not_opened_for_a_point_that_nobody_declared(
    institute: Institute,
) -> None:
    refused(
        ConfigurationError,
        "point-unknown",
        lambda: Gatekeeper.open(institute.folder, point="point:nowhere"),
    )


def test_a_link_to_the_folder_serves(institute: Institute, tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(institute.folder)

    with Gatekeeper.open(tmp_path / "link", point="point:trainer") as gate:
        assert gate.check(**READ).receipt is not None


@pytest.mark.parametrize(
    ("old", "new", "place"),
    [
        ("name =", "name", "line 3"),
        ("name =", "nom =", f"{SETTINGS_FILE}:3"),
        ("name =", "name = 7 #", f"{SETTINGS_FILE}:3"),
        ('tiers = "two"', "", "tiers"),
        ('tiers = "two"', 'tiers = "one"', f"{SETTINGS_FILE}:4"),
        ('tiers = "two"', 'tiers = "two"\ntiers = "two"', "line 5"),
        ("origin =", 'point = "trainer"\norigin =', f"{SETTINGS_FILE}:5"),
        ('"ledger.db"', '"../ledger.db"', f"{SETTINGS_FILE}:6"),
        ('"ledger.db"', '"/ledger.db"', f"{SETTINGS_FILE}:6"),
        ("\n", "\x00\n", "line 1"),
        ("name", "[" * 5000, "line 3"),
    ],
)
def test_damaged_settings_are_refused_with_their_place(
    institute: Institute, old: str, new: str, place: str
) -> None:
    path = institute.folder / SETTINGS_FILE
    path.write_text(path.read_text().replace(old, new, 1))
    if old == "name":
        path.write_text("\n\n" + new)

    with pytest.raises(ConfigurationError) as caught:
        Institute(institute.folder)

    assert caught.value.code == "settings-invalid"
    assert place in " ".join(map(str, caught.value.faults))


@pytest.mark.parametrize("data", [b"", b"\xff", b"\xef\xbb\xbf", b"#" * 70_000])
def test_settings_that_are_no_text_of_ours_are_refused(
    institute: Institute, data: bytes
) -> None:
    (institute.folder / SETTINGS_FILE).write_bytes(data)

    refused(ConfigurationError, "settings-invalid", lambda: Institute(institute.folder))


@pytest.mark.parametrize(
    "make", [os.mkfifo, os.mkdir, lambda path: path.symlink_to(path)]
)
def test_settings_that_are_no_file_are_refused_at_once(
    institute: Institute, make: Callable[[Path], None]
) -> None:
    path = institute.folder / SETTINGS_FILE
    path.unlink()
    make(path)

    refused(ConfigurationError, "file-missing", lambda: Institute(institute.folder))


@pytest.mark.parametrize("writable", [True, False])
@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('tiers = "two"', 'tiers = "three"', "`two`"),
        ("ringwall.invalid/institute", "ringwall.invalid/other", "institute"),
    ],
)
def test_settings_other_than_on_record_are_refused(
    institute: Institute, *, old: str, new: str, told: str, writable: bool
) -> None:
    rewrite(institute.folder / SETTINGS_FILE, old, new)
    edited = Institute(institute.folder)

    message = refused(
        ConfigurationError, "settings-differ", opening(edited, writable=writable)
    )

    assert told in message


def test_an_institute_grows_its_third_tier_and_is_open_for_it_at_once(
    institute: Institute,
) -> None:
    planned = institute.grow(dry_run=True)
    assert (planned.record, planned.file, institute.settings.tiers) == (
        True,
        True,
        "two",
    )

    done = institute.grow()

    assert done.entry == size_of(institute) - 1
    assert institute.settings.tiers == "three"
    assert institute.decider().setting == "three"
    opening(institute, writable=True)()
    assert institute.verify().is_sound
    assert Institute(institute.folder).settings == institute.settings


def test_whoever_opened_it_before_it_grew_has_to_open_it_anew(
    institute: Institute,
) -> None:
    Institute(institute.folder, FixedClock(NOON)).grow()

    refused(ConfigurationError, "settings-differ", opening(institute, writable=True))
    opening(Institute(institute.folder), writable=True)()


def test_settings_that_were_spoilt_meanwhile_grow_nothing(
    institute: Institute,
) -> None:
    size = size_of(institute)
    (institute.folder / SETTINGS_FILE).write_text("tiers = ")

    refused(ConfigurationError, "settings-invalid", institute.grow)
    assert size_of(institute) == size


def test_the_name_for_people_may_change(institute: Institute) -> None:
    rewrite(institute.folder / SETTINGS_FILE, 'name = "', 'name = "new ')

    opening(Institute(institute.folder), writable=True)()


def test_a_missing_ledger_is_never_replaced_by_a_new_one(institute: Institute) -> None:
    (institute.folder / "ledger.db").unlink()

    refused(ConfigurationError, "ledger-missing", opening(institute, writable=True))
    assert not (institute.folder / "ledger.db").exists()


def test_without_the_public_key_nothing_is_believed(institute: Institute) -> None:
    (institute.folder / "keys" / "log.vkey").unlink()

    refused(ConfigurationError, "file-missing", opening(institute, writable=False))


@pytest.mark.parametrize("text", [b"\xff", b"", b"no key", b"x" * 2000])
def test_a_damaged_public_key_is_refused(institute: Institute, text: bytes) -> None:
    (institute.folder / "keys" / "log.vkey").write_bytes(text)

    refused(ConfigurationError, "key-malformed", opening(institute, writable=False))


def test_another_public_key_is_found_out(institute: Institute) -> None:
    other = generate_signing_key(institute.settings.origin).verifier()
    (institute.folder / "keys" / "log.vkey").write_text(format_vkey(other) + "\n")

    refused(IntegrityError, "key-not-on-record", opening(institute, writable=False))


def test_a_log_signed_anew_by_another_key_is_found_out(institute: Institute) -> None:
    first = institute_created(
        NOON, "x", "two", institute.settings.origin, format_vkey(institute.verifier())
    )
    key = generate_signing_key(institute.settings.origin)
    keys, store = institute.folder / "keys", institute.folder / "ledger.db"
    store.unlink()
    Ledger.create(store, key, institute.settings.origin, [first]).close()
    (keys / "log.key").write_text(dump_signing_key(key) + "\n")
    (keys / "log.vkey").write_text(format_vkey(key.verifier()) + "\n")

    refused(IntegrityError, "key-not-on-record", opening(institute, writable=True))


def test_the_ledger_of_another_institute_is_found_out(
    institute: Institute, tmp_path: Path
) -> None:
    other = Institute.create(tmp_path / "other", origin=institute.settings.origin)
    shutil.copy(other.folder / "ledger.db", institute.folder / "ledger.db")

    with pytest.raises(IntegrityError):
        opening(institute, writable=False)()


def make_missing(path: Path) -> None:
    path.unlink()


def make_pipe(path: Path) -> None:
    path.unlink()
    os.mkfifo(path)


def make_other_bytes(path: Path) -> None:
    path.write_bytes(b"\xff\xfe")


def make_public(path: Path) -> None:
    shutil.copy(path.with_suffix(".vkey"), path)


def make_longer(path: Path) -> None:
    path.write_text(path.read_text() + "\n")


@pytest.mark.parametrize(
    "spoil", [make_missing, make_pipe, make_other_bytes, make_public, make_longer]
)
def test_a_signing_key_that_can_not_be_used_opens_nothing_for_writing(
    institute: Institute, spoil: Callable[[Path], None]
) -> None:
    path = institute.folder / "keys" / "log.key"
    secret = path.read_text()[30:-1]
    spoil(path)

    message = refused(
        RecordUnavailable, "signing-key-unusable", opening(institute, writable=True)
    )

    assert secret not in message
    opening(institute, writable=False)()


def test_a_signing_key_of_another_log_is_refused(institute: Institute) -> None:
    path = institute.folder / "keys" / "log.key"
    other = generate_signing_key(institute.settings.origin)
    path.write_text(dump_signing_key(other) + "\n")

    refused(RecordUnavailable, "signing-key-differs", opening(institute, writable=True))


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o644, 0o777])
def test_a_signing_key_that_others_may_read_or_write_is_refused(
    institute: Institute, mode: int
) -> None:
    path = institute.folder / "keys" / "log.key"
    path.chmod(mode)

    message = refused(
        RecordUnavailable, "signing-key-exposed", opening(institute, writable=True)
    )

    assert parse_signing_key(path.read_text()[:-1]).seed.hex() not in message


def test_a_gate_opens_for_the_point_of_the_settings(institute: Institute) -> None:
    settings = institute.folder / SETTINGS_FILE
    settings.write_text(settings.read_text() + 'point = "point:trainer"\n')

    with Institute(institute.folder, institute.clock).gatekeeper() as gate:
        assert gate.check(**READ).request.point == "point:trainer"


def test_opening_a_gate_puts_no_edited_policies_in_force(
    institute: Institute,
) -> None:
    in_force = institute.load().digest
    add_row(institute, ALLOW_ROW)
    before = size_of(institute)

    with institute.gatekeeper("point:trainer") as gate:
        decision = gate.check(**READ)

    assert [r.code for r in decision.verdict.reasons] == ["policy-not-activated"]
    assert decision.policy == in_force != institute.load().digest
    assert size_of(institute) == before + 1


def test_a_gate_that_decides_on_what_is_kept_does_not_see_the_edit(
    institute: Institute,
) -> None:
    in_force = institute.load().digest
    add_row(institute, DENY_ROW)

    with institute.gatekeeper("point:trainer", kept=True) as gate:
        decision = gate.check(**READ)

    assert decision.permitted
    assert decision.policy == in_force


@pytest.mark.parametrize("how", ["missing", "edited", "of other ones"])
def test_a_gate_denies_where_what_is_kept_is_not_what_is_in_force(
    institute: Institute, how: str
) -> None:
    kept = kept_folder(institute.folder, institute.load().digest)
    add_row(institute, DENY_ROW)
    if how == "edited":
        shutil.copy(policy_file(institute), kept / "policies" / "access")
    else:
        shutil.rmtree(kept)
    if how == "of other ones":
        for part in ("policies", "threat_models"):
            shutil.copytree(institute.folder / part, kept / part)

    with institute.gatekeeper("point:trainer", kept=True) as gate:
        decision = gate.check(**READ)

    (reason,) = decision.verdict.reasons
    assert reason.code == "policy-unavailable"
    assert "is no copy of the policies in force" in reason.message
    assert str(institute.folder) not in reason.message


def test_a_gate_that_can_not_open_lets_go_of_the_ledger(institute: Institute) -> None:
    unreadable = institute.folder / "policies" / "access" / "policy.csv"
    unreadable.write_bytes(b"\xff")
    connection = sqlite3.connect(institute.folder / "ledger.db")
    connection.execute("UPDATE registry SET document = '{}'")
    connection.commit()
    connection.close()

    with pytest.raises(IntegrityError):
        institute.gatekeeper("point:trainer")

    assert not list(institute.folder.glob("ledger.db-writer-*"))


def test_without_policies_a_gate_denies(institute: Institute) -> None:
    shutil.rmtree(institute.folder / "policies")

    with institute.gatekeeper("point:trainer") as gate:
        decision = gate.check(**READ)

    assert [r.code for r in decision.verdict.reasons] == ["policy-unavailable"]
    assert decision.receipt is not None


def test_with_a_concern_missing_a_gate_denies(institute: Institute) -> None:
    shutil.rmtree(institute.folder / "policies" / "eligibility")

    with institute.gatekeeper("point:trainer") as gate:
        decision = gate.check(**READ)

    assert [r.code for r in decision.verdict.reasons] == ["policy-unavailable"]
    assert "eligibility" in decision.verdict.reasons[0].message


def test_without_threat_models_a_gate_denies(institute: Institute) -> None:
    shutil.rmtree(institute.folder / "threat_models")

    with institute.gatekeeper("point:trainer") as gate:
        decision = gate.check(**READ)

    assert [r.code for r in decision.verdict.reasons] == ["policy-unavailable"]
    assert decision.receipt is not None


def test_what_is_in_force_has_one_digest_over_policies_and_threat_models(
    institute: Institute,
) -> None:
    first = institute.load()
    bundle = institute.bundle().digest
    add_row(institute, DENY_ROW)
    second = institute.load()
    edit_measure(institute, "SL3-WP-2", "scope: site", "scope: institute")
    third = institute.load()

    assert len({first.digest, second.digest, third.digest}) == 3
    assert first.catalogue is not None
    assert third.catalogue == institute.catalogue()
    text = f'{{"catalogue":"{first.catalogue.digest}","policies":"{bundle}"}}'
    assert first.digest == sha256(text.encode()).hexdigest()


def test_broken_threat_models_refuse_facts_and_say_where(institute: Institute) -> None:
    edit_measure(institute, "SL3-WP-2", "scope: site", "scope: nowhere")

    for call in (institute.catalogue, institute.facts):
        with pytest.raises(DeclarationError) as caught:
            call()
        assert caught.value.code == "threat-models-refused"
        assert caught.value.faults[0].line > 0
    assert institute.load().catalogue is None
    assert institute.load().fault.startswith("threat_models/measures.yaml:")


def test_a_power_over_an_unknown_action_stands_in_the_way_of_everything(
    institute: Institute,
) -> None:
    path = institute.folder / "threat_models" / "powers.yaml"
    path.write_text(path.read_text().replace("weights.copy,", "weights.copyy,"))

    for call in (institute.decider, institute.registry):
        with pytest.raises(PolicyError) as caught:
            call()
        assert caught.value.code == "power-unknown-action"
        assert caught.value.faults[0].line > 0
    with institute.gatekeeper("point:trainer") as gate:
        decision = gate.check(**READ)

    (reason,) = decision.verdict.reasons
    assert reason.code == "policy-unavailable"
    assert "threat_models/powers.yaml:" in reason.message
    assert "`weights.copyy`" in reason.message


def test_no_desk_puts_edited_policies_in_force(institute: Institute) -> None:
    add_row(institute, DENY_ROW)
    before = size_of(institute)

    for writable in (True, False):
        desk = institute.registry(writable=writable)
        assert not desk.is_in_force()
        desk.close()

    assert size_of(institute) == before


def test_broken_policies_refuse_declarations(institute: Institute) -> None:
    add_row(institute, "no row at all")

    with pytest.raises(PolicyError):
        institute.registry()


@pytest.mark.parametrize(
    "edit",
    [
        "UPDATE registry SET document = replace(document, 'SL3', 'SL4')",
        # What is known of people stands beside the entries, which hold tokens.
        (
            "UPDATE disclosure SET value = "
            "CAST(replace(CAST(value AS TEXT), 'SL3', 'SL4') AS BLOB)"
        ),
        "DELETE FROM disclosure",
    ],
)
def test_an_edit_of_the_registry_behind_our_back_is_found_at_opening(
    institute: Institute, edit: str
) -> None:
    institute.gatekeeper("point:trainer").close()
    connection = sqlite3.connect(institute.folder / "ledger.db")
    connection.execute(edit)
    connection.commit()
    connection.close()

    with pytest.raises(IntegrityError):
        institute.gatekeeper("point:trainer")
    with pytest.raises(IntegrityError):
        institute.facts()
    assert not institute.verify().is_sound


def test_the_record_is_checked_with_the_key_one_trusts(institute: Institute) -> None:
    told: list[tuple[int, int]] = []
    own = format_vkey(institute.verifier())
    other = format_vkey(generate_signing_key(institute.settings.origin).verifier())

    def tell(done: int, total: int) -> None:
        told.append((done, total))

    assert institute.verify().is_sound
    assert institute.verify(own, Options(progress=tell)).is_sound
    assert not institute.verify(other).is_sound
    assert told[-1] == (size_of(institute), size_of(institute))


def test_the_record_is_replayed_into_a_new_file(
    institute: Institute, tmp_path: Path
) -> None:
    size, found = institute.replay(tmp_path / "again.db")

    assert (size, found) == (size_of(institute), ())


def seal_as_grace(gate: Gatekeeper, source: Path) -> None:
    """Seal a file of the example's weights under the passphrase of the house."""
    who: Who = {"subject": "user:grace", "authn": "hardware-fresh"}
    gate.vault.seal(source, "weights:aurora-2", key="house", **who)


def test_a_gate_has_the_vault_of_its_institute(
    institute: Institute, tmp_path: Path
) -> None:
    source = tmp_path / "config.json"
    source.write_bytes(b"{}" * 1000)
    right = Secrets(passphrase=SPOKEN)
    with institute.gatekeeper("point:trainer", secrets=right) as gate:
        gate.vault.keyring.make("house", "passphrase", right)
        seal_as_grace(gate, source)
        assert gate.vault is gate.vault
        with gate.vault.open("weights:aurora-2", **WHO) as opened:
            assert opened.read() == source.read_bytes()

    folder = institute.folder / "vault" / "weights" / "aurora-2"
    assert [path.name for path in folder.iterdir()] == ["config.json.vault"]


@pytest.mark.parametrize(
    ("passphrase", "kind", "code"),
    [
        ("another long walk along the quay", IntegrityError, "key-wrong"),
        ("", RequestError, "passphrase-missing"),
    ],
)
def test_whoever_opens_a_gate_brings_what_opens_its_keys(
    institute: Institute,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    passphrase: str,
    kind: type[RingwallError],
    code: str,
) -> None:
    monkeypatch.setattr("ringwall.institute.SystemClock", lambda: FixedClock(NOON))
    source = tmp_path / "config.json"
    source.write_bytes(b"{}" * 1000)
    right = Secrets(passphrase=SPOKEN)
    folder, point = institute.folder, "point:trainer"
    with Gatekeeper.open(folder, point=point, secrets=right) as gate:
        gate.vault.keyring.make("house", "passphrase", right)
        seal_as_grace(gate, source)
        gate.vault.open("weights:aurora-2", **WHO).close()

    secrets = Secrets(passphrase=passphrase)
    with Gatekeeper.open(folder, point=point, secrets=secrets) as gate:
        refused(kind, code, lambda: gate.vault.open("weights:aurora-2", **WHO))
