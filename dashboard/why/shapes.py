"""The JSON of why, or why not, and how OpenAPI describes it."""

from typing import Any

from rest_framework import serializers

from access.times import iso
from dashboard.templatetags.desk import age_text
from dashboard.why.answers import Answer
from dashboard.why.computing import Computed
from dashboard.why.page import Page
from dashboard.why.records import Record

VERDICTS = ("BUY", "SELL", "FLAT", "blocked", "repeated", "none", "unknown")
MARKS = ("holds", "lacks", "unknown")
OHLC = ("open", "high", "low", "close")


class RuleOut(serializers.Serializer[Any]):
    text = serializers.CharField()
    reading = serializers.CharField()
    mark = serializers.ChoiceField(MARKS)


class SideOut(serializers.Serializer[Any]):
    side = serializers.CharField(help_text="BUY, SELL, Leave a BUY or Leave a SELL.")
    rules = RuleOut(many=True)


class GuardReadingOut(serializers.Serializer[Any]):
    guard = serializers.CharField()
    reading = serializers.CharField()
    limit = serializers.CharField()
    refusal = serializers.CharField(help_text='"" where it lets through.')


class MadeOut(serializers.Serializer[Any]):
    """A record in the symbol's digits, as texts: what is compared."""

    action = serializers.ChoiceField(("BUY", "SELL", "FLAT"))
    price = serializers.CharField()
    sl = serializers.CharField(help_text='"-" for none.')
    tp = serializers.CharField(help_text='"-" for none.')
    confidence = serializers.CharField(help_text='"-" for none.')
    expires_at = serializers.DateTimeField()
    blocked_by = serializers.ListField(child=serializers.CharField())


class ComputedOut(serializers.Serializer[Any]):
    """What comes out of the bar when it is computed again."""

    version = serializers.CharField(help_text="Of the strategy settings in force then.")
    risk_version = serializers.CharField()
    made = MadeOut(allow_null=True, help_text="Null: nothing is to be recorded.")
    ended = serializers.ListField(child=serializers.CharField(), help_text="What ended on the bar.")
    rules = SideOut(many=True)
    guards = GuardReadingOut(many=True)


class UnequalOut(serializers.Serializer[Any]):
    what = serializers.CharField()
    stored = serializers.CharField()
    computed = serializers.CharField()


class RecordOut(serializers.Serializer[Any]):
    signal = serializers.IntegerField(allow_null=True, help_text="Null: nothing is recorded.")
    text = serializers.CharField()
    late = serializers.BooleanField()
    agrees = serializers.BooleanField(
        allow_null=True, help_text="Null: it cannot be computed again, so nobody can tell."
    )
    differences = UnequalOut(many=True)
    causes = serializers.ListField(child=serializers.CharField())


class AnswerOut(serializers.Serializer[Any]):
    config = serializers.IntegerField()
    strategy = serializers.CharField()
    timeframe = serializers.CharField()
    is_shadow = serializers.BooleanField()
    bar_time = serializers.DateTimeField(help_text="When the bar opened.")
    bar_closed_at = serializers.DateTimeField()
    verdict = serializers.ChoiceField(
        VERDICTS,
        help_text="repeated: it holds such a signal already; none: nothing was to be "
        "recorded; unknown: the bar was not evaluated, `reason` says why.",
    )
    reason = serializers.CharField()
    computed = ComputedOut(allow_null=True, help_text="Null where it was not evaluated.")
    record = RecordOut()


class PricesOut(serializers.Serializer[Any]):
    side = serializers.CharField()
    open = serializers.FloatField()
    high = serializers.FloatField()
    low = serializers.FloatField()
    close = serializers.FloatField()


class MinuteOut(serializers.Serializer[Any]):
    opened_at = serializers.DateTimeField()
    prices = PricesOut(many=True)
    spread_pips = serializers.FloatField(help_text="At the close.")
    notes = serializers.ListField(child=serializers.CharField())


class WhyOut(serializers.Serializer[Any]):
    """Every config of a symbol at one minute."""

    symbol = serializers.CharField()
    at = serializers.DateTimeField()
    is_demo = serializers.BooleanField(help_text="The prices are made up.")
    rehearsal = serializers.IntegerField(allow_null=True, help_text="Null: the live desk.")
    minute = MinuteOut(allow_null=True, help_text="The stored minute that closed at `at`.")
    configs = AnswerOut(many=True)


def page_json(page: Page) -> dict[str, Any]:
    """`page` as scripts read it."""
    stored = page.minute
    minute = stored and {
        "opened_at": iso(stored.opened_at),
        "prices": [
            {"side": side.side, **{name: float(getattr(side, name)) for name in OHLC}}
            for side in stored.prices
        ],
        "spread_pips": round(stored.spread_pips, 3),
        "notes": stored.notes,
    }
    return {
        "symbol": page.symbol,
        "at": iso(page.at),
        "is_demo": page.is_demo,
        "rehearsal": page.rehearsal,
        "minute": minute,
        "configs": [answer_json(answer) for answer in page.answers],
    }


def answer_json(answer: Answer) -> dict[str, Any]:
    """One config's answer."""
    found = answer.found
    return {
        "config": answer.config,
        "strategy": answer.slug,
        "timeframe": answer.timeframe,
        "is_shadow": answer.is_shadow,
        "bar_time": iso(answer.span.opened_at),
        "bar_closed_at": iso(answer.span.closed_at),
        "verdict": answer.verdict.kind,
        "reason": reason_text(answer),
        "computed": computed_json(found) if found else None,
        "record": record_json(answer.record),
    }


def reason_text(answer: Answer) -> str:
    """The reason in one sentence, with its age where it has one."""
    reason = answer.reason
    if reason.since is None or reason.until is None:
        return reason.text
    return f"{reason.text} {age_text(reason.until - reason.since)}"


def computed_json(found: Computed) -> dict[str, Any]:
    """What comes out of the bar."""
    facts = found.facts
    return {
        "version": f"v{found.version}",
        "risk_version": f"v{found.risk}",
        "made": facts and vars(facts) | {"expires_at": iso(facts.expires_at)},
        "ended": found.notes,
        "rules": [
            {"side": side.name, "rules": [vars(line) for line in side.lines]}
            for side in found.sides
        ],
        "guards": [
            {"guard": g.title, "reading": g.reading, "limit": g.limit, "refusal": g.refusal}
            for g in found.guards
        ],
    }


def record_json(record: Record) -> dict[str, Any]:
    """What is stored for the bar."""
    return {
        "signal": record.signal,
        "text": record.text,
        "late": record.late,
        "agrees": record.agrees,
        "differences": [vars(line) for line in record.unequal],
        "causes": record.causes,
    }
