"""Whose time a page shows."""

import pytest
from django.test import RequestFactory
from django.utils import timezone

from access.zones import zone_middleware, zone_named, zone_names, zone_of


def asking(path="/", **cookies):
    request = RequestFactory().get(path)
    request.COOKIES.update(cookies)
    return request


def test_the_profile_wins_over_the_browser_and_without_either_it_is_utc():
    both = asking(zone="Asia/Tokyo", browser_zone="Europe/Berlin")

    assert zone_of(both).key == "Asia/Tokyo"
    assert zone_of(asking(browser_zone="Europe/Berlin")).key == "Europe/Berlin"
    assert zone_of(asking()).key == "UTC"


@pytest.mark.parametrize("name", ["", "Mars/Base", "../../etc/passwd", "\0", "UTC; path=/"])
def test_a_cookie_nobody_can_read_counts_as_none(name):
    assert zone_of(asking(zone=name, browser_zone="Europe/Berlin")).key == "Europe/Berlin"


def test_the_admin_is_in_utc_whoever_looks(settings):
    assert zone_of(asking(f"/{settings.ADMIN_PATH}", zone="Asia/Tokyo")).key == "UTC"


def test_a_request_is_answered_in_its_zone_and_the_next_starts_afresh():
    seen = zone_middleware(lambda request: timezone.get_current_timezone_name())

    assert seen(asking(zone="Asia/Tokyo")) == "Asia/Tokyo"
    assert seen(asking()) == "UTC"


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (" europe/berlin ", "Europe/Berlin"),
        ("new york", "America/New_York"),
        ("utc", "UTC"),
        ("Berlin, Germany", None),
        ("", None),
    ],
)
def test_a_zone_is_known_by_its_name_or_its_city(typed, name):
    assert zone_named(typed) == name


def test_the_list_begins_with_utc_and_holds_places_only():
    assert zone_names()[0] == "UTC"
    assert all("/" in name for name in zone_names()[1:])
    assert not any(name.startswith("Etc/") for name in zone_names())
