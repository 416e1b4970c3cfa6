"""Every feed the desk knows. A new one is one file and one line here."""

from markets.feeds.alphavantage import AlphaVantage
from markets.feeds.base import Feed
from markets.feeds.mock import Mock
from markets.feeds.push import Push
from markets.feeds.stored import Stored
from markets.feeds.twelvedata import TwelveData

FEEDS: dict[str, type[Feed]] = {
    cls.slug: cls for cls in (Mock, Push, TwelveData, AlphaVantage, Stored)
}


def feed_choices() -> list[tuple[str, str]]:
    """(slug, name) of each feed, for forms."""
    return [(slug, cls.name) for slug, cls in FEEDS.items()]


def feed_name(slug: str) -> str:
    """What a feed is called; its slug where the code no longer has it."""
    return FEEDS[slug].name if slug in FEEDS else slug


def demo_feeds() -> list[str]:
    """Slugs of the feeds whose prices are made up."""
    return [slug for slug in FEEDS if is_demo(slug)]


def is_demo(slug: str) -> bool:
    """Whether the prices of a feed are made up; those of one the code no longer has are not."""
    return slug in FEEDS and FEEDS[slug].is_demo
