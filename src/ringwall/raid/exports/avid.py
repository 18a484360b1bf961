"""Reports of a case in the form of AVID, for flaws of models and systems.

Must never give credit to anybody, nor call an incident what the database of incidents
has not taken in.
"""

from typing import Any, Final

from ringwall.raid.exports.naming import json_bytes
from ringwall.raid.exports.telling import Telling, ToldReport, incomplete

__all__ = ["AVID_VERSION", "avid_reports"]

AVID_VERSION: Final = "0.3.3"
"""Of the form of AVID that is written."""

# ISO 639-3: what language a report is in is not told.
_LANGUAGE: Final = "und"
_CLASSES: Final = {"demonstration": "LLM Evaluation"}
_CLASS: Final = "Third-party Report"

_Json = dict[str, Any]


def avid_reports(telling: Telling) -> bytes:
    """Return one report of AVID, or a list if the case has several.

    Args:
        telling: what is told.

    Raises:
        ActRefused: `export-incomplete`, of no report both title and narrative are told.
    """
    titled = telling.titled
    if not titled:
        raise incomplete("avid", telling, ["title and narrative of a report"])
    made = [_report(one) for one in titled]
    return json_bytes(made[0] if len(made) == 1 else made)


def _report(report: ToldReport) -> _Json:
    told = report.fields
    made: _Json = {
        "data_type": "AVID",
        "data_version": AVID_VERSION,
        "metadata": {"report_id": report.id.partition(":")[2]},
    }
    systems = told.get("systems", [])
    if isinstance(systems, list) and systems:
        makers = dict.fromkeys(one.get("developer", "") for one in systems)
        made["affects"] = {
            "developer": [maker for maker in makers if maker],
            "deployer": [],
            "artifacts": [{"type": "System", "name": one["name"]} for one in systems],
        }
    made["problemtype"] = {
        "classof": _CLASSES.get(told.get("kind", ""), _CLASS),
        "type": "Issue",
        "description": _text(told["title"]),
    }
    made["references"] = [_reference(line) for line in told.get("references", ())]
    made["description"] = _text(told["narrative"])
    if told.get("chain"):
        made["impact"] = {"atlas": [_step(step) for step in told["chain"]]}
    made["credit"] = []
    return made


def _text(value: str) -> _Json:
    return {"lang": _LANGUAGE, "value": value}


def _reference(line: str) -> _Json:
    """Return a line as label and URL; the last word may be one."""
    label, _, last = line.rpartition(" ")
    is_url = last.startswith(("https://", "http://"))
    label, url = (label, last) if is_url else (line, "")
    return {"type": "source", "label": label, "url": url}


def _step(step: _Json) -> _Json:
    made = {name: step[name] for name in ("tactic", "technique") if step.get(name)}
    return {**made, "description": step["text"]}
