"""The document of the format says what the program does: a stranger reads by it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from sqlalchemy import Table

from ringwall.ledger.event_keys import ALARMS
from ringwall.ledger.projections import project
from ringwall.ledger.schema import METADATA
from ringwall.model.decisions import Change, Effect, Reason, Stage, Verdict
from ringwall.model.events import EVENT_KINDS, Event, decision_made
from ringwall.model.identity import Proof
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from ringwall.tlog.trust_policy_file import parse_trust_policy
from tests.fault.ledger_simulator import AT, KEY

PROOF: Final = Proof(
    *("ssh", "ses-1", "user:ada", "point:p", "", "SHA256:key"),
    at=AT,
    until=AT + 1,
    level=Authentication.MFA,
)
DOCUMENT: Final = Path(__file__).parents[2] / "docs" / "ledger-format.md"
TEXT: Final = DOCUMENT.read_text("utf-8")
ALWAYS: Final = {"v", "kind", "at"}
_TYPES: Final = {"INTEGER", "TEXT", "BLOB"}
_NAMES: Final = re.compile(r"`([^`]+)`")


def rows() -> Iterator[list[str]]:
    """Give the cells of each row of a table."""
    for line in TEXT.splitlines():
        if line.startswith("| "):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def columns_told() -> dict[str, list[str]]:
    """Return of each table its columns as they are told, in the order of the schema."""
    told: dict[str, list[str]] = {}
    for name, said, *_ in rows():
        if not _TYPES.isdisjoint(said.replace(",", "").split()):
            told[name.strip("`")] = [
                f"{column} {type_} {key}".strip()
                for part in said.split(", ")
                for column, type_, key in _columns(part)
            ]
    return told


def _columns(part: str) -> Iterator[tuple[str, str, str]]:
    found = re.fullmatch(r"(.*`\**) (\w.*)", part)
    assert found is not None
    names, type_ = found.groups()
    for name in names.split():
        yield name.strip("*`"), type_, "key" if name.startswith("**") else ""


def columns_of(table: Table) -> list[str]:
    """Return the columns of a table in the words of the document."""
    return [
        f"{column.name} {_TYPE[type(column.type).__name__]}"
        + (" or NULL" if column.nullable else "")
        + (" key" if column.primary_key else "")
        for column in table.columns
    ]


_TYPE: Final = {"Integer": "INTEGER", "Text": "TEXT", "_Bytes": "BLOB"}


def test_each_table_is_told_with_the_types_of_its_columns() -> None:
    assert columns_told() == {
        name: columns_of(table) for name, table in METADATA.tables.items()
    }


def test_each_kind_of_event_is_told() -> None:
    first = TEXT.partition("| kind | says |")[2].partition("\n\n")[0]
    told = [name for line in first.splitlines() for name in line.split("|")[1:2]]

    kinds = {kind for cell in told for kind in _NAMES.findall(cell)}
    assert kinds == EVENT_KINDS
    alarms = re.findall(r"^\| \| `([a-z-]+)`: .* \| (.*) \|$", first, re.MULTILINE)
    assert [code for code, _ in alarms] == list(ALARMS)
    for code, keys in alarms:
        event: Event = dict.fromkeys(_NAMES.findall(keys), "text")
        numbers = dict.fromkeys(event.keys() & {"need", "seconds", "size"}, 1)
        head = {"kind": "alarm.raised", "at": "2027-01-15T08:00:00Z", "code": code}
        assert project(0, {**head, **event, **numbers})


def decision(*, is_whole: bool) -> Event:
    """Return a decision with all its keys, or with as few as can be."""
    request = AccessRequest(
        "user:ada", "weights.read", "weights:w", "point:p", Authentication.MFA
    )
    verdict = Verdict(Effect.PERMIT)
    if is_whole:
        said = ("user:ada", "weights.read", "weights:w", "point:p", Authentication.MFA)
        request = AccessRequest(*said, "why", ("context.x",), 5, ("user:eve",))
        request = replace(request, proof=PROOF, grant="req-1", binds="ab" * 32)
        request = replace(request, continues="dec-0")
        reason = Reason(Stage.ACCESS, "no", "no.", "r", "p:1", "c", "seen", "needed")
        change = (Change("session.authentication", "mfa", "hardware"),)
        verdict = Verdict(Effect.DENY, ("r",), (reason,), True, change, ("an e",))
        verdict = replace(verdict, obligations=("notify",))
    return decision_made(AT, "dec-1", request, verdict, {"basis": 0, "policy": ""})


def test_each_key_of_a_decision_is_told() -> None:
    table = TEXT.partition("The keys of `decision.made`")[2].partition("\n\nA text")[0]
    told: dict[str, str] = {}
    for line in table.splitlines():
        if line.startswith("| `"):
            names, type_, *_ = line.strip("|").split("|")
            told |= dict.fromkeys(_NAMES.findall(names), type_.strip())
    whole, least = decision(is_whole=True), decision(is_whole=False)

    assert told.keys() == whole.keys() - ALWAYS
    can_miss = {name for name, type_ in told.items() if "may be missing" in type_}
    assert can_miss == whole.keys() - least.keys()
    types = {str: "text", int: "integer", bool: "`true`, `false`", list: "list of"}
    for name, type_ in told.items():
        assert type_.startswith(types[type(whole[name])])


def test_each_stage_and_each_authentication_of_a_decision_is_told() -> None:
    for row in rows():
        if row[0] == "`authentication`":
            assert _NAMES.findall(row[2]) == [str(level) for level in Authentication]
        if row[0] == "`reasons`":
            told = _NAMES.findall(row[2].partition("(")[2].partition(")")[0])
            assert told == [stage.value for stage in Stage]
            (reason,) = decision(is_whole=True)["reasons"]
            assert set(_NAMES.findall(row[2])) == {*told, *reason}


def test_the_example_of_a_policy_of_witnesses_is_one() -> None:
    example = re.search(r"(?:^    .*\n)+(?=\n`log` )", TEXT, re.MULTILINE)

    assert example is not None
    policy = parse_trust_policy(re.sub("(?m)^    ", "", example[0]).encode())
    assert policy.logs[0].verifier.public == KEY.verifier().public
    assert policy.is_met({"city", "press"})
    assert not policy.is_met({"port"})
