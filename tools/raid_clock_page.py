"""Write docs/raid-clocks.md: the clock rules that come with ringwall, as tables.

A test compares. Run: python -m tools.raid_clock_page
"""

from pathlib import Path

from ringwall.raid.clocks.book import ClockBook
from ringwall.raid.clocks.reader import read_clocks
from ringwall.raid.clocks.rule import ClockRule

ROOT = Path(__file__).resolve().parent.parent
PAGE = ROOT / "docs" / "raid-clocks.md"
_HEAD = """# The clocks of the incident desk

Made by `python -m tools.raid_clock_page` from `raid/clocks/`; a test compares. How
periods are counted, and what is meant by the working deadline, is in
[ADR 0034](adr/0034-clocks.md).

The text of the law is not in this repository. A rule states in our words what its
source says; its digest is that of our statement (the row and its stages), so that a
change of either shows, and is no digest of the law. The word behind the source says how
sure it is: `text` the provision was read, `page` a secondary page says so, `recalled`
from memory, to be checked before it is relied on, `disputed` sources contradict each
other.

"""


def page(book: ClockBook) -> str:
    """Return the page."""
    lines = [
        "| rule | set off by | who owes it, to whom | limits | counted | source |",
        "|---|---|---|---|---|---|",
        *(_row(rule) for rule in book.rules.values()),
        "",
        "## What they say",
        "",
        "| rule | in our words | applies | checked | version and digest |",
        "|---|---|---|---|---|",
        *(_words(rule) for rule in book.rules.values()),
    ]
    return _HEAD + "\n".join(lines) + "\n"


def _row(rule: ClockRule) -> str:
    limits = "; ".join(
        f"{stage.name}: "
        + (" or " if stage.is_disputed else " and ").join(
            f"{limb.limit or 'at once'} from {limb.start}" for limb in stage.limbs
        )
        + (f" (if {stage.when})" if stage.when else "")
        + (", again and again" if stage.recurs else "")
        for stage in rule.stages
    )
    owed = {"others": "", "host": " (the institute)", "self": " (to itself)"}
    return (
        f"| `{rule.id}` | {rule.trigger} | {rule.owner}{owed[rule.owed]}, to "
        f"{rule.recipient} | {limits or 'no clock'} | {rule.calendar} | {rule.source} "
        f"({rule.confidence}) |"
    )


def _words(rule: ClockRule) -> str:
    applies = f"from {rule.applies_from}" if rule.applies_from else "not yet"
    if rule.disputed_from:
        applies += f", or from {rule.disputed_from}"
    checked = rule.verified_on or "never"
    return (
        f"| `{rule.id}` | {rule.statement} | {applies} ({rule.status}) | {checked} | "
        f"`{rule.text_version}` |"
    )


if __name__ == "__main__":
    PAGE.write_text(page(read_clocks(ROOT / "raid" / "clocks")), encoding="utf-8")
