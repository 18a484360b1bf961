"""Laws of exports: no label above its recipient, and nobody is betrayed."""

import base64
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ringwall.base.errors import ActRefused
from ringwall.raid.exports.formats import FORMATS
from ringwall.raid.routing.facts import Report
from ringwall.raid.routing.labels import Tlp, label_of
from tests.exported import FULL, STANDARDS, exported, telling
from tests.routed import report

pytestmark = pytest.mark.usefixtures("uncounted")

PLANTED = "Ottoline Vauquelin"
MARKS = (PLANTED, base64.b64encode(PLANTED.encode()).decode(), PLANTED.encode().hex())
UNTOLD = "only the red ones know of it"
PRODUCT = {"name": "Rota", "developer": "Example Systems", "version": "2"}
CONSENTS: Any = st.sampled_from(
    [None, {}, {"authorities": "yes"}, {"authorities": "no"}, {"developer": "yes"}]
)
LABELS = st.sampled_from(Tlp)
PARTS = st.sampled_from(["summary", "defence", "all"])
OF_REPORTER = st.fixed_dictionaries(
    {
        "unmapped": st.just([{"field": "reporter", "text": PLANTED}]),
        "points": st.just({"class": "cyber"}),
        "source": st.just({"scheme": "avid", "id": "AVID-9-R9"}),
        "aware": st.sampled_from(["unknown", "2026-11-20T08:31:07Z"]),
        "entity": st.sampled_from([None, "union-body"]),
        "consent": CONSENTS,
    }
)
REPORTS = st.lists(
    st.tuples(LABELS, OF_REPORTER, st.booleans()), min_size=1, max_size=4
)


def case_of(drawn: list[tuple[Tlp, dict[str, Any], bool]]) -> list[Report]:
    """Return the reports of a case."""
    words = {**FULL, "systems": [PRODUCT]}
    return [
        report(f"report:r-{number}", label, **{**(words if full else {}), **own})
        for number, (label, own, full) in enumerate(drawn)
    ]


def each(reports: list[Report], part: str, ceiling: Tlp) -> dict[str, bytes]:
    """Return the exports of a case, of each format that can be made."""
    made: dict[str, bytes] = {}
    told = telling(reports, part=part, ceiling=ceiling)
    for name in FORMATS:
        try:
            made[name] = exported(name, told)
        except ActRefused as refused:
            made[name] = refused.message.encode()
    return made


@given(REPORTS, PARTS, LABELS)
def test_no_export_names_whoever_reported(
    drawn: list[tuple[Tlp, dict[str, Any], bool]], part: str, ceiling: Tlp
) -> None:
    for data in each(case_of(drawn), part, ceiling).values():
        text = data.decode()
        for mark in (*MARKS, "AVID-9-R9", "08:31", "union-body"):
            assert mark not in text


@given(REPORTS, PARTS, LABELS)
def test_no_export_has_a_label_above_its_recipient(
    drawn: list[tuple[Tlp, dict[str, Any], bool]], part: str, ceiling: Tlp
) -> None:
    made = each(case_of(drawn), part, ceiling)

    labels = {row.marking: label for label, row in STANDARDS.markings.items()}
    stix = json.loads(made["stix"])["objects"]
    found = {
        labels[one] for item in stix for one in item.get("object_marking_refs", ())
    }
    event = json.loads(made["misp"])["Event"]
    tags = [tag["name"] for one in (event, *event["Attribute"]) for tag in one["Tag"]]
    found |= {label_of(tag[4:]) for tag in tags if tag.startswith("tlp:")}
    found.add(label_of(json.loads(made["json"])["label"]))
    for form in ("art73", "gpai", "nis2"):
        fields = json.loads(made[form])["fields"]
        found |= {label_of(one["label"]) for field in fields for one in field["told"]}
    # A case is not told at all to whom its own label is above: the plan blocks it.
    assert max(found) <= max(ceiling, Tlp.CLEAR)


@given(REPORTS, PARTS, st.sampled_from([Tlp.AMBER, Tlp.AMBER_STRICT]), OF_REPORTER)
def test_two_worlds_that_differ_in_what_is_secret_give_the_same_bytes(
    drawn: list[tuple[Tlp, dict[str, Any], bool]],
    part: str,
    ceiling: Tlp,
    own: dict[str, Any],
) -> None:
    reports = case_of(drawn)
    above = report("report:r-z", Tlp.RED, **{**FULL, **own, "narrative": UNTOLD})
    denied = {**FULL, **own, "consent": {"authorities": "no"}, "narrative": UNTOLD}
    silent = report("report:r-y", **denied)

    assert each(reports, part, ceiling) == each(
        [*reports, above, silent], part, ceiling
    )
