"""The second place of the settings held against the one on record.

Must never take it from the settings that a log has none.
"""

from ringwall.ledger.verification.checking import Check

__all__ = ["check_place"]


def check_place(check: Check) -> None:
    """Tell of settings that name no second place, or another one, than the record."""
    named, recorded = check.options.place, check.events.anchor
    if named is None or recorded is None or not recorded.place:
        return
    said = f"entry {recorded.entry} says that the log has a second place"
    if not named:
        message = f"{said}, and `ringwall.toml` names none"
        check.findings.hold("anchor-not-configured", "settings", message)
    elif named != recorded.place:
        message = f"{said}, and `ringwall.toml` names another one"
        check.findings.hold("anchor-differs", "settings", message)
