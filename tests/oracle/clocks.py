"""When a deadline ends, by stepping through hours and days: slow, and on its own.

Shares no code and no table with `ringwall.raid.clocks`: the rules stand here as they
were read from docs/raid-clocks.md, holidays come from the `holidays` library itself.
"""

from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

__all__ = ["RULES", "ZONES", "Answer", "Row", "answer"]

ZONES = {
    "AT": "Europe/Vienna",
    "BE": "Europe/Brussels",
    "BG": "Europe/Sofia",
    "CY": "Asia/Nicosia",
    "CZ": "Europe/Prague",
    "DE": "Europe/Berlin",
    "DK": "Europe/Copenhagen",
    "EE": "Europe/Tallinn",
    "ES": "Europe/Madrid",
    "FI": "Europe/Helsinki",
    "FR": "Europe/Paris",
    "GR": "Europe/Athens",
    "HR": "Europe/Zagreb",
    "HU": "Europe/Budapest",
    "IE": "Europe/Dublin",
    "IT": "Europe/Rome",
    "LT": "Europe/Vilnius",
    "LU": "Europe/Luxembourg",
    "LV": "Europe/Riga",
    "MT": "Europe/Malta",
    "NL": "Europe/Amsterdam",
    "PL": "Europe/Warsaw",
    "PT": "Europe/Lisbon",
    "RO": "Europe/Bucharest",
    "SE": "Europe/Stockholm",
    "SI": "Europe/Ljubljana",
    "SK": "Europe/Bratislava",
}
_ELSEWHERE = {
    "EU": "Europe/Brussels",
    "US-CA": "America/Los_Angeles",
    "US-NY": "America/New_York",
}

_EASTER = {
    2025: "04-20",
    2026: "04-05",
    2027: "03-28",
    2028: "04-16",
    2029: "04-01",
    2030: "04-21",
}


class Row(NamedTuple):
    """One stage of a rule: owed by, where, counted how, (start, number, unit)..."""

    owed: str
    where: str
    how: str
    limits: tuple[tuple[str, int, str], ...]
    tie: str  # `both`, or `doubt` where the second limit is one reading alone
    after: frozenset[str]
    again: bool
    serious: bool
    since: str
    host: bool
    when: str


class Answer(NamedTuple):
    """Instants in UTC; None where there is no number.

    `agreed` is what is lawful by each reading of Article 3(5): whether it is for hours.
    """

    strict: datetime | None
    lawful: datetime | None
    agreed: datetime | None


def _table() -> dict[str, Row]:
    found = {}
    for line in _ROWS.strip().splitlines():
        key, owed, where, how, limits, *more = line.split()
        flags = set(more)
        tie = "doubt" if "doubt" in flags else "both"
        after = next((f[6:] for f in flags if f.startswith("after=")), "")
        found[key] = Row(
            owed.rstrip("+"),
            where,
            how,
            tuple(_limit(part) for part in limits.split(",")),
            tie,
            frozenset(after.split("|")) - {""},
            "again" in flags,
            "harm" in flags,
            next((f[6:] for f in flags if f.startswith("since=")), ""),
            owed.endswith("+"),
            next((f[5:] for f in flags if f.startswith("when=")), ""),
        )
    return found


def _limit(text: str) -> tuple[str, int, str]:
    start, _, length = text.partition("<")
    return (start, int(length[:-1]), length[-1]) if length else (start, 0, "")


# + behind who owes it: the institute itself may. h hours, d days, m months.
_ROWS = """
AIA73-GEN:initial others+ state eu aware<15d harm since=2026-08-02
AIA73-WI:initial others+ state eu aware<2d harm since=2026-08-02
AIA73-DEATH:initial others+ state eu aware<10d harm since=2026-08-02
AIA73-INC:complete others+ state eu initial-sent harm since=2026-08-02 when=incomplete after=AIA73-GEN:initial|AIA73-WI:initial|AIA73-DEATH:initial
AIA73-MSA:measures others state eu authority-received<7d harm since=2026-08-02
AIA73-MSA:commission others state eu authority-received harm since=2026-08-02
AIA55:initial others+ EU eu aware harm since=2025-08-02
COP93-CI:initial others+ EU eu model-involved<2d harm since=2025-08-02
COP93-CYB:initial others+ EU eu model-involved<5d harm since=2025-08-02
COP93-DEATH:initial others+ EU eu model-involved<10d harm since=2025-08-02
COP93-HARM:initial others+ EU eu model-involved<15d harm since=2025-08-02
COP93-INT:intermediate others+ EU eu report-sent<28d harm since=2025-08-02 again after=COP93-CI:initial|COP93-CYB:initial|COP93-DEATH:initial|COP93-HARM:initial
COP93-FIN:final others+ EU eu resolved<60d harm since=2025-08-02 after=COP93-CI:initial|COP93-CYB:initial|COP93-DEATH:initial|COP93-HARM:initial
AIA52:notice others+ EU eu threshold-known<14d since=2025-08-02
NIS2-23:early-warning others+ state plain aware<24h harm since=2024-10-18
NIS2-23:notification others+ state plain aware<72h harm since=2024-10-18
NIS2-23:final others+ state plain notified<1m harm since=2024-10-18 after=NIS2-23:notification
NIS2-23:final-after-handling others+ state plain handled<1m harm since=2024-10-18 when=ongoing after=NIS2-23:final
NIS2-SPOC:information others state plain authority-received harm since=2024-10-18
CYCLONE:information others EU plain aware harm since=2024-10-18
CRA14-V:early-warning others+ state eu aware<24h harm since=2026-09-11
CRA14-V:notification others+ state eu aware<72h harm since=2026-09-11
CRA14-V:final others+ state eu measure-available<14d harm since=2026-09-11
CRA14-I:early-warning others+ state eu aware<24h harm since=2026-09-11
CRA14-I:notification others+ state eu aware<72h harm since=2026-09-11
CRA14-I:final others+ state eu notified<1m harm since=2026-09-11 after=CRA14-I:notification
GDPR33:initial others+ state eu aware<72h harm since=2018-05-25
EUDPR34:initial others+ EU eu aware<72h harm since=2018-12-11
CERTEU21:early-warning others+ EU eu aware<24h harm since=2024-01-07
CERTEU21:notification others+ EU eu aware<72h harm since=2024-01-07
CERTEU21:final others+ EU eu notified<1m harm since=2024-01-07 after=CERTEU21:notification
DORA19:initial others state noon classified<4h,aware<24h harm since=2025-01-17
DORA19:intermediate others state noon initial-sent<72h,classified<72h doubt harm since=2025-01-17 after=DORA19:initial
DORA19:final others state noon intermediate-sent<1m harm since=2025-01-17 after=DORA19:intermediate
CER15:initial others state plain aware<24h harm since=2024-10-18
CER15:detailed others state plain initial-sent<1m,aware<1m doubt harm since=2024-10-18 after=CER15:initial
MDR87:initial others state eu aware<15d harm since=2021-05-26
MDR87-DEATH:initial others state eu aware<10d harm since=2021-05-26
MDR87-THREAT:initial others state eu aware<2d harm since=2021-05-26
AVIA-PIS:notice others state eu aware harm since=2026-02-22
AVIA-PIS:report others state eu aware<72h harm since=2026-02-22
AVIA376:report others state eu aware<72h harm since=2015-11-15
NCCS38:initial others state eu reportable-known<4h harm since=2024-06-13
EWRS:alert others EU eu aware<24h harm since=2022-12-26
ECURIE:notice others EU plain aware harm since=1987-12-14
FIMI-RAS:notice others EU plain aware harm since=2019-03-18
DSA18:notice others state plain aware harm since=2024-02-17
WBD-ACK:acknowledgement host+ EU plain received<7d since=2021-12-17
WBD-FB:feedback host+ EU plain received<3m since=2021-12-17
US-SB53:report others US-CA plain aware<15d harm since=2026-01-01
US-SB53-IMM:report others US-CA plain aware<24h harm since=2026-01-01
US-RAISE:report others US-NY plain determined<72h harm since=2027-01-01
US-RAISE-IMM:report others US-NY plain determined<24h harm since=2027-01-01
DESK-ACK:look self+ EU plain received<24h since=2026-01-01
DESK-IMM:triage self+ EU plain received<2h since=2026-01-01
DESK-TRIAGE:triage self+ EU plain received<3d since=2026-01-01
"""  # noqa: E501 - one stage a line

RULES = _table()


def answer(key: str, starts: dict[str, datetime], states: list[str]) -> Answer | None:
    """Return when a stage, `RULE:stage`, is due; None if nothing started it."""
    row = RULES[key]
    told = [one for one in row.limits if one[0] in starts]
    if not told:
        return None
    if not told[0][1]:
        return Answer(None, None, None)
    codes = states if row.where == "state" else [row.where]
    if not codes:
        codes = [f"?{code}" for code in ZONES]
    stricts, lawfuls, agreeds = [], [], []
    for code in codes:
        ends = [(_end(starts[one[0]], one, row.how, code), one) for one in told]
        strict = min(end[0] for end, _ in ends)
        hard = [
            end
            for end, one in ends
            if not (row.tie == "doubt" and one == row.limits[-1])
        ]
        stricts.append(strict)
        lawfuls.append(max([strict, min(end[1] for end in hard)]) if hard else strict)
        agreeds.append(max([strict, min(end[2] for end in hard)]) if hard else strict)
    strict = min(stricts)
    return Answer(strict, max(strict, min(lawfuls)), max(strict, min(agreeds)))


def _end(
    start: datetime, limit: tuple[str, int, str], how: str, code: str
) -> tuple[datetime, datetime, datetime]:
    _, number, unit = limit
    zone = ZoneInfo({**ZONES, **_ELSEWHERE}[code.removeprefix("?")])
    strict = _to_the_moment(start, number, unit, zone)
    if how == "plain":
        return strict, strict, strict
    if unit == "h":
        begin = _next_hour(start, zone)
        end = begin
        for _ in range(number):
            end += timedelta(hours=1)
        first = begin.astimezone(zone).date()
        if begin.astimezone(zone).hour:
            first += timedelta(days=1)
    else:
        day = start.astimezone(zone).date()
        first = day + timedelta(days=1)
        end = _midnight_after(_forward(day, number, unit), zone)
    last = (end - timedelta(microseconds=1)).astimezone(zone).date()
    if code.startswith("?") or not 2025 <= last.year <= 2030:
        return strict, end, end
    if how == "noon":
        noon = _noon(last, end, zone, code)
        return strict, noon, noon
    lawful = _two_days(first, last, end, limit, zone, code)
    return strict, lawful, end if unit == "h" else lawful


def _to_the_moment(start: datetime, number: int, unit: str, zone: ZoneInfo) -> datetime:
    if unit == "h":
        for _ in range(number):
            start += timedelta(hours=1)
        return start
    local = start.astimezone(zone)
    day = _forward(local.date(), number, unit)
    naive = datetime.combine(day, local.time())
    # Every offset that the zone has around that day, tried in turn.
    offsets = set()
    probe = datetime.combine(day, local.time(), UTC) - timedelta(hours=30)
    for _ in range(60):
        offset = probe.astimezone(zone).utcoffset()
        assert offset is not None
        offsets.add(offset)
        probe += timedelta(hours=1)
    tried = [(naive - offset).replace(tzinfo=UTC) for offset in offsets]
    real = [t for t in tried if t.astimezone(zone).replace(tzinfo=None) == naive]
    return min(real or tried)


def _forward(day: date, number: int, unit: str) -> date:
    if unit == "d":
        for _ in range(number):
            day += timedelta(days=1)
        return day
    wanted = day.day
    for _ in range(number):
        month = day.month
        while day.month == month:
            day += timedelta(days=1)
        # The first of the month after: on to the same date, or to its last day.
        month = day.month
        while day.day < wanted and (day + timedelta(days=1)).month == month:
            day += timedelta(days=1)
    return day


def _next_hour(start: datetime, zone: ZoneInfo) -> datetime:
    moment = start.replace(second=0, microsecond=0)
    while True:
        moment += timedelta(minutes=1)
        if moment.astimezone(zone).minute == 0:
            return moment


def _midnight_after(day: date, zone: ZoneInfo) -> datetime:
    moment = datetime.combine(day, datetime.min.time(), UTC) + timedelta(hours=6)
    while moment.astimezone(zone).date() <= day:
        moment += timedelta(minutes=30)
    return moment


def _noon(last: date, end: datetime, zone: ZoneInfo, code: str) -> datetime:
    if _works(last, code):
        return end
    while not _works(last, code):
        last += timedelta(days=1)
    moment = _midnight_after(last - timedelta(days=1), zone)
    while moment.astimezone(zone).hour < 12:
        moment += timedelta(minutes=30)
    return moment


def _two_days(
    first: date,
    last: date,
    end: datetime,
    limit: tuple[str, int, str],
    zone: ZoneInfo,
    code: str,
) -> datetime:
    _, number, unit = limit
    if unit != "h" and not _works(last, code):
        while not _works(last, code):
            last += timedelta(days=1)
        end = _midnight_after(last, zone)
    if number < {"h": 48, "d": 2, "m": 1}[unit]:
        return end
    seen, day = 0, first
    while True:
        if _works(day, code):
            seen += 1
        if seen == 2:
            return max(end, _midnight_after(day, zone))
        day += timedelta(days=1)


def _works(day: date, code: str) -> bool:
    if day.strftime("%a") in ("Sat", "Sun"):
        return False
    if not 2025 <= day.year <= 2030:
        return True  # no holiday of another year is on file
    return day not in (_union(day.year) if code == "EU" else _national(code, day.year))


@cache
def _national(code: str, year: int) -> frozenset[date]:
    return frozenset(holidays.country_holidays(code, years=year))


@cache
def _union(year: int) -> frozenset[date]:
    sunday = date.fromisoformat(f"{year}-{_EASTER[year]}")
    fixed = ["01-01", "01-02", "05-01", "05-09", "07-21", "08-15"]
    fixed += [f"12-{day}" for day in range(24, 32)]
    moving = [sunday + timedelta(days=n) for n in (-3, -2, 1, 39, 40, 50)]
    return frozenset([date.fromisoformat(f"{year}-{one}") for one in fixed] + moving)
