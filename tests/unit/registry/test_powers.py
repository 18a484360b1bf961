"""No more people hold a power than its limit, however they come to hold it."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from ringwall.model.declarations import Document
from ringwall.model.parties import Organisation
from ringwall.registry.plan import Verb
from ringwall.threats.rows import Power
from tests.declaring import BASE, TERMS, Files, verbs

CUSTODIAN = "{{id: user:{name}, organisation: org:institute, roles: [custodian]}}"
TWO = BASE.replace(
    "people:\n",
    "people:\n"
    + "".join(f"- {CUSTODIAN.format(name=name)}\n" for name in ("one", "two")),
)


@pytest.fixture
def files(tmp_path: Path) -> Files:
    return Files(tmp_path, TWO)


def test_the_limit_itself_may_be_reached(files: Files) -> None:
    empty, people = files.on(BASE), TWO.partition("people:")[2].partition("services")[0]

    assert Verb.ADDED in set(verbs(empty.plan(f"people:{people}")).values())


def test_one_holder_more_than_the_limit_is_refused(files: Files) -> None:
    text = "people:\n- id: user:three\n  organisation: org:institute\n"

    code, line, message = files.whole_fault(f"{text}  roles: [custodian]\n")

    assert (code, line) == ("too-many-holders", 4)
    assert message == (
        "`roles`: 3 people would hold the power `copies` (weights.copy, "
        "weights.export in upper or above), 1 of them newly"
    )


def test_a_service_makes_a_holder_of_who_answers_for_it(files: Files) -> None:
    text = (
        "services:\n- id: service:bot\n  organisation: org:institute\n"
        "  operator: user:ada\n  roles: [custodian]\n"
    )

    assert files.fault(text) == ("too-many-holders", 5)


def test_whoever_is_above_a_lowered_limit_may_still_change(files: Files) -> None:
    names = ("three", "four")
    people = "".join(f"- {CUSTODIAN.format(name=name)}\n" for name in names)
    more = TWO.replace("people:\n", f"people:\n{people}")
    text = (
        "people:\n- {id: user:one, organisation: org:institute}\n"
        "- {id: user:two, organisation: org:institute, roles: [custodian], note: x}\n"
    )

    assert set(verbs(files.on(more).plan(text)).values()) == {Verb.CHANGED}


def test_one_in_for_one_out_is_refused_above_the_limit(files: Files) -> None:
    more = TWO.replace("people:\n", f"people:\n- {CUSTODIAN.format(name='three')}\n")
    text = (
        "people:\n- {id: user:one, organisation: org:institute}\n"
        f"- {CUSTODIAN.format(name='four')}\n"
    )

    assert files.on(more).fault(text) == ("too-many-holders", 3)


def test_an_end_of_suspension_that_gives_power_is_told_where_it_stands(
    files: Files,
) -> None:
    def holders(_: Power, documents: Mapping[str, Document]) -> frozenset[str]:
        partner = documents["org:partner"]
        assert isinstance(partner, Organisation)
        return frozenset() if partner.suspended else frozenset({"a", "b", "c"})

    stopped = TWO.replace("relation: partner}", "relation: partner, suspended: true}")
    text = "organisations:\n- {id: org:partner, relation: partner}\n"
    terms = replace(TERMS, holders=holders)

    assert files.on(stopped).fault(text, terms=terms) == ("too-many-holders", 2)
