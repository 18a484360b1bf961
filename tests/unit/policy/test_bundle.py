import pytest

from ringwall.base.errors import PolicyError
from ringwall.policy.bundle import Bundle, compile_bundle, parse_bundle
from tests.unit.policy.sample import edited, request

OTHER = edited(("row-", "other-"))


def _faults(folders: dict[str, dict[str, bytes]], place: str = "") -> list[str]:
    with pytest.raises(PolicyError) as caught:
        parse_bundle(folders, place)
    return [f"{fault.file} {fault.code}" for fault in caught.value.faults]


def test_bundle_holds_its_concerns_by_name_in_order() -> None:
    bundle = parse_bundle({"two": OTHER, "one": edited()})

    assert list(bundle.concerns) == ["one", "two"]
    assert bundle.concerns["two"].rules[0].file == "two/policy.csv"


def test_digest_covers_names_and_contents() -> None:
    def digest(**folders: dict[str, bytes]) -> str:
        return parse_bundle(folders).digest

    same = digest(one=edited(), two=OTHER)

    assert same == digest(two=OTHER, one=edited())
    assert same != digest(one=edited(), three=OTHER)
    assert same != digest(one=edited(("row-", "line-")), two=OTHER)


def test_rule_id_of_two_concerns_is_refused() -> None:
    faults = _faults({"one": edited(), "two": edited()}, "policies")

    assert faults == ["policies/two/policy.csv duplicate-rule-id"] * 5


def test_file_of_a_duplicate_is_named_without_a_folder_too() -> None:
    assert _faults({"one": edited(), "two": edited()})[0] == (
        "two/policy.csv duplicate-rule-id"
    )


def test_faults_of_all_concerns_are_found_at_once() -> None:
    bad = edited(("read, deny", "read, Deny"))

    assert _faults({"one": bad, "two": bad}, "p") == [
        "p/one/policy.csv value-unknown",
        "p/two/policy.csv value-unknown",
    ]


def test_bundle_without_concerns_is_refused() -> None:
    assert _faults({}) == [" bundle-empty"]


def test_compiled_bundle_keeps_the_digest_and_decides() -> None:
    bundle: Bundle = parse_bundle({"one": edited()})
    compiled = compile_bundle(bundle)

    assert compiled.digest == bundle.digest
    concern = compiled.concerns["one"]
    assert concern.decide(request(concern.concern)).permitted
