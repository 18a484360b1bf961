"""The page beside a package."""

import json

from ringwall.raid.routing.package import pack
from ringwall.raid.routing.page import handover_page
from tests.routed import CASE, TABLES, case_facts, planned, report

HANDOVER = "hnd-mfzwizltmrqw2zlt"


def page_of(**changes: object) -> tuple[str, str]:
    """Return a package's digest and its page."""
    said = report(consent={"authorities": "yes"}, **changes)
    facts = case_facts({"class": ("cyber",)}, [said])
    (row,) = [one for one in planned(facts).rows if one.recipient == "csirt.de"]
    package = pack(facts, row, TABLES)
    return package.digest, handover_page(package.data, HANDOVER).decode()


def test_it_shows_label_recipient_digest_and_every_fact() -> None:
    digest, page = page_of()
    assert page.startswith(f"# TLP:AMBER hand-over {HANDOVER}\n")
    assert page.endswith("\nTLP:AMBER\n")
    assert "- To: csirt.de, to take it over" in page
    assert digest in page
    assert f"### {CASE}" in page
    assert "- narrative (TLP:AMBER): Narrative of the report." in page
    assert "- systems (TLP:AMBER): developer Example Systems, name Rota" in page


def test_it_has_the_statement_to_sign() -> None:
    digest, page = page_of()
    (line,) = [line for line in page.splitlines() if line.startswith("{")]
    said = json.loads(line)
    assert (said["handover"], said["package"]) == (HANDOVER, digest)
    assert said["recipient"] == "csirt.de"
    assert "ssh-keygen -Y sign -n ringwall-handover" in page


def test_a_strangers_text_does_not_act() -> None:
    _, page = page_of(narrative="a\x1b[2J\n# head\n![x](http://e) \u202e<b>|")
    assert "\x1b" not in page
    assert "\u202e" not in page
    assert "\\# head" in page
    assert "\\!\\[x\\]\\(http://e\\)" in page
    assert "\\<b\\>\\|" in page


def test_an_empty_list_is_told_as_none() -> None:
    data = json.dumps(
        {
            "label": "green",
            "recipient": "enisa",
            "role": "copy",
            "risk": "r",
            "basis": "b",
            "facts": [
                {"about": CASE, "name": "states", "label": "green", "value": []},
                {"about": "report:r-b", "name": "n", "label": "green", "value": 3},
            ],
        }
    ).encode()
    page = handover_page(data, HANDOVER).decode()
    assert "- states (TLP:GREEN): none" in page
    assert "- n (TLP:GREEN): 3" in page
    assert "as a copy" in page


def test_a_package_of_an_exercise_says_so_and_its_page_at_both_ends() -> None:
    facts = case_facts({"class": ("cyber",)}, [report()])
    (row,) = [one for one in planned(facts).rows if one.recipient == "csirt.de"]
    real, played = pack(facts, row, TABLES), pack(facts, row, TABLES, "autumn")

    assert json.loads(played.data) == {**json.loads(real.data), "exercise": "autumn"}
    page = handover_page(played.data, HANDOVER).decode()
    mark = "EXERCISE autumn, nothing of this is real:"
    assert page.startswith(f"# TLP:AMBER {mark} hand-over {HANDOVER}\n")
    assert page.endswith(f"\nTLP:AMBER {mark}\n")
    assert "EXERCISE" not in handover_page(real.data, HANDOVER).decode()
