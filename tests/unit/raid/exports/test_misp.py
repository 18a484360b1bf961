"""MISP events, read by the library of MISP."""

import pytest

from ringwall.raid.routing.labels import Tlp
from tests.exported import AGREED, FULL, exported, loaded, misp_fields, telling
from tests.routed import CASE, REPORT, report


def tags(kind: tuple[str, ...]) -> list[str]:
    """Return the tags of a case of some kind."""
    made = telling([report(**FULL)], {"kind": kind})
    return [tag["name"] for tag in loaded("misp", made)["Event"]["Tag"]]


def test_what_comes_back_is_what_was_told() -> None:
    told = telling([report(**FULL), report("report:r-b")])

    found = misp_fields(exported("misp", told))

    assert found.pop(CASE) == {name: list(v) for name, v in told.points.items()}
    assert found == {one.id: one.fields for one in told.reports}


@pytest.mark.parametrize(
    ("label", "distribution", "pap"),
    [
        (Tlp.AMBER, "0", "PAP:AMBER"),
        (Tlp.AMBER_STRICT, "0", "PAP:AMBER"),
        (Tlp.RED, "0", "PAP:RED"),
    ],
)
def test_distribution_and_tags_agree_with_the_label(
    label: Tlp, distribution: str, pap: str
) -> None:
    event = loaded("misp", telling([report("report:r-a", label, **AGREED)]))["Event"]

    names = [tag["name"] for tag in event["Tag"]]
    assert names[:2] == [f"tlp:{label.word}", pap]
    assert event["distribution"] == distribution
    for one in event["Attribute"]:
        assert one["distribution"] == "5", "as the event"
        assert one["to_ids"] is False


def test_each_attribute_has_the_label_of_its_fact() -> None:
    reports = [report("report:r-a"), report("report:r-b", Tlp.RED)]
    event = loaded("misp", telling(reports))["Event"]

    found = {
        (one["comment"].split()[0], one["Tag"][0]["name"]) for one in event["Attribute"]
    }
    assert found == {
        (CASE, "tlp:amber"),
        ("report:r-a", "tlp:amber"),
        ("report:r-b", "tlp:red"),
    }


def test_harm_that_was_done_has_the_words_of_the_ai_act() -> None:
    told = tags(("realised-harm",))

    assert 'eu-ai-act:incident-type="serious-incident"' in told
    assert 'eu-ai-act:incident-type="fundamental-rights-violation"' in told
    assert 'nis2:impact-sectors-impacted="energy"' in told


@pytest.mark.parametrize(
    "kind", [("demonstrated-in-test",), ("realised-harm", "near-miss-or-hazard")]
)
def test_what_was_no_harm_or_may_be_none_has_not(kind: tuple[str, ...]) -> None:
    assert not any("eu-ai-act" in tag for tag in tags(kind))


def test_only_a_bare_url_is_a_link() -> None:
    event = loaded("misp", telling([report(**FULL)]))["Event"]

    links = [one["value"] for one in event["Attribute"] if one["type"] == "link"]
    assert links == ["https://example.org/b"]


def test_ids_stand_once_and_another_recipient_has_others() -> None:
    one = loaded("misp", telling([report(**FULL)]))["Event"]
    other = loaded("misp", telling([report(**FULL)], recipient="csirt.fr"))["Event"]

    ids = [item["uuid"] for item in one["Attribute"]]
    assert len(set(ids)) == len(ids)
    assert not set(ids) & {item["uuid"] for item in other["Attribute"]}
    assert one["uuid"] != other["uuid"]
    assert REPORT in one["Attribute"][-1]["comment"]
