"""The desk's own settings for a server that is fuzzed: only its limits are out of the way."""

from datetime import timedelta

from forexsignals.settings import *  # noqa: F403

REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"] = {  # noqa: F405
    name: "1000000/min"
    for name in REST_FRAMEWORK["DEFAULT_THROTTLE_RATES"]  # noqa: F405
}
SIMPLE_JWT["ACCESS_TOKEN_LIFETIME"] = timedelta(hours=3)  # noqa: F405  longer than a whole run
