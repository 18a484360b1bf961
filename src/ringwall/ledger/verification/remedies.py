"""What an officer does about a finding, by its class.

Must never advise anything that destroys what the finding rests on.
"""

from typing import Final

from ringwall.ledger.publication.anchor import ANEW, END
from ringwall.ledger.verification.findings import Finding

__all__ = ["remedy"]

_DAMAGED: Final = (
    "write nothing more; copy the whole folder as it is; then look for the newest copy "
    "elsewhere that is sound, and compare the two from the first bad entry on"
)
_CLASSES: Final = {
    "keep this folder and the newer checkpoint; put back the newest copy of the ledger "
    "that extends it, and find out who put this one here": ("log-rolled-back",),
    "keep the folder and both signed notes below: together they show to anyone that "
    "two histories were signed; ask whoever keeps checkpoints which one they have": (
        "log-forked",
    ),
    "compare the key with the line that `ringwall init` or `ringwall audit rotate-key` "
    "printed; if it is the right one, keep the folder: its signatures are not the "
    "log's": (
        "wrong-key",
        "signature-missing",
        "signature-invalid",
        "epochs-malformed",
    ),
    "keep the folder; with the old key still in `keys/`, opening it for writing, as "
    "`ringwall audit checkpoint --now` does, closes the epoch; else look in a copy of "
    "the folder, or with a witness, for that checkpoint, and find out who deleted it": (
        "epoch-unsealed",
    ),
    "tables and tiles follow from the entries: keep the file, make them anew with "
    "`ringwall audit replay NEW.db`, and find out who wrote into it": (
        "row-changed",
        "row-missing",
        "row-unfounded",
        "tile-changed",
        "tile-missing",
        "tile-unfounded",
    ),
    "the entries are whole, what a token in them stands for is not: keep the file, and "
    "look in a copy for what it stood for": (
        "disclosure-changed",
        "disclosure-missing",
        "disclosure-unfounded",
    ),
    "nothing is wrong with it: open it for writing once, as `ringwall audit checkpoint "
    "--now` does; that makes the tables, and then verify again": ("schema-older",),
    "the entries are whole, a file that they name is not: bring it back from a copy of "
    "the institute's folder, its digest shows the right one, and find out who could "
    "write there": (
        "attachment-changed",
        "attachment-missing",
        "box-changed",
        "box-missing",
        "original-changed",
        "original-missing",
        "package-changed",
        "package-missing",
        "raid-rules-changed",
        "raid-rules-missing",
    ),
    "what is on record as erased is still there: destroy it as the finding says, and "
    "in each copy of the folder": ("box-left",),
    "only a holder of the log's key can have written this: keep the folder, find out "
    "who had the key, and change it with `ringwall audit rotate-key`": (
        "basis-stale",
        "container-closed",
        "container-disputed",
        "institute-changed",
        "raid-clock-unstarted",
        "raid-embargo-broken",
        "raid-inquiry-broken",
        "raid-merge-broken",
        "raid-release-broken",
        "raid-move-impossible",
        "raid-permit-missing",
        "raid-permit-reused",
        "raid-person-alone",
        "vault-amount-missing",
        "vault-open-missing",
        "vault-permit-missing",
        "vault-permit-reused",
        "vault-range-outside",
    ),
    "mount the second place, or name a copy of it with --anchor; until it is there "
    "nothing is permitted": ("anchor-missing",),
    "keep it and find out who wrote it; take another copy of it, if there is one, with "
    f"--anchor; to begin the second place anew, move it away and run `{ANEW}` with a "
    "--reason": ("anchor-malformed",),
    "keep the file, put back the newest copy of the folder, and find out who emptied it"
    ": what was recorded is not in it any more": ("ledger-empty",),
    "put the `anchor` line of `ringwall.toml` back as it was, find out who changed it, "
    f"and verify again; if there is to be no second place any more, run `{END}` with a "
    "--reason": ("anchor-differs", "anchor-not-configured"),
    "send the witnesses what they have not seen: `ringwall audit witness ls`, then "
    "`ringwall audit witness request NAME`; if they have seen it all, what they "
    "cosigned was deleted: look for it in a copy of the folder": ("quorum-not-met",),
}
_BY_CODE: Final = {code: told for told, codes in _CLASSES.items() for code in codes}
_OF_A_FILE: Final = (
    "take another copy of that checkpoint and see whether it is one of this log; keep "
    "this one"
)
_NOTE_FAULTS: Final = frozenset(
    {
        "checkpoint-malformed",
        "checkpoint-wrong-origin",
        "note-malformed",
        "signature-invalid",
        "signature-missing",
    }
)


def remedy(finding: Finding) -> str:
    """Return what to do about a finding: one line, lower case, no final period."""
    # Those of the checker's own options say nothing about the log itself.
    if finding.place.startswith("--") and finding.code in _NOTE_FAULTS:
        return _OF_A_FILE
    return _BY_CODE.get(finding.code, _DAMAGED)
