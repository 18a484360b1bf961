"""The Casbin dialect in constants: names of files and sections, shapes, limits.

A concern is a Casbin model and its rows, restricted to what a person can review
and a machine can check. model.conf has Casbin's own five sections and four that
stock Casbin skips:

    [request_definition]  r = subject, asset, action
    [policy_definition]   p = rule, role, ..., eft      first `rule`, last `eft`
    [role_definition]     g = _, _                      optional; also g2, g3, g4
    [policy_effect]       e = EFFECT                    deny wins, nothing is a deny
    [matchers]            m = one logical line, continued by a trailing backslash
    [vocabulary]          kind = a, b, c                unordered
                          level = SL0 < SL1 < SL2       ordered
    [types]               r.subject.roles = set(role)   one line per attribute
                          p.kind = kind, open           `*` is legal in this column
    [reasons]             site = site-level-insufficient, the site is below ...
    [separation]          custodian = auditor, ciso     optional; roles kept apart

    matcher    = all { "||" all }
    all        = test { "&&" test }
    test       = { "!" } primary | primary ("==" | "!=" | "in") primary
    primary    = literal | "r." name [ "." name ] | "p." name
               | name "(" primary { "," primary } ")" | "(" matcher ")"
    literal    = "'" text "'" | '"' text '"'

The operands of the outermost `&&` are the conditions. Nothing here has an order but
through a registered function; there is no arithmetic, no pattern and no `eval`.
"""

import re

__all__ = [
    "ANY",
    "CASES_FILE",
    "EFFECT",
    "EFFECT_COLUMN",
    "ID",
    "MAX_ATTRIBUTES",
    "MAX_BUNDLE_BYTES",
    "MAX_CASES_BYTES",
    "MAX_CASE_VALUES",
    "MAX_COLUMNS",
    "MAX_CONCERNS",
    "MAX_CONDITIONS",
    "MAX_FAULTS",
    "MAX_FOLDER",
    "MAX_LINE",
    "MAX_LINES",
    "MAX_LINKS",
    "MAX_MATCHER",
    "MAX_MATCHER_DEPTH",
    "MAX_MODEL_BYTES",
    "MAX_NUMBER",
    "MAX_POLICY_BYTES",
    "MAX_README_BYTES",
    "MAX_ROLE_DEPTH",
    "MAX_ROLE_STEPS",
    "MAX_ROWS",
    "MAX_VOCABULARIES",
    "MAX_WORDS",
    "MODEL_FILE",
    "NAME",
    "OPTIONAL_SECTIONS",
    "POLICY_FILE",
    "README_FILE",
    "REASON_CODE",
    "RELATIONS",
    "RESERVED_NAMES",
    "ROLE_DEFINITION",
    "RULE_COLUMN",
    "RULE_ID",
    "SECTION_KEYS",
    "WORD",
]

MODEL_FILE = "model.conf"
POLICY_FILE = "policy.csv"
CASES_FILE = "cases.yaml"
README_FILE = "README.md"

EFFECT = "some(where (p.eft == allow)) && !some(where (p.eft == deny))"
"""The only effect: some row allows and none denies."""

ROLE_DEFINITION = "_, _"
RULE_COLUMN = "rule"
EFFECT_COLUMN = "eft"
ANY = "*"
"""What a row writes in an open column to leave it open."""

RELATIONS = ("g", "g2", "g3", "g4")
"""Named relations, in the order in which stock Casbin looks for them."""

SECTION_KEYS: dict[str, tuple[str, ...]] = {
    "request_definition": ("r",),
    "policy_definition": ("p",),
    "role_definition": RELATIONS,
    "policy_effect": ("e",),
    "matchers": ("m",),
    "vocabulary": (),
    "types": (),
    "reasons": (),
    "separation": (),
}
"""Sections of model.conf and the keys each may hold, the first needed; () for any."""

OPTIONAL_SECTIONS = frozenset({"role_definition", "separation"})

MAX_MODEL_BYTES = 256 * 1024
MAX_POLICY_BYTES = 16 * 1024 * 1024
MAX_CASES_BYTES = 16 * 1024 * 1024
MAX_README_BYTES = 1024 * 1024
MAX_LINE = 4096
"""Longest line of model.conf and policy.csv in characters."""

MAX_LINES = 250_000
"""Most lines of model.conf and of policy.csv, comments and blank ones counted."""

MAX_ROWS = 200_000
MAX_COLUMNS = 32
MAX_ATTRIBUTES = 128
MAX_VOCABULARIES = 32
MAX_WORDS = 10_000
"""Most words of one vocabulary."""

MAX_CASE_VALUES = 250_000
"""Most names, values, lists and mappings in cases.yaml."""

MAX_CONCERNS = 64
MAX_BUNDLE_BYTES = 64 * 1024 * 1024
"""Most bytes of all concerns together."""

MAX_FOLDER = 256
"""Most names in a folder, those that start with a dot counted."""

MAX_MATCHER = 16 * 1024
"""Longest matcher in characters, its lines joined."""

MAX_CONDITIONS = 64
MAX_MATCHER_DEPTH = 24
MAX_LINKS = 20_000
"""Most `g`, `g2`, `g3` and `g4` rows together."""

MAX_ROLE_DEPTH = 8
"""Longest chain of `g` rows; stock Casbin silently stops following after ten."""

MAX_ROLE_STEPS = 2_000_000
"""Most words looked at to work out who includes whom in one relation."""

MAX_FAULTS = 1000
MAX_NUMBER = 10**60

NAME = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
WORD = re.compile(r"[A-Za-z][A-Za-z0-9._-]{0,63}", re.ASCII)
ID = re.compile(r"[a-z0-9][a-z0-9._:-]{0,127}", re.ASCII)
RULE_ID = re.compile(r"[a-z]{2,8}-[0-9]{3,6}", re.ASCII)
REASON_CODE = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)

# Stock Casbin rewrites `r.` and `p.` (also r2., p3. ...) wherever they stand, sorts
# rows by a column named `priority`, and expands `eval`.
RESERVED_NAMES = re.compile(r"[rpgem][0-9]*|priority|eval|true|false|none", re.ASCII)
