"""A change of the policies is asked on one asset, whoever asks."""

from ringwall.model.declarations import document_of
from ringwall.registry.policy_record import policy_record


def record(*assets: tuple[str, str]) -> str:
    data = [{"id": name, "tier": tier, "content": "internal"} for name, tier in assets]
    return policy_record({str(one["id"]): document_of(one) for one in data})


def test_it_is_the_one_of_that_name() -> None:
    assert record(("record:a", "upper"), ("record:policies", "lower")) == (
        "record:policies"
    )


def test_without_one_it_is_the_first_in_the_upper_tier() -> None:
    others = (("code:a", "upper"), ("record:a", "lower"))

    assert record(("record:c", "upper"), ("record:b", "upper"), *others) == "record:b"
    assert record(*others) == ""
