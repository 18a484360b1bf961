"""The page on the dialect says what the program does: each table is compared."""

import ast
import inspect
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import pytest

from ringwall.policy import dialect
from ringwall.policy.cases.case_file import read_cases
from ringwall.policy.cases.cases import parse_cases
from ringwall.policy.compiler import compile_concern
from ringwall.policy.dialect import SECTION_KEYS
from ringwall.policy.folder import read_bundle, read_concern
from ringwall.policy.functions import FUNCTIONS
from ringwall.policy.numbers import parse_number
from ringwall.policy.reader import parse_concern
from tests.architecture.sources import ROOT, Module, modules
from tests.unit.policy.sample import edited, faults_of

PAGE = (ROOT / "docs" / "dialect.md").read_text("utf-8")
POLICIES = ROOT / "policies"

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
        "cyber": "SL2",
        "rule_of_law": 0,
        "freedoms": 0,
        "suspended": False,
    }
    asked = concern.schema.request_from(
        {"organisation": organisation, "asset": {"tier": "upper"}}
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
def _namespace(number: int) -> dict[str, Any]:
    names: dict[str, Any] = {}
    exec(compile(_blocks("python")[number], "docs/dialect.md", "exec"), names)  # noqa: S102 - the page's own example
    return names


def test_the_python_of_the_page_runs_and_answers_every_shipped_case_alike(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    enforcer, facts = _namespace(0)["enforcer"], _namespace(0)["Facts"]
    concern = read_concern(POLICIES / "eligibility")

    for case in parse_cases(concern).cases:
        asked: dict[str, dict[str, object]] = {}
        for item in concern.schema.attributes:
            value = concern.schema.value(case.request, item)
            text = concern.schema.seen(case.request, item)
            plain = value if isinstance(value, bool) else text
            asked.setdefault(item.subject, {})[item.name] = plain
        objects = [facts(**asked[name]) for name in concern.schema.objects]
        assert enforcer.enforce(*objects) == case.permit


def test_the_second_python_block_follows_a_relation(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(ROOT)
    names = {**_namespace(0)}
    exec(compile(_blocks("python")[1], "docs/dialect.md", "exec"), names)  # noqa: S102 - the page's own example

    assert names["has_link"]("ciso", "security-officer")
    assert len(names["enforcer"].get_policy()) == len(
        read_bundle(POLICIES).concerns["access"].rules
    )
