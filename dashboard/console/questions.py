"""Every sub-command of `manage.py desk`. A new one is a function and a line here."""

from dashboard.console import by_hand, figures, listing, top
from dashboard.console.answer import Question
from dashboard.console.status import status
from dashboard.console.symbols import symbols

QUESTIONS: dict[str, Question] = {
    "status": Question("is the desk well, and what waits for somebody", status),
    "signals": Question("the newest signals", listing.newest, listing.arguments),
    "top": Question("strategies by what their signals came to", top.top, top.arguments),
    "symbols": Question("feeds, last signals, what runs", symbols),
    "metrics": Question("what Prometheus reads", figures.metrics, figures.arguments),
    "kill": Question("stop every push at once", by_hand.kill, by_hand.kill_arguments),
    "resume": Question("let pushes go again", by_hand.resume, by_hand.resume_arguments),
    "resend": Question("send a signal once more", by_hand.resend, by_hand.resend_arguments),
}
