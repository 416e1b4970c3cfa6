"""What no caller means to send: each write of the API refuses it in words and changes nothing."""

import logging
import random
from json import dumps

import pytest
from django.core.cache import cache
from django.db import transaction

from tests.access_matrix import MATRIX, addresses
from tests.callers import make_callers
from tests.test_access_matrix import make_values
from tests.test_wrong_doors import SEED, rows

pytestmark = pytest.mark.django_db
JSON = "application/json"
BODIES = {
    "broken": b'{"name": ',
    "two values": b"{} {}",
    "single quotes": b"{'name': 1}",
    "a last comma": b'{"name": 1,}',
    "cut within a letter": '{"name": "ü'.encode()[:-1],
    "not UTF-8": b'{"name": "\xff\xfe"}',
    "UTF-16 with a NUL": '{"name": 1}'.encode("utf-16") + b"\0",
    "NaN": b'{"limit": NaN}',
    "Infinity": b'{"limit": -Infinity}',
    "1e999": b'{"limit": 1e999}',
    "a name twice": b'{"name": 1, "name": 2}',
    "10,000 lists": b"[" * 10_000 + b"]" * 10_000,
    "10,000 objects": b'{"a":' * 10_000 + b"1" + b"}" * 10_000,
    "endless digits": b'{"limit": ' + b"9" * 5_000 + b"}",
    "NUL in a name": dumps({"no\0thing": "\0"}).encode(),
    "half a pair as it is": b'{"name": "\xed\xa0\x80"}',
    "UTF-16": '{"name": "\\ud800"}'.encode("utf-16"),
    "half a pair": b'{"\\ud800": "\\udfff"}',
    "300 kB": dumps({"name": "x" * 300_000}).encode(),
    **{text: text.encode() for text in ("[]", "[{}]", '"x"', "7", "true")},
}
TYPES = {
    "a form": ("application/x-www-form-urlencoded", b"name=x&enabled=false"),
    "an upload": ("multipart/form-data; boundary=x", b'--x\r\nname="a"\r\n\r\nb\r\n--x--'),
    "plain text": ("text/plain", b'{"name": "x"}'),
    "XML": ("application/xml", b"<!DOCTYPE a [<!ENTITY b SYSTEM 'file:///etc/hosts'>]><a>&b;</a>"),
    "no type": ("", b'{"name": "x"}'),
    "no such type": ("\\/;;=", b'{"name": "x"}'),
}
VALUES = ["\0", "a\0b", "\ud800", "", " ", "x" * 100_000, 10**400, -(10**30), 1e308, -1, 0.1, 2**63]
VALUES += [True, None, [], {}, [[]], {"a": {"b": []}}, ["\0"], "NaN", "1e999", "٣", "9" * 4_000]


@pytest.fixture(autouse=True)
def quiet():
    logging.disable(logging.CRITICAL)
    yield
    logging.disable(logging.NOTSET)


@pytest.fixture
def desk():
    """Every write under /api/, somebody who may do it, and the rows before."""
    values, callers = make_values(), make_callers()
    admin = next(each for each in callers if each.name == "admin's token")
    return list(writes(values)), admin, rows()


def writes(values):
    for address in filter(lambda each: each.is_api, addresses()):
        rule = MATRIX[address.name]
        for method in ("post", "put", "patch"):
            if rule.who(method) is not None and address.name != "api-unknown":
                yield method, address.url(values)


def send(caller, method, url, body, kind=JSON):
    """The answer, and no trace of it where there should be none."""
    cache.clear()
    point = transaction.savepoint()
    answer = caller.ask(method, url, sent={"data": body, "content_type": kind})
    transaction.savepoint_rollback(point) if answer.status_code < 400 else None
    return answer


def is_refused(answer):
    if not 400 <= answer.status_code < 500:
        return False
    error = answer.json()["error"]
    return set(error) == {"code", "message", "details"} and bool(error["message"])


def test_what_is_not_an_object_in_json_is_refused_everywhere(desk):
    doors, admin, before = desk

    let_in = [
        f"{method} {url} {name}: {answer.status_code}"
        for method, url in doors
        for name, body in BODIES.items()
        if not is_refused(answer := send(admin, method, url, body))
    ]

    assert len(doors) > 25
    assert not let_in, "\n".join(let_in)
    assert rows() == before


def test_what_is_not_announced_as_json_is_refused_everywhere(desk):
    doors, admin, before = desk

    let_in = [
        f"{method} {url} {name}: {answer.status_code}"
        for method, url in doors
        for name, (kind, body) in TYPES.items()
        if not is_refused(answer := send(admin, method, url, body, kind))
    ]

    assert not let_in, "\n".join(let_in)
    assert rows() == before


def test_odd_values_under_every_name_break_nothing(desk):
    doors, admin, _ = desk
    names, chance = names_taken(admin, doors), random.Random(SEED)

    broke = [
        f"{method} {url} {name}={value!r:.60}: {answer.status_code}"
        for method, url in doors
        for name in names[method, url]
        for value in chance.sample(VALUES, 3)
        if (answer := send(admin, method, url, dumps({name: value}))).status_code >= 500
    ]

    assert sum(map(len, names.values())) > 60
    assert not broke, "\n".join(broke)


def names_taken(admin, doors):
    """The fields of each write: an unknown one is refused with all of them."""
    return {
        (method, url): _listed(send(admin, method, url, dumps({"qqqqqqqqqqqqqqq": 1})))
        for method, url in doors
    }


def _listed(answer):
    said = answer.json()["error"]["details"].get("qqqqqqqqqqqqqqq", [""])[0]
    return said.partition("; there is ")[2].rstrip(".").replace(",", "").split()
