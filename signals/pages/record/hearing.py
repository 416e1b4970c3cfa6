"""What it cost to hear of signals: a line for each step a copy comes to."""

from dataclasses import dataclass

from risk.telling.words import counted, pips_text, r_text
from signals.delays import DelayCost, StepCost

STEPS = {"sent": "When sent", "delivered": "When delivered", "read": "When read"}


@dataclass(frozen=True)
class HearingRow:
    step: str
    copies: str
    mean: str
    mean_r: str
    median: str
    median_r: str
    left_out: str


def hearing_rows(cost: DelayCost | None) -> tuple[HearingRow, ...]:
    """The steps any copy came to; none where nothing is known."""
    steps = {label: getattr(cost, step, None) for step, label in STEPS.items()}
    return tuple(_row(label, step) for label, step in steps.items() if step)


def _row(label: str, step: StepCost) -> HearingRow:
    left_out = {"after its end": step.over, "without a price": step.unknown}
    return HearingRow(
        step=label,
        copies=counted(step.copies, "copy", "copies"),
        mean=pips_text(step.mean_pips),
        mean_r=r_text(step.mean_r),
        median=pips_text(step.median_pips),
        median_r=r_text(step.median_r),
        left_out=", ".join(f"{count:,} {why}" for why, count in left_out.items() if count),
    )
