"""Declarations that an institute with two tiers accepts, whole and consistent."""

import base64
import json
from hashlib import sha256
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import strategies as st

from ringwall.base.clock import format_instant
from ringwall.model.declarations import SECTIONS

ROLES = ("custodian", "evaluator", "researcher", "service", "weights-researcher")
_LEVELS = ("SL0", "SL1", "SL2", "SL3", "SL4", "SL5")
# Measures true of a site, and those below SL3, which everybody may attest.
_MEASURES = ("SL1-WS-2", "SL1-WP-1", "SL2-WS-1", "SL2-MO-1", "SL2-RT-1")
_EVIDENCE = "0" * 64
_YEAR = 365 * 24 * 3600 * 1_000_000

Declaration = dict[str, list[dict[str, Any]]]

# Few and easy to draw, so that two declarations often speak of the same things.
_names = st.sampled_from(("a", "b-1", "c.d", "e_f", "0", "g" * 100))
_levels = st.sampled_from(_LEVELS)
_texts = st.sampled_from(
    ("a board", "é 日本 \U0001f600", "7", "true", "null", "#x: [y]", '"\\', "'", " - ")
)
_words = st.lists(
    st.sampled_from(("aurora", "shield", "raid", "x-1")), unique=True, max_size=3
)
_roles = st.lists(st.sampled_from(ROLES), unique=True, max_size=3)


def _ids(prefix: str, least: int, most: int) -> st.SearchStrategy[list[str]]:
    name = _names.map(lambda text: f"{prefix}:{text}")
    return st.lists(name, unique=True, min_size=least, max_size=most)


@st.composite
def _dated(draw: st.DrawFn, /, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - YAML data
    start = draw(st.integers(0, 80 * _YEAR))
    found = {
        "assessor": draw(_texts),
        "from": format_instant(start),
        "until": format_instant(start + _YEAR),
    }
    return {**found, **more}


@st.composite
def _organisation(draw: st.DrawFn, entity: str, relation: str) -> dict[str, Any]:
    kind = st.sampled_from(("agreement", "screening", "freedoms", "cybersecurity"))
    kinds = draw(st.lists(kind, max_size=2))
    measure: dict[str, dict[str, Any]] = {
        "agreement": {},
        "screening": {},
        "freedoms": {"score": draw(st.integers(0, 100))},
        "cybersecurity": {"level": draw(_levels)},
    }
    evidence = [draw(_dated(kind=kind, **measure[kind])) for kind in kinds]
    return {"id": entity, "relation": relation, "evidence": evidence}


@st.composite
def _person(draw: st.DrawFn, entity: str, organisations: list[str]) -> dict[str, Any]:
    found = {
        "id": entity,
        "organisation": draw(st.sampled_from(organisations)),
        "roles": draw(_roles),
        "compartments": draw(_words),
        "suspended": draw(st.booleans()),
    }
    if draw(st.booleans()):
        found["screening"] = draw(_dated(level=draw(_levels)))
    return found


@st.composite
def _site(draw: st.DrawFn, entity: str, organisations: list[str]) -> dict[str, Any]:
    measures = draw(st.lists(st.sampled_from(_MEASURES), unique=True, max_size=4))
    attestations = [
        draw(
            _dated(
                measures=[measure],
                assessor=draw(st.sampled_from(organisations)),
                evidence=_EVIDENCE,
            )
        )
        for measure in measures
    ]
    operator = draw(st.sampled_from(organisations))
    return {"id": entity, "operator": operator, "attestations": attestations}


@st.composite
def _asset(draw: st.DrawFn, name: str, above: list[str]) -> dict[str, Any]:
    """Draw an asset that derives from some of those drawn before it."""
    content = draw(st.sampled_from(("open", "internal", "restricted")))
    found: dict[str, Any] = {"content": content, "compartments": draw(_words)}
    if draw(st.booleans()) and above:
        found["derived_from"] = [draw(st.sampled_from(above))]
        found["compartments"] = ["aurora", "raid", "shield", "x-1"]
    elif draw(st.booleans()):
        found["tier"] = "upper"
    if draw(st.booleans()):
        low, high = sorted(draw(st.tuples(*[st.integers(0, 10**30)] * 2)))
        compute = {"low": str(low), "high": str(high)}
        return {"id": f"weights:{name}", "compute": compute, **found}
    return {"id": f"dataset:{name}", **found}


def _public(entity: str) -> bytes:
    """Return a public key of its own for each id, the same each time."""
    seed = sha256(entity.encode()).digest()
    return Ed25519PrivateKey.from_private_bytes(seed).public_key().public_bytes_raw()


def _provider(entity: str) -> dict[str, Any]:
    x = base64.urlsafe_b64encode(_public(entity)).rstrip(b"=").decode()
    return {
        "id": entity,
        "issuer": f"https://{entity}",
        "audience": ["ringwall"],
        "algorithms": ["EdDSA"],
        "keys": [{"kid": "k", "kty": "OKP", "crv": "Ed25519", "x": x}],
    }


@st.composite
def _with_credentials(
    draw: st.DrawFn, person: dict[str, Any], providers: list[str]
) -> dict[str, Any]:
    """Draw a key and logins that nobody else has, whatever was declared before."""
    found = dict(person)
    if draw(st.booleans()):
        frame = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
        body = base64.b64encode(frame + _public(person["id"])).decode()
        start = draw(st.integers(0, 80 * _YEAR))
        span = {
            "from": format_instant(start),
            "until": format_instant(start + _YEAR),
        }
        found["keys"] = [{"key": f"ssh-ed25519 {body}", **span}]
    if providers:
        chosen = draw(st.lists(st.sampled_from(providers), unique=True))
        found["logins"] = [{"provider": p, "subject": person["id"]} for p in chosen]
    return found


@st.composite
def declarations(draw: st.DrawFn) -> Declaration:
    """Draw a declaration whose references all lead to what it declares itself."""
    partners = draw(_ids("org", 1, 3))
    states = draw(_ids("gov", 0, 2))
    relations = ["institute"] + ["partner"] * (len(partners) - 1)
    relations += ["member-state"] * len(states)
    everyone = partners + states
    people, sites = draw(_ids("user", 0, 3)), draw(_ids("site", 0, 2))
    services = draw(_ids("service", 0, 2)) if people else []
    points = draw(_ids("point", 0, 2)) if sites else []
    providers = draw(_ids("idp", 0, 2))
    names = draw(st.lists(_names, unique=True, max_size=2))
    found = {
        "organisations": [
            draw(_organisation(entity, relation))
            for entity, relation in zip(everyone, relations, strict=True)
        ],
        "people": [
            draw(_with_credentials(person, providers))
            for person in [draw(_person(entity, everyone)) for entity in people]
        ],
        "services": [],
        "providers": [_provider(entity) for entity in providers],
        "sites": [draw(_site(entity, everyone)) for entity in sites],
        "points": [
            {"id": entity, "site": draw(st.sampled_from(sites))} for entity in points
        ],
        "assets": [],
    }
    for name in names:
        above = [asset["id"] for asset in found["assets"]]
        found["assets"].append(draw(_asset(name, above)))
    for entity in services:  # each in the organisation of its operator
        operator = draw(st.sampled_from(found["people"]))
        found["services"].append(
            {
                "id": entity,
                "organisation": operator["organisation"],
                "operator": operator["id"],
                "roles": draw(_roles),
            }
        )
    assert found.keys() == SECTIONS.keys()
    return found


@st.composite
def shuffled_files(draw: st.DrawFn, declaration: Declaration) -> list[str]:
    """Draw the texts of files that declare the same, in any order and division."""
    rows = [(s, row) for s, section in declaration.items() for row in section]
    order = draw(st.permutations(rows))
    files: list[Declaration] = [{}, {}]
    for section, row in order:
        draw(st.sampled_from(files)).setdefault(section, []).append(row)
    return [text_of(file) for file in files]


def text_of(declaration: Declaration) -> str:
    """Return a declaration file; JSON in double quotes is YAML."""
    lines = []
    for section, rows in declaration.items():
        lines.append(f"{section}:" if rows else f"{section}: []")
        lines += [f"- {json.dumps(row, ensure_ascii=False)}" for row in rows]
    return "\n".join(lines or ["{}"]) + "\n"
