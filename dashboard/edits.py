"""Settings kept as versions: a form, then what would change, then the save; and going back.

Nothing is ever saved over a version that whoever saves has not seen.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.forms import ModelForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone

from access.fragments import frame_for
from dashboard.forms import Group
from risk.models import RiskVersion
from strategies.models import ConfigVersion
from strategies.snapshots import Difference, Snapshot
from strategies.versions import SavedMeanwhile

Version = ConfigVersion | RiskVersion
STALE = "Nothing was done: somebody else saved {} meanwhile. Look, then decide."


@dataclass(frozen=True, kw_only=True)
class Versioned:
    """Settings with versions: how pages name, compare and save them.

    `save(instance, ...)` and `restore(version, ...)` take `by`, `now` and the `expected` number.
    """

    name: object  # in messages: a config is named as it is by then
    title: str  # in headings
    page: str  # where to go when it is done
    counts: str  # from when on a change counts
    versions: QuerySet[ConfigVersion] | QuerySet[RiskVersion]
    differences: Callable[[Snapshot, Snapshot], tuple[Difference, ...]]
    changes: Callable[[Snapshot, Snapshot], list[str]]
    save: Callable[..., Version]
    restore: Callable[..., Version]

    def newest(self) -> Version:
        return self.versions.latest("number")


@dataclass(frozen=True)
class Meanwhile:
    """Somebody saved while the form was open: what they changed, and what this form would."""

    edited: str  # the version the form was made from
    base: str  # the one both are compared with: the same, if it is known
    theirs: tuple[Difference, ...]
    ours: tuple[Difference, ...]


@dataclass(frozen=True, kw_only=True)
class Edit:
    """One step of somebody who changes `settings` by a form."""

    request: HttpRequest
    settings: Versioned
    form: ModelForm[Any]
    groups: Iterable[Group]
    note: str = ""

    def answer(self) -> HttpResponse:
        """The form, the review, the save, or what was saved meanwhile."""
        current = self.settings.newest()
        if self.request.method != "POST":
            return self._show_form(current, current.number)
        made_from = _expected(self.request)
        if not self.form.is_valid():
            return self._show_form(current, made_from)
        if made_from != current.number:
            return self._show_meanwhile(current, made_from)
        return self._next(current)

    def _next(self, current: Version) -> HttpResponse:
        """What a valid form leads to."""
        changed = self.settings.differences(current.snapshot, self.form.instance.snapshot())
        step = self.request.POST.get("step")
        if not changed:
            said = f"Nothing to save: this is what {current.label} says already."
            messages.info(self.request, said)
        elif step == "save":
            return self._save(current)
        elif step != "back":
            return self._render("review", current=current, changed=changed)
        return self._show_form(current, current.number)

    def _save(self, current: Version) -> HttpResponse:
        by, now = self.request.user.get_username(), timezone.now()
        save = self.settings.save
        try:
            version = save(self.form.instance, by=by, now=now, expected=current.number)
        except SavedMeanwhile:
            return self._show_meanwhile(self.settings.newest(), current.number)
        changed = "; ".join(self.settings.changes(current.snapshot, version.snapshot))
        said = f"{version.label} of {self.settings.name} is current: {changed}."
        messages.success(self.request, said)
        return redirect(self.settings.page)

    def _show_meanwhile(self, current: Version, made_from: int) -> HttpResponse:
        edited = self.settings.versions.filter(number=made_from).first()
        base, differences = edited or current, self.settings.differences
        meanwhile = Meanwhile(
            edited=edited.label if edited else "an unknown version",
            base=base.label,
            theirs=differences(base.snapshot, current.snapshot),
            ours=differences(base.snapshot, self.form.instance.snapshot()),
        )
        return self._show_form(current, current.number, meanwhile)

    def _show_form(
        self, current: Version, made_from: int, meanwhile: Meanwhile | None = None
    ) -> HttpResponse:
        shown = {"groups": self.groups, "note": self.note, "meanwhile": meanwhile}
        status = 409 if meanwhile else 200
        return self._render("edit", status=status, current=current, made_from=made_from, **shown)

    def _render(self, page: str, *, status: int = 200, **shown: Any) -> HttpResponse:
        context = {"settings": self.settings, "form": self.form, **shown}
        return render(self.request, f"dashboard/edits/{page}.html", context, status=status)


def go_back(request: HttpRequest, settings: Versioned, version: Version) -> HttpResponse:
    """Show what going back to `version` would change, then do it."""
    if request.method == "POST":
        _restore(request, settings, version)
        return redirect(settings.page)
    current = settings.newest()
    context = {
        "settings": settings,
        "version": version,
        "current": current,
        "changed": settings.differences(current.snapshot, version.snapshot),
        "frame": frame_for(request),
    }
    return render(request, "dashboard/edits/restore.html", context)


def _restore(request: HttpRequest, settings: Versioned, version: Version) -> None:
    again = f"The settings are as in {version.label} again"
    change_at_once(
        request,
        partial(settings.restore, version),
        name=settings.name,
        refused=f"{version.label} cannot be used any more",
        done=lambda made: f"{again}: {made.label} of {settings.name} is current.",
    )


def change_at_once(
    request: HttpRequest,
    change: Callable[..., Version],
    *,
    name: object,
    refused: str,
    done: Callable[[Version], str],
) -> None:
    """Make the `change` a question was about, unless that was about an older version; say so."""
    by, now = request.user.get_username(), timezone.now()
    try:
        version = change(by=by, now=now, expected=_expected(request))
    except SavedMeanwhile:
        messages.error(request, STALE.format(name))
    except ValidationError as error:
        messages.error(request, f"{refused}: {' '.join(error.messages)}")
    else:
        messages.success(request, done(version))


def _expected(request: HttpRequest) -> int:
    """The number of the version the form was made from; 0, which no version has, without one."""
    number = request.POST.get("version", "")
    return int(number) if number.isdecimal() and len(number) < 9 else 0
