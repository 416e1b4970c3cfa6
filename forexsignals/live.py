"""ASGI for the process `live` of production: a thousand streams beside the WSGI workers."""

import os

import django

os.environ["DJANGO_SETTINGS_MODULE"] = "forexsignals.live_settings"
django.setup(set_prefix=False)

from dashboard.live.handler import DeskHandler  # noqa: E402  needs what setup() did
from forexsignals.loaded import settle  # noqa: E402

application = DeskHandler()
settle()
