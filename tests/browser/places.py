"""The pages by name, for pictures and the check of accessibility; ids from the rich desk."""

import re

VIEWER = {
    "overview": "/",
    "signals": "/signals/",
    "signals-open": "/signals/?tab=open",
    "signals-blocked": "/signals/?tab=blocked",
    "signals-nothing": "/signals/?q=nothing-like-it",
    "signal": "/signals/{signal}/",
    "signal-blocked": "/signals/{blocked}/",
    "signal-flat": "/signals/{flat}/",
    "strategies": "/strategies/",
    "strategy": "/strategies/{config}/",
    "strategy-version": "/strategies/{config}/versions/2/",
    "risk": "/risk/",
    "logs": "/logs/",
    "event": "/logs/{event}/",
    "docs": "/docs/",
    "profile": "/profile/",
    "password": "/profile/password/",
    "confirm": "/profile/confirm/",
    "app-add": "/profile/app/",
    "passkey-add": "/profile/passkeys/",
}
STAFF = {
    "strategy-edit": "/strategies/{config}/edit/",
    "strategy-switch": "/strategies/{config}/switch/",
    "strategy-restore": "/strategies/{config}/versions/1/restore/",
    "risk-edit": "/risk/edit/",
    "risk-loss": "/risk/loss/",
    "keys": "/keys/",
    "new-key": "/keys/new/",
    "message": "/messages/{message}/",
    "uncertain-list": "/deliveries/uncertain/",
    "resolve": "/deliveries/{uncertain}/resolve/",
    "resume-channel": "/channels/whatsapp/resume/",
    "push": "/push/{signal}/",
    "test-message": "/test-message/",
    "pause": "/pause/",
}
ADMIN = {
    "admin-home": "/admin/",
    "admin-signals": "/admin/signals/signal/",
    "admin-signal": "/admin/signals/signal/{signal}/change/",
    "admin-symbol": "/admin/markets/symbol/{symbol}/change/",
    "admin-candles": "/admin/markets/candle/",
    "admin-config": "/admin/strategies/strategyconfig/{config}/change/",
    "admin-versions": "/admin/strategies/configversion/",
    "admin-risk": "/admin/risk/risksettings/1/change/",
    "admin-deliveries": "/admin/delivery/delivery/",
    "admin-delivery": "/admin/delivery/delivery/{uncertain}/change/",
    "admin-message": "/admin/delivery/message/{message}/change/",
    "admin-channels": "/admin/delivery/channelstate/",
    "admin-recipients": "/admin/delivery/recipient/",
    "admin-events": "/admin/audit/event/",
    "admin-event": "/admin/audit/event/{event}/change/",
    "admin-keys": "/admin/access/apikey/",
    "admin-doors": "/admin/axes/accessattempt/",
    "admin-empty": "/admin/delivery/alarm/?q=nothing-like-it",
}
STRANGER = {"login": "/login/", "not-found": "/nowhere/"}
DIALOGS: dict[str, str | re.Pattern[str]] = {  # link on the Overview that opens it
    "push": re.compile(r"^Push \w+ (BUY|SELL|FLAT)"),
    "resend": "Resend last signal",
    "test": "Test WhatsApp",
    "pause": "Pause",
}
