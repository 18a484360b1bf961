"""The text of a trust policy: C2SP tlog-policy, read strictly and written.

Octets in, values out, and back. Must never read a file that was cut short as a
policy that asks for less.
"""

import re

from ringwall.base.errors import ConfigurationError
from ringwall.signing.cosigner_keys import parse_cosigner_vkey
from ringwall.signing.keys import format_vkey, parse_vkey
from ringwall.tlog.trust_policy import (
    TrustedLog,
    TrustedWitness,
    TrustPolicy,
    TrustPolicyDraft,
    WitnessGroup,
)

__all__ = ["MAX_TRUST_POLICY_BYTES", "format_trust_policy", "parse_trust_policy"]

MAX_TRUST_POLICY_BYTES = 256 * 1024
"""Largest policy file in bytes: some thousand lines, where 32 of each are asked for."""

_FORBIDDEN = re.compile(rb"[^\t\n\x20-\x7e\x80-\xff]")
_SPACE = re.compile(rb"[ \t]+")
_NUMBER = re.compile(r"[1-9][0-9]{0,5}")


def format_trust_policy(policy: TrustPolicy) -> bytes:
    """Return the policy's text: logs, witnesses, groups with numbers, quorum."""
    lines = [f"log {format_vkey(log.verifier)} {log.url}" for log in policy.logs]
    lines += [
        f"witness {item.name} {format_vkey(item.verifier)} {item.url}"
        for item in policy.witnesses
    ]
    lines += [
        f"group {group.name} {group.threshold} {' '.join(group.members)}"
        for group in policy.groups
    ]
    lines.append(f"quorum {policy.quorum}")
    text = "".join(f"{line.rstrip(' ')}\n" for line in lines)
    return text.encode("utf-8", "surrogateescape")


def parse_trust_policy(data: bytes) -> TrustPolicy:
    """Return the policy that the text states.

    Raises:
        ConfigurationError: `trust-policy-malformed` with the number of the line, any
            deviation from C2SP tlog-policy; also a last line without a newline,
            since then the name in it may have been cut.
    """
    if len(data) > MAX_TRUST_POLICY_BYTES:
        raise _malformed(f"the policy has more than {MAX_TRUST_POLICY_BYTES} bytes")
    *lines, rest = data.split(b"\n")
    draft = TrustPolicyDraft()
    for number, line in enumerate(lines, start=1):
        try:
            _read_line(line, draft)
        except ConfigurationError as error:
            raise _malformed(f"line {number}: {error.message}") from error
        except ValueError as error:
            raise _malformed(f"line {number}: {error}") from error
    if rest:
        raise _malformed(f"line {len(lines) + 1}: no newline ends it")
    try:
        return draft.policy()
    except ValueError as error:
        raise _malformed(str(error)) from error


def _read_line(line: bytes, draft: TrustPolicyDraft) -> None:
    if _FORBIDDEN.search(line):
        raise ValueError("it holds a control character other than tab")
    line = line.strip(b" \t")
    if not line or line.startswith(b"#"):
        return
    # Divided as octets: text has more kinds of white space.
    keyword, *items = [
        item.decode("utf-8", "surrogateescape") for item in _SPACE.split(line)
    ]
    if keyword not in _READERS:
        raise ValueError("it begins with none of `log`, `witness`, `group`, `quorum`")
    _READERS[keyword](items, draft)


def _read_log(items: list[str], draft: TrustPolicyDraft) -> None:
    if not 1 <= len(items) <= 2:
        raise ValueError("a log line is `log <vkey> [<url>]`")
    draft.add_log(TrustedLog(parse_vkey(items[0]), *items[1:]))


def _read_witness(items: list[str], draft: TrustPolicyDraft) -> None:
    if not 2 <= len(items) <= 3:
        raise ValueError("a witness line is `witness <name> <vkey> [<url>]`")
    verifier = parse_cosigner_vkey(items[1])
    draft.add_witness(TrustedWitness(items[0], verifier, *items[2:]))


def _read_group(items: list[str], draft: TrustPolicyDraft) -> None:
    if len(items) < 3:
        raise ValueError("a group line is `group <name> <k>|all|any <name>...`")
    name, count, *members = items
    thresholds = {"all": len(members), "any": 1}
    if count not in thresholds and not _NUMBER.fullmatch(count):
        raise ValueError("a group takes `all`, `any` or a number without leading zero")
    threshold = thresholds[count] if count in thresholds else int(count)
    draft.add_group(WitnessGroup(name, threshold, tuple(members)))


def _read_quorum(items: list[str], draft: TrustPolicyDraft) -> None:
    if len(items) != 1:
        raise ValueError("a quorum line is `quorum <name>`")
    draft.set_quorum(items[0])


_READERS = {
    "log": _read_log,
    "witness": _read_witness,
    "group": _read_group,
    "quorum": _read_quorum,
}


def _malformed(message: str) -> ConfigurationError:
    # Names are any octets: none of them may reach a terminal as they are.
    shown = "".join(ch if ch.isprintable() else ascii(ch)[1:-1] for ch in message)
    return ConfigurationError(
        "trust-policy-malformed",
        shown,
        next_step="mend the policy; its format is tlog-policy of C2SP",
    )
