"""Files that somebody made to be slow to refuse, each with the code it ends in."""

from collections.abc import Callable, Iterable

from tests.conformance.policy_vectors import base_files

__all__ = ["CASES", "MODELS", "TABLES"]

_MODEL = base_files()["model.conf"].decode()
_TABLE = base_files()["policy.csv"].decode()
_ROW = "p, row-{:06}, junior, data, L0, *, *, 2030-01-01T00:00:00Z, read, allow\n"
_HEAD = "now: 2027-01-01T00:00:00Z\ncases: "


def _filled(parts: Iterable[str]) -> str:
    """Return parts as a value that goes on over lines of the greatest length."""
    lines, line = [], ""
    for part in parts:
        if len(line) + len(part) > 4000:
            lines.append(line)
            line = ""
        line += part
    return " \\\n".join([*lines, line])


def _matcher(text: str) -> str:
    before, _, rest = _MODEL.partition("m = holds")
    return f"{before}m = {text}\n[vocabulary]{rest.partition('[vocabulary]')[2]}"


def _added(to: str, entries: str) -> str:
    return _MODEL.replace(f"[{to}]\n", f"[{to}]\n{entries}")


def _numbered(form: str, count: int) -> list[str]:
    return [form.format(number) for number in range(count)]


def _roles(links: str) -> tuple[str, str]:
    """Return a model of 9,003 roles and a table with links between them."""
    words = _filled(_numbered("r{}, ", 9000))
    return _MODEL.replace("\nrole = ", f"\nrole = {words}"), _TABLE + links


def _layers() -> str:
    return "".join(
        f"g, r{300 * layer + at}, r{300 * (layer + 1) + (7 * at + step) % 300}\n"
        for layer in range(8)
        for at in range(300)
        for step in range(5)
    )


MODELS: dict[str, tuple[Callable[[], str], str]] = {
    "ten megabytes in one line": (lambda: "x" * 10_000_000 + "\n", "file-too-large"),
    "a line of 256 KiB": (lambda: "x" * 262_000 + "\n", "line-too-long"),
    "lines that go on for ever": (lambda: "x \\\n" * 60_000, "continuation-broken"),
    "65,000 unknown sections": (lambda: "[a]\n" * 65_000, "section-unknown"),
    "32,000 times one section": (lambda: "[types]\n" * 32_000, "section-duplicate"),
    "20,000 names in a request": (
        lambda: _MODEL.replace(
            "\nr = ", f"\nr = {_filled(_numbered('a{}, ', 20_000))}"
        ),
        "columns-too-many",
    ),
    "80,000 columns": (
        lambda: _MODEL.replace("p = rule, ", f"p = rule, {_filled(['a, '] * 80_000)}"),
        "columns-too-many",
    ),
    "18,000 ordered vocabularies": (
        lambda: _added("vocabulary", "".join(_numbered("w{} = a < b\n", 16_000))),
        "vocabularies-too-many",
    ),
    "20,000 words": (
        lambda: _added("vocabulary", f"w = {_filled(_numbered('w{}, ', 20_000))}z\n"),
        "words-too-many",
    ),
    "one word 80,000 times": (
        lambda: _added("vocabulary", f"w = {_filled(['w,'] * 80_000)}w\n"),
        "words-too-many",
    ),
    "12,000 types": (
        lambda: _added("types", "".join(_numbered("r.asset.a{} = id\n", 12_000))),
        "types-too-many",
    ),
    "18,000 reasons": (
        lambda: _MODEL + "".join(_numbered("a{} = b, c\n", 16_000)),
        "reason-unused",
    ),
    "16,000 pairs kept apart": (
        lambda: (
            _added("separation", "")
            + "[separation]\n"
            + "".join(_numbered("a{} = b\n", 16_000))
        ),
        "separation-malformed",
    ),
    "9,000 conditions": (
        lambda: _matcher(_filled(["r.action == p.action && "] * 9000) + "r.a"),
        "matcher-too-long",
    ),
    "700 conditions": (
        lambda: _matcher(_filled(["r.a == p.a && "] * 700) + "r.a"),
        "too-many-conditions",
    ),
    "70,000 brackets": (lambda: _matcher(_filled(["("] * 70_000)), "matcher-too-long"),
    "12,000 brackets": (lambda: _matcher(_filled(["("] * 12_000)), "matcher-too-deep"),
    "12,000 negations": (lambda: _matcher(_filled(["!"] * 12_000)), "matcher-too-deep"),
    "6,000 calls": (lambda: _matcher(_filled(["f("] * 6000)), "matcher-too-deep"),
    "12,000 quotes": (lambda: _matcher(_filled(['"'] * 12_001)), "literal-malformed"),
    "a path of 1,900 names": (
        lambda: _matcher("r" + ".a" * 1900),
        "matcher-syntax",
    ),
    "5,000 arguments": (
        lambda: _matcher("f(" + _filled(["r.a, "] * 3000) + "r.a)"),
        "function-unknown",
    ),
    "400 unknown names": (
        lambda: _matcher(f"({_filled(_numbered('r.a{} || ', 1200))}r.a)"),
        "path-unknown",
    ),
}
"""Models by what is wrong with them."""

TABLES: dict[str, tuple[Callable[[], tuple[str, str]], str]] = {
    "a line of ten megabytes": (
        lambda: (_MODEL, f"p, {'x' * 10_000_000}\n"),
        "line-too-long",
    ),
    "a million columns": (
        lambda: (_MODEL, "p" + ", a" * 1_000_000 + "\n"),
        "line-too-long",
    ),
    "1,300 columns in each of 4,000 lines": (
        lambda: (_MODEL, ("p" + ", a" * 1300 + "\n") * 4000),
        "column-count",
    ),
    "1,300 bad fields in each of 4,000 lines": (
        lambda: (_MODEL, ("p" + ", !" * 1300 + "\n") * 4000),
        "column-count",
    ),
    "2,000 commas in each of 4,000 lines": (
        lambda: (_MODEL, ("p," + ", " * 2000 + "x\n") * 4000),
        "column-count",
    ),
    "eight million lines": (lambda: (_MODEL, "q\n" * 8_000_000), "too-many-lines"),
    "190,000 unknown lines": (lambda: (_MODEL, "q\n" * 190_000), "line-unknown"),
    "16 MiB of accents in long lines": (
        lambda: (_MODEL, ("\u00e9" * 4000 + "\n") * 2000),
        "line-unknown",
    ),
    "16 MiB of loose accents": (
        lambda: (_MODEL, ("#" + "a\u0300" * 1300 + "\n") * 4000),
        "not-normalised",
    ),
    "one row 40,000 times": (
        lambda: (_MODEL, _ROW.format(1) * 40_000),
        "duplicate-rule-id",
    ),
    "a circle of 9,000 roles": (
        lambda: _roles("".join(f"g, r{n}, r{(n + 1) % 9000}\n" for n in range(9000))),
        "role-circle",
    ),
    "a chain of 9,000 roles": (
        lambda: _roles("".join(f"g, r{n}, r{n + 1}\n" for n in range(8999))),
        "role-chain-too-deep",
    ),
    "roles in eight layers": (lambda: _roles(_layers()), "roles-too-many"),
}
"""Models and tables by what is wrong with the table."""

CASES: dict[str, tuple[Callable[[], str], str]] = {
    "17 lists within each other": (lambda: _HEAD + "[" * 100_000, "yaml-too-deep"),
    "100,000 dashes": (lambda: _HEAD + "\n  " + "- " * 100_000, "yaml-too-deep"),
    "a mapping as a key": (lambda: _HEAD + "{" * 100_000, "yaml-key"),
    "an anchor": (lambda: _HEAD + "&a []\nnamed: *a\n", "yaml-alias"),
    "a bomb of aliases": (
        lambda: "a: &a [x, x]\n" + "".join(f"b{n}: [*a, *a]\n" for n in range(1000)),
        "yaml-alias",
    ),
    "a tag": (lambda: _HEAD + "!!python/object/new:os.system []\n", "yaml-tag"),
    "one key a million times": (lambda: "a: 1\n" * 1_000_000, "yaml-duplicate-key"),
    "a thousand times nothing": (lambda: f"{_HEAD}[{'{},' * 1000}]", "case-malformed"),
    "a text without an end": (lambda: f'{_HEAD}"{"x" * 10_000_000}', "yaml-syntax"),
}
"""Cases by what is wrong with them."""
