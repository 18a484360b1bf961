from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Any

import pytest
from typing_extensions import override

from ringwall.policy import compiler
from ringwall.policy.compiler import CompiledConcern, compile_concern
from ringwall.policy.explanation.explainer import Explainer
from ringwall.policy.outcome import Outcome
from tests.unit.policy.sample import compiled, request, sample


@pytest.fixture(scope="module")
def concern() -> CompiledConcern:
    return compiled()


def _permit(*rules: str) -> Outcome:
    return Outcome(permitted=True, rules=rules)


def _deny(*rules: str) -> Outcome:
    return Outcome(permitted=False, rules=rules)


def test_row_that_meets_every_condition_permits(concern: CompiledConcern) -> None:
    assert concern.decide(request(concern.concern)) == _permit("row-002")


def test_all_permitting_rows_are_named_in_file_order(concern: CompiledConcern) -> None:
    asked = request(concern.concern, action="read")

    assert concern.decide(asked) == _permit("row-001", "row-003")


def test_row_found_through_two_roles_is_named_once(concern: CompiledConcern) -> None:
    asked = request(
        concern.concern,
        action="read",
        subject_roles=["junior", "senior"],
        subject_level="L0",
    )

    assert concern.decide(asked) == _permit("row-001")


def test_senior_role_has_the_rights_of_the_junior(concern: CompiledConcern) -> None:
    junior = request(concern.concern, action="read", subject_roles=["junior"])
    wrong = request(concern.concern, subject_roles=["junior"])

    assert concern.decide(junior) == _permit("row-001")
    assert concern.decide(wrong) == _deny()


def test_deny_row_wins_over_rows_that_permit(concern: CompiledConcern) -> None:
    asked = request(
        concern.concern,
        action="read",
        asset_kind="model",
        subject_roles=["guest", "senior"],
    )

    assert concern.decide(asked) == _deny("row-900")


@pytest.mark.parametrize(
    "changes",
    [
        {"subject_roles": []},
        {"subject_level": "L0"},
        {"subject_labels": [], "asset_labels": ["blue"]},
        {"subject_suspended": True},
        {"asset_kind": "note"},
        {"asset_owner": "org:other"},
        {"asset_size": 10**6 + 1},
        {"asset_born": "2030-01-01T00:00:00.000001Z"},
        {"action": "read", "subject_level": "L0", "subject_roles": ["guest"]},
    ],
)
def test_one_condition_that_fails_is_a_deny(
    concern: CompiledConcern, changes: dict[str, object]
) -> None:
    assert concern.decide(request(concern.concern, **changes)) == _deny()


@pytest.mark.parametrize(
    "changes",
    [
        {"asset_size": 10**6},
        {"asset_born": "2030-01-01T00:00:00Z"},
        {"subject_level": "L1"},
        {"asset_labels": ["red"]},
    ],
)
def test_value_at_the_limit_is_within_it(
    concern: CompiledConcern, changes: dict[str, object]
) -> None:
    assert concern.decide(request(concern.concern, **changes)).permitted


def test_open_id_is_found_by_its_value_and_by_the_star(
    concern: CompiledConcern,
) -> None:
    asked = request(concern.concern, action="read", asset_owner="org:anybody")

    assert concern.decide(asked).permitted


@dataclass
class _Loose:
    subject: Any
    asset: Any
    action: Any


def test_request_that_can_not_be_evaluated_is_denied(concern: CompiledConcern) -> None:
    whole: Any = request(concern.concern)
    no_level = replace(whole.subject, level=None)

    missing = concern.decide(object())
    wrong = concern.decide(_Loose(no_level, whole.asset, whole.action))

    assert not missing.permitted
    assert missing.error.startswith("AttributeError: ")
    assert wrong.rules == ()
    assert wrong.error.startswith("TypeError: ")


_OUTSIDE = Outcome(
    permitted=False,
    rules=(),
    error="an attribute is outside its vocabulary or not of its type",
)


def test_word_outside_its_vocabulary_is_denied() -> None:
    concern = compiled(
        ("r.action == p.action", '(r.action == p.action || r.action != "read")'),
    )
    whole: Any = request(concern.concern)

    outcome = concern.decide(_Loose(whole.subject, whole.asset, "dance"))

    assert concern.decide(whole).permitted
    assert outcome == _OUTSIDE


def test_attribute_that_a_row_leaves_open_must_be_there_all_the_same() -> None:
    concern = compiled()
    whole: Any = request(concern.concern, asset_kind="data", action="read")
    sizeless = SimpleNamespace(
        **{
            name: getattr(whole.asset, name)
            for name in ("kind", "owner", "born", "labels")
        }
    )
    wordy = replace(whole.asset, size="1000")

    missing = concern.decide(_Loose(whole.subject, sizeless, "read"))
    wrong = concern.decide(_Loose(whole.subject, wordy, "read"))

    assert concern.decide(whole).rules[0] == "row-001"  # whose size is open
    assert not missing.permitted
    assert missing.error.startswith("AttributeError: ")
    assert not wrong.permitted
    assert wrong == _OUTSIDE or wrong.error.startswith("TypeError: ")


@pytest.mark.parametrize("owner", [None, 5, b"x", "x"])
def test_member_of_a_set_is_of_its_type_or_denied(owner: object) -> None:
    labels = "within(r.asset.labels, r.subject.labels)"
    concern = compiled(
        (labels, f"r.asset.owner in r.subject.labels && {labels}"),
        ("\nasset.labels = ", "\nasset.owner = not-its-label, no\nasset.labels = "),
    )
    whole: Any = request(concern.concern, asset_kind="data", action="read")
    subject = replace(whole.subject, labels=frozenset({owner}))
    asset = replace(whole.asset, owner=owner)

    outcome = concern.decide(_Loose(subject, asset, "read"))

    assert outcome.permitted is isinstance(owner, str)


@pytest.mark.parametrize("flag", [None, 0, "", "false", 1])
def test_flag_is_true_or_false_and_nothing_that_python_takes_for_it(
    concern: CompiledConcern, flag: object
) -> None:
    whole: Any = request(concern.concern)
    unclear = replace(whole.subject, suspended=flag)

    outcome = concern.decide(_Loose(unclear, whole.asset, whole.action))

    assert concern.decide(whole).permitted
    assert not outcome.permitted
    assert outcome.error.startswith("TypeError: a flag is true or false, not `")


def test_request_that_is_not_whole_has_no_explanation_and_no_change(
    concern: CompiledConcern,
) -> None:
    whole: Any = request(concern.concern, action="write", asset_kind="note")
    levelless = replace(whole.subject, level=None)
    broken = _Loose(levelless, whole.asset, whole.action)

    assert concern.explain(whole)
    assert concern.decide(broken) == _deny()  # no row is about it
    for asked in (broken, object()):
        assert concern.explain(asked) == ()
        assert list(concern.changes(asked)) == []


def test_outcomes_made_when_first_needed_are_those_made_ahead(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    ahead = compiled()
    monkeypatch.setattr(compiler, "_MADE_AHEAD", 0)
    late = compiled()
    asked = [
        request(ahead.concern, asset_kind=kind, action=action, subject_roles=[role])
        for kind in ("model", "data", "note")
        for action in ("read", "write")
        for role in ("junior", "senior", "guest")
    ]

    assert [late.decide(item) for item in asked] == [ahead.decide(i) for i in asked]


def test_fault_of_the_explainer_is_not_hidden(concern: CompiledConcern) -> None:
    def broken(_request: object, _row: object) -> bool:
        raise TypeError("no")

    whole: Any = request(concern.concern, action="write", asset_kind="note")
    tests = (broken,) * len(concern.concern.conditions)
    explainer = Explainer(concern.concern, tests, frozenset())

    with pytest.raises(TypeError, match="no"):
        replace(concern, _explainer=explainer).explain(whole)


def test_error_that_can_not_be_told_denies_like_any_other(
    concern: CompiledConcern,
) -> None:
    class Untold(Exception):
        @override
        def __str__(self) -> str:
            raise RuntimeError

    class Trap:
        def __getattr__(self, name: str) -> str:
            raise Untold

    whole: Any = request(concern.concern)
    outcome = concern.decide(_Loose(whole.subject, Trap(), whole.action))

    assert not outcome.permitted
    assert outcome.error == "Untold: it can't be told"


def test_unknown_word_in_a_looked_up_place_finds_no_row(
    concern: CompiledConcern,
) -> None:
    whole: Any = request(concern.concern)

    assert concern.decide(_Loose(whole.subject, whole.asset, "dance")) == _deny()


def test_role_of_one_attribute_is_looked_up_too() -> None:
    concern = compiled(
        ("holds(r.subject.roles, p.role)", "g(r.subject.role, p.role)"),
        ("r.subject.roles = set(role)", "r.subject.role = role"),
    )
    data = {
        "subject": {"role": "senior", "level": "L2", "labels": [], "suspended": False},
        "asset": {
            "kind": "data",
            "owner": "org:hub",
            "size": 0,
            "born": "2027-01-01T00:00:00Z",
            "labels": [],
        },
        "action": "read",
    }

    outcome = concern.decide(concern.concern.schema.request_from(data))

    assert outcome == _permit("row-001", "row-003")


def test_role_named_in_a_literal_is_followed() -> None:
    concern = compiled(
        (
            "&& !r.subject.suspended",
            '&& (holds(r.subject.roles, "junior") || !r.subject.suspended)',
        ),
        ("\nsubject.suspended = s", "\nsubject.roles = s"),
    )

    assert concern.decide(request(concern.concern, subject_suspended=True)).permitted


def test_compiled_concern_knows_its_name_and_digest(concern: CompiledConcern) -> None:
    assert (concern.name, concern.digest) == ("base", sample().digest)


def test_explain_has_nothing_to_say_of_permits_and_errors(
    concern: CompiledConcern,
) -> None:
    assert concern.explain(request(concern.concern)) == ()
    assert concern.explain(object()) == ()


def test_file_position_of_a_row_does_not_change_an_answer() -> None:
    forward = sample()
    text = forward.files["policy.csv"].decode().splitlines(keepends=True)
    backward = compile_concern(
        type(forward)(
            **{
                name: getattr(forward, name)
                for name in type(forward).__slots__
                if name != "rules"
            },
            rules=tuple(reversed(forward.rules)),
        )
    )
    asked = request(forward, action="read")

    assert len(text) == 8
    assert backward.decide(asked) == _permit("row-003", "row-001")


def test_concern_whose_conditions_are_all_looked_up_has_nothing_to_try() -> None:
    always = "r.subject.level == p.level"
    concern = compiled(
        ("at_least(r.subject.level, p.level)", always),
        (
            '(p.size == "*" || at_most(r.asset.size, p.size))',
            'at_most(r.asset.size, "1e9")',
        ),
        (
            "at_most(r.asset.born, p.until)",
            'at_most(r.asset.born, "2099-01-01T00:00:00Z")',
        ),
        ("owner, size, until, action", "owner, action"),
        ("p.size = number, open\np.until = instant\n", ""),
        ("\nsize = too-large", "\nasset.size = too-large"),
        ("\nuntil = too-new", "\nasset.born = too-new"),
        ("*, 2030-01-01T00:00:00Z, ", ""),
        ("1e6, 2030-01-01T00:00:00Z, ", ""),
        ("2.5e24, 2030-01-01T00:00:00+01:00, ", ""),
        ("*, 2099-01-01T00:00:00Z, ", ""),
    )

    assert concern.decide(request(concern.concern, subject_level="L1")) == _permit(
        "row-002"
    )
    assert concern.decide(request(concern.concern, subject_level="L2")) == _deny()
