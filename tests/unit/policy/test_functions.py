from ringwall.policy.dialect import RELATIONS
from ringwall.policy.expressions import translate
from ringwall.policy.functions import FUNCTIONS, Shape
from ringwall.policy.matcher import parse_matcher
from tests.unit.policy.sample import sample

USES = {
    "at_least": "at_least(r.subject.level, p.level)",
    "at_most": "at_most(r.subject.level, p.level)",
    "holds": "holds(r.subject.roles, p.role)",
    "g": "g(r.asset.kind, p.kind)",
    "within": "within(r.asset.labels, r.subject.labels)",
} | {
    f"{name}{number}": text
    for number in (2, 3, 4)
    for name, text in (
        ("holds", f"holds{number}(r.subject.roles, p.role)"),
        ("g", f"g{number}(r.asset.kind, p.kind)"),
    )
}


def test_each_function_says_what_it_is_and_takes() -> None:
    for name, function in FUNCTIONS.items():
        assert function.name == name
        assert function.doc.startswith(f"`{name}(")
        assert function.shape.value


def test_each_function_can_be_compiled() -> None:
    schema = sample().schema

    assert USES.keys() == FUNCTIONS.keys()
    for text in USES.values():
        assert translate(parse_matcher(text), schema) is not None


def test_each_relation_is_asked_of_one_word_and_of_a_set() -> None:
    for relation in RELATIONS:
        shapes = {
            item.shape for item in FUNCTIONS.values() if item.relation == relation
        }
        assert shapes == {Shape.ROLE, Shape.ROLES}


def test_each_shape_has_a_function() -> None:
    assert {function.shape for function in FUNCTIONS.values()} == set(Shape)
