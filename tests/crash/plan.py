"""What a storm does and when: the same for a seed, whoever asks (pure)."""

import random
from dataclasses import dataclass
from itertools import accumulate

GROUPS = 12  # each message goes to one group of recipients
QUIET_START = 4.0  # seconds before the first process is killed

# Whom a kill aims at; where the role has no living process, the next one of FALLBACK has to do.
ROLES = {"child": 16, "worker": 14, "beat": 8, "web": 7, "watch": 5}
FALLBACK = ("worker", "child", "beat", "web", "watch")


@dataclass(frozen=True)
class Said:
    """One message: when it is queued, and to which group."""

    at: float  # seconds after the start
    key: str
    text: str
    group: int


@dataclass(frozen=True)
class Kill:
    at: float
    role: str
    pick: float  # 0 to 1: which of several


@dataclass(frozen=True)
class Outage:
    """The broker is killed, and comes back empty."""

    at: float
    seconds: float


@dataclass(frozen=True)
class Plan:
    """A storm of at least `size` deliveries."""

    seed: int
    size: int = 2000
    kills: int = 50
    outages: int = 4
    seconds: float = 150.0
    grace: float = 0.0  # seconds: younger processes are left alone, they would never get up

    @property
    def recipients(self) -> int:
        return max(GROUPS, min(300, self.size // 6))

    @property
    def group_size(self) -> int:
        return self.recipients // GROUPS

    def numbers(self) -> list[str]:
        """The phone number of each recipient; number n is in group n modulo GROUPS."""
        return [f"+44791{n:07d}" for n in range(self.group_size * GROUPS)]

    def said(self) -> list[Said]:
        """Messages at random gaps, now and then several at once to the same group."""
        dice = random.Random(f"said:{self.seed}")
        count = -(-self.size // self.group_size)
        gaps = [dice.choice((0.0, 0.5, 1.0, 2.0, 4.0)) for _ in range(count)]
        scale = self.seconds / sum(gaps)
        times = accumulate(gap * scale for gap in gaps)
        group, plan = 0, []
        for number, (gap, at) in enumerate(zip(gaps, times, strict=True)):
            group = group if gap == 0.0 else dice.randrange(GROUPS)
            plan.append(Said(at, f"storm:{number}", line(number, dice), group))
        return plan

    def killed(self) -> list[Kill]:
        dice = random.Random(f"killed:{self.seed}")
        times = sorted(dice.uniform(QUIET_START, self.seconds) for _ in range(self.kills))
        roles = dice.choices(list(ROLES), list(ROLES.values()), k=self.kills)
        return [Kill(at, role, dice.random()) for at, role in zip(times, roles, strict=True)]

    def broken(self) -> list[Outage]:
        dice = random.Random(f"broken:{self.seed}")
        part = self.seconds / self.outages if self.outages else 0.0
        starts = [part * (n + dice.uniform(0.2, 0.8)) for n in range(self.outages)]
        return [Outage(at, dice.uniform(2.0, 6.0)) for at in starts]

    def copies(self) -> list[tuple[str, str]]:
        """(number, text) of each copy that has to arrive once."""
        numbers = self.numbers()
        return [(to, said.text) for said in self.said() for to in numbers[said.group :: GROUPS]]


def line(number: int, dice: random.Random) -> str:
    """The text of a signal; the price makes it the only one of its kind."""
    action = dice.choice(("BUY", "SELL"))
    price = 1.08 + number * 0.00001
    return f"EURUSD {action} @ {price:.5f} | SL {price - 0.002:.5f} | TP - | conf 0.72 | ema_rsi"
