"""Every link that somebody reads leads to a page that they may open."""

import re

from tests.crawl import route_of, walk
from tests.moderation.seconds import difference
from tests.world import World

LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#?]*)')


def test_every_link_leads_to_a_page_that_its_reader_may_open(world: World) -> None:
    difference(world)
    # The walk fails at a page that answers anything but 200; a link to no page at all it would pass by.
    nowhere = [
        (page.person, page.path, link) for page in walk(world) for link in LINK.findall(page.html) if not route_of(link)
    ]
    assert nowhere == []
