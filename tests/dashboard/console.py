"""The console as a person and as a program use it."""

import json
from io import StringIO

from django.core.management import call_command


def asked(*words):
    """What `manage.py desk ...` prints when it is piped on."""
    out = StringIO()
    call_command("desk", *words, stdout=out)
    return out.getvalue()


def as_json(*words):
    """The same with --json."""
    return json.loads(asked(*words, "--json"))
