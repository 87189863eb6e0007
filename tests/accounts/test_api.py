"""The service areas by the API: all of them, in their order, a page at a time."""

from tests.world import World


def test_the_areas_come_in_their_order_whatever_the_size_of_a_page(world: World) -> None:
    reader = world.browser("reader")
    whole = reader.send("GET", "/api/v1/areas").json()
    assert whole == {"items": [{"code": a, "name": a} for a in ("A1", "A2", "A9")], "next": None}
    found: list[dict[str, str]] = []
    cursor: str | None = ""
    for _ in range(3):
        page = reader.send("GET", f"/api/v1/areas?limit=1&cursor={cursor}").json()
        found += page["items"]
        cursor = page["next"]
    assert found == whole["items"]
    assert cursor is None
