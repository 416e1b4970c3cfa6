import pytest

from forexsignals.mail_settings import SMTP_BACKEND, default_sender, mail_settings


def test_an_smtp_address_becomes_djangos_settings() -> None:
    found = mail_settings("smtp+tls://desk%40example.org:p%2Fss%23@mail.example.org")

    assert found["EMAIL_BACKEND"] == SMTP_BACKEND
    assert (found["EMAIL_HOST"], found["EMAIL_PORT"]) == ("mail.example.org", 587)
    assert (found["EMAIL_HOST_USER"], found["EMAIL_HOST_PASSWORD"]) == ("desk@example.org", "p/ss#")
    assert found["EMAIL_USE_TLS"] is True


@pytest.mark.parametrize(
    ("url", "port"),
    [("smtp://mail", 25), ("smtp+ssl://mail", 465), ("smtp://mail:2525", 2525)],
)
def test_each_scheme_has_its_port(url: str, port: int) -> None:
    assert mail_settings(url)["EMAIL_PORT"] == port


def test_no_address_leaves_django_as_it_is() -> None:
    assert mail_settings("") == {}


@pytest.mark.parametrize(
    ("url", "why"), [("mail.example.org:587", "begins with"), ("smtp://", "names no host")]
)
def test_an_address_that_is_none_says_what_to_write(url: str, why: str) -> None:
    with pytest.raises(ValueError, match=why):
        mail_settings(url)


@pytest.mark.parametrize(
    ("url", "own_host", "sender"),
    [
        ("smtp://desk%40example.org:pw@mail", "desk.test", "desk@example.org"),
        ("smtp://apikey:pw@mail", "desk.test", "forexsignals@desk.test"),
        ("", "127.0.0.1", "forexsignals@localhost"),
    ],
)
def test_the_sender_is_the_mail_user_or_the_desk(url: str, own_host: str, sender: str) -> None:
    assert default_sender(url, own_host=own_host) == sender
