"""Twelve Data and Alpha Vantage, played by a local server."""

import json
import traceback
from datetime import UTC, datetime

import pytest
from werkzeug import Request, Response

from markets.feeds.alphavantage import AlphaVantage
from markets.feeds.base import FeedError, FeedSymbol
from markets.feeds.http import get_json
from markets.feeds.twelvedata import TwelveData

KEY = "SECRETKEY123"
EURUSD = FeedSymbol("EURUSD", digits=5, pip=0.0001, typical_spread_pips=1.0)
AFTER = datetime(2026, 11, 18, 9, 58, tzinfo=UTC)
NOW = datetime(2026, 11, 18, 10, 1, 3, tzinfo=UTC)
ROW = {"open": "1.0850", "high": "1.0852", "low": "1.0849", "close": "1.0851"}


def twelvedata(httpserver) -> TwelveData:
    return TwelveData(key=KEY, base_url=httpserver.url_for("").rstrip("/"))


def alphavantage(httpserver) -> AlphaVantage:
    return AlphaVantage(key=KEY, base_url=httpserver.url_for("").rstrip("/"))


def ask(feed):
    return feed.closed_bars(EURUSD, after=AFTER, now=NOW)


def failure(feed) -> FeedError:
    with pytest.raises(FeedError) as raised:
        ask(feed)
    told = "".join(traceback.format_exception(raised.value))
    assert KEY not in told + repr(raised.value.__context__) + repr(raised.value.__cause__)
    return raised.value


def test_twelve_data_gives_closed_bars_after_the_last_one(httpserver):
    minutes = ("09:58", "09:59", "10:00", "10:01")
    values = [{"datetime": f"2026-11-18 {minute}:00", **ROW} for minute in minutes]
    seen: list[Request] = []
    httpserver.expect_request("/time_series").respond_with_handler(
        lambda request: (seen.append(request), Response(json.dumps({"values": values})))[1]
    )

    bars = ask(twelvedata(httpserver))

    assert [bar.time.strftime("%H:%M") for bar in bars] == ["09:59", "10:00"]
    assert (bars[0].close, bars[0].ask_close, bars[0].symbol) == (1.0851, None, "EURUSD")
    assert seen[0].args["symbol"] == "EUR/USD"
    assert seen[0].headers["Authorization"] == f"apikey {KEY}"
    assert KEY not in seen[0].url


def test_alpha_vantage_gives_closed_bars_oldest_first(httpserver):
    row = {f"{n}. {side}": price for n, (side, price) in enumerate(ROW.items(), 1)}
    series = {f"2026-11-18 {minute}:00": row for minute in ("10:01", "10:00", "09:59", "09:58")}
    httpserver.expect_request("/query").respond_with_json({"Time Series FX (1min)": series})

    bars = ask(alphavantage(httpserver))

    assert [bar.time.strftime("%H:%M") for bar in bars] == ["09:59", "10:00"]


@pytest.mark.parametrize("name", ["Information", "Note", "Error Message"])
def test_alpha_vantage_tells_limits_with_http_200_and_the_key_is_scrubbed(httpserver, name):
    text = f"We have detected your API key as {KEY} and our limit is 25 requests per day."
    httpserver.expect_request("/query").respond_with_json({name: text})

    error = failure(alphavantage(httpserver))

    assert "25 requests per day" in str(error)
    assert "***" in str(error)
    assert error.retry_after == 900


def test_twelve_data_says_when_its_credits_are_used_up(httpserver):
    answer = {"code": 429, "message": f"out of credits for {KEY}", "status": "error"}
    httpserver.expect_request("/time_series").respond_with_json(answer, status=429)

    error = failure(twelvedata(httpserver))

    assert "out of credits" in str(error)
    assert error.retry_after == 60


@pytest.mark.parametrize(
    "body", ["", "<html>", "[1]", '{"values": [{"datetime": "soon"}]}', '{"values": [NaN]}']
)
def test_nonsense_is_a_feed_error(httpserver, body):
    httpserver.expect_request("/time_series").respond_with_data(body)

    failure(twelvedata(httpserver))


def test_no_connection_is_a_feed_error_that_does_not_tell_the_key():
    failure(AlphaVantage(key=KEY, base_url="http://127.0.0.1:9"))


def test_a_redirect_is_not_followed(httpserver):
    httpserver.expect_request("/query").respond_with_data(
        "", status=302, headers={"Location": httpserver.url_for("/elsewhere")}
    )

    assert "redirects" in str(failure(alphavantage(httpserver)))
    assert all(request.path == "/query" for request, _ in httpserver.log)


def test_an_answer_that_is_too_long_or_too_slow_is_cut(httpserver):
    httpserver.expect_request("/long").respond_with_data("x" * 10_000)

    for limit in ({"max_bytes": 1000}, {"total_seconds": -1.0}):
        with pytest.raises(FeedError, match="the answer"):
            get_json(httpserver.url_for("/long"), params={}, secret=KEY, **limit)
