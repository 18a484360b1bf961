"""An institute on disk, opened and wired: the only place where parts are put together.

It is a folder with `ringwall.toml`, `policies/`, `threat_models/`, `keys/` and
`ledger.db`. Must never take a half-made folder for an institute.
"""

from contextlib import closing
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Final

from ringwall.base.clock import Clock, SystemClock
from ringwall.base.errors import ConfigurationError
from ringwall.gate.decoys import DecoyWatch
from ringwall.gate.ground import LoadedPolicies
from ringwall.gate.policy_reading import PolicyReading
from ringwall.gate.sampling import Referee, Sampler
from ringwall.gatehouse import Gatehouse
from ringwall.grants.desk import GrantsDesk
from ringwall.grants.ground import Terms
from ringwall.ledger.asking.raid_rows import RaidRows
from ringwall.ledger.ledger import Ledger
from ringwall.ledger.publication.published import Published
from ringwall.ledger.verification.checking import Options, Progress
from ringwall.ledger.verification.report import Report
from ringwall.matters.touches import DecoySight
from ringwall.model.settings import MAX_SETTINGS_BYTES, parse_settings
from ringwall.model.tiers import TierSetting
from ringwall.pdp.facts import FactBase
from ringwall.pdp.pipeline import DecisionPoint
from ringwall.policy.bundle import Bundle
from ringwall.policy.concern import Concern
from ringwall.policy.folder import read_bundle
from ringwall.raid.kept_files import KeptOnDisk
from ringwall.raid.rule_files import PARTS, RAID_FOLDER
from ringwall.raid.rules_in_force import folder_in_force
from ringwall.registry import exercising, founding, growing, keeping, opening
from ringwall.registry.activating import PolicyChange, open_change
from ringwall.registry.decoy_key import decoy_key_at_hand
from ringwall.registry.desk import RegistryDesk
from ringwall.registry.institute_folder import read_verifier, read_whole
from ringwall.registry.judge import Judge
from ringwall.registry.judge_folder import read_judge
from ringwall.registry.on_record import read_on_record
from ringwall.registry.point_keys import show_point
from ringwall.registry.record_check import check_record, replay_record
from ringwall.registry.restoring import judge_in_force, restore_policies
from ringwall.registry.rotating import Rotation
from ringwall.signing.keys import VerifierKey
from ringwall.threats.catalogue import Catalogue
from ringwall.threats.folder import read_catalogue

if TYPE_CHECKING:
    from ringwall.ledger.row_difference import Difference
    from ringwall.vault.keys.unlocking import Secrets

__all__ = ["SETTINGS_FILE", "Gatekeeper", "Institute"]

SETTINGS_FILE: Final = founding.SETTINGS_FILE


class Institute:
    """An institute's folder.

    Args:
        folder: holds `ringwall.toml`.
        clock: where the present instant comes from.

    Raises:
        ConfigurationError: the settings can't be read or used.
    """

    def __init__(self, folder: Path, clock: Clock | None = None) -> None:
        self.folder = folder
        self.clock = clock or SystemClock()
        data = read_whole(folder / SETTINGS_FILE, MAX_SETTINGS_BYTES)
        self.settings = parse_settings(data, str(folder / SETTINGS_FILE))

    @classmethod
    def create(  # noqa: PLR0913 - what `ringwall init` may be told, by keyword
        cls,
        folder: Path,
        *,
        tiers: TierSetting = "two",
        name: str = "",
        origin: str = "",
        anchor: Path | None = None,
        clock: Clock | None = None,
    ) -> "Institute":
        """Make a new institute: settings, policies, threat models, keys, ledger.

        Args:
            folder: is made; may exist only if it is empty.
            tiers: how many tiers.
            name: for people; the folder's name if empty.
            origin: name of the log; made from the folder's name if empty.
            anchor: the file that is to be its second place; None for none.
            clock: where the present instant comes from.

        Raises:
            ConfigurationError: `folder-not-empty`; `anchor-in-use`; or
                `settings-invalid`, a name or origin is not allowed.
            RecordUnavailable: the folder can't be written.
        """
        clock = clock or SystemClock()
        settings = founding.new_settings(folder, tiers, name, origin, anchor)
        founding.make_folder(folder, settings, clock.now())
        return cls(folder, clock)

    def exercise(self, folder: Path, name: str) -> "Institute":
        """Make a copy to exercise on: its people and its rules, none of its records.

        Args:
            folder: is made; may exist only if it is empty.
            name: of the exercise; stands in the origin of its log from then on.

        Raises:
            RingwallError: as `exercising.found`, `RegistryDesk.apply`, or the policies
                or rules in force can't be had.
        """
        with closing(self.ledger(writable=False)) as ledger:
            judge = self.judge_in_force(ledger)
            rules, _ = folder_in_force(self.folder, RaidRows(ledger.store))
        parts = {f"{RAID_FOLDER}/{part}": rules / part for part in PARTS}
        copy = exercising.Copy(folder, name, self.clock.now())
        exercising.found(self._place(), judge, parts, copy)
        made = Institute(folder, self.clock)
        with closing(made.registry()) as desk:
            desk.apply([exercising.CopySheet(exercising.copied(self.facts()))])
        return made

    def verifier(self) -> VerifierKey:
        """Return the public key that checks the log's heads.

        Raises:
            ConfigurationError: `file-missing` or `key-malformed`.
        """
        return read_verifier(self.folder)

    def ledger(self, *, writable: bool) -> Ledger:
        """Return the ledger, its head and its first entry checked.

        Raises:
            ConfigurationError: a key or the ledger is missing, or
                `settings-differ` from what the ledger says.
            RecordUnavailable: it can't be opened for writing, or the signing key
                can't be used.
            IntegrityError: what is stored is not what was signed.
        """
        return self._opened(writable=writable, lasting=("tiers", "origin"))

    def grow(self, *, dry_run: bool = False) -> growing.Growth:
        """Give an institute of two tiers its third; one that has it stays as it is.

        First it is recorded, then the settings are written. If only the one was
        done, because something broke in between, this does the other. Whoever has
        the institute open must open it anew.

        Args:
            dry_run: only say what would be done.

        Raises:
            ConfigurationError: the folder can't be used.
            RecordUnavailable: the ledger or the settings can't be written.
            IntegrityError: what is stored is not what was signed or recorded.
        """
        path = self.folder / SETTINGS_FILE
        data = read_whole(path, MAX_SETTINGS_BYTES)
        ledger = self._opened(writable=not dry_run, lasting=("origin",))
        try:
            clock = None if dry_run else self.clock
            growth = growing.grow_institute(ledger, path, data, clock)
        finally:
            ledger.close()
        self.settings = parse_settings(read_whole(path, MAX_SETTINGS_BYTES), str(path))
        return growth

    def _opened(self, *, writable: bool, lasting: tuple[str, ...]) -> Ledger:
        """Return the ledger; `lasting` are the settings that have to be its own."""
        if writable:
            return opening.open_for_writing(self._place(), self.clock, lasting)
        return opening.open_for_reading(self._place(), lasting)

    def _place(self) -> opening.LedgerPlace:
        return opening.LedgerPlace(self.folder, self.settings)

    def rotate_key(self) -> Rotation:
        """Give the log a new key and erase the old one; see `keeping.rotate`."""
        return keeping.rotate(self._place(), self.clock)

    def checkpoint(self, *, now: bool = False) -> Published:
        """Return the last checkpoint; with `now` publish one first, if it is due."""
        if now:
            keeping.publish_now(self._place(), self.clock)
        return keeping.last_checkpoint(self._place())

    def begin_anchor(self, reason: str) -> Published:
        """Begin the second place anew, on record; see `keeping.anchor_anew`."""
        return keeping.anchor_anew(self._place(), self.clock, reason)

    def end_anchor(self, reason: str) -> Published:
        """Go on without a second place, on record; see `keeping.anchor_end`."""
        return keeping.anchor_end(self._place(), self.clock, reason)

    def gatekeeper(
        self,
        point: str = "",
        *,
        kept: bool = False,
        key: str | Path | None = None,
        secrets: "Secrets | None" = None,
    ) -> "Gatekeeper":
        """Return the gate for an enforcement point; it puts no policies in force.

        Args:
            point: id of the enforcement point; that of the settings if empty.
            kept: decide on the kept copy of the policies in force where other ones
                are on disk. Only for the decision on a change of them.
            key: secret key file of the point; that below `keys/points/` if None.
            secrets: what opens the keys of the vault; None for those that need none.

        Raises:
            ConfigurationError: the folder, or the key file, can't be used.
            IdentityUnproven: the key named is not the one on record for the point.
            RecordUnavailable: the ledger can't be written.
            IntegrityError: what is stored is not what was signed or recorded.
        """
        ledger = self.ledger(writable=True)
        try:
            point = point or self.settings.point or ""
            one_in = self.settings.sample_one_in
            sampler = None if one_in is None else Sampler(one_in, _stock_casbin)
            source = PolicyReading(
                partial(self.judge_in_force, ledger) if kept else self.judge,
                self.folder,
            )
            watch = DecoyWatch(decoy_key_at_hand(self.folder))
            gate = Gatekeeper(ledger, source, self.clock, point, sampler, watch=watch)
            own = self.settings
            gate.stand_in(self.folder, secrets, own.exercise, own.name)
            show_point(gate, self.folder, key)
        except BaseException:
            ledger.close()
            raise
        return gate

    def registry(self, *, writable: bool = True) -> RegistryDesk:
        """Return the desk that takes declarations.

        It judges by what is on disk and writes nothing while that is not in force.

        Raises:
            PolicyError: the policies can't be used, so roles and tiers of a
                declaration can't be judged.
            DeclarationError: the threat models are refused, so measures can't be.
            RecordUnavailable: the ledger can't be written.
        """
        ledger = self.ledger(writable=writable)
        try:
            return RegistryDesk(ledger, self.judge(), self.clock)
        except BaseException:
            ledger.close()
            raise

    def grants(self, *, writable: bool = True) -> GrantsDesk:
        """Return the desk for grants; it judges by the policies in force.

        While others are on disk it takes requests for `policy.change` alone.

        Raises:
            ConfigurationError: the folder can't be used.
            RecordUnavailable: the ledger can't be written.
            IntegrityError: what is stored is not what was signed or recorded.
        """
        ledger = self.ledger(writable=writable)

        def terms() -> Terms:
            judge = self.judge_in_force(ledger)
            benchmark = judge.catalogue.benchmark
            return Terms(judge.decider, benchmark, judge.digest, judge.is_kept)

        key = decoy_key_at_hand(self.folder)
        return GrantsDesk(ledger, terms, self.clock, DecoySight(key))

    def facts(self) -> FactBase:
        """Return the registry as it now is, for reading.

        Raises:
            DeclarationError: the threat models are refused, so no site has a level.
            IntegrityError: a row of the registry is not what the log says.
        """
        benchmark = self.catalogue().benchmark
        with closing(self.ledger(writable=False)) as ledger:
            known = read_on_record(ledger, self.clock.now()).facts
        return known.with_benchmark(benchmark)

    def catalogue(self) -> Catalogue:
        """Return the threat models on disk.

        Raises:
            DeclarationError: they are refused, with every fault.
        """
        return read_catalogue(self.folder / "threat_models")

    def bundle(self) -> Bundle:
        """Return the policies on disk.

        Raises:
            PolicyError: they are refused, with every fault.
        """
        return read_bundle(self.folder / "policies")

    def decider(self) -> DecisionPoint:
        """Return a decision point on the policies on disk.

        Raises:
            PolicyError: they are refused, with every fault; or a power of the threat
                models names an action that they don't know.
            DeclarationError: the threat models are refused.
        """
        return self.judge().decider

    def load(self) -> LoadedPolicies:
        """As `judge`, or why they can't be used."""
        return PolicyReading(self.judge, self.folder).load()

    def judge(self) -> Judge:
        """As `decider`, with the threat models."""
        return read_judge(self.folder, self.settings.tiers)

    def judge_in_force(self, ledger: Ledger) -> Judge:
        """Return the policies in force, from disk or kept; see `restoring`."""
        return judge_in_force(self._place(), ledger)

    def policy_change(self, source: Path | None = None) -> PolicyChange:
        """Return what may come of policies in a folder; see `open_change`."""
        return open_change(self._place(), source or self.folder, self.clock)

    def restore_policies(self) -> tuple[str, ...]:
        """Put the policies in force back on disk; see `restoring`."""
        return restore_policies(self._place())

    def verify(self, vkey: str | None = None, options: Options | None = None) -> Report:
        """Check the whole ledger against a public key; see `check_record`.

        With it goes what the incident desk keeps in the folder.
        """
        told = replace(options or Options(), files=KeptOnDisk(self.folder))
        return check_record(self._place(), self.clock, vkey, told)

    def replay(
        self, target: Path, progress: Progress | None = None
    ) -> "tuple[int, tuple[Difference, ...]]":
        """Rebuild the ledger into a new file; return its size and what differs."""
        return replay_record(self._place(), target, progress)


class Gatekeeper(Gatehouse):
    """A gatekeeper that opens from an institute's folder: what integrators use."""

    @classmethod
    def open(
        cls,
        folder: str | Path,
        *,
        point: str,
        key: str | Path | None = None,
        secrets: "Secrets | None" = None,
    ) -> "Gatekeeper":
        """Return the gate of an institute at one enforcement point.

        Args:
            folder: holds `ringwall.toml`.
            point: id of the enforcement point, as the registry knows it.
            key: secret key file of the point; see `Institute.gatekeeper`.
            secrets: what opens the keys of the vault; likewise.

        Raises:
            ConfigurationError: the folder, or the key file, can't be used.
            IdentityUnproven: the key is not the one on record for the point.
            RecordUnavailable: the ledger can't be written.
            IntegrityError: what is stored is not what was signed or recorded.
        """
        gate = Institute(Path(folder)).gatekeeper(point, key=key, secrets=secrets)
        if point not in gate.ground.facts.points():
            gate.close()
            raise ConfigurationError(
                "point-unknown",
                f"`{point}` is not an enforcement point on record",
                next_step="declare it with `ringwall apply`, or name another",
            )
        return gate


def _stock_casbin(concern: Concern) -> Referee:
    # Imported when it is first asked: a start must not pay for it.
    from ringwall.policy.reference import ReferenceConcern

    return ReferenceConcern(concern)
