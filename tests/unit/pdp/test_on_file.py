"""What a fact rests on has to be there, and of its kind."""

import pytest

from ringwall.model.parties import Organisation, Person, Service
from ringwall.pdp.missing import FactMissing
from ringwall.pdp.on_file import needed, operator_of
from tests.unit.pdp.scene import edited, institute

DOCUMENTS = institute().documents()


def test_a_document_of_the_kind_is_given() -> None:
    assert needed(DOCUMENTS, "user:ada", Person, "subject").id == "user:ada"


@pytest.mark.parametrize(
    "entity", ["user:nobody", "org:institute", "user:" + "x" * 999]
)
def test_one_that_is_not_there_or_of_another_kind_is_missing(entity: str) -> None:
    with pytest.raises(FactMissing) as caught:
        needed(DOCUMENTS, entity, Person, "subject")

    assert caught.value.reason.code == "unknown-subject"
    assert len(caught.value.reason.message) < 200


def test_a_service_is_answered_for_by_its_operator() -> None:
    runner = needed(DOCUMENTS, "service:runner", Service, "subject")

    assert operator_of(runner, DOCUMENTS).id == "user:ada"


@pytest.mark.parametrize(
    ("operator", "code"),
    [("user:gone", "unknown-operator"), ("user:kay", "operator-elsewhere")],
)
def test_nobody_else_answers_for_a_service(operator: str, code: str) -> None:
    runner = edited("service:runner", operator=operator)
    assert isinstance(runner, Service)
    with pytest.raises(FactMissing) as caught:
        operator_of(runner, DOCUMENTS)

    assert caught.value.reason.code == code
    assert isinstance(DOCUMENTS[runner.organisation], Organisation)
