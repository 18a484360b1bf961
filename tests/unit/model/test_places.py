"""Sites with their measures and machines, and enforcement points."""

import pytest
from pydantic import ValidationError

from ringwall.model.declarations import document_of, dump_document
from ringwall.model.levels import Integrity
from ringwall.model.places import Point, Rate, Site
from ringwall.model.tiers import Tier
from tests.unit.model.documents import (
    ATTESTATION,
    CLUSTER,
    EXCEPTION,
    KEY_LINE,
    POINT,
    SITE,
    Data,
)


def test_a_site_lists_its_measures_with_who_attested_them() -> None:
    site = document_of({**SITE, "attestations": [ATTESTATION]})

    assert isinstance(site, Site)
    assert site.attestations[0].measures == ("SL1-WS-1", "SL2-WS-1")
    assert site.attestations[0].assessor == "org:a"


@pytest.mark.parametrize(
    "fields",
    [
        {"attestations": [ATTESTATION, {**ATTESTATION, "measures": ["SL2-WS-1"]}]},
        {"exceptions": [EXCEPTION, EXCEPTION]},
    ],
)
def test_a_measure_of_a_site_is_stated_once_at_a_time(fields: Data) -> None:
    with pytest.raises(ValidationError, match="overlap in time"):
        document_of({**SITE, **fields})


def test_a_measure_may_be_attested_again_after_it_lapsed() -> None:
    later = {"from": ATTESTATION["until"], "until": "2028-01-01T00:00:00Z"}
    site = document_of(
        {**SITE, "attestations": [ATTESTATION, {**ATTESTATION, **later}]}
    )

    assert dump_document(site)["attestations"][1]["from"] == ATTESTATION["until"]


def test_a_measure_may_be_attested_and_excepted_at_once() -> None:
    attested = {**ATTESTATION, "measures": [EXCEPTION["measure"]]}

    site = document_of({**SITE, "attestations": [attested], "exceptions": [EXCEPTION]})

    assert isinstance(site, Site)
    assert site.exceptions[0].measure in site.attestations[0].measures


@pytest.mark.parametrize(
    "change",
    [{"performance": "fast"}, {"network_gbits": -1}, {"network_gbits": "400"}],
)
def test_machines_are_counted_in_numbers(change: Data) -> None:
    with pytest.raises(ValidationError):
        document_of({**SITE, "cluster": {**CLUSTER, **change}})


def test_a_point_says_how_it_lets_weights_be_used_and_what_it_may_hold() -> None:
    labels = {"interface": "certified", "tier": "upper", "integrity": "reviewed"}
    point, bare = document_of({**POINT, **labels}), document_of(POINT)

    assert isinstance(point, Point)
    assert isinstance(bare, Point)
    assert (point.interface, point.tier) == ("certified", Tier.UPPER)
    assert point.integrity is Integrity.REVIEWED
    assert (bare.interface, bare.tier, bare.integrity) == (None, None, None)


def test_a_point_proves_itself_with_a_key_and_may_then_vouch() -> None:
    point = document_of({**POINT, "key": KEY_LINE, "vouches": True})

    assert isinstance(point, Point)
    assert point.vouches
    with pytest.raises(ValidationError, match="needs a `key` to prove itself"):
        document_of({**POINT, "vouches": True})


def test_a_point_asks_no_faster_than_its_rate() -> None:
    point = document_of({**POINT, "rate": {"per_person": 60, "in_all": 60}})

    assert isinstance(point, Point)
    assert point.rate == Rate(per_person=60, in_all=60)


@pytest.mark.parametrize(
    ("rate", "why"),
    [
        ({"per_person": 0, "in_all": 5}, "greater than or equal to 1"),
        ({"per_person": 6, "in_all": 5}, "`per_person` is above `in_all`"),
        ({"per_person": 6}, "missing|required"),
        ({"per_person": 6, "in_all": 2**30}, "less than or equal"),
    ],
)
def test_a_rate_without_sense_is_refused(rate: Data, why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        document_of({**POINT, "rate": rate})
