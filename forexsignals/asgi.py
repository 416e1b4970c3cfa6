import os
import warnings

import django

# WhiteNoise serves files from a sync iterator; Django reads it in a thread, which is all right
warnings.filterwarnings("ignore", message="StreamingHttpResponse must consume synchronous")

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "forexsignals.settings")

django.setup(set_prefix=False)

from dashboard.live.handler import DeskHandler  # noqa: E402  needs what setup() did
from forexsignals.loaded import settle  # noqa: E402

application = DeskHandler()
settle()
