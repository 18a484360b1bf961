"""An institute of few people in which grants are asked for, and their keys.

Small enough for a search of all that can happen in it, and with somebody in it for each
rule of who may not approve whom.
"""

from collections.abc import Callable, Mapping
from functools import cache
from hashlib import sha256
from typing import Any, NamedTuple

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
)

from ringwall.base.clock import format_instant
from ringwall.model.declarations import document_of, dump_document
from ringwall.model.levels import Authentication
from ringwall.model.requests import AccessRequest
from tests.property.strategies_in_order import IN_ORDER, MIDDLE, Data, Institute

__all__ = [
    "APPROVERS",
    "BASE",
    "CHANGES",
    "HOUR",
    "KINDS",
    "LEVEL_AT",
    "NOW",
    "ORIGIN",
    "POLICY",
    "PURPOSES",
    "REQUESTERS",
    "SEATED",
    "SEATS",
    "TEMPLATES",
    "Template",
    "changed",
    "key_line",
    "private_key",
    "question_of",
]

NOW = MIDDLE
HOUR = 3600 * 1_000_000
ORIGIN = "log.example/ringwall"
POLICY = "5a" * 32
PURPOSES = ("a copy for the second vault", "what another time was asked for")
FAR = 30 * 24 * HOUR
# Whoever was screened thirty days ago is due tomorrow.
PROGRAMME = {
    f"{duty}_months": 1 for duty in ("screening", "training", "integrity", "review")
}


@cache
def _key(name: str) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(sha256(name.encode()).digest())


@cache
def private_key(name: str) -> bytes:
    """Return the OpenSSH file of a key that is made of its name."""
    form = PrivateFormat.OpenSSH
    return _key(name).private_bytes(Encoding.PEM, form, NoEncryption())


@cache
def key_line(name: str) -> str:
    """Return the public half of that key as a line of text."""
    public = _key(name).public_key()
    return public.public_bytes(Encoding.OpenSSH, PublicFormat.OpenSSH).decode()


def _key_of(name: str, start: int = -FAR, until: int = FAR) -> Data:
    return {"key": key_line(name), **_between(start, until), "hardware": True}


def _between(start: int, until: int) -> Data:
    return {"from": format_instant(NOW + start), "until": format_instant(NOW + until)}


def _person(name: str, role: str, **more: object) -> Data:
    return {
        "id": f"user:{name}",
        "organisation": "org:institute",
        "roles": [role],
        "compartments": ["aurora"],
        "screening": {
            **_between(-FAR, FAR),
            "level": "SL4",
            "assessor": "board",
        },
        "keys": [_key_of(name)],
        **more,
    }


_PEOPLE = [
    _person("ann", "custodian", manager="user:gus"),
    _person("amy", "custodian", account_of="user:ann"),
    _person("bea", "custodian"),
    _person("bob", "custodian", account_of="user:bea"),
    _person("cal", "custodian"),
    _person("dot", "custodian"),
    _person("gus", "custodian"),
    _person("hal", "custodian", manager="user:ann"),
    _person("ivy", "custodian", organisation="org:partner"),
    _person("eli", "ciso"),
    _person("fay", "security-officer"),
    _person("fred", "security-officer"),
    _person("joy", "raid-director"),
    _person("wes", "weights-researcher"),
    _person("wyn", "weights-researcher"),
]
_PLACES = {"site:hub", "site:vault", "site:campus", "point:hub", "point:campus"}
_KEPT = {"org:institute", "org:partner", "org:assurance", "weights:big", *_PLACES}
_SMALL = {"weights:small"}
_ASSETS: list[Data] = [
    {
        "id": entity,
        "tier": "upper",
        "content": "restricted",
        "dual_use": "cleared",
        "integrity": "assured",
        **more,
    }
    for entity, more in {
        "code:stack": {},
        "record:policies": {},
        "secret:known": {"need_to_know": True, "compartments": ["aurora"]},
    }.items()
]
_DEEP: Data = {
    "id": "point:deep",
    "site": "site:vault",
    "interface": "isolated",
    "tier": "upper",
    "integrity": "assured",
}


def _normal(data: Data) -> Data:
    """Return a document as the registry writes it."""
    return dump_document(document_of(data))


BASE: Institute = {
    data["id"]: _normal(data)
    for data in (
        *(data for data in IN_ORDER if data["id"] in _KEPT | _SMALL),
        *_PEOPLE,
        *_ASSETS,
        _DEEP,
    )
}
"""All that is on record at first."""

APPROVERS = tuple(data["id"] for data in _PEOPLE)
SEATED: Mapping[str, tuple[str, ...]] = {
    "custodian": ("user:bea", "user:cal", "user:dot"),
    "ciso": ("user:eli",),
    "security-officer": ("user:fay", "user:fred", "user:eli"),
    "raid-director": ("user:joy",),
    "weights-researcher": ("user:wyn",),
}
"""Seat -> who can fill it, if nothing is changed."""
SEATS = (*SEATED, "auditor", "custodian-2", "")


class Template(NamedTuple):
    """What is asked for, by whom, where."""

    subject: str
    action: str
    resource: str
    point: str
    manner: str = "approved"
    binds: str = ""


TEMPLATES = (
    Template("user:ann", "weights.copy", "weights:small", "point:campus"),
    Template("user:ann", "weights.copy", "weights:big", "point:hub"),
    Template("user:ann", "weights.export", "weights:big", "point:hub"),
    Template("user:wes", "research.write", "code:stack", "point:hub"),
    Template("user:wes", "secret.read", "secret:known", "point:hub"),
    Template(
        "user:eli", "policy.change", "record:policies", "point:deep", binds=POLICY
    ),
    Template(
        "user:ann", "weights.delete", "weights:big", "point:hub", manner="break-glass"
    ),
    Template("user:ann", "weights.delete", "weights:small", "point:campus"),
)
REQUESTERS = tuple(sorted({template.subject for template in TEMPLATES}))
KINDS = {
    "weights": "model-weights",
    "code": "codebase",
    "record": "security-record",
    "secret": "algorithmic-secret",
}
LEVEL_AT = {"point:hub": 3, "point:deep": 5, "point:campus": 2}
"""Enforcement point -> level of its site."""


def question_of(template: Template, purpose: str, grant: str = "") -> AccessRequest:
    """Return the question that a template is for."""
    return AccessRequest(
        template.subject,
        template.action,
        template.resource,
        template.point,
        Authentication.HARDWARE_FRESH,
        purpose=purpose,
        grant=grant,
        binds=template.binds,
    )


# --- what may become of a document --------------------------------------------


def _screened(data: Data, level: str = "SL4", until: int = FAR) -> Data:
    screening = {**data["screening"], **_between(-FAR, until), "level": level}
    return {**data, "screening": screening}


def _name(data: Data) -> str:
    return str(data["id"]).partition(":")[2]


CHANGES: Mapping[str, Callable[[Data], Data | None]] = {
    "restored": lambda data: BASE[data["id"]],
    "removed": lambda _: None,
    "noted": lambda data: {**data, "note": "changed"},
    "suspended": lambda data: {**data, "suspended": True},
    "without roles": lambda data: {**data, "roles": []},
    "made ciso": lambda data: {**data, "roles": ["ciso"]},
    "with more roles": lambda data: {**data, "roles": ["custodian", "ciso"]},
    "screened to SL3": lambda data: _screened(data, "SL3"),
    "screened for a day": lambda data: _screened(data, until=24 * HOUR),
    "screened by their own": lambda data: {
        **data,
        "screening": {**data["screening"], "assessor": data["organisation"]},
    },
    "not screened": lambda data: {k: v for k, v in data.items() if k != "screening"},
    "out of compartments": lambda data: {**data, "compartments": []},
    "in another compartment": lambda data: {**data, "compartments": ["borea"]},
    "elsewhere": lambda data: {**data, "organisation": "org:partner"},
    "of the house": lambda data: {**data, "organisation": "org:institute"},
    "with a new key": lambda data: {**data, "keys": [_key_of(f"{_name(data)} new")]},
    "with two keys": lambda data: {
        **data,
        "keys": [_key_of(f"{_name(data)} new"), _key_of(_name(data))],
    },
    "with a key in two spans": lambda data: {
        **data,
        "keys": [_key_of(_name(data), until=0), _key_of(_name(data), HOUR)],
    },
    "with a key for a day": lambda data: {
        **data,
        "keys": [_key_of(_name(data), until=24 * HOUR)],
    },
    "with cal's key too": lambda data: {
        **data,
        "keys": [*data.get("keys", []), _key_of("cal")],
    },
    "without keys": lambda data: {**data, "keys": []},
    "with cal's login": lambda data: {
        **data,
        "logins": [{"provider": "idp:house", "subject": "cal"}],
    },
    "managed by ann": lambda data: {**data, "manager": "user:ann"},
    "managed by bea": lambda data: {**data, "manager": "user:bea"},
    "account of ann": lambda data: {**data, "account_of": "user:ann"},
    "account of cal": lambda data: {**data, "account_of": "user:cal"},
    "account of nobody": lambda data: {
        k: v for k, v in data.items() if k != "account_of"
    },
    "held lower": lambda data: {**data, "tier": "lower"},
    "held in the third tier": lambda data: {**data, "tier": "third"},
    "to be known": lambda data: {**data, "need_to_know": True},
    "with a programme": lambda data: {**data, "programme": PROGRAMME},
}
"""What may be done to a document; what does not fit one leaves it as it was."""


def changed(data: Mapping[str, Any], change: str) -> Data | None:
    """Return a document after a change, None if it is gone; it may fit or not."""
    try:
        made = CHANGES[change](dict(data))
        return None if made is None else _normal(made)
    except (KeyError, ValueError):
        return dict(data)
