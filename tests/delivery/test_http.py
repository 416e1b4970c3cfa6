"""One post over HTTP: its answer, and what may have left when there is none."""

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace

import pytest
from pytest_httpserver import HTTPServer

from delivery.errors import MaybeLeft, NeverLeft
from delivery.http import post_json
from tests.delivery.scripted_server import REDIRECT, ScriptedServer


@contextmanager
def raw_server(talk) -> Iterator[str]:
    """A server that hands its one connection to `talk`; gives its https-less address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=lambda: talk(listener.accept()[0]), daemon=True)
        thread.start()
        yield f"127.0.0.1:{listener.getsockname()[1]}"
        thread.join(timeout=10)


def drip(connection) -> None:
    """Send a header that never ends, one byte at a time, until the caller hangs up."""
    done = threading.Event()
    with connection:
        try:
            connection.sendall(b"HTTP/1.1 200 OK\r\nX-Slow: ")
            while not done.wait(0.02):
                connection.sendall(b".")
        except OSError:
            done.set()


def test_an_allowed_host_is_posted_to_and_its_answer_comes_back(httpserver: HTTPServer):
    httpserver.expect_request("/v25.0/1/messages", method="POST").respond_with_data("{}", 418)

    answer = post_json(httpserver.url_for("/v25.0/1/messages"), b'{"a": 1}', {"X-Own": "yes"})

    assert (answer.status, answer.body) == (418, b"{}")
    request = httpserver.log[0][0]
    assert request.data == b'{"a": 1}'
    assert request.headers["X-Own"] == "yes"


def test_a_redirect_is_an_answer_and_is_not_followed(httpserver: HTTPServer):
    httpserver.expect_request("/from").respond_with_data("", 302, {"Location": "/to"})

    assert post_json(httpserver.url_for("/from"), b"{}", {}).status == 302
    assert len(httpserver.log) == 1


def test_proxies_of_the_environment_are_not_used(httpserver: HTTPServer, monkeypatch):
    httpserver.expect_request("/").respond_with_data("{}")
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")

    assert post_json(httpserver.url_for("/"), b"{}", {}).status == 200


def test_a_refused_connection_means_that_nothing_left():
    with pytest.raises(NeverLeft):
        post_json("http://127.0.0.1:9/", b"{}", {})


def test_a_name_that_does_not_resolve_means_that_nothing_left(settings):
    settings.OUTBOUND_ALLOW_HOSTS = ["nowhere.invalid"]

    with pytest.raises(NeverLeft):
        post_json("https://nowhere.invalid/", b"{}", {})


def test_a_failed_tls_handshake_means_that_nothing_left(httpserver: HTTPServer):
    with pytest.raises(NeverLeft):
        post_json(f"https://127.0.0.1:{httpserver.port}/", b"{}", {})

    assert httpserver.log == []


def test_a_connection_that_ends_without_an_answer_may_have_been_enough():
    with raw_server(lambda connection: connection.close()) as host, pytest.raises(MaybeLeft):
        post_json(f"http://{host}/", b"{}", {})


def test_an_answer_cut_short_may_have_been_an_acceptance():
    half = b'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"messages"'

    def talk(connection):
        with connection:
            connection.recv(65536)
            connection.sendall(half)

    with raw_server(talk) as host, pytest.raises(MaybeLeft):
        post_json(f"http://{host}/", b"{}", {})


def test_a_provider_that_never_stops_answering_is_cut_off_in_time():
    with raw_server(drip) as host, pytest.raises(MaybeLeft):
        post_json(f"http://{host}/", b"{}", {}, total_seconds=0.3)


def test_an_answer_over_64_kb_is_not_read(httpserver: HTTPServer):
    httpserver.expect_request("/").respond_with_data("x" * 65_537)

    with pytest.raises(MaybeLeft, match="answer_too_long"):
        post_json(httpserver.url_for("/"), b"{}", {})


def test_a_connection_that_is_given_up_is_closed_at_once():
    hung_up = threading.Event()

    def talk(connection):
        with connection:
            connection.recv(65_536)
            with suppress(OSError):
                connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n" + b"x" * 100_000)
                while connection.recv(65_536):
                    pass
            hung_up.set()

    with raw_server(talk) as host:
        with pytest.raises(MaybeLeft, match="answer_too_long") as error:
            post_json(f"http://{host}/", b"{}", {})
        assert hung_up.wait(5)
        del error  # it was held until here, and with it whatever its frames know


def redirect_without_end(connection):
    """Answer with a redirect, and go on with its body until the caller hangs up."""
    with connection, suppress(OSError):
        connection.sendall(b"HTTP/1.1 302 Found\r\nLocation: /\r\n\r\n")
        for _ in range(100):
            connection.sendall(b"x" * 65_536)


def test_the_body_of_a_redirect_is_capped_like_any_other():
    with (
        raw_server(redirect_without_end) as host,
        pytest.raises(MaybeLeft, match="answer_too_long"),
    ):
        post_json(f"http://{host}/", b"{}", {})


@pytest.mark.parametrize("location", ["http://[::1", "//", "http://a b/"])
def test_a_redirect_to_nowhere_is_an_answer_like_any_other(location):
    with ScriptedServer.listening() as server:
        server.play(replace(REDIRECT, headers={"Location": location}))

        assert post_json(f"{server.url}/", b"{}", {}).status == 302


def test_no_error_carries_the_token():
    with pytest.raises(NeverLeft) as caught:
        post_json("http://127.0.0.1:9/EAAtoken", b"{}", {"Authorization": "Bearer EAAtoken"})

    assert "EAAtoken" not in str(caught.value)
    assert caught.value.__cause__ is None


def test_no_log_line_carries_the_path_whatever_the_level(httpserver: HTTPServer, caplog):
    httpserver.expect_request("/EAAtoken").respond_with_data("{}")
    for name in ("", "urllib3", "urllib3.connectionpool", "requests"):
        caplog.set_level(logging.DEBUG, logger=name or None)

    post_json(httpserver.url_for("/EAAtoken"), b"{}", {"Authorization": "Bearer EAAtoken"})

    ours = [line.getMessage() for line in caplog.records if line.name != "werkzeug"]
    assert not any("EAAtoken" in text for text in ours)
