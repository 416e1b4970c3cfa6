import pytest

from access.checks import check_tokens


def test_the_desk_as_shipped_passes():
    assert check_tokens() == []


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"JWT_SECRET": "short"}, "access.E002"),
        ({"JWT_SECRET": "s" * 40, "SECRET_KEY": "s" * 40}, "access.E003"),
    ],
)
def test_a_weak_signing_key_is_named(settings, changes, error):
    for name, value in changes.items():
        setattr(settings, name, value)

    assert [message.id for message in check_tokens()] == [error]


def test_a_missing_blacklist_is_named(settings):
    settings.INSTALLED_APPS = [
        app for app in settings.INSTALLED_APPS if "token_blacklist" not in app
    ]

    assert [message.id for message in check_tokens()] == ["access.E001"]
