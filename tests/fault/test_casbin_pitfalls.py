"""What stock Casbin lets happen without a word, and that the strict reader refuses it.

Each test first shows the surprise with stock Casbin on the very files, then that the
reader does not accept them, or that the request is refused.
"""

from dataclasses import dataclass
from itertools import pairwise

import casbin
import pytest
from casbin.persist.adapters.string_adapter import StringAdapter

from ringwall.base.errors import PolicyError
from ringwall.policy.compiler import compile_concern
from ringwall.policy.reader import parse_concern
from ringwall.policy.reference import ReferenceConcern

MODEL = """[request_definition]
r = sub, obj, act
[policy_definition]
p = rule, sub, obj, act, eft
[policy_effect]
e = some(where (p.eft == allow)) && !some(where (p.eft == deny))
[matchers]
m = r.sub == p.sub && r.obj == p.obj && r.act == p.act
[vocabulary]
act = read, export
[types]
r.sub = id
r.obj = id
r.act = act
p.sub = id
p.obj = id
p.act = act
[reasons]
sub = wrong-subject, the rule is for somebody else
obj = wrong-object, the rule is for another thing
act = wrong-action, the rule is for another action
"""
ALLOW = "p, row-001, eve, weights, read, allow\n"
DENY = "p, row-002, eve, weights, read, deny\n"
EVE = ("eve", "weights", "read")
MATCHER = "r.sub == p.sub && r.obj == p.obj && r.act == p.act"


def _stock(model: str, rows: str) -> casbin.Enforcer:
    enforcer = casbin.Enforcer(
        casbin.Enforcer.new_model(text=model), StringAdapter(rows)
    )
    enforcer.enable_auto_save(False)
    return enforcer


def _codes(model: str, rows: str) -> set[str]:
    files = {"model.conf": model.encode(), "policy.csv": rows.encode()}
    with pytest.raises(PolicyError) as caught:
        parse_concern("probe", files)
    return {fault.code for fault in caught.value.faults}


def _with_matcher(matcher: str) -> str:
    return MODEL.replace(MATCHER, matcher)


def test_the_unchanged_files_are_accepted_and_decided_alike() -> None:
    files = {"model.conf": MODEL.encode(), "policy.csv": (ALLOW + DENY).encode()}
    concern = parse_concern("probe", files)
    asked = concern.schema.request_from(
        dict(zip(("sub", "obj", "act"), EVE, strict=True))
    )

    assert not _stock(MODEL, ALLOW + DENY).enforce(*EVE)
    assert not compile_concern(concern).decide(asked).permitted
    assert not ReferenceConcern(concern).decide(asked).permitted


LOST_DENIES = [
    ("Deny", DENY.replace("deny", "Deny"), "value-unknown"),
    ("dney", DENY.replace("deny", "dney"), "value-unknown"),
    ("upper-case type", DENY.replace("p, ", "P, "), "line-unknown"),
    ("undeclared type", DENY.replace("p, ", "q, "), "line-unknown"),
    ("second policy", DENY.replace("p, ", "p2, "), "line-unknown"),
    ("comment in the line", DENY.replace("deny", "deny # note"), "field-malformed"),
    ("quotes", DENY.replace("eve", '"eve"'), "field-malformed"),
    ("look-alike letter", DENY.replace("eve", "\u0435ve"), "mixed-scripts"),
    ("zero-width space", DENY.replace("eve", "ev\u200be"), "control-character"),
    ("upper-case name", DENY.replace("eve", "Eve"), "value-unknown"),
]


@pytest.mark.parametrize(
    ("rows", "code"),
    [case[1:] for case in LOST_DENIES],
    ids=[case[0] for case in LOST_DENIES],
)
def test_deny_that_stock_casbin_loses_is_refused(rows: str, code: str) -> None:
    assert _stock(MODEL, ALLOW + rows).enforce(*EVE)
    assert _codes(MODEL, ALLOW + rows) == {code}


def test_byte_order_mark_loses_the_first_deny() -> None:
    rows = "\ufeff" + DENY + ALLOW

    assert _stock(MODEL, rows).enforce(*EVE)
    assert _codes(MODEL, rows) == {"byte-order-mark"}


def test_carriage_return_is_refused_before_it_can_be_part_of_a_value() -> None:
    assert _codes(MODEL, ALLOW + DENY.replace("\n", "\r\n")) == {"carriage-return"}


def test_empty_table_under_a_deny_only_effect_allows_everything() -> None:
    effect = "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))"
    model = MODEL.replace(effect, "e = !some(where (p.eft == deny))")

    assert _stock(model, "# none").enforce(*EVE)
    assert _codes(model, "# none\n") == {"effect-unknown", "no-rules"}


def test_empty_table_matches_empty_names() -> None:
    assert _stock(MODEL, "# none").enforce("", "", "")
    assert _codes(MODEL, "# none\n") == {"no-rules"}


def test_order_of_rows_decides_under_a_priority_effect() -> None:
    effect = "e = some(where (p.eft == allow)) && !some(where (p.eft == deny))"
    model = MODEL.replace(effect, "e = priority(p.eft) || deny")

    assert _stock(model, ALLOW + DENY).enforce(*EVE)
    assert not _stock(model, DENY + ALLOW).enforce(*EVE)
    assert _codes(model, ALLOW + DENY) == {"effect-unknown"}


@dataclass
class _Thing:
    """An object such as a careless caller hands in."""

    name: str = "eve"
    wiped: bool = False

    def wipe(self) -> bool:
        self.wiped = True
        return True


def test_levels_are_compared_as_text() -> None:
    model = _with_matcher("r.sub >= p.sub && r.obj == p.obj && r.act == p.act")

    assert _stock(model, ALLOW.replace("eve", "10")).enforce("9", "weights", "read")
    assert _codes(model, ALLOW) == {"matcher-syntax"}


@pytest.mark.parametrize("name", ["e", "v", ""])
def test_membership_in_a_text_is_a_search_for_a_part(name: str) -> None:
    model = _with_matcher("r.sub in p.sub && r.obj == p.obj && r.act == p.act")

    assert _stock(model, ALLOW).enforce(name, "weights", "read")
    assert _codes(model, ALLOW) == {"not-comparable"}


@pytest.mark.parametrize("rule", ["1 == 1) or (1 == 1", "1 == 1) #"])
def test_row_that_is_run_as_code_leaves_its_brackets(rule: str) -> None:
    model = _with_matcher("eval(p.sub) && r.obj == p.obj && r.act == p.act")
    enforcer = _stock(model, ALLOW.replace("eve", "1 == 2"))
    enforcer.add_policy("row-009", rule, "docs", "read", "allow")

    assert enforcer.enforce("eve", "weights", "export")
    assert "function-unknown" in _codes(
        model.replace("eval(p.sub)", "eval(p.sub, p.sub)"), ALLOW
    )


def test_matcher_calls_methods_of_what_it_is_given() -> None:
    model = _with_matcher("r.sub.wipe() && r.obj == p.obj && r.act == p.act")
    thing = _Thing()

    assert _stock(model, ALLOW).enforce(thing, "weights", "read")
    assert thing.wiped
    assert _codes(model, ALLOW) == {"matcher-syntax"}


@pytest.mark.parametrize(
    ("literal", "code"),
    [("r.weights", "literal-rewritten"), ("a!b", "literal-malformed")],
)
def test_inside_of_a_literal_is_rewritten(literal: str, code: str) -> None:
    model = _with_matcher(f"r.obj == '{literal}' && r.sub == p.sub && r.act == p.act")

    assert not _stock(model, ALLOW).enforce("eve", literal, "read")
    assert _codes(model, ALLOW) == {code}


@pytest.mark.parametrize(
    "function", ["regexMatch", "keyMatch", "keyMatch2", "globMatch"]
)
def test_patterns_match_more_than_they_say(function: str) -> None:
    model = _with_matcher(
        f"{function}(r.obj, p.obj) && r.sub == p.sub && r.act == p.act"
    )

    assert _codes(model, ALLOW) == {"function-unknown"}


def test_pattern_is_not_anchored() -> None:
    model = _with_matcher(
        "regexMatch(r.obj, p.obj) && r.sub == p.sub && r.act == p.act"
    )

    assert _stock(model, ALLOW).enforce("eve", "weights-of-another", "read")


@pytest.mark.parametrize(
    "row", ["p, row-001, eve, weights, read\n", "p, row-001, eve, a, b, read, allow\n"]
)
def test_row_of_another_length_makes_every_later_request_raise(row: str) -> None:
    with pytest.raises(RuntimeError):
        _stock(MODEL, row).enforce(*EVE)
    assert _codes(MODEL, row) == {"column-count"}


def test_comprehension_in_a_matcher_is_refused() -> None:
    model = _with_matcher("r.act in [c for c in r.sub] && r.obj == p.obj")

    assert _codes(model, ALLOW) == {"matcher-syntax"}


def test_unknown_name_is_found_at_the_first_decision_only() -> None:
    model = _with_matcher("r.sub == p.sub && r.obj == p.object && r.act == p.act")
    enforcer = _stock(model, ALLOW)

    with pytest.raises(Exception, match="p_object"):
        enforcer.enforce(*EVE)
    assert "column-unknown" in _codes(model, ALLOW)


def test_syntax_error_is_found_at_the_first_decision_only() -> None:
    model = _with_matcher(f"({MATCHER}")
    enforcer = _stock(model, ALLOW)

    with pytest.raises(SyntaxError):
        enforcer.enforce(*EVE)
    assert _codes(model, ALLOW) == {"matcher-syntax"}


def test_operator_without_spaces_joins_names() -> None:
    model = _with_matcher("r.sub == p.sub&&r.obj == p.obj && r.act == p.act")

    with pytest.raises(Exception, match="p_subandr_obj"):
        _stock(model, ALLOW).enforce(*EVE)
    assert _codes(model, ALLOW) == {"operator-unspaced"}


def test_negation_before_a_comparison_is_refused() -> None:
    assert _codes(_with_matcher(f"!r.sub == p.sub && {MATCHER}"), ALLOW) == {
        "brackets-needed"
    }


def test_local_clock_in_a_matcher_is_refused() -> None:
    model = _with_matcher(f"{MATCHER} && timeMatch(p.sub, p.obj)")

    assert _codes(model, ALLOW) == {"function-unknown"}


ROLES = MODEL.replace("[policy_effect]", "[role_definition]\ng = _, _\n[policy_effect]")
ROLES = ROLES.replace("r.sub == p.sub", "g(r.sub, p.sub)")


def _roles(count: int) -> tuple[str, str]:
    names = [f"r{number}" for number in range(count + 1)]
    links = "".join(f"g, {senior}, {junior}\n" for senior, junior in pairwise(names))
    model = ROLES.replace("r.sub = id", "r.sub = role").replace(
        "p.sub = id", "p.sub = role"
    )
    model = model.replace("[types]", f"role = {', '.join(names)}\n[types]")
    rows = "p, row-001, r0, weights, read, allow\n"
    rows += f"p, row-002, {names[-1]}, weights, read, deny\n"
    return model, links + rows


def test_deny_at_the_end_of_a_long_chain_of_roles_is_lost() -> None:
    model, rows = _roles(12)

    assert _stock(model, rows).enforce("r0", "weights", "read")
    assert _codes(model, rows) == {"role-chain-too-deep"}


def test_deny_at_the_end_of_the_longest_chain_that_is_accepted_holds() -> None:
    model, rows = _roles(8)
    files = {"model.conf": model.encode(), "policy.csv": rows.encode()}
    concern = parse_concern("probe", files)
    asked = concern.schema.request_from({"sub": "r0", "obj": "weights", "act": "read"})

    assert compile_concern(concern).decide(asked).rules == ("row-002",)
    assert not ReferenceConcern(concern).decide(asked).permitted


def test_roles_that_include_each_other_are_refused() -> None:
    model, rows = _roles(2)

    assert _codes(model, "g, r2, r0\n" + rows) == {"role-circle"}


def test_second_definition_of_one_name_replaces_the_first() -> None:
    model = MODEL.replace("[vocabulary]", "m = r.sub == p.sub\n[vocabulary]")

    assert _stock(model, ALLOW).enforce("eve", "anything", "export")
    assert _codes(model, ALLOW) == {"key-duplicate"}


def test_comment_behind_a_matcher_cuts_it_short() -> None:
    model = MODEL.replace("&& r.act == p.act", "# && r.act == p.act")

    assert _stock(model, ALLOW).enforce("eve", "weights", "export")
    assert _codes(model, ALLOW) == {"comment-in-value"}


def test_blank_line_in_a_continued_matcher_cuts_it_short() -> None:
    model = MODEL.replace(" && r.act == p.act", " \\\n\n && r.act == p.act")

    assert "continuation-broken" in _codes(model, ALLOW)


def test_column_named_priority_reorders_the_rows() -> None:
    model = MODEL.replace("obj", "priority").replace("wrong-priority", "wrong-object")

    assert "name-malformed" in _codes(model, ALLOW)


@pytest.mark.parametrize("name", ["format", "mro", "func_x"])
def test_attribute_that_the_interpreter_will_not_read_raises_at_each_decision(
    name: str,
) -> None:
    model = _with_matcher(f"r.sub.{name} == p.sub && {MATCHER}")

    with pytest.raises(Exception, match="not available"):
        _stock(model, ALLOW).enforce("eve", "weights", "read")
    assert "name-malformed" in _codes(
        model.replace("r.sub = id", f"r.sub.{name} = id"), ALLOW
    )


def _asked(**changes: object) -> str:
    """Return why a request to the unchanged concern is refused."""
    files = {"model.conf": MODEL.encode(), "policy.csv": ALLOW.encode()}
    concern = parse_concern("probe", files)
    data = {**dict(zip(("sub", "obj", "act"), EVE, strict=True)), **changes}
    with pytest.raises(ValueError, match=r"^`") as caught:
        concern.schema.request_from(data)
    return str(caught.value)


def test_switch_turns_every_decision_into_a_permit() -> None:
    enforcer = _stock(MODEL, ALLOW)
    enforcer.enable_enforce(False)

    assert enforcer.enforce("mallory", "weights", "export")
    assert not hasattr(compile_concern, "enable_enforce")


def test_method_of_a_dictionary_counts_as_a_true_attribute() -> None:
    model = _with_matcher("r.sub.clear && r.obj == p.obj && r.act == p.act")

    assert _stock(model, ALLOW).enforce({"clear": False}, "weights", "read")
    assert _asked(sub={"clear": False}).endswith("is not a value of type id")


def test_missing_attribute_is_no_matter_behind_a_row_that_matched() -> None:
    matcher = "r.obj == p.obj && (p.sub == 'any' || r.sub.clear == p.sub)"
    model = _with_matcher(matcher)
    effect = "some(where (p.eft == allow))"
    model = model.replace(f"{effect} && !some(where (p.eft == deny))", effect)
    first, second = ALLOW.replace("eve", "any"), ALLOW.replace("001", "002")

    assert _stock(model, first + second).enforce(_Thing(), "weights", "read")
    with pytest.raises(Exception, match="clear"):
        _stock(model, second + first).enforce(_Thing(), "weights", "read")
    assert _asked(sub=None) == "`sub`: `None` is not a value of type id"


@pytest.mark.parametrize("flag", [None, 1])
def test_condition_that_is_not_a_flag_raises(flag: object) -> None:
    model = _with_matcher("r.sub.wiped")

    with pytest.raises(RuntimeError):
        _stock(model, ALLOW).enforce(_Thing(wiped=flag), "weights", "read")  # type: ignore[arg-type]  # what a careless caller does
    assert _asked(sub=flag).endswith("is not a value of type id")


def test_every_unknown_name_that_asks_is_kept() -> None:
    model, rows = _roles(2)
    enforcer = _stock(model, rows)
    names = enforcer.get_role_manager().all_roles
    before = len(names)
    for number in range(100):
        enforcer.enforce(f"attacker-{number}", "weights", "read")

    assert len(enforcer.get_role_manager().all_roles) == before + 100
    assert _asked(act="attack") == "`act`: `attack` is not a word of `act`"


def test_denial_for_lack_of_a_match_has_no_reason() -> None:
    files = {"model.conf": MODEL.encode(), "policy.csv": ALLOW.encode()}
    concern = parse_concern("probe", files)
    asked = concern.schema.request_from({"sub": "eve", "obj": "data", "act": "read"})
    (row,) = compile_concern(concern).explain(asked, 1)

    assert _stock(MODEL, ALLOW).enforce_ex("eve", "data", "read") == (False, [])
    assert [failed.code for failed in row.failed] == ["wrong-object"]
