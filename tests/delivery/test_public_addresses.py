"""Where a post may go: names and addresses of the open internet, and hosts allowed by name."""

import socket
import threading

import pytest
from pytest_httpserver import HTTPServer

from delivery.errors import NeverLeft, Refused
from delivery.http import post_json
from delivery.public_addresses import is_public


def names(zone):
    """A resolver that knows `zone` alone: per name its answers, one after the other."""
    answers = {name: iter(lists) for name, lists in zone.items()}

    def getaddrinfo(host, port, type):
        return [
            (socket.AF_INET6 if ":" in ip else socket.AF_INET, type, 6, "", (ip, port))
            for ip in next(answers[host])
        ]

    return getaddrinfo


@pytest.mark.parametrize(
    "address",
    ["8.8.8.8", "157.240.1.35", "2a03:2880:f10c:83:face:b00c:0:25de", "::ffff:8.8.8.8"],
)
def test_addresses_on_the_open_internet_are_public(address):
    assert is_public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "169.254.169.254",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104
        "224.0.0.1",
        "255.255.255.255",
        "::1",
        "::",
        "fe80::1",
        "fc00::1",
        "ff02::1",
        "::ffff:127.0.0.1",
        "::127.0.0.1",
        "64:ff9b::7f00:1",
        "64:ff9b:1::1",
        "2002:7f00:1::",
        "2001:0:7f00:1::",
        "fec0::1",
        "5f00::1",
        "not an address",
    ],
)
def test_every_other_address_is_not(address):
    assert not is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/",
        "https://2130706433/",
        "https://0x7f000001/",
        "https://0177.0.0.1/",
        "https://127.1/",
        "https://localhost/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://169.254.169.254/latest/meta-data/",
        "https://graph.facebook.com@127.0.0.1/",
        "https://graph.facebook.com\\@127.0.0.1/",
        "https://127.0.0.1#@graph.facebook.com/",
        "https://127.0.0.1?@graph.facebook.com/",
        "https://8.8.8.8:8443/",
        "http://8.8.8.8/",
        "ftp://8.8.8.8/",
        "https://",
        "https://[::1",
        "/messages",
        "https://127.0.0.1./",
        "https://0/",
        "https://017700000001/",
        "https://127.0.0.1%00.example.org/",
        "https://[::ffff:7f00:1]/",
        "https://[2002:7f00:1::]/",
        "https://[fd00:ec2::254]/",
        "https://[fe80::1%25lo]/",
        "https://100.100.100.200/",
        "https://localhost./",
        "https://LOCALHOST/",
        "https://①②⑦.0.0.1/",
        "https://127。0。0。1/",
        "https://ⓛⓞⓒⓐⓛⓗⓞⓢⓣ/",
        "https://:443/",
        "https://@8.8.8.8/",
        "https://a:b@8.8.8.8/",
        "https://8.8.8.8:80/",
        "https://8.8.8.8:0/",
        "https://8.8.8.8:443443/",
        "gopher://8.8.8.8/",
        "file:///etc/passwd",
        "//8.8.8.8/",
        "",
    ],
)
def test_posts_into_the_own_network_are_refused_before_a_byte_leaves(settings, url):
    settings.OUTBOUND_ALLOW_HOSTS = []

    with pytest.raises(Refused, match="address_not_allowed"):
        post_json(url, b"{}", {})


@pytest.mark.parametrize("others", [["127.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["::1", "8.8.4.4"]])
def test_a_name_that_stands_for_any_private_address_is_refused(settings, others):
    settings.OUTBOUND_ALLOW_HOSTS = []

    with pytest.raises(Refused, match="not on the open internet"):
        post_json("https://mixed.test/", b"{}", {}, look_up=names({"mixed.test": [others]}))


def test_a_name_is_looked_up_once_so_that_what_was_checked_is_connected_to(
    settings, httpserver: HTTPServer
):
    httpserver.expect_request("/").respond_with_data("{}")
    settings.OUTBOUND_ALLOW_HOSTS = ["rebinding.test"]
    look_up = names({"rebinding.test": [["127.0.0.1"], ["10.255.255.1"]]})

    answer = post_json(f"http://rebinding.test:{httpserver.port}/", b"{}", {}, look_up=look_up)

    assert answer.status == 200
    assert httpserver.log[0][0].headers["Host"] == f"rebinding.test:{httpserver.port}"


def test_a_name_that_takes_too_long_to_look_up_is_not_connected_to(
    settings, httpserver: HTTPServer
):
    settings.OUTBOUND_ALLOW_HOSTS = ["slow.test"]
    quick = names({"slow.test": [["127.0.0.1"]]})

    def slow(*args, **kwargs):
        for alarm in threading.enumerate():
            if isinstance(alarm, threading.Timer):  # what ends the call after its seconds
                alarm.join(10)
        return quick(*args, **kwargs)

    url = f"http://slow.test:{httpserver.port}/"
    with pytest.raises(NeverLeft):
        post_json(url, b"{}", {}, total_seconds=0.05, look_up=slow)

    assert httpserver.log == []
