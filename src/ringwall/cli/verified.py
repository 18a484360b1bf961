"""A verification told to people and to programs: verdict, comparisons, findings.

Must never call sound what is not, nor keep quiet about what was not compared.
"""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

from ringwall.cli.audit_words import root_text
from ringwall.cli.terminal import print_field, print_text

if TYPE_CHECKING:
    from ringwall.ledger.verification.claims import Compared
    from ringwall.ledger.verification.report import Report

__all__ = ["Verified", "show_verified", "value_of"]

_POLICY = "--witness-policy"
_OWN_KEY = (
    "keys/log.vkey of this folder, which so vouches for itself; give your own copy "
    "with --vkey"
)


class Verified(NamedTuple):
    """A verification and what it was given.

    Attributes:
        report: what came out.
        is_key_given: whether the checker brought the key along.
        files: place -> path of what is there, `--from`, `--anchor` and
            `--witness-policy`; without those that there are none of.
    """

    report: "Report"
    is_key_given: bool
    files: Mapping[str, str]


def value_of(done: Verified) -> dict[str, Any]:
    """Return a verification for programs."""
    report = done.report
    newest, witnessed = report.newest, report.witnessed
    return {
        "sound": report.is_sound,
        "size": report.size,
        "root": root_text(report.root),
        "signer": report.signer,
        "key": "given" if done.is_key_given else "folder",
        "signed_size": report.signed_size,
        "checkpoint_size": newest.checkpoint.size if newest else None,
        "cosigners": [{"name": name, "at": at} for name, at in _cosigners(report)],
        "witnessed_size": witnessed.checkpoint.size if witnessed else None,
        "from": _compared_value(done, "--from"),
        "second_place": _compared_value(done, "--anchor"),
        "policy": _policy_value(done),
        "witnesses": _watch_value(report),
        "first_bad": report.first_bad,
        "left_out": list(report.left_out),
        "forks": [
            {"place": fork.place, "note": _text(fork.note), "own": _text(fork.own)}
            for fork in report.forks
        ],
        "warnings": [
            {"code": w.code, "place": w.place, "message": w.message}
            for w in report.warnings
        ],
        "findings": [
            {"code": f.code, "place": f.place, "message": f.message}
            for f in report.findings
        ],
        "next": report.next_step or None,
    }


def show_verified(done: Verified) -> None:
    """Print a verification for people."""
    report = done.report
    _show_verdict(report)
    print_field("entries", f"{report.size}, {_signed_words(report)}")
    print_field("root", root_text(report.root))
    print_field("signer", report.signer)
    print_field("key", "as given with --vkey" if done.is_key_given else _OWN_KEY)
    print_field("from", _compared_words(done, "--from"))
    print_field("anchor", _compared_words(done, "--anchor"))
    _show_checkpoint(done)
    print_field("witness", _watch_words(report))
    for warning in report.warnings:
        print_field("warning", f"{warning.code}: {warning.message}", style="red")
    if report.first_bad is not None:
        print_field("bad from", f"entry {report.first_bad}")
    for words in report.left_out:
        print_field("left out", words)
    for finding in report.findings:
        print_text()
        print_text(f"{finding.code} in {finding.place}")
        print_text(finding.message, indent=2)
    for fork in report.forks:
        _show_note(f"signed, from {fork.place}:", fork.note)
        _show_note("signed, of this log:", fork.own)
    if report.next_step:
        print_text()
        print_text(f"next: {report.next_step}")


def _signed_words(report: "Report") -> str:
    """Return how far a log is signed; for what follows there is a caution."""
    signed = report.signed_size
    if signed is None:
        return "signed no valid signature"
    rest = report.size - signed
    if rest <= 0:
        return f"signed {signed}"
    return f"signed {signed}; the last {rest} not yet"


def _show_verdict(report: "Report") -> None:
    count = len(report.findings)
    if not report.is_sound:
        found = f"{count} finding{'s'[: count > 1]}, listed below"
        print_field("UNSOUND", found, style="red")
        return
    sound = "every entry, the signed head and every table agree"
    if report.left_out:
        sound = "all that was looked at agrees"
    if report.warnings:
        sound += "; but see the warning"
    print_field("SOUND", sound, style="green")


def _compared_value(done: Verified, place: str) -> dict[str, Any] | None:
    if place not in done.files:
        return None
    found = done.report.compared_with(place)
    return {
        "file": done.files[place],
        "size": None if found is None else found.size,
        "extended": None if found is None else found.is_extended,
    }


def _compared_words(done: Verified, place: str) -> str:
    """Return what a checkpoint from elsewhere was compared to, and what came out."""
    if place not in done.files:
        return "none, so nothing was compared"
    path, found = done.files[place], done.report.compared_with(place)
    return f"{path}: {'not compared' if found is None else _extended_words(found)}"


def _extended_words(found: "Compared") -> str:
    if found.size is None:
        return "no checkpoint that counts, see below"
    said = f"compared to size {found.size}"
    if found.is_extended is None:
        return f"{said}, which lies behind a gap: it can't be told"
    return f"{said}, {'which the log extends' if found.is_extended else 'REFUTED'}"


def _policy_value(done: Verified) -> dict[str, Any] | None:
    if _POLICY not in done.files:
        return None
    witnessed = done.report.witnessed
    return {
        "file": done.files[_POLICY],
        "met": witnessed is not None,
        "size": None if witnessed is None else witnessed.checkpoint.size,
        "by": list(done.report.met_by),
    }


def _policy_words(done: Verified) -> str:
    """Return whether the checker's own policy is met, by whom, and how far."""
    witnessed, path = done.report.witnessed, done.files[_POLICY]
    if witnessed is None:
        return f"{path}: not met"
    if not done.report.met_by:
        return f"{path}: it asks for no witness"
    by = ", ".join(done.report.met_by)
    return f"{path}: met by {by} up to {witnessed.checkpoint.size} entries"


def _watch_value(report: "Report") -> dict[str, Any]:
    watch = report.watch
    return {
        "asked": watch.asked,
        "cosigned": watch.cosigned,
        "need": watch.need,
        "mandatory": watch.mandatory,
        "size": watch.size,
        "deadline": None if watch.deadline is None else _told(watch.deadline),
        "overdue": watch.is_overdue,
    }


def _watch_words(report: "Report") -> str:
    watch = report.watch
    if not watch.asked and not watch.need:
        return "none on record"
    said = f"{watch.cosigned} of {watch.asked} on record have cosigned"
    if watch.deadline is None:
        return f"{said}; no quorum is laid down"
    met = f"met up to {watch.size} entries" if watch.size else "never met"
    until = f"due by {_told(watch.deadline)}"
    if watch.is_overdue:
        until = f"OVERDUE since {_told(watch.deadline)}"
    kind = "mandatory quorum" if watch.mandatory else "quorum"
    return f"{said}; {kind} of {watch.need}: {met}, {until}"


def _cosigners(report: "Report") -> list[tuple[str, str]]:
    """Return name and time of each cosignature under the last checkpoint."""
    found = report.newest.cosignatures if report.newest else ()
    return [(line.name, _told(line.at)) for line in found]


def _told(instant: int) -> str:
    from ringwall.base.clock import format_instant

    try:
        return format_instant(instant)
    except ValueError:
        return "beyond the year 9999"


def _text(note: bytes) -> str:
    return note.decode("utf-8", "replace")


def _show_checkpoint(done: Verified) -> None:
    """Print the last checkpoint that the log agrees with, and who cosigned it."""
    report = done.report
    newest, witnessed = report.newest, report.witnessed
    words = "none"
    if newest is not None:
        names = ", ".join(f"{name} at {at}" for name, at in _cosigners(report))
        words = f"{newest.checkpoint.size} entries, cosigned by {names or 'nobody'}"
    print_field("last", f"consistent checkpoint: {words}")
    if _POLICY in done.files:
        print_field("policy", _policy_words(done))
    elif witnessed is not None:
        print_field("quorum", f"up to entry {witnessed.checkpoint.size - 1}")


def _show_note(title: str, note: bytes) -> None:
    print_text()
    print_text(title)
    for line in _text(note).splitlines():
        print_text(line, indent=2)
