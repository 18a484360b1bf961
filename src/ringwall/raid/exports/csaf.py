"""A case as an advisory of CSAF 2.0: a draft, of products that reports name whole.

Must never be made of a case without a product, its maker and its version: an advisory
about nothing that anybody runs warns nobody.
"""

from collections.abc import Iterator
from typing import Any, Final

from ringwall.raid.exports.naming import json_bytes, own_uuid
from ringwall.raid.exports.standards import Standards
from ringwall.raid.exports.telling import Given, Telling, ToldReport, incomplete

__all__ = ["csaf_advisory"]

_VERSION: Final = "2.0"
_SHOWN: Final = frozenset({"proof-of-concept", "observed"})
_NEEDED: Final = {
    "name": "a product by name",
    "developer": "its maker",
    "version": "its version",
}

_Json = dict[str, Any]


def csaf_advisory(telling: Telling, given: Given, standards: Standards) -> bytes:
    """Return the advisory.

    Args:
        telling: what is told.
        given: what else it has.
        standards: labels.

    Raises:
        ActRefused: `export-incomplete`, with what is missing.
    """
    flaws = [(one, found) for one in telling.titled if (found := _products(one))]
    if not flaws:
        raise incomplete("csaf", telling, _missing(telling))
    products = dict.fromkeys(product for _, found in flaws for product in found)
    # CSAF 2.0, 6.2.13: keys in the order of the alphabet.
    return json_bytes(
        {
            "document": _document(telling, given, standards, flaws[0][0]),
            "product_tree": {"branches": list(_branches(list(products)))},
            "vulnerabilities": [
                _vulnerability(report, found, telling) for report, found in flaws
            ],
        },
        is_sorted=True,
    )


_Product = tuple[str, str, str]
"""Maker, name and version."""


def _products(report: ToldReport) -> list[_Product]:
    """Return the systems of a report of which maker and version are told."""
    return [
        (one["developer"], one["name"], one["version"])
        for one in _systems(report)
        if one.get("developer") and one.get("version")
    ]


def _systems(report: ToldReport) -> list[_Json]:
    told = report.fields.get("systems", [])
    return told if isinstance(told, list) else []


def _missing(telling: Telling) -> list[str]:
    """Return what an advisory lacks, all of it."""
    missing = [] if telling.titled else ["title and narrative of a report"]
    systems = [one for report in telling.reports for one in _systems(report)]
    missing += [
        words
        for name, words in _NEEDED.items()
        if not any(one.get(name) for one in systems)
    ]
    return missing or ["maker and version of one and the same product"]


def _document(
    telling: Telling, given: Given, standards: Standards, first: ToldReport
) -> _Json:
    title = first.fields["title"]
    return {
        # An advisory says that something is affected; what is still being looked into
        # stands in a document of no profile (CSAF 2.0, 4.1 and 6.1.27).
        "category": "csaf_security_advisory" if _is_shown(telling) else "csaf_base",
        "csaf_version": _VERSION,
        "title": title,
        "distribution": {
            # CSAF 2.0 has the labels of TLP 1: the text has that of TLP 2.0.
            "text": f"TLP:{telling.label.word.upper()} (TLP 2.0)",
            "tlp": {"label": standards.markings[telling.label].csaf},
        },
        "notes": [{"category": "summary", "text": title}],
        "publisher": {
            "category": "coordinator",
            "name": given.origin,
            "namespace": f"https://{given.origin}",
        },
        "tracking": {
            "id": telling.case.partition(":")[2].upper(),
            "status": "draft",
            "version": "0.1.0",
            "initial_release_date": given.at,
            "current_release_date": given.at,
            "revision_history": [
                {
                    "number": "0.1.0",
                    "date": given.at,
                    "summary": "draft for coordination",
                }
            ],
        },
    }


def _branches(products: list[_Product]) -> Iterator[_Json]:
    """Give a branch for each maker, with one for each product and version below."""
    for maker in dict.fromkeys(maker for maker, _, _ in products):
        own = [one for one in products if one[0] == maker]
        named = [
            _branch(
                "product_name",
                name,
                branches=[
                    _branch(
                        "product_version",
                        one[2],
                        product={"product_id": _product_id(one), "name": " ".join(one)},
                    )
                    for one in own
                    if one[1] == name
                ],
            )
            for name in dict.fromkeys(name for _, name, _ in own)
        ]
        yield _branch("vendor", maker, branches=named)


def _branch(category: str, name: str, **below: object) -> _Json:
    return {"category": category, "name": name, **below}


def _product_id(product: _Product) -> str:
    return f"RWP-{own_uuid('csaf', *product)}"


def _is_shown(telling: Telling) -> bool:
    """Tell whether somebody has shown that it works."""
    values = set(telling.points.get("expl", ()))
    return bool(values) and values <= _SHOWN


def _vulnerability(
    report: ToldReport, products: list[_Product], telling: Telling
) -> _Json:
    ids = list(dict.fromkeys(map(_product_id, products)))
    status = "known_affected" if _is_shown(telling) else "under_investigation"
    references = [
        {"category": "external", "summary": line, "url": line}
        for line in report.fields.get("references", ())
        if line.startswith(("https://", "http://")) and " " not in line
    ]
    return {
        "title": report.fields["title"],
        "ids": [{"system_name": "ringwall", "text": report.id}],
        "notes": [{"category": "description", "text": report.fields["narrative"]}],
        "product_status": {status: ids},
        **({"references": references} if references else {}),
    }
