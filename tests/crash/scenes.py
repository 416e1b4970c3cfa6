"""What the provider does with a post: decided by seed, recipient, text and number of the try."""

import json
import random
from dataclasses import dataclass

FAULTS = ("drop", "half", "garbage", "hang")
"""Scenes after which nobody but the provider can know that it accepted."""


@dataclass(frozen=True)
class Scene:
    name: str
    waits: float = 0.0  # seconds between the acceptance and the answer
    status: int = 200
    code: int = 0  # Meta's error code; 0: it accepts

    @property
    def accepts(self) -> bool:
        return self.code == 0

    @property
    def error(self) -> bytes:
        """Meta's error answer."""
        said = {"message": f"(#{self.code}) not now", "code": self.code, "is_transient": True}
        return json.dumps({"error": {**said, "error_data": {"details": "Try later"}}}).encode()


CAST = {  # of a thousand posts
    "good": 780,
    "slow": 70,
    "hang": 5,
    "drop": 20,
    "half": 20,
    "garbage": 20,
    "busy": 10,
    "pair": 30,
    "broken": 45,
}


def scene_for(seed: int, to: str, text: str, number: int) -> Scene:
    """The scene for try `number` (from 0) of this text to this recipient."""
    dice = random.Random(f"{seed}:{to}:{text}:{number}")
    [name] = dice.choices(list(CAST), list(CAST.values()))
    return {
        "good": Scene("good", waits=dice.uniform(0.02, 0.1)),
        "slow": Scene("slow", waits=dice.uniform(0.3, 4.0)),
        "hang": Scene("hang", waits=11.0),  # longer than any sender here waits for an answer
        "drop": Scene("drop"),
        "half": Scene("half"),
        "garbage": Scene("garbage"),
        "busy": Scene("busy", status=429, code=130429),
        "pair": Scene("pair", status=400, code=131056),
        "broken": Scene("broken", status=500, code=131000),
    }[name]


def calm(waits: float) -> Scene:
    """Every post is accepted after so many seconds."""
    return Scene("good", waits=waits)
