"""The provider's journal held against what the desk says of itself (pure)."""

import json
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.crash.scenes import FAULTS
from tests.crash.storm import Killed

Json = dict[str, Any]
Copy = tuple[int | str, str]  # recipient and text
SENDERS = ("worker", "child", "broker")  # Celery ends running tasks itself when its broker goes
RECORDED_WITHIN = 10.0  # seconds from an answer until a busy sender has stored it
ARRIVED = ("sent", "delivered", "read")


@dataclass(frozen=True, kw_only=True)
class Verdict:
    """One row of the table; None where a sender keeps no such account."""

    name: str
    planned: int
    accepted: int  # copies the provider took, repeats included
    lost: int
    doubled: int
    misreported: int | None = None  # the desk says otherwise than the journal
    failed: int | None = None  # for a reason the provider gave
    in_flight: int | None = None  # when a sender died, or without a clear answer
    uncertain: int | None = None  # ever
    unexplained: int | None = None  # of those, without a kill or a fault of the provider
    settled: int | None = None  # by callback
    left_uncertain: int | None = None
    expired: int | None = None
    stuck: int | None = None
    kills: int
    recovery: list[float]  # seconds from each kill to the next acceptance
    slowest: float | None = None  # seconds from queueing to the first acceptance
    seconds: float

    @property
    def is_kept(self) -> bool:
        """Whether the promise was kept."""
        faults = (self.lost, self.doubled, self.misreported, self.unexplained)
        return not any((*faults, self.left_uncertain, self.expired, self.stuck))

    @property
    def recovery_text(self) -> str:
        if not self.recovery:
            return "-"
        return f"{median(self.recovery):.1f} / {max(self.recovery):.1f}"


def read_journal(path: Path) -> list[Json]:
    return [json.loads(line) for line in path.read_text().splitlines()]


def judge_desk(
    name: str, journal: Sequence[Json], state: Json, killed: Sequence[Killed], *, seconds: float
) -> Verdict:
    """What became of each WhatsApp delivery that the desk has a row for."""
    texts = {message["key"]: message["text"] for message in state["messages"]}
    rows = [row for row in state["deliveries"] if row["channel"] == "whatsapp"]
    people = {row["id"]: row["recipient"] for row in rows}
    accepted = [entry for entry in journal if entry["what"] == "accepted"]
    taken = Counter(
        (people[entry["reference"]], text) for entry in accepted for text in entry["lines"]
    )
    by_copy: dict[Copy, list[Json]] = defaultdict(list)
    for row in rows:
        by_copy[row["recipient"], texts[row["message"]]].append(row)
    uncertain = [row for row in rows if any(a["outcome"] == "unknown" for a in row["attempts"])]
    doubtful = doubtful_copies(journal, killed, people, recorded_at(rows))
    refused = {str(entry["code"]) for entry in journal if entry["what"] == "refused"}
    return Verdict(
        name=name,
        planned=len(rows),
        accepted=sum(taken.values()),
        lost=sum(lost(found, taken[copy], refused) for copy, found in by_copy.items()),
        doubled=sum(max(0, taken[copy] - len(by_copy[copy])) for copy in taken),
        misreported=sum(misreported(found, taken[copy]) for copy, found in by_copy.items()),
        failed=count(rows, "failed"),
        in_flight=len(doubtful),
        uncertain=len(uncertain),
        unexplained=sum(
            (row["recipient"], texts[row["message"]]) not in doubtful for row in uncertain
        ),
        settled=sum(row["state"] in (*ARRIVED, "failed") for row in uncertain),
        left_uncertain=count(rows, "uncertain"),
        expired=count(rows, "expired"),
        stuck=count(rows, "pending", "claimed", "sending"),
        kills=sum(kill.role != "broker" for kill in killed),
        recovery=recovery(accepted, killed),
        slowest=slowest(accepted, by_copy, people),
        seconds=seconds,
    )


def judge_naive(
    name: str,
    journal: Sequence[Json],
    planned: Sequence[tuple[str, str]],
    killed: Sequence[Killed],
    *,
    seconds: float,
) -> Verdict:
    """What became of each planned copy; there is nobody to ask but the provider."""
    accepted = [entry for entry in journal if entry["what"] == "accepted"]
    taken = Counter((f"+{entry['to']}", text) for entry in accepted for text in entry["lines"])
    return Verdict(
        name=name,
        planned=len(planned),
        accepted=sum(taken.values()),
        lost=sum(not taken[copy] for copy in planned),
        doubled=sum(number - 1 for number in taken.values()),
        kills=sum(kill.role != "broker" for kill in killed),
        recovery=recovery(accepted, killed),
        seconds=seconds,
    )


def lost(rows: Sequence[Json], taken: int, refused: Iterable[str]) -> int:
    """Rows of one copy that were never accepted, and not refused for good by the provider."""
    failed = sum(row["state"] == "failed" and code_of(row) in refused for row in rows)
    return max(0, len(rows) - taken - failed)


def misreported(rows: Sequence[Json], taken: int) -> int:
    """Rows said to have arrived that did not, or the other way round."""
    return abs(sum(row["state"] in (*ARRIVED, "uncertain") for row in rows) - min(taken, len(rows)))


def code_of(row: Json) -> str:
    return str(row["attempts"][-1]["code"]) if row["attempts"] else ""


def count(rows: Iterable[Json], *states: str) -> int:
    return sum(row["state"] in states for row in rows)


def recorded_at(rows: Iterable[Json]) -> dict[str, float]:
    """When the desk had stored the acceptance of each post, by the provider's id."""
    attempts = (attempt for row in rows for attempt in row["attempts"])
    return {
        attempt["provider_id"]: datetime.fromisoformat(attempt["at"]).timestamp()
        for attempt in attempts
        if attempt["outcome"] == "accepted"
    }


def doubtful_copies(
    journal: Sequence[Json],
    killed: Sequence[Killed],
    people: dict[str, int],
    recorded: dict[str, float],
) -> set[Copy]:
    """Copies in a post the provider gave no clear answer to, or under way when a sender died."""
    answered = {entry["id"]: entry["at"] for entry in journal if entry["what"] == "answered"}
    times = [kill.at for kill in killed if kill.role in SENDERS]
    found: set[Copy] = set()
    for entry in journal:
        if entry["what"] == "answered":
            continue
        name = entry.get("id", "")
        unrecorded = answered.get(name, entry["at"]) + RECORDED_WITHIN
        end = recorded.get(name, unrecorded)
        was_cut = any(entry["at"] - 1.0 <= time <= end for time in times)
        if was_cut or entry.get("scene") in FAULTS:
            found |= {(people[entry["reference"]], text) for text in entry["lines"]}
    return found


def recovery(accepted: Sequence[Json], killed: Sequence[Killed]) -> list[float]:
    """Seconds from each kill to the next acceptance; kills after the last one count for nothing."""
    waits = []
    for kill in killed:
        later = [entry["at"] for entry in accepted if entry["at"] > kill.at]
        if later:
            waits.append(min(later) - kill.at)
    return waits


def slowest(
    accepted: Sequence[Json], by_copy: dict[Copy, list[Json]], people: dict[str, int]
) -> float:
    """Seconds from queueing to the first acceptance of the delivery that waited longest."""
    first: dict[Copy, float] = {}
    for entry in accepted:
        for text in entry["lines"]:
            first.setdefault((people[entry["reference"]], text), entry["at"])
    queued = {
        copy: min(datetime.fromisoformat(row["created_at"]).timestamp() for row in rows)
        for copy, rows in by_copy.items()
    }
    return max((at - queued[copy] for copy, at in first.items() if copy in queued), default=0.0)
