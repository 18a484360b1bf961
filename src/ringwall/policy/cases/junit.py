"""Case reports as JUnit XML, for the tools that show test runs. Must never write."""

import re
from collections.abc import Sequence
from typing import Final
from xml.etree import ElementTree

from ringwall.policy.cases.account import account_of
from ringwall.policy.cases.cases import CaseResult, CasesReport

__all__ = ["junit_xml"]

# What XML 1.0 has no way to write, however escaped.
_UNWRITABLE: Final = re.compile(
    "[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]"
)


def junit_xml(reports: Sequence[CasesReport]) -> bytes:
    """Return an XML document: a suite for each report, a test for each case.

    The text of a failure is what differs and why. The rows that no case decides are
    a property of the suite. There are no times in it: cases don't look at a clock.

    Args:
        reports: from `run_cases`, one for each concern.

    Returns:
        UTF-8 with a declaration and a final newline.
    """
    root = ElementTree.Element("testsuites", name="ringwall policy test")
    _count(root, [result for report in reports for result in report.results])
    for report in reports:
        suite = ElementTree.SubElement(root, "testsuite", name=report.concern)
        _count(suite, report.results)
        properties = ElementTree.SubElement(suite, "properties")
        for name, value in (
            ("rows", str(report.total)),
            ("rows-undecided-by-case", " ".join(report.undecided)),
        ):
            ElementTree.SubElement(properties, "property", name=name, value=value)
        for result in report.results:
            _add_case(suite, report, result)
    ElementTree.indent(root)
    text: bytes = ElementTree.tostring(root, "utf-8", xml_declaration=True)
    return text + b"\n"


def _count(element: ElementTree.Element, results: Sequence[CaseResult]) -> None:
    failures = sum(bool(result.problems) for result in results)
    element.set("tests", str(len(results)))
    element.set("failures", str(failures))
    element.set("errors", "0")
    element.set("skipped", "0")


def _add_case(
    suite: ElementTree.Element, report: CasesReport, result: CaseResult
) -> None:
    case = ElementTree.SubElement(
        suite,
        "testcase",
        classname=report.concern,
        name=_writable(result.case.id),
        file=_writable(report.file),
        line=str(result.case.line),
    )
    if result.problems:
        failure = ElementTree.SubElement(
            case, "failure", type="case-failed", message=_writable(result.problems[0])
        )
        failure.text = _writable("\n".join([*result.problems, *account_of(result)]))


def _writable(text: str) -> str:
    return _UNWRITABLE.sub("\N{REPLACEMENT CHARACTER}", text)
