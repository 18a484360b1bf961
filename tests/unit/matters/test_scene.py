"""A scene holds one moment, and can be moved to another instant whole."""

from tests.matters_world import World


def test_a_scene_moves_in_time_and_keeps_its_facts() -> None:
    scene = World().scene()
    later = scene._replace(now=scene.now + 1)

    assert later.now == scene.now + 1
    assert later.facts is scene.facts
    assert later.reviews.hinders("user:ann", "weights:big", later) == ""
