"""Laws of declarations: a document has one JSON form, and comes back from it."""

import base64
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.canonical import dump_canonical, load_canonical
from ringwall.base.clock import format_instant, parse_instant
from ringwall.model.declarations import Document, document_of, dump_document
from ringwall.model.values import is_printable, parse_flop

FIRST = parse_instant("0001-01-01T00:00:00Z")
LAST = parse_instant("9999-12-31T23:59:59.999999Z")

instants = st.integers(FIRST, LAST)
names = st.from_regex(r"[a-z0-9]([a-z0-9._-]{0,20}[a-z0-9])?", fullmatch=True)
words = st.lists(
    st.from_regex(r"[a-z][a-z0-9]{0,8}(-[a-z0-9]{1,8})?", fullmatch=True),
    max_size=4,
    unique=True,
)
texts = st.text(min_size=1, max_size=30).filter(
    lambda text: bool(text.strip()) and is_printable(text)
)
levels = st.sampled_from(["SL0", "SL1", "SL2", "SL3", "SL4", "SL5"])
digests = st.from_regex(r"[0-9a-f]{64}", fullmatch=True)
counts = st.integers(0, 2**53 - 1)
flops = st.integers(0, 10**60 - 1).map(str) | st.from_regex(
    r"[1-9]e[1-5]?[0-9]", fullmatch=True
)


def ids(*prefixes: str) -> st.SearchStrategy[str]:
    return st.builds(":".join, st.tuples(st.sampled_from(prefixes), names))


def mapping(
    required: dict[str, Any], optional: dict[str, Any] | None = None
) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries(required, optional=optional or {})


@st.composite
def dated(draw: st.DrawFn, /, **fields: st.SearchStrategy[Any]) -> dict[str, Any]:
    start, until = sorted(draw(st.lists(instants, min_size=2, max_size=2, unique=True)))
    extra = draw(mapping({}, {"source": texts, "evidence": digests}))
    return {
        "assessor": draw(texts),
        "from": format_instant(start),
        "until": format_instant(until),
        **extra,
        **draw(st.fixed_dictionaries(fields)),
    }


def b64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def key_line(data: bytes) -> str:
    frame = b"\x00\x00\x00\x0bssh-ed25519\x00\x00\x00\x20"
    return "ssh-ed25519 " + base64.b64encode(frame + data).decode()


evidence = st.one_of(
    dated(kind=st.just("cybersecurity"), level=levels),
    dated(kind=st.sampled_from(["rule-of-law", "freedoms"]), score=st.integers(0, 100)),
    dated(kind=st.sampled_from(["screening", "agreement"])),
)


def listed(
    items: st.SearchStrategy[str], most: int = 3, least: int = 0
) -> st.SearchStrategy[list[str]]:
    return st.lists(items, unique=True, min_size=least, max_size=most)


@st.composite
def spans(
    draw: st.DrawFn, fields: st.SearchStrategy[dict[str, Any]], most: int = 3
) -> list[dict[str, Any]]:
    """Draw statements of which no two count at the same instant."""
    found = draw(st.lists(fields, max_size=most))
    ends = draw(
        st.lists(
            instants, min_size=2 * len(found), max_size=2 * len(found), unique=True
        ).map(sorted)
    )
    return [
        {**one, "from": format_instant(ends[2 * n]), "until": format_instant(end)}
        for n, one in enumerate(found)
        for end in (ends[2 * n + 1],)
    ]


measure_ids = st.from_regex(r"SL[1-5]-[A-Z]{2}-[1-9]", fullmatch=True)
attestations = spans(
    mapping(
        {
            "measures": listed(measure_ids, least=1),
            "assessor": ids("org", "gov"),
            "evidence": digests,
        },
        {"source": texts},
    )
)
exceptions = spans(
    mapping(
        {
            "measure": measure_ids,
            "compensation": texts,
            "reason": texts,
            "approved_by": listed(ids("user"), least=2),
        }
    )
)
safeguards = spans(
    mapping(
        {
            "kind": st.sampled_from(["notice", "security-evaluation"]),
            "assessor": ids("org"),
        },
        {"source": texts},
    )
)
clusters = mapping(
    {"performance": flops, "network_gbits": counts}, {"registration": dated()}
)
notes = {"note": texts}
party = {
    "suspended": st.booleans(),
    "evidence": st.lists(evidence, max_size=2),
    **notes,
}
holder = {"roles": words, "compartments": words, "suspended": st.booleans(), **notes}
computes = st.lists(flops, min_size=2, max_size=2).map(
    lambda pair: dict(zip(("low", "high"), sorted(pair, key=parse_flop), strict=True))
)
tensors = st.lists(
    mapping({"name": texts, "dtype": texts, "shape": st.lists(counts, max_size=3)}),
    max_size=2,
)
files = mapping(
    {
        "sha256": digests,
        "bytes": counts,
        "tensor_count": st.integers(2, 2**53 - 1),
        "tensors_sha256": digests,
        "tensors": tensors,
    }
)
contents = st.sampled_from(["open", "internal", "restricted", "raid", "defence"])
held = {
    "tier": st.sampled_from(["lower", "upper", "third"]),
    "compartments": words,
    "derived_from": listed(ids("dataset", "weights")),
    "held_at": listed(ids("site")),
    "authors": listed(ids("user")),
    "integrity": st.sampled_from(["unverified", "reviewed", "assured"]),
    "dual_use": st.sampled_from(["cleared", "suspected", "found", "unknown"]),
    "disclosure": st.sampled_from(["embargoed", "pending", "cleared"]),
    **notes,
}
trained = {
    **held,
    "capability": st.sampled_from(["below", "near", "reached", "unknown"]),
    "evaluations": listed(names.filter(str.isalpha)).map(
        lambda found: [{"threshold": one, "finding": "near"} for one in found]
    ),
}
credentials = {
    "keys": st.lists(
        dated(key=st.binary(min_size=32, max_size=32).map(key_line)).map(
            lambda key: {k: key[k] for k in ("key", "from", "until")}
        ),
        max_size=2,
        unique_by=lambda key: key["key"],
    ),
    "logins": st.lists(
        mapping({"provider": ids("idp"), "subject": texts}),
        max_size=2,
        unique_by=lambda login: (login["provider"], login["subject"]),
    ),
}
documents = st.one_of(
    mapping(
        {
            "id": ids("org"),
            "relation": st.sampled_from(["partner", "licensee", "assessor"]),
        },
        {**party, "enforcing": st.booleans()},
    ),
    mapping(
        {"id": ids("org"), "relation": st.just("institute")},
        {
            **party,
            "attestations": attestations,
            "exceptions": exceptions,
            "open_source": st.sampled_from(["scenario-1", "scenario-3"]),
        },
    ),
    mapping(
        {
            "id": ids("gov"),
            "relation": st.sampled_from(["member-state", "associated-state"]),
        },
        party,
    ),
    mapping(
        {"id": ids("user"), "organisation": ids("org", "gov")},
        {**holder, **credentials, "screening": dated(level=levels)},
    ),
    mapping(
        {
            "id": ids("idp"),
            "issuer": texts,
            "audience": st.lists(texts, min_size=1, max_size=3, unique=True),
            "algorithms": st.just(["EdDSA"]),
            "keys": st.lists(
                mapping(
                    {
                        "kid": texts,
                        "kty": st.just("OKP"),
                        "crv": st.just("Ed25519"),
                        "x": st.binary(min_size=32, max_size=32).map(b64url),
                    }
                ),
                min_size=1,
                max_size=3,
                unique_by=lambda key: key["kid"],
            ),
        },
        {
            "levels": st.dictionaries(
                st.from_regex(r"[a-z:/.]{1,20}", fullmatch=True),
                st.sampled_from(["password", "mfa", "hardware"]),
                max_size=3,
            ),
            "leeway_seconds": st.integers(0, 60),
        },
    ),
    mapping(
        {
            "id": ids("service"),
            "organisation": ids("org", "gov"),
            "operator": ids("user"),
        },
        {**holder, **credentials},
    ),
    mapping(
        {"id": ids("site"), "operator": ids("org", "gov")},
        {
            "attestations": attestations,
            "exceptions": exceptions,
            "cluster": clusters,
            **notes,
        },
    ),
    mapping(
        {"id": ids("point"), "site": ids("site")},
        {
            "interface": st.sampled_from(["certified", "bounded", "isolated"]),
            "tier": st.sampled_from(["lower", "upper", "third"]),
            "integrity": st.sampled_from(["reviewed", "assured"]),
            **notes,
        },
    ),
    mapping(
        {"id": ids("data", "code", "report", "dataset"), "content": contents},
        {**held, "compute": computes},
    ),
    mapping(
        {
            "id": ids("case"),
            "content": contents,
            "authors": listed(ids("user"), least=1),
        },
        {name: values for name, values in held.items() if name != "authors"},
    ),
    mapping(
        {"id": ids("weights", "checkpoint"), "content": contents, "compute": computes},
        {**trained, "equivalent": st.booleans(), "file": files},
    ),
    mapping(
        {
            "id": ids("run"),
            "content": contents,
            "compute": computes,
            "developer": ids("org"),
        },
        {**trained, "equivalent": st.booleans(), "safeguards": safeguards},
    ),
).map(document_of)


@given(documents)
def test_a_document_comes_back_from_its_json_form(document: Document) -> None:
    assert document_of(dump_document(document)) == document


@given(documents)
def test_a_document_comes_back_from_the_record(document: Document) -> None:
    entry = dump_canonical(dump_document(document))

    assert document_of(load_canonical(entry)) == document
    assert dump_canonical(dump_document(document_of(load_canonical(entry)))) == entry


@given(instants)
def test_an_instant_comes_back_from_its_text(instant: int) -> None:
    assert parse_instant(format_instant(instant)) == instant
