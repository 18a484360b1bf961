import ast

from ringwall.policy.decision_code import decision_node
from ringwall.policy.index import plan_index
from tests.unit.policy.sample import sample


def _source(*edits: tuple[str, str]) -> str:
    concern = sample(*edits)
    node = decision_node(plan_index(concern), concern)
    return ast.unparse(ast.fix_missing_locations(node))


def test_every_upper_case_name_of_the_frames_is_filled() -> None:
    names = {
        node.id for node in ast.walk(ast.parse(_source())) if isinstance(node, ast.Name)
    }

    assert not [name for name in names if name.isupper()]


def test_function_looks_up_then_tries_then_checks_what_it_passed_over() -> None:
    source = _source()

    assert source.startswith("def decide(request):\n    try:\n")
    assert "for wild in (request.asset.owner, None):" in source
    assert "get((request.asset.kind, wild, request.action), empty)" in source
    assert "for role in request.subject.roles:" in source
    assert source.index("rows.get(role, empty)") < source.index("hit is None")
    assert "isinstance(request.asset.size, int)" in source
    assert "request.subject.roles.__class__ is frozenset" in source
    assert "isinstance(request.subject.suspended, bool)" not in source
    assert source.rstrip().endswith("return failed(error)")


def test_no_text_of_a_policy_becomes_source_text() -> None:
    source = _source(
        ("r.action == p.action", "r.action == p.action && r.action != 'write'")
    )

    assert "request.action != 'write'" in source
    assert "row-001" not in source
