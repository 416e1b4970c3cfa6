"""Storing a row whose values may be there once only."""

from django.db import IntegrityError, models, transaction


def save_once(row: models.Model) -> None:
    """Save `row`; ValidationError when somebody stored the same since it was checked."""
    try:
        with transaction.atomic():
            row.save()
    except IntegrityError:
        row.validate_unique()
        raise
