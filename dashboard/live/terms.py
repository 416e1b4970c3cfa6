"""What a reader asked to be told, and how a stream of theirs may end."""

from dataclasses import dataclass
from typing import NamedTuple

from dashboard.live.events import Told


@dataclass(frozen=True)
class Terms:
    """What a stream tells its reader; `symbol` "" for all of them."""

    kinds: frozenset[str]
    symbol: str = ""

    def takes(self, told: Told) -> bool:
        if told.kind not in self.kinds:
            return False
        return not (self.symbol and told.symbol) or told.symbol == self.symbol


class Ending(NamedTuple):
    """The code and the reason that close a WebSocket; server-sent events just end."""

    code: int
    reason: str


GONE = Ending(1000, "")
OVER = Ending(1001, "Ten minutes are over. Come back with the last id you have.")
RIGHTS_CHANGED = Ending(1001, "What you may do has changed. Come back and show who you are.")
TALKATIVE = Ending(1008, "The desk takes no messages here. Only listen.")
TOO_SLOW = Ending(1013, "You read too slowly. Come back with the last id you have.")
TRY_AGAIN = Ending(1013, "The desk is busy. Come back with the last id you have.")
MADE_WAY = Ending(4429, "A newer stream of yours took this place. Close those you do not read.")
