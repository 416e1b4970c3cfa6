"""What Prometheus reads, for people."""

from argparse import ArgumentParser

from prometheus_client.parser import text_string_to_metric_families

from dashboard.console.answer import Answer, Asked, Json, Table
from dashboard.metrics import exposition


def arguments(parser: ArgumentParser) -> None:
    parser.add_argument("--raw", action="store_true", help="the text of /metrics as it is")


def metrics(asked: Asked) -> Answer:
    """One line for each sample."""
    text = exposition(now=asked.now).decode()
    samples: list[Json] = [
        {"name": sample.name, "labels": dict(sample.labels), "value": sample.value}
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    ]
    table = Table(("Metric", "Of", "Value"), list(map(_cells, samples)), numbers=("Value",))
    return Answer({"metrics": samples}, (text.rstrip("\n") if asked.options["raw"] else table,))


def _cells(sample: Json) -> tuple[str, ...]:
    labels = " ".join(f"{name}={value}" for name, value in sample["labels"].items())
    return sample["name"], labels, f"{sample['value']:.15g}"
