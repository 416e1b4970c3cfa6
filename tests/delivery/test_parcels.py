"""Which due rows go at once, which of them share a post, and which have to wait."""

from datetime import timedelta

import pytest

from delivery.channels.registry import CHANNELS
from delivery.models import ChannelState, Delivery, Recipient
from delivery.parcels import claim_parcels, next_chance_in
from delivery.wiring import build_channel
from tests.builders import NOON, make_delivery, make_message, make_recipient

pytestmark = pytest.mark.django_db

LINE = "EURUSD BUY @ 1.0{:04d} | SL 1.08323 | TP 1.08723 | conf 0.72 | ema_rsi"


@pytest.fixture(autouse=True)
def account(settings):
    """WhatsApp is configured, with a template for those outside the 24-hour window."""
    settings.WHATSAPP_TOKEN = "EAAtoken"
    settings.WHATSAPP_PHONE_ID = "106540352242922"
    settings.WHATSAPP_TEMPLATE = "desk_signal"


def make_people(number, *, window_open=True):
    last = NOON if window_open else None
    return [make_recipient(f"Person {n}", last_inbound_at=last) for n in range(number)]


def queue(people, messages=1, first=0):
    """One delivery of each message to each of `people`, in the order of the messages."""
    for number in range(first, first + messages):
        message = make_message(f"signal:{number}", text=LINE.format(number))
        for recipient in people:
            make_delivery(message=message, recipient=recipient)


def claim(most=1_000, *, seconds=0.0):
    """The parcels claimed so many seconds after noon."""
    now = NOON + timedelta(seconds=seconds)
    return claim_parcels(Delivery.objects.due(now), most=most, build=build_channel, now=now)


def sizes(parcels):
    return [len(parcel.deliveries) for parcel in parcels]


def test_two_messages_to_one_recipient_are_two_posts_and_three_are_one():
    pair, trio = make_people(2)
    queue([pair], messages=2)
    queue([trio], messages=3, first=2)

    parcels = claim()

    assert sorted(sizes(parcels)) == [1, 1, 3]


def test_joined_messages_keep_their_order():
    [anna] = make_people(1)
    queue([anna], messages=4)

    [parcel] = claim()

    keys = [delivery.message.key for delivery in parcel.deliveries]
    assert keys == [f"signal:{n}" for n in range(4)]


def test_outside_the_window_each_message_is_a_template_of_its_own():
    [anna] = make_people(1, window_open=False)
    queue([anna], messages=4)

    assert sizes(claim()) == [1, 1, 1, 1]


def test_a_parcel_is_no_longer_than_a_text_may_be():
    [anna] = make_people(1)
    queue([anna], messages=100)

    parcels = claim()

    lengths = [sum(len(d.message.text) + 1 for d in parcel.deliveries) - 1 for parcel in parcels]
    assert max(lengths) <= CHANNELS["whatsapp"].longest
    assert sum(sizes(parcels)) == 100


def test_ten_messages_to_many_are_joined_though_only_a_few_posts_are_free():
    queue(make_people(40), messages=10)

    assert sizes(claim(most=8)) == [10] * 8


def test_an_account_posts_eighty_at_once_and_eighty_a_second():
    queue(make_people(300))

    made = [len(claim(seconds=tenth / 10)) for tenth in range(21)]

    assert made[0] == 80
    assert sum(made[1:11]) == 80
    assert sum(made) == 240


def test_the_next_chance_is_when_the_accounts_pace_allows_one_more():
    queue(make_people(81))
    claim()

    assert next_chance_in(now=NOON) == timedelta(seconds=1 / 80)
    claim(seconds=1)
    assert next_chance_in(now=NOON + timedelta(seconds=1)) is None


def test_the_next_chance_is_when_a_recipient_is_rested_or_a_repeat_is_due():
    [anna, ben] = make_people(2)
    queue([anna])
    claim()
    queue([anna], first=1)
    assert next_chance_in(now=NOON) == timedelta(seconds=6)

    make_delivery(recipient=ben, due_at=NOON + timedelta(seconds=4))
    assert next_chance_in(now=NOON) == timedelta(seconds=4)


def test_what_waits_on_a_paused_channel_has_no_chance_in_sight():
    queue(make_people(1))
    ChannelState.objects.create(channel="whatsapp", paused_at=NOON)

    assert next_chance_in(now=NOON) is None


def test_a_recipient_gets_one_post_in_six_seconds():
    [anna] = make_people(1)
    for second in range(13):
        queue([anna], first=second)
        claim(seconds=second)

    claimed = Delivery.objects.filter(state="claimed")
    assert claimed.count() == 1 + 6 + 6  # each time what came meanwhile shares a post


def test_a_recipient_posted_to_waits_and_others_do_not():
    anna, ben = make_people(2)
    queue([anna])
    claim()
    queue([anna, ben], first=1)

    assert [parcel.recipient for parcel in claim(seconds=5.9)] == [ben]
    assert [parcel.recipient for parcel in claim(seconds=6)] == [anna]


def test_a_rested_recipient_may_get_a_burst_and_then_waits_until_it_is_paid_for():
    [anna] = make_people(1, window_open=False)
    queue([anna], messages=20)
    assert len(claim()) == 20

    queue([anna], first=20)

    assert claim(seconds=119.9) == []
    assert len(claim(seconds=120)) == 1


def test_a_burst_is_at_most_what_meta_allows():
    [anna] = make_people(1, window_open=False)
    queue([anna], messages=50)

    assert len(claim()) == 45


def test_the_pace_is_in_rows_so_a_new_process_goes_on_at_the_same_pace():
    people = make_people(90)
    queue(people)
    claim()

    assert ChannelState.objects.get().free_at == NOON + timedelta(seconds=1)
    assert Recipient.objects.filter(free_at=NOON + timedelta(seconds=6)).count() == 80


def test_a_row_belongs_to_one_claim():
    queue(make_people(20))

    first, second = claim(most=8), claim(most=8)

    assert not {p.recipient.pk for p in first} & {p.recipient.pk for p in second}
    assert Delivery.objects.filter(state="claimed").count() == 16


def test_the_oldest_goes_first():
    people = make_people(3)
    queue(people[::-1])

    assert [parcel.recipient for parcel in claim(most=2)] == [people[2], people[1]]
