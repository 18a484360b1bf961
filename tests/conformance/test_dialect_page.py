"""The page on the dialect says what the program does: each table is compared."""

import ast
import inspect
import re
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from ringwall.base.clock import parse_instant
from ringwall.policy import dialect
from ringwall.policy.cases.case_file import read_cases
from ringwall.policy.cases.cases import parse_cases
from ringwall.policy.compiler import compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.dialect import SECTION_KEYS
from ringwall.policy.folder import read_bundle, read_concern
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.numbers import parse_number
from ringwall.policy.reader import parse_concern
from tests.architecture.sources import ROOT, Module, modules
from tests.unit.policy.sample import changed, edited, faults_of

pytestmark = pytest.mark.usefixtures("uncounted")

PAGE = (ROOT / "docs" / "dialect.md").read_text("utf-8")
POLICIES = ROOT / "policies"
BASE = ROOT / "tests" / "conformance" / "vectors" / "policy" / "base"

# Everything that reading a policy can come across is imported by one of these.
ENTRIES = ("folder", "cases.case_file", "binding")
_CODE = re.compile(r"[a-z]+(?:-[a-z0-9]+)+")
_ENCODINGS = {"utf-8"}


def _blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def _part(start: str, end: str) -> str:
    return PAGE.partition(f"\n{start}\n")[2].partition(f"\n{end}\n")[0]


def test_the_grammar_is_the_one_in_the_module() -> None:
    (shown,) = _blocks("ebnf")
    text = inspect.getdoc(dialect) or ""
    at = text.index("    matcher    =")
    written = text[at:].partition("\n\n")[0]

    assert [line.strip() for line in written.splitlines()] == [
        line.strip() for line in shown.splitlines()
    ]


def test_the_limits_are_those_of_the_module() -> None:
    table = _part("## Limits", "## The same files in stock Casbin")
    rows = re.findall(r"^\| .+ \| (.+) \| `(MAX_\w+)` \|$", table, re.MULTILINE)
    limits = {name: getattr(dialect, name) for name in dialect.__all__}

    assert {name: _limit(text) for text, name in rows} == {
        name: limit for name, limit in limits.items() if name.startswith("MAX_")
    }
    assert len(rows) == len({name for _, name in rows})


def _limit(text: str) -> int:
    number, _, unit = text.replace(",", "").partition(" ")
    return parse_number(number) * {"": 1, "KiB": 1024, "MiB": 1024**2}[unit]


def test_every_section_and_every_function_is_described() -> None:
    for section in SECTION_KEYS:
        assert f"| `[{section}]` |" in PAGE
    named = set(re.findall(r"`(\w+)[(`]", _part("### Functions", "### Relations")))

    assert named == set(FUNCTIONS)


def test_the_effect_is_the_one_effect() -> None:
    assert f"`{dialect.EFFECT}`" in PAGE


def test_every_code_that_a_policy_can_be_refused_with_has_its_sentence() -> None:
    tables = _part(
        "## What is refused, and why", "## Where stock Casbin does otherwise"
    )
    listed = re.findall(r"^\| `([a-z0-9-]+)` \| \S.+[^. ] \|$", tables, re.MULTILINE)

    assert sorted(listed) == sorted(_codes())


def _codes() -> set[str]:
    """Return the codes that the modules which read policies have as literals."""
    return {
        node.value
        for module in _readers()
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Constant)
        and isinstance(node.value, str)
        and _CODE.fullmatch(node.value)
    } - _ENCODINGS


def _readers() -> Iterator[Module]:
    """Give the modules of policies that reading one leads to, and that of YAML."""
    known = {module.name: module for module in modules()}
    waiting = [f"ringwall.policy.{name}" for name in ENTRIES]
    seen = set()
    while waiting:
        name = waiting.pop()
        if name in seen or name not in known:
            continue
        seen.add(name)
        imports = ast.walk(known[name].tree)
        waiting += [
            node.module or "" for node in imports if isinstance(node, ast.ImportFrom)
        ]
        if name.startswith("ringwall.policy.") or name.endswith(".yaml_tree"):
            yield known[name]


@pytest.mark.parametrize("language", ["conf", "csv"])
def test_the_example_stands_in_the_shipped_policy(language: str) -> None:
    files = {"conf": "model.conf", "csv": "policy.csv"}
    text = (POLICIES / "eligibility" / files[language]).read_text("utf-8")
    blocks = _blocks(language)

    assert blocks
    assert [block for block in blocks if block not in text] == []


def test_the_cases_of_the_page_come_out_as_written() -> None:
    concern = read_concern(POLICIES / "eligibility")
    (block,) = _blocks("yaml")
    cases = read_cases(concern, "page", block.encode()).cases
    compiled = compile_concern(concern)

    assert len(cases) == 2
    for case in cases:
        outcome = compiled.decide(case.request)
        nearest = compiled.explain(case.request, 1)
        failed = tuple(item.code for row in nearest for item in row.failed)
        assert (outcome.permitted, outcome.rules) == (case.permit, case.rules)
        assert failed == (case.why or ())


def test_the_answer_of_the_example_is_the_one_that_is_told() -> None:
    concern = read_concern(POLICIES / "eligibility")
    organisation = {
        "relation": "member-state",
        "screening": "none",
        "agreement": "in-force",
        "cyber": "SL2",
        "rule_of_law": 0,
        "freedoms": 0,
        "suspended": False,
    }
    findings = {"tier": "upper", "kind": "evaluation"}
    asked = concern.schema.request_from(
        {"organisation": organisation, "asset": findings, "action": "research.read"}
    )
    (row,) = compile_concern(concern).explain(asked, 1)
    (failed,) = row.failed

    told = f"`{row.rule}`, `{failed.code}`, seen {failed.seen}, needed {failed.needed}"
    assert told in PAGE


def test_the_separation_of_the_page_is_one_that_is_read() -> None:
    (block,) = [text for text in _blocks("text") if "[separation]" in text]
    pair = ("role = junior, senior, guest", "role = junior, senior, guest, custodian")
    more = (pair[1], f"{pair[1]}, ciso, security-officer")
    good = edited(pair, more, ("[reasons]", f"{block}[reasons]"))
    bad = edited(pair, more, ("[reasons]", f"{block.replace('ciso', 'cio')}[reasons]"))

    assert len(parse_concern("base", good).separations) == 2
    assert [fault.code for fault in faults_of(bad)] == ["separation-malformed"]


@cache
def _recipe() -> dict[str, Any]:
    """Return what the page's Python defines; it reads policies from the root."""
    names: dict[str, Any] = {}
    for block in _blocks("python"):
        exec(compile(block, "docs/dialect.md", "exec"), names)  # noqa: S102 - the page's own example
    return names


def _stock(concern: Concern, folder: Path) -> Callable[[object], bool]:
    """Return the stock enforcer of the page, asked by requests in running form."""
    names = _recipe()
    enforcer = names["stock"](folder)
    for relation in concern.relations:
        names["relate"](enforcer, relation[1:])

    def ask(request: object) -> bool:
        asked: dict[str, dict[str, object]] = {}
        for item in concern.schema.attributes:
            value = concern.schema.value(request, item)
            plain = isinstance(value, bool | frozenset)
            text = concern.schema.seen(request, item)
            asked.setdefault(item.subject, {})[item.name] = value if plain else text
        parts = [asked[name] for name in concern.schema.objects]
        return bool(
            enforcer.enforce(
                *(part.get("") or names["Facts"](**part) for part in parts)
            )
        )

    return ask


@pytest.mark.parametrize(
    "name", sorted(path.name for path in POLICIES.iterdir() if path.is_dir())
)
def test_the_python_of_the_page_answers_every_shipped_case_alike(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.chdir(ROOT)
    concern = read_concern(POLICIES / name)
    ask = _stock(concern, POLICIES / name)
    cases = parse_cases(concern).cases

    assert {case.permit for case in cases} == {True, False}
    assert [case.id for case in cases if ask(case.request) != case.permit] == []


def test_the_scales_of_the_page_are_those_of_the_shipped_models(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    shipped = {
        vocabulary.values
        for concern in read_bundle(POLICIES).concerns.values()
        for vocabulary in concern.schema.vocabularies
        if vocabulary.ordered
    }

    assert {tuple(scale) for scale in _recipe()["SCALES"]} == shipped


@pytest.mark.parametrize(
    ("path", "value", "permitted"),
    [
        ("asset.size", "2.5e24", True),
        ("asset.size", 10**25, False),
        ("asset.size", 25 * 10**23 + 1, False),
        ("asset.born", "2030-01-01T01:00:00.5+02:00", False),
        ("asset.born", "2029-12-31T21:59:59.25-01:00", True),
    ],
)
def test_the_python_of_the_page_compares_numbers_and_instants(
    monkeypatch: pytest.MonkeyPatch, path: str, value: object, *, permitted: bool
) -> None:
    """By row-003, whose size is 2.5e24 and whose instant has an offset."""
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(_recipe(), "SCALES", [["L0", "L1", "L2"]])
    concern = read_concern(BASE)
    plain = changed({"action": "read", "asset.kind": "note", path: value})
    request = concern.schema.request_from(plain)

    assert compile_concern(concern).decide(request).permitted == permitted
    assert _stock(concern, BASE)(request) == permitted


def test_the_python_of_the_page_follows_a_second_relation(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(ROOT)
    monkeypatch.setitem(_recipe(), "SCALES", [["L0", "L1", "L2"]])
    second = (
        ("g = _, _", "g = _, _\ng2 = _, _"),
        ("r.asset.kind == p.kind", "holds2(r.asset.kinds, p.kind)"),
        ("r.asset.kind = kind", "r.asset.kinds = set(kind)"),
        ("g, senior, junior", "g, senior, junior\ng2, model, data"),
    )
    for name, data in edited(*second).items():
        (tmp_path / name).write_bytes(data)
    concern = read_concern(tmp_path)
    ask = _stock(concern, tmp_path)

    for kinds, permitted in ((["model"], True), (["note"], False)):
        plain = changed({"asset.kinds": kinds})
        del plain["asset"]["kind"]
        request = concern.schema.request_from(plain)
        assert compile_concern(concern).decide(request).permitted == permitted
        assert ask(request) == permitted


def test_numbers_and_instants_are_written_as_the_page_says() -> None:
    for text in ("`2.5e1` is 25", "`2.5` is refused", "`2027-01-01T01:30:00.25+01:30`"):
        assert text in PAGE

    assert parse_number("2.5e1") == 25
    with pytest.raises(ValueError, match="is not a number"):
        parse_number("2.5")
    instant = parse_instant("2027-01-01T01:30:00.25+01:30")
    assert instant == parse_instant("2027-01-01T00:00:00.25Z")
