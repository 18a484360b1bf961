"""Make the composed tables of the triage from the rules that they state.

    python tools/raid_tables.py [FOLDER]

Writes harm.csv, threat.csv and main.csv into FOLDER, `raid/triage` if none is given.
The rules are those of docs/adr/0033-triage-tables.md. What is written is data that is
reviewed and may be edited; ringwall reads and checks the data and never this file.
"""

import csv
import io
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path

CRED = ("not-credible", "uncertain", "credible", "confirmed")
CLASS = (
    *("routine-failure", "rights", "fraud-manipulation", "sector-safety"),
    *("cyber", "cbrn", "loss-of-control"),
)
AUTO = ("none", "suspected", "shown")
HARM = ("negligible", "limited", "serious", "grave")
THREAT = ("low", "moderate", "high", "extreme")
KIND = (
    *("near-miss-or-hazard", "demonstrated-in-test"),
    *("realised-harm", "continuing-harm"),
)
SPREAD = ("one-user", "one-organisation", "one-state", "several-states", "union")
REVERS = ("full", "costly", "none")
EXPL = ("none", "proof-of-concept", "observed")
OC = ("oc1-2", "oc3", "oc4", "oc5")
UPLIFT = ("below", "near", "at", "beyond")

DECLINE, TRACK, SCHEDULED, OUT_OF_CYCLE, IMMEDIATE = range(5)
PRIORITY = ("decline", "track", "scheduled", "out-of-cycle", "immediate")
SEVERITY = ((0, 1, 1, 2), (1, 2, 2, 3), (2, 3, 3, 4), (3, 4, 4, 5))  # [harm][threat]
ROUTES = {
    "rights": "R24",
    "fraud-manipulation": "R15",
    "cyber": "R02",
    "cbrn": "R08 R09 R10",
    "loss-of-control": "R06",
}

Row = tuple[str, ...]


def harm(kind: int, spread: int, revers: int) -> int:
    """Return how bad the harm is; what nobody suffered is never more than limited."""
    if kind == 0:
        return int(spread >= 3 or revers == 2)
    if kind == 1:
        return int(spread >= 2 or revers >= 1)
    level = 1
    if spread >= 2 or revers == 2:
        level = 2
    if spread == 4 or (spread == 3 and revers >= 1) or (spread == 2 and revers == 2):
        level = 3
    lasts = kind == 3 and (spread >= 1 or revers >= 1)
    return min(level + lasts, 3)


def threat(expl: int, actor: int, uplift: int) -> int:
    """Return how bad the threat is: who uses it, and what it lifts them to."""
    used = (0, int(actor >= 1), 1 + (actor >= 1) + (actor == 3))[expl]
    lifted = (0, 1, 1, 2)[uplift] + (uplift >= 2 and expl >= 1)
    return min(used + lifted, 3)


def is_behaviour(row: tuple[int, ...]) -> bool:
    """Return whether it is RAID's own: shown behaviour, or loss of control."""
    return AUTO[row[2]] == "shown" or CLASS[row[1]] == "loss-of-control"


def plain_priority(group: int, hurt: int, threatens: int) -> int:
    """Return the priority of a credible case by its class alone, `group` its place."""
    special = {"cyber": cyber, "cbrn": cbrn, "loss-of-control": loss_of_control}
    if CLASS[group] in special:
        return special[CLASS[group]](hurt, threatens)
    if hurt == 3:
        return IMMEDIATE if threatens == 3 else OUT_OF_CYCLE
    limit = {"fraud-manipulation": 1, "sector-safety": 0}.get(CLASS[group], 2)
    if hurt == 2 and threatens >= limit:
        return OUT_OF_CYCLE
    is_small = hurt + threatens <= (CLASS[group] == "routine-failure")
    return TRACK if is_small else SCHEDULED


def cyber(hurt: int, threatens: int) -> int:
    """Return the priority of a credible case of cyber: adversary use and reach."""
    if (threatens == 3 and hurt >= 2) or (hurt == 3 and threatens >= 1):
        return IMMEDIATE
    if hurt >= 2 or threatens >= 2:
        return OUT_OF_CYCLE
    return SCHEDULED if hurt + threatens else TRACK


def cbrn(hurt: int, threatens: int) -> int:
    """Return the priority of a credible case of CBRN."""
    if 3 in {hurt, threatens} or (hurt >= 2 and threatens >= 2):
        return IMMEDIATE
    return OUT_OF_CYCLE if hurt + threatens >= 2 else SCHEDULED


def loss_of_control(hurt: int, threatens: int) -> int:
    """Return the priority of a loss of control, or of behaviour that was shown."""
    worst = 3 in {hurt, threatens} or (hurt >= 2 and threatens >= 1)
    return IMMEDIATE if worst else OUT_OF_CYCLE


def credible_priority(row: tuple[int, ...]) -> int:
    """Return the priority of a credible case."""
    _, group, auto, hurt, threatens = row
    level = plain_priority(group, hurt, threatens)
    if auto >= 1:
        raised = OUT_OF_CYCLE if hurt + threatens >= 2 else SCHEDULED
        level = max(level, raised)
    if is_behaviour(row):
        level = max(level, plain_priority(len(CLASS) - 1, hurt, threatens))
    return level


def priority(row: tuple[int, ...]) -> int:
    """Return the priority; never below that of a less credible case."""
    cred, _, auto, hurt, threatens = row
    level = credible_priority(row)
    if CRED[cred] == "confirmed":
        return max(level, {3: IMMEDIATE, 2: OUT_OF_CYCLE}.get(hurt, 0))
    if is_behaviour(row) or CRED[cred] == "credible":
        return level
    if CRED[cred] == "uncertain":
        return max(TRACK, level - 1)
    is_small = hurt + threatens <= 1 and auto == 0
    return DECLINE if is_small else TRACK


def severity(row: tuple[int, ...]) -> int:
    """Return the band, by harm and threat; what RAID owns is never among the lowest."""
    _, group, auto, hurt, threatens = row
    level = SEVERITY[hurt][threatens]
    if auto == 1 or CLASS[group] == "cbrn":
        level = max(level, 2)
    return max(level, 3) if is_behaviour(row) else level


def owner(row: tuple[int, ...]) -> str:
    """Return who owns it: a suspicion keeps its model part with RAID."""
    if is_behaviour(row):
        return "raid"
    return "joint" if AUTO[row[2]] == "suspected" else "sector"


def tlp(row: tuple[int, ...]) -> str:
    """Return the narrowest label that it must have."""
    _, group, auto, hurt, threatens = row
    if is_behaviour(row) or CLASS[group] == "cbrn":
        return "amber+strict"
    is_plain = group <= 2 and auto == 0
    if is_plain and hurt + threatens <= 1:
        return "clear" if group + hurt + threatens == 0 else "green"
    return "amber"


def embargo(row: tuple[int, ...]) -> str:
    """Return the advice; for what only an adversary's knowledge makes dangerous."""
    _, group, auto, _, threatens = row
    if is_behaviour(row) or CLASS[group] == "cbrn":
        return ("none", "offer", "offer", "require")[threatens]
    is_dual = CLASS[group] == "cyber" or auto == 1
    return "offer" if is_dual and threatens >= 2 else "none"


def briefing(row: tuple[int, ...]) -> str:
    """Return which states are briefed; nobody of what is not credible."""
    cred, group, _, hurt, threatens = row
    if cred == 0:
        return "none"
    if is_behaviour(row) or CLASS[group] == "cbrn":
        if hurt == 3 or (threatens == 3 and hurt >= 2):
            return "all"
        return "affected" if hurt >= 1 or threatens >= 2 else "none"
    return ("none", "none", "affected", "all")[hurt]


def lane(row: tuple[int, ...]) -> str:
    """Return the lane of the desk's capacity."""
    level = priority(row)
    if level == IMMEDIATE:
        return "urgent"
    if level == DECLINE:
        return "desk"
    return "incident" if row[3] >= 2 else "hazard"


def clocks(row: tuple[int, ...]) -> str:
    """Return the clock rules that the class alone calls for; see also legal.csv."""
    cred, group, _, hurt, _ = row
    is_incident = cred >= 1 and hurt >= 2
    return "NIS2-23" if is_incident and CLASS[group] == "cyber" else ""


def reason(row: tuple[int, ...]) -> str:
    """Return the number of the rule of the reference that gave the priority (6.5)."""
    if is_behaviour(row):
        return "2"
    if row[0] == 0:
        return "8"
    return "5" if CLASS[row[1]] == "cyber" else "12"


def routes(row: tuple[int, ...]) -> str:
    """Return the rows of the routing table that follow from class and behaviour."""
    found = ROUTES.get(CLASS[row[1]], "").split()
    if row[2] >= 1:
        found = sorted({*found, "R06"})
    return " ".join(found)


def main_rows() -> Iterator[Row]:
    """Give each row of the main table."""
    points = (CRED, CLASS, AUTO, HARM, THREAT)
    for number, row in enumerate(product(*(range(len(p)) for p in points)), 1):
        given = tuple(words[place] for words, place in zip(points, row, strict=True))
        yield (
            f"m{number:04d}",
            *given,
            PRIORITY[priority(row)],
            owner(row),
            f"S{severity(row)}",
            *(tlp(row), embargo(row), briefing(row), lane(row), "tell"),
            *(routes(row), clocks(row), reason(row)),
        )


def harm_rows() -> Iterator[Row]:
    """Give each row of the table of harm."""
    for number, row in enumerate(product(range(4), range(5), range(3)), 1):
        given = (KIND[row[0]], SPREAD[row[1]], REVERS[row[2]])
        yield (f"h{number:02d}", *given, HARM[harm(*row)])


def threat_rows() -> Iterator[Row]:
    """Give each row of the table of threat."""
    for number, row in enumerate(product(range(3), range(4), range(4)), 1):
        given = (EXPL[row[0]], OC[row[1]], UPLIFT[row[2]])
        yield (f"t{number:02d}", *given, THREAT[threat(*row)])


def tables() -> dict[str, bytes]:
    """Return file name -> the table as CSV."""
    outcomes = (
        *("priority", "owner", "severity", "tlp", "embargo", "briefing", "lane"),
        *("developer", "routes", "clocks", "reason"),
    )
    inputs = ("cred", "class", "auto", "harm", "threat")
    return {
        "harm.csv": _csv(("id", "kind", "spread", "revers", "harm"), harm_rows()),
        "threat.csv": _csv(("id", "expl", "oc", "uplift", "threat"), threat_rows()),
        "main.csv": _csv(("id", *inputs, *outcomes), main_rows()),
    }


def _csv(header: Row, rows: Iterator[Row]) -> bytes:
    out = io.StringIO(newline="")
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(header)
    writer.writerows(rows)
    return out.getvalue().encode()


def write(folder: Path) -> None:
    """Write each table into a folder."""
    for name, data in tables().items():
        (folder / name).write_bytes(data)


if __name__ == "__main__":
    given = sys.argv[1:]
    write(Path(given[0]) if given else Path(__file__).parents[1] / "raid" / "triage")
