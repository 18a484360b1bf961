from dataclasses import replace

from ringwall.policy.difference.model_text import model_text
from tests.unit.policy.sample import sample


def _differing(*edits: tuple[str, str]) -> dict[str, tuple[str | None, str | None]]:
    """Return the parts that edits change, with what was and is said."""
    old, new = model_text(sample()), model_text(sample(*edits))
    return {
        part: (old.get(part), new.get(part))
        for part in old | new
        if old.get(part) != new.get(part)
    }


def test_each_part_of_a_model_is_said_on_one_line() -> None:
    text = model_text(sample())

    assert text["request"] == "subject, asset, action"
    assert text["columns"].startswith("rule, role, kind,")
    assert text["condition kind"] == 'p.kind == "*" || r.asset.kind == p.kind'
    assert text["reason level"].startswith("level-too-low, the person is below")
    assert text["vocabulary level"] == "L0 < L1 < L2"
    assert text["vocabulary kind"] == "data, model, note"
    assert text["type r.subject.roles"] == "set(role)"
    assert text["type p.kind"] == "kind, open"
    assert text["relation g"] == "role"


def test_layout_comments_and_the_order_of_unordered_words_are_left_out() -> None:
    assert (
        _differing(
            ("# A small concern", "# Another concern"),
            (" \\\n && r.action", " && r.action"),
            ("kind = model, data, note", "kind = note, data,  model"),
        )
        == {}
    )


def test_the_order_of_ordered_words_counts() -> None:
    assert _differing(("L0 < L1 < L2", "L1 < L0 < L2")) == {
        "vocabulary level": ("L0 < L1 < L2", "L1 < L0 < L2")
    }


def test_two_conditions_of_one_name_are_said_together_and_their_reason_once() -> None:
    more = ("r.action == p.action", 'r.action == p.action && (r.action != "x" || A)')
    edits = (more, ("|| A)", '|| p.action == "read")'), ('"x"', '"write"'))

    assert _differing(*edits) == {
        "condition action": (
            "r.action == p.action",
            'r.action == p.action && r.action != "write" || p.action == "read"',
        )
    }


def test_roles_kept_apart_are_named_in_one_order() -> None:
    apart = ("[reasons]", "[separation]\nsenior = guest\n\n[reasons]")

    assert _differing(apart) == {
        "separation guest, senior": (None, "nobody may hold both")
    }


def test_a_model_without_reasons_has_none() -> None:
    concern = sample()
    bare = replace(
        concern, conditions=tuple(replace(c, code="") for c in concern.conditions)
    )

    assert not any(part.startswith("reason") for part in model_text(bare))
