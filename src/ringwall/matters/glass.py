"""Broken glass: who may not break it again before somebody else has looked.

Must never take a review for closed because a row says so: who closed it, and whether
they may, is judged again.
"""

from ringwall.matters.requests import Requests
from ringwall.matters.reviews import Reviews, is_closed
from ringwall.matters.scene import Scene
from ringwall.pdp.reviewing import BREAK_GLASS, Review

__all__ = ["BrokenGlass", "review_open_text"]


class BrokenGlass:
    """The reviews of grants that nobody approved beforehand.

    Args:
        reviews: all there are.
        requests: likewise; a review names the one that it is about.
    """

    def __init__(self, reviews: Reviews, requests: Requests) -> None:
        self._reviews = reviews
        self._requests = requests

    def hinders(self, subject: str, resource: str, scene: Scene) -> str:
        """Return the id of a review that nobody has closed; empty if there is none.

        It hinders whoever broke the glass, by any of their accounts, and whoever would
        break it for the same resource, or for the same weights under another id.
        """
        persons = scene.facts.natural_persons
        asking = persons.get(subject, subject)
        same = scene.facts.same_file(resource)
        for review in self._reviews.all():
            if review.what != BREAK_GLASS or is_closed(review, scene):
                continue
            if persons.get(review.subject, review.subject) == asking:
                return review.id
            if self._resource(review) in same:
                return review.id
        return ""

    def _resource(self, review: Review) -> str:
        request = self._requests.get(review.about)
        return "" if request is None else request.resource


def review_open_text(review: str) -> str:
    """Return one line for people of why glass is not to be broken again."""
    return (
        f"nobody else has closed `{review}`, of the last broken glass, with a key and "
        "an office that are still on record"
    )
