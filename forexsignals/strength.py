"""Which secrets are missing, weak or shared: the desk does not start with them."""

from collections.abc import Mapping

SHORTEST = 32  # characters
FEWEST_DIFFERENT = 10  # characters
SAMPLES = ("changeme", "change-me", "change_me", "example", "insecure", "your-secret", "secretkey")
HOW = "python3 -c 'import secrets; print(secrets.token_urlsafe(48))'"


def secret_faults(secrets: Mapping[str, str]) -> list[str]:
    """One plain sentence per secret that is not fit for use; none means all are fit."""
    faults = [f"{name} {fault}" for name, value in secrets.items() if (fault := _fault(value))]
    if not faults and len(set(secrets.values())) < len(secrets):
        faults.append(f"{', '.join(secrets)} must differ from each other")
    return faults


def _fault(value: str) -> str | None:
    if not value:
        return "is missing"
    if any(sample in value.lower() for sample in SAMPLES):
        return "is a sample value"
    if len(value) < SHORTEST:
        return f"is shorter than {SHORTEST} characters"
    if len(set(value)) < FEWEST_DIFFERENT:
        return f"has fewer than {FEWEST_DIFFERENT} different characters"
    return None
