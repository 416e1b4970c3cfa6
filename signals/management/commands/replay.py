import json
from argparse import ArgumentParser
from dataclasses import asdict
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from signals.models import Signal
from signals.replay.comparing import Comparison, Line
from signals.replay.one import CannotReplay, replay_signal

MARKS = {True: "same", False: "DIFFERS", None: ""}


class Command(BaseCommand):
    help = "Compute one signal again from the stored bars and compare: 0 the same, 1 different."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("signal_id", type=int)
        parser.add_argument("--json", action="store_true", help="for programs")

    def handle(self, *args: Any, **options: Any) -> None:
        signal = Signal.objects.for_page().filter(pk=options["signal_id"]).first()
        if signal is None:
            raise CommandError(f"There is no signal {options['signal_id']}.", returncode=2)
        try:
            compared = replay_signal(signal)
        except CannotReplay as error:
            raise CommandError(
                f"{signal} cannot be computed again. {error}", returncode=2
            ) from error
        self._show(compared, as_json=options["json"])
        if not compared.is_equal:
            raise CommandError(f"It comes out otherwise: {compared.cause}.", returncode=1)

    def _show(self, compared: Comparison, *, as_json: bool) -> None:
        signal = compared.signal
        if as_json:
            lines = [asdict(line) for line in compared.lines]
            told = {"signal": signal.pk, "equal": compared.is_equal, "cause": compared.cause}
            self.stdout.write(json.dumps({**told, "lines": lines}, indent=1))
            return
        self.stdout.write(f"{signal}, bar of {signal.bar_time:%Y-%m-%d %H:%M} UTC")
        for line in compared.lines:
            self.stdout.write(_row(line))
        if compared.is_equal:
            self.stdout.write("Computed again, everything is the same.")


def _row(line: Line) -> str:
    """One thing: both values where they differ, else the one."""
    mark, name = MARKS[line.is_equal], line.name
    if line.is_equal:
        return f"  {mark:8} {name}: {line.stored}"
    return f"  {mark:8} {name}: stored {line.stored}, computed {line.computed}"
