import pytest

from ringwall.policy.dialect import ID, NAME, REASON_CODE, RULE_ID, WORD


@pytest.mark.parametrize("text", ["acc-031", "class-900", "elig-00001"])
def test_rule_id_is_a_short_word_a_dash_and_three_to_five_digits(text: str) -> None:
    assert RULE_ID.fullmatch(text)


@pytest.mark.parametrize(
    "text", ["a-031", "acc-31", "acc-0000031", "ACC-031", "acc031"]
)
def test_other_rule_ids_do_not_match(text: str) -> None:
    assert not RULE_ID.fullmatch(text)


@pytest.mark.parametrize("text", ["2nd", "*", "", "n\u043ete", "a b"])
def test_word_starts_with_a_letter_and_is_ascii(text: str) -> None:
    assert not WORD.fullmatch(text)


def test_word_can_never_be_a_number_or_an_instant() -> None:
    assert not WORD.fullmatch("1e25")
    assert not WORD.fullmatch("2027-01-01T00:00:00Z")


def test_patterns_for_names_ids_and_codes() -> None:
    assert NAME.fullmatch("rule_of_law")
    assert not NAME.fullmatch("_private")
    assert ID.fullmatch("weights:aurora-2")
    assert not ID.fullmatch("Weights:aurora")
    assert REASON_CODE.fullmatch("site-level-insufficient")
    assert not REASON_CODE.fullmatch("site--level")
