"""The head of a ledger held against its leaves: how far it is sealed, and for what.

Must never take what the row says for what was signed.
"""

import hmac

from ringwall.base.errors import IntegrityError
from ringwall.ledger.basis import Basis
from ringwall.ledger.head import Head, Sealed
from ringwall.ledger.printable import shown
from ringwall.ledger.verification.checking import Check
from ringwall.ledger.verification.claims import note_fault
from ringwall.ledger.verification.reordering import Accused, accuse
from ringwall.tlog.checkpoints import MAX_TREE_SIZE
from ringwall.tlog.epochs import Epochs

__all__ = ["check_basis", "check_extent", "check_frontier", "check_last", "check_seal"]


def check_seal(check: Check, head: Head, epochs: Epochs) -> Sealed | None:
    """Return what the key in force at its size sealed, None if the seal is no good."""
    if not 0 <= head.size <= MAX_TREE_SIZE:
        message = f"no log has {head.size} entries"
        check.findings.hold("head-differs", "head", message)
        return None
    try:
        sealed = head.check_seal(epochs.key_at(head.sealed().size), check.origin)
        if check.options.key is not None:
            head.check_tag(check.options.key, check.origin)
    except IntegrityError as error:
        # Which it is, for a note that could be signed by somebody else.
        code = note_fault(head.seal, error)
        check.findings.hold(code, "head", f"seal: {shown(error.message)}")
        return None
    return sealed


def check_frontier(check: Check, head: Head) -> None:
    """Compare the stored frontier with that of the leaves."""
    tree = check.tree
    # If the root is another, so is the frontier, and the root is what was sealed.
    if head.root == tree.root() and head.frontier != tree.frontier().dump():
        message = "the stored frontier is not that of the entries"
        check.findings.hold("head-differs", "head", message)


def check_basis(check: Check, head: Head, basis: Basis) -> None:
    """Compare the events in force with those that the head says.

    Nothing can be said of them while an entry is damaged or missing.
    """
    if head.tally == basis.tally or head.basis != basis.last:
        check_last(check, head, basis.last)
    elif _is_whole(check, head):
        message = f"its tally at basis {head.basis} is not that of the events in force"
        check.findings.hold("head-differs", "head", message)


def check_last(check: Check, head: Head, last: int) -> None:
    """As `check_basis`, where of the events only the index of the last is known."""
    if head.basis != last and _is_whole(check, head):
        message = f"basis {head.basis} is not that of the entries, {last}"
        check.findings.hold("head-differs", "head", message)


def _is_whole(check: Check, head: Head) -> bool:
    is_damaged = check.tree.broken_at is not None or check.findings.doubtful
    return not is_damaged and head.size == check.leaves.size


def check_extent(check: Check, head: Head, sealed: Sealed) -> Accused | None:
    """Compare what the head says, and what was sealed, with the leaves that are there.

    Returns:
        The entries that keep the leaves from the root of the head, if that can be told.
    """
    findings, signed, size = check.findings, head.size, check.leaves.size
    if signed > size:
        message = f"{signed} entries were signed, {size} are there"
        findings.hold("log-truncated", "head", message)
    elif signed < size:
        message = f"{size - signed} entries lie beyond the {signed} that were signed"
        findings.hold("entries-unsigned", "head", message)
    beginning = check.tree.roots.get(sealed.size, sealed.root)
    is_begun = hmac.compare_digest(beginning, sealed.root)
    if sealed.size < signed and not is_begun:
        message = f"the first {sealed.size} leaf hashes do not give the signed root"
        findings.hold("root-differs", "head", message)
    root = check.tree.roots.get(signed)
    if root is None or hmac.compare_digest(root, head.root):
        return None
    accused = accuse(check.tree, head.root) if signed == size else None
    if accused is None:
        message = "the leaf hashes do not add up to the signed root"
        findings.hold("root-differs", "head", message)
    else:
        _tell_accused(check, accused)
    return accused


def _tell_accused(check: Check, accused: Accused) -> None:
    findings = check.findings
    if accused.moved:
        listed = ", ".join(map(str, accused.moved))
        message = f"entries {shown(listed)} do not stand where they were recorded"
        findings.add_entry("entries-reordered", accused.moved[0], message)
        findings.doubtful.update(accused.moved)
    for index in accused.replaced:
        if index not in findings.doubtful:
            message = "another entry stands in the place of the one that was signed"
            findings.add_entry("entry-changed", index, message)
