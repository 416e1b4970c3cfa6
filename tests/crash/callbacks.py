"""The provider's status callbacks: signed, shuffled, repeated, and offered until they are taken."""

import hashlib
import heapq
import hmac
import json
import random
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import requests

APP_SECRET = "the app secret of the storm"
SENDERS = 3
MOST_AT_ONCE = 20  # statuses in one callback
AGAIN_AFTER = 1.5  # seconds, when nobody took it

Status = dict[str, Any]


@dataclass
class Callbacks:
    """What is still to be reported to `url`, by time."""

    url: str
    seed: int | None
    waiting: list[tuple[float, float, Status]] = field(default_factory=list)
    in_hand: int = 0  # being offered right now
    answers: Counter[str] = field(default_factory=Counter)  # by HTTP status
    lock: threading.Lock = field(default_factory=threading.Lock)

    def start(self) -> None:
        senders = ThreadPoolExecutor(SENDERS)
        for _ in range(SENDERS):
            senders.submit(self._work)

    def promise(self, wamid: str, *, to: str, reference: str) -> None:
        """Report this message as sent, delivered and perhaps read: in any order, some twice."""
        dice = random.Random(f"{self.seed}:{wamid}:{to}")
        reached = ["sent", "delivered", *(["read"] if dice.random() < 0.5 else [])]
        repeated = [status for status in reached if dice.random() < 0.3]
        now = time.time()
        with self.lock:
            for rank, status in enumerate([*reached, *repeated]):
                report = {"id": wamid, "status": status, "timestamp": str(int(now) + rank)}
                more = {"recipient_id": to, "biz_opaque_callback_data": reference}
                due = now + dice.uniform(0.5, 8.0)
                heapq.heappush(self.waiting, (due, dice.random(), report | more))

    @property
    def open(self) -> int:
        """Statuses that nobody has taken yet."""
        with self.lock:
            return len(self.waiting) + self.in_hand

    def _work(self) -> None:
        while True:
            statuses = self._due()
            is_taken = self._taken(statuses) if statuses else True
            with self.lock:
                self.in_hand -= len(statuses)
                for status in [] if is_taken else statuses:
                    due = time.time() + AGAIN_AFTER
                    heapq.heappush(self.waiting, (due, random.random(), status))
            time.sleep(0.02 if statuses else 0.1)

    def _due(self) -> list[Status]:
        due: list[Status] = []
        with self.lock:
            while self.waiting and self.waiting[0][0] <= time.time() and len(due) < MOST_AT_ONCE:
                due.append(heapq.heappop(self.waiting)[2])
            self.in_hand += len(due)
        return due

    def _taken(self, statuses: list[Status]) -> bool:
        value = {"messaging_product": "whatsapp", "statuses": statuses}
        entry = {"id": "WABA", "changes": [{"field": "messages", "value": value}]}
        body = json.dumps({"object": "whatsapp_business_account", "entry": [entry]}).encode()
        signature = hmac.new(APP_SECRET.encode(), body, hashlib.sha256).hexdigest()
        headers = {
            "Content-Type": "application/json",
            "X-Hub-Signature-256": f"sha256={signature}",
        }
        try:
            answer = requests.post(self.url, data=body, headers=headers, timeout=10)
        except requests.RequestException:
            self.answers["none"] += 1
            return False
        self.answers[str(answer.status_code)] += 1
        return answer.status_code == 200
