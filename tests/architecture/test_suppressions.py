"""A check is switched off for one line, by its code, and with the reason beside it."""

import re
import tokenize
from pathlib import Path

from tests.architecture.sources import ROOT, program_files

# What switches off something, and the form in which it may: code, then a reason.
_MENTION = re.compile(
    r"#\s*(?:type:\s*ignore|mypy:|noqa|ruff:|flake8:|fmt:|isort:|pyright:|pragma:)"
)
_ALLOWED = (
    re.compile(r"#\s*type: ignore\[[a-z0-9, -]+\]\W+\w+\W+\w+"),
    re.compile(r"#\s*noqa: [A-Z]+[0-9]++(?:, ?[A-Z]+[0-9]++)*+\W+\w+\W+\w+"),
    re.compile(r"#\s*pragma: no (?:cover|branch)\W+\w+\W+\w+"),
)


def test_each_suppression_has_its_code_and_a_reason() -> None:
    bare = [
        f"{path.relative_to(ROOT)}:{line}: {comment}"
        for path in program_files()
        for line, comment in _comments(path)
        for start in _MENTION.finditer(comment)
        if not any(form.match(comment, start.start()) for form in _ALLOWED)
    ]

    assert bare == []


def _comments(path: Path) -> list[tuple[int, str]]:
    with path.open("rb") as file:
        return [
            (token.start[0], token.string)
            for token in tokenize.tokenize(file.readline)
            if token.type == tokenize.COMMENT
        ]
