"""The Casbin dialect: strict reader, compiler, cases, lint.

Pure but for `folder`, which reads a folder of files. The stock-Casbin twin lives in
`ringwall.policy.reference` and is never imported from here, so a process that only
decides never loads Casbin.
"""

from ringwall.policy.bundle import (
    Bundle,
    CompiledBundle,
    compile_bundle,
    parse_bundle,
)
from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.concern import Concern
from ringwall.policy.folder import read_bundle, read_concern
from ringwall.policy.outcome import FailedCondition, NearRow, Outcome
from ringwall.policy.reader import parse_concern
from ringwall.policy.rows import Rule

__all__ = [
    "Bundle",
    "CompiledBundle",
    "CompiledConcern",
    "Concern",
    "FailedCondition",
    "NearRow",
    "Outcome",
    "Rule",
    "compile_bundle",
    "compile_concern",
    "parse_bundle",
    "parse_concern",
    "read_bundle",
    "read_concern",
]
