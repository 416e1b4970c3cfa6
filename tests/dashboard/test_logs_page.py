"""The Logs page: what it lists, filters, links and hides."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from audit.log import log_event
from audit.sealing import seal_pending
from dashboard.logs.kinds import GROUPS
from dashboard.logs.listing import lines
from dashboard.logs.queries import Wanted, find
from delivery.erasure import forget_recipient
from tests.builders import NOON, make_config, make_message, make_recipient, make_symbol, make_user

pytestmark = pytest.mark.django_db


def log(kind="signal.generated", text="EURUSD BUY @ 1.08523", minutes=0, **values):
    return log_event(kind, at=NOON + timedelta(minutes=minutes), text=text, **values)


@pytest.fixture
def viewer(client):
    client.force_login(make_user("vera", "viewer"))
    return client


def shown(client, address="/logs/"):
    return client.get(address).content.decode()


def ids(html):
    return [int(found) for found in re.findall(r'id="event-(\d+)"', html)]


def test_the_newest_hundred_events_are_listed_newest_first(viewer):
    newest = [log(minutes=n).pk for n in range(105)][:4:-1]

    assert ids(shown(viewer)) == newest


def test_older_events_are_one_page_further_and_the_log_has_a_beginning(viewer):
    events = [log("risk.changed", minutes=n) for n in range(105)]
    (older,) = re.findall(r'id="older"[^>]+href="([^"]+)"', shown(viewer, "/logs/?group=risk"))

    html = shown(viewer, older.replace("&amp;", "&"))

    assert ids(html) == [event.pk for event in events[4::-1]]
    assert "the beginning of the log" in html


def test_a_group_shows_its_kinds_and_no_others(viewer):
    blocked = log("signal.blocked", minutes=1)
    log("login.ok", minutes=2)
    newer = log("signal.closed", minutes=3)

    assert ids(shown(viewer, "/logs/?group=signals")) == [newer.pk, blocked.pk]


def test_a_symbol_and_words_are_looked_for_together(viewer):
    make_config()
    wanted = log("signal.blocked", "EURUSD BUY blocked: ATR is 0.080% of price")
    log("signal.blocked", "GBPUSD BUY blocked: ATR is 0.080% of price")
    log("signal.generated", "EURUSD BUY @ 1.1")

    assert ids(shown(viewer, "/logs/?symbol=EURUSD&q=atr+is")) == [wanted.pk]


def test_words_also_find_who_did_it(viewer):
    mine = log("risk.changed", "Risk settings saved as v2", actor="anna")
    log("risk.changed", "Risk settings saved as v3", actor="ben")

    assert ids(shown(viewer, "/logs/?q=Anna")) == [mine.pk]


def test_a_search_reads_a_bounded_stretch_says_how_far_and_goes_on_from_there():
    old = log("risk.changed", "anna changed it")
    later = [log(minutes=n) for n in range(1, 13)]

    found = find(Wanted(text="anna"), window=10)
    further = find(Wanted(text="anna", before=found.older), window=10)

    assert (found.events, found.looked_back_to) == ([], later[2].at)
    assert (further.events, further.looked_back_to) == ([old], None)


@pytest.mark.parametrize("query", ["group=nonsense", "symbol=XXXYYY", "before=abc"])
def test_a_filter_that_does_not_exist_is_explained(viewer, query):
    event = log()

    html = shown(viewer, f"/logs/?{query}")

    assert 'role="alert"' in html
    assert event.pk in ids(html)


def test_nothing_found_says_so(viewer):
    log()

    assert "Nothing like this" in shown(viewer, "/logs/?group=feeds")


def test_the_number_of_queries_does_not_grow_with_the_events():
    counts = []
    for number, code in enumerate(("EURUSD", "GBPUSD", "USDJPY")):
        who, config = make_recipient(), make_config(make_symbol(code))
        log("recipient.added", f"Recipient {who.pk} was added.", subject=f"recipient:{who.pk}")
        log("config.changed", subject=f"config:{config.pk}")
        log("feed.dead", subject=f"symbol:{config.symbol_id}")
        reader = make_user(f"viewer {number}")
        with CaptureQueriesContext(connection) as captured:
            lines(find(Wanted()).events, reader)
        counts.append(len(captured))

    assert counts == [7, 7, 7]


def test_a_group_costs_one_query_a_kind_and_one_for_the_rows():
    log("signal.closed")
    kinds = tuple(kind.slug for kind in GROUPS["signals"].kinds)

    with CaptureQueriesContext(connection) as captured:
        find(Wanted(kinds=kinds))

    assert len(captured) == len(kinds) + 1


def test_recipients_are_named_as_of_now_and_no_more_once_they_are_erased(staff):
    anna, ben = make_recipient("Anna"), make_recipient("Ben")
    for who in (anna, ben):
        log("delivery.sent", f"EURUSD BUY to recipient {who.pk} was sent")
    forget_recipient(ben, by="sam", now=NOON)

    html = shown(staff, "/logs/?group=messages")

    assert "EURUSD BUY to Anna was sent" in html
    assert "EURUSD BUY to a recipient was sent" in html


@pytest.mark.parametrize(
    ("subject", "viewers", "staffs"),
    [
        ("signal:12", "/signals/12/", "/signals/12/"),
        ("risk:3", "/risk/", "/risk/"),
        ("config:{config}", "/strategies/{config}/", "/strategies/{config}/"),
        ("pause:3", "/risk/", "/risk/"),
        ("key:abc", None, "/keys/"),
        ("alarm:feed:1", None, "/admin/delivery/alarm/"),
        ("channel:whatsapp", None, "/admin/delivery/channelstate/"),
        ("message:signal:12", "/signals/12/", "/messages/{message}/"),
        ("recipient:{recipient}", None, "/admin/delivery/recipient/{recipient}/change/"),
        ("symbol:{symbol}", "/signals/?symbol=EURUSD", "/signals/?symbol=EURUSD"),
        ("user:1", None, None),
        ("something:else", None, None),
    ],
)
def test_an_event_opens_what_it_speaks_of_for_those_who_may(subject, viewers, staffs):
    config, message, recipient = make_config(), make_message("signal:12"), make_recipient()
    known = {"message": message.pk, "recipient": recipient.pk, "symbol": config.symbol_id}
    known["config"] = config.pk
    text = f"About recipient {recipient.pk}"
    event = log("signal.closed", text, subject=subject.format(**known))

    for role, url in (("viewer", viewers), ("staff", staffs)):
        (line,) = lines([event], make_user(role, role))
        assert (line.link.url if line.link else None) == (url and url.format(**known))


def test_what_came_of_a_message_opens_it_for_staff_and_its_signal_for_viewers():
    message = make_message("signal:12")
    event = log("delivery.sent", subject="delivery:7", payload={"message": "signal:12"})

    (staffs,) = lines([event], make_user("sam", "staff"))
    (viewers,) = lines([event], make_user("vera", "viewer"))

    assert staffs.link.url == f"/messages/{message.pk}/"
    assert viewers.link.url == "/signals/12/"


def test_one_event_shows_its_payload_its_seal_and_others_about_the_same(viewer):
    payload = {"before": {"fast": 12, "slow": 26}, "after": {"fast": 10, "slow": 26}}
    event = log("config.changed", "EURUSD ema_rsi v2", subject="config:1", payload=payload)
    other = log("config.changed", "EURUSD ema_rsi v1", subject="config:1")
    seal_pending()

    html = shown(viewer, f"/logs/{event.pk}/")

    assert re.search(r"<td>fast</td>.*12</td>.*10</td>", html)
    assert "<td>slow</td>" not in html
    assert event.seal.hash in html
    assert f'href="/logs/{other.pk}/"' in html


def test_the_address_of_who_was_refused_is_for_staff(client):
    event = log("login.failed", "Login as x failed", payload={"address": "203.0.113.9"})
    for role, is_shown in (("viewer", False), ("staff", True)):
        client.force_login(make_user(role, role))
        assert ("203.0.113.9" in shown(client, f"/logs/{event.pk}/")) is is_shown


def test_htmx_gets_the_event_without_the_page(viewer):
    event = log()

    html = viewer.get(f"/logs/{event.pk}/", headers={"HX-Request": "true"}).content.decode()

    assert "<html" not in html
    assert 'id="dialog-title"' in html


def test_the_list_answers_204_until_something_is_logged(viewer):
    log()
    (url,) = re.findall(r'id="log" [^>]*hx-get="([^"]+)"', shown(viewer))
    url = url.replace("&amp;", "&")

    assert viewer.get(url).status_code == 204
    newer = log(minutes=1)
    assert newer.pk in ids(viewer.get(url).content.decode())


def test_an_event_that_is_not_there_is_404(viewer):
    assert viewer.get("/logs/999/").status_code == 404


def test_who_may_not_read_the_log_is_refused(client):
    user = make_user("vera", "viewer")
    user.groups.clear()
    client.force_login(user)

    assert client.get("/logs/").status_code == 403
    assert client.get("/logs/lines/").status_code == 403


def test_a_search_within_a_group_reads_its_stretch_by_the_primary_key():
    log("signal.closed")
    with CaptureQueriesContext(connection) as captured:
        find(Wanted(kinds=("signal.closed",), text="eurusd"))

    (search,) = (each["sql"] for each in captured if "LIMIT 101" in each["sql"])
    assert 'LOWER("audit_event"."kind")' in search


@pytest.mark.parametrize("number", ["9" * 25, "٣", "²"])
def test_a_number_no_row_has_does_not_spoil_the_log(staff, number):
    log("login.failed", f"Login as recipient {number} failed")

    assert staff.get("/").status_code == 200
    assert f"Login as recipient {number} failed" in shown(staff)


@pytest.mark.parametrize("about", ["signal", "recipient", "config", "symbol", "user"])
def test_an_event_about_a_number_no_row_has_leads_nowhere(staff, about):
    log(subject=f"{about}:{'9' * 25}")
    log(subject=f"{about}:٣")

    assert staff.get("/logs/").status_code == 200
