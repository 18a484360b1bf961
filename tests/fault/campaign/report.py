"""The report of a campaign: what was tried, how often, and what came out.

A section says itself when and how it was run, so that one part can be run anew. Must
never hold the name of a machine or a path of one.
"""

import platform
import re
import shutil
import sqlite3
import subprocess
from collections.abc import Mapping
from importlib import metadata
from typing import NamedTuple

from tests.fault.campaign.tally import MISMATCH, Tally

__all__ = ["Ran", "merged", "section"]

_HEAD = """\
# What the ledger was put through

Written by `make fault`, section by section; do not edit. Each row is one kind of fault:
how often it was tried, and what came out how often. Zero mismatches are tolerated: a
verifier that neither finds a change nor shows the same content, an acknowledged entry
that is lost, a torn one that is taken, a stored one that nobody was told of and no
`log.recovered` names, a crash.
"""
_SECTION = re.compile(r"^## ", re.MULTILINE)
_COUNTED = re.compile(r"^Tried: ([\d,]+)\. Mismatches: ([\d,]+)\.", re.MULTILINE)
# So many outcomes of one fault are listed, the most frequent first.
_LISTED = 8


class Ran(NamedTuple):
    """How a part was run.

    Attributes:
        date: `2026-11-22`.
        how: in words: rounds, steps, cores.
        seconds: how long it took.
    """

    date: str
    how: str
    seconds: float


def section(title: str, tally: Tally, ran: Ran) -> str:
    """Return the section of one part."""
    tried = sum(tally.tried(fault) for fault in tally.counts)
    lines = [
        f"## {title}",
        "",
        f"Tried: {tried:,}. Mismatches: {len(tally.mismatches):,}. {_versions(ran)}",
        "",
        "| fault | tried | came out |",
        "|---|---:|---|",
        *(_row(fault, tally) for fault in tally.counts),
        *(f"| {fault} | not tried | {why} |" for fault, why in tally.skipped.items()),
    ]
    notes = [f"- {fault}: {note}" for fault, note in tally.notes.items()]
    notes += [f"- {name}: {count:,}" for name, count in tally.sums.items()]
    wrong = [f"- **{how}**" for how in tally.mismatches[:50]]
    for part in (notes, wrong):
        lines += ["", *part] if part else []
    return "\n".join(lines) + "\n"


def merged(old: str, sections: Mapping[str, str], order: list[str]) -> str:
    """Return a report with new sections in place of those of the same title.

    Args:
        old: the report before, empty for none.
        sections: title -> text.
        order: all titles there are.
    """
    known = {part.partition("\n")[0]: f"## {part}" for part in _SECTION.split(old)[1:]}
    known = {**known, **sections}
    body = [known[title].strip() + "\n" for title in order if title in known]
    counts = [_COUNTED.search(part) for part in body]
    tried, wrong = (
        sum(int(found[group].replace(",", "")) for found in counts if found)
        for group in (1, 2)
    )
    total = f"In all: **{tried:,} tried, {wrong:,} mismatches**.\n"
    return "\n".join([_HEAD, total, *body])


def _row(fault: str, tally: Tally) -> str:
    counts = tally.counts[fault]
    listed = [f"{name}: {times:,}" for name, times in counts.most_common(_LISTED)]
    if len(counts) > _LISTED:
        rest = sum(counts.values()) - sum(n for _, n in counts.most_common(_LISTED))
        listed.append(f"{len(counts) - _LISTED} others: {rest:,}")
    said = "; ".join(listed).replace("|", "\\|")
    mark = "**" if counts[MISMATCH] else ""
    return f"| {mark}{fault}{mark} | {tally.tried(fault):,} | {said} |"


def _versions(ran: Ran) -> str:
    return (
        f"Run on {ran.date} ({ran.how}; {ran.seconds:,.0f} s) with ringwall "
        f"{metadata.version('ringwall')}, Python {platform.python_version()}, SQLite "
        f"{sqlite3.sqlite_version}, Linux {_kernel()}{_strace()}."
    )


def _kernel() -> str:
    return ".".join(platform.release().split(".")[:2])


def _strace() -> str:
    if shutil.which("strace") is None:
        return ", without strace"
    said = subprocess.run(["strace", "-V"], capture_output=True, check=False).stdout
    return f", strace {said.decode().split(chr(10))[0].rpartition(' ')[2]}"
