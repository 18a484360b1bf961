from xml.etree import ElementTree

from ringwall.policy.cases.case_file import Case
from ringwall.policy.cases.cases import CaseResult, CasesReport
from ringwall.policy.cases.junit import junit_xml
from ringwall.policy.outcome import NearRow, Outcome

DENY = Outcome(permitted=False, rules=("row-900",))
ROW = NearRow("row-900", "access/policy.csv", 9, "deny", ())


def _case(name: str, line: int) -> Case:
    return Case(name, line, object(), permit=True, rules=None, why=None)


def _reports(name: str = "right") -> list[CasesReport]:
    wrong = CaseResult(_case("wrong", 12), DENY, ("first <&>", "second"), (ROW,))
    right = CaseResult(_case(name, 9), DENY, ())
    rows = {"row-001": ("a", 1), "row-002": ("a", 2)}
    return [
        CasesReport("access", "access/cases.yaml", (right, wrong), 5, rows),
        CasesReport("empty", "empty/cases.yaml", (), 1, {}),
    ]


def _parsed(reports: list[CasesReport]) -> ElementTree.Element:
    return ElementTree.fromstring(junit_xml(reports))  # noqa: S314 - our own text


def test_there_is_a_suite_for_each_concern_and_a_test_for_each_case() -> None:
    root = _parsed(_reports())

    assert [(suite.tag, suite.get("name")) for suite in root] == [
        ("testsuite", "access"),
        ("testsuite", "empty"),
    ]
    assert [case.attrib for case in root.iter("testcase")] == [
        {
            "classname": "access",
            "name": name,
            "file": "access/cases.yaml",
            "line": line,
        }
        for name, line in (("right", "9"), ("wrong", "12"))
    ]


def test_tests_and_failures_are_counted() -> None:
    root = _parsed(_reports())

    counts = [(item.get("tests"), item.get("failures")) for item in (root, *root)]
    assert counts == [("2", "1"), ("2", "1"), ("0", "0")]
    assert {item.get("errors") for item in (root, *root)} == {"0"}


def test_a_failure_holds_the_problems_and_why() -> None:
    (failure,) = _parsed(_reports()).iter("failure")

    assert failure.attrib == {"type": "case-failed", "message": "first <&>"}
    assert failure.text == (
        "first <&>\nsecond\nrow `row-900` at access/policy.csv:9 denies it"
    )


def test_rows_without_a_case_are_a_property_of_the_suite() -> None:
    suite = _parsed(_reports())[0]

    assert {item.get("name"): item.get("value") for item in suite.iter("property")} == {
        "rows": "5",
        "rows-undecided-by-case": "row-001 row-002",
    }


def test_what_xml_can_not_hold_is_made_visible() -> None:
    root = _parsed(_reports("a\x00b\x1b[2J\ud800\U0001f512"))

    assert (
        next(root.iter("testcase")).get("name") == "a\ufffdb\ufffd[2J\ufffd\U0001f512"
    )


def test_it_is_a_document_of_its_own() -> None:
    text = junit_xml(_reports())

    assert text.startswith(b"<?xml version='1.0' encoding='utf-8'?>\n<testsuites ")
    assert text.endswith(b"</testsuites>\n")
