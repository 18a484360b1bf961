"""Declared documents in plain data, one or more of each kind, all of them good."""

from typing import Any

Data = dict[str, Any]

DIGEST = "ab" * 32
DATES: Data = {
    "assessor": "security office",
    "from": "2026-01-01T00:00:00Z",
    "until": "2027-01-01T00:00:00Z",
}
SCREENING: Data = {**DATES, "level": "SL4"}
ATTESTATION: Data = {
    "measures": ["SL1-WS-1", "SL2-WS-1"],
    "assessor": "org:a",
    "from": DATES["from"],
    "until": DATES["until"],
    "evidence": DIGEST,
}
EXCEPTION: Data = {
    "measure": "SL3-WS-1",
    "compensation": "a guard at the door",
    "reason": "the door is late",
    "approved_by": ["user:ada", "user:bob"],
    "from": DATES["from"],
    "until": DATES["until"],
}
SAFEGUARD: Data = {
    "kind": "notice",
    "assessor": "org:a",
    "from": DATES["from"],
    "until": DATES["until"],
}
CLUSTER: Data = {"performance": "1e21", "network_gbits": 400, "registration": DATES}
CYBER: Data = {**DATES, "kind": "cybersecurity", "level": "SL3"}
SCORE: Data = {**DATES, "kind": "freedoms", "score": 90}
COMPUTE: Data = {"low": "1e25", "high": "2e25"}
TENSOR: Data = {"name": "w", "dtype": "F16", "shape": [2, 3]}
FILE: Data = {
    "sha256": DIGEST,
    "bytes": 100,
    "tensor_count": 1,
    "tensors_sha256": DIGEST,
    "tensors": [TENSOR],
}
ORGANISATION: Data = {"id": "org:x", "relation": "institute"}
STATE: Data = {"id": "gov:fr", "relation": "member-state"}
KEY_LINE = f"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI{'B' * 43} ada"
REGISTERED: Data = {
    "key": KEY_LINE,
    "from": DATES["from"],
    "until": DATES["until"],
    "hardware": True,
}
LOGIN: Data = {"provider": "idp:institute", "subject": "ada@login.example"}
JWK: Data = {"kid": "k-1", "kty": "OKP", "crv": "Ed25519", "x": "B" * 42 + "A"}
PROVIDER: Data = {
    "id": "idp:institute",
    "issuer": "https://login.example",
    "audience": ["ringwall"],
    "algorithms": ["EdDSA"],
    "keys": [JWK],
}
PROGRAMME: Data = {
    "screening_months": 6,
    "training_months": 12,
    "integrity_months": 24,
    "review_months": 3,
}
PERSON: Data = {"id": "user:ada", "organisation": "org:x"}
SERVICE: Data = {
    "id": "service:s",
    "organisation": "org:x",
    "operator": "user:ada",
}
SITE: Data = {"id": "site:hub", "operator": "org:x"}
POINT: Data = {"id": "point:desk", "site": "site:hub"}
WEIGHTS: Data = {"id": "weights:w", "content": "internal", "compute": COMPUTE}
DATASET: Data = {"id": "dataset:d", "content": "open"}
RUN: Data = {
    "id": "run:r",
    "content": "internal",
    "compute": COMPUTE,
    "developer": "org:x",
}

GOOD: list[Data] = [
    ORGANISATION,
    {**STATE, "evidence": [CYBER, SCORE], "suspended": True, "note": "n"},
    {**ORGANISATION, "evidence": [{**DATES, "kind": "screening"}]},
    {**PERSON, "roles": ["researcher"], "screening": SCREENING},
    {**SERVICE, "compartments": ["aurora"]},
    {**SERVICE, "keys": [REGISTERED], "logins": [LOGIN]},
    {
        **PERSON,
        "keys": [REGISTERED],
        "logins": [LOGIN],
        "manager": "user:bob",
        "account_of": "user:cas",
    },
    PROVIDER,
    {**PROVIDER, "levels": {"phr": "hardware", "pwd": "password"}, "note": "n"},
    {**ORGANISATION, "identity": "claimed", "programme": PROGRAMME},
    {
        **POINT,
        "key": KEY_LINE,
        "vouches": True,
        "rate": {"per_person": 60, "in_all": 600},
    },
    {
        **SITE,
        "attestations": [ATTESTATION, {**ATTESTATION, "measures": ["SL3-WS-1"]}],
        "exceptions": [EXCEPTION],
        "cluster": CLUSTER,
    },
    {
        **ORGANISATION,
        "open_source": "scenario-3",
        "enforcing": True,
        "attestations": [ATTESTATION],
        "exceptions": [EXCEPTION],
    },
    {**ORGANISATION, "evidence": [{**DATES, "kind": "agreement"}]},
    POINT,
    {**POINT, "interface": "bounded", "tier": "third", "integrity": "assured"},
    {**RUN, "equivalent": True, "safeguards": [SAFEGUARD], "tier": "upper"},
    {
        **WEIGHTS,
        "derived_from": ["run:r", "weights:a"],
        "evaluations": [{"threshold": "asl-3", "finding": "near"}],
        "held_at": ["site:hub"],
        "dual_use": "suspected",
        "integrity": "reviewed",
    },
    {"id": "case:c", "content": "raid", "authors": ["user:ada"]},
    {"id": "report:r", "content": "raid", "disclosure": "embargoed"},
    {"id": "room:r", "content": "internal", "tier": "upper"},
    {"id": "record:r", "content": "internal", "tier": "upper"},
    {**WEIGHTS, "tier": "upper", "capability": "unknown", "file": FILE},
    {**DATASET, "compartments": ["aurora"], "tier": "lower"},
    {**DATASET, "need_to_know": True},
]
