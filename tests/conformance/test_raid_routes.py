"""The page of the routing table is made of the tables."""

from ringwall.raid.routing.reader import read_routes
from tests.conformance.raid_routes import PAGE, ROOT, routes_markdown


def test_the_page_is_that_of_the_tables() -> None:
    anew = "write it anew with `python -m tests.conformance.raid_routes`"
    made = routes_markdown(read_routes(ROOT / "raid" / "routes"))
    assert PAGE.read_text("utf-8") == made, anew
