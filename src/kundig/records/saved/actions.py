"""Saving, changing, publishing, ordering and deleting views."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import Team, User
from kundig.records.saved import remembered
from kundig.records.saved.models import Arrangement, SavedView, Sharing

if TYPE_CHECKING:
    from kundig.records.description import Description

KEPT = ("shape", "columns", "sort", "filter", "q", "group", "density", "settings")
"""What a view holds of a list."""
MOST_VIEWS = 200
UNDOABLE = dt.timedelta(days=30)


class ChangedMeanwhile(Exception):
    """Somebody else has changed the view since it was read."""

    def __init__(self, view: SavedView) -> None:
        super().__init__(view.pk)
        self.view = view


@remembered.changed
def save_view(description: Description, state: Mapping[str, Any], *, name: str, by: User) -> SavedView:
    """Keep a list as a view of `by` alone.

    Raises:
        ValidationError: at `name`, if it is empty, too long or taken by another of their views.
    """
    mine = SavedView.objects.filter(object=description.name, owner=by, deleted_at=None)
    if mine.count() >= MOST_VIEWS:
        raise ValidationError({"name": _("You have %(most)d views already. Delete one first.") % {"most": MOST_VIEWS}})
    view = SavedView(object=description.name, owner=by, changed_by=by, name=checked_name(name, mine))
    for key in KEPT:
        setattr(view, key, state[key])
    view.position = mine.count()
    view.save(force_insert=True)
    return view


def checked_name(name: str, others: Iterable[SavedView]) -> str:
    text = " ".join(name.replace("\x00", "").split())
    if not text:
        raise ValidationError({"name": _("Please give the view a name.")})
    if len(text) > 60:
        raise ValidationError(
            {
                "name": _("This is %(length)d characters long; at most %(limit)d fit.")
                % {"length": len(text), "limit": 60}
            }
        )
    if any(other.name.casefold() == text.casefold() for other in others):
        raise ValidationError({"name": _("You already have a view called “%(name)s”.") % {"name": text}})
    return text


@remembered.changed
def change_view(view: SavedView, values: Mapping[str, Any], *, version: int, by: User) -> SavedView:
    """Set what `values` say of the list (`KEPT`) or the `name`.

    Raises:
        PermissionDenied: if `by` may not change it.
        ChangedMeanwhile: if it is not the version any more that `by` has seen.
        ValidationError: at `name`.
    """
    with transaction.atomic():
        view = _locked(view, version=version, by=by)
        for key in KEPT:
            if key in values:
                setattr(view, key, values[key])
        if "name" in values:
            others = SavedView.objects.filter(object=view.object, owner=view.owner_id, deleted_at=None)
            view.name = checked_name(values["name"], others.exclude(pk=view.pk))
        return _written(view, by)


@remembered.changed
def publish_view(view: SavedView, *, sharing: Sharing, teams: Iterable[UUID], version: int, by: User) -> SavedView:
    """Share a view with nobody, with teams (of one's own), or with everybody (administrators).

    Raises like `change_view`.
    """
    chosen = set(teams)
    if not by.access.is_administrator:
        if sharing == Sharing.ALL:
            raise PermissionDenied(
                _("Only administrators publish views to everybody. Your own teams are yours to ask.")
            )
        if chosen - set(by.access.team_ids):
            raise PermissionDenied(_("You can share a view with your own teams only."))
    if sharing == Sharing.TEAMS and not chosen:
        raise ValidationError({"teams": _("Choose at least one team.")})
    with transaction.atomic():
        view = _locked(view, version=version, by=by)
        view.sharing = sharing
        view = _written(view, by)
        view.teams.set(Team.objects.filter(pk__in=chosen) if sharing == Sharing.TEAMS else [])
    return view


@remembered.changed
def copy_view(view: SavedView, *, by: User) -> SavedView:
    """A private copy, under a name that is free."""
    taken = set(SavedView.objects.filter(object=view.object, owner=by, deleted_at=None).values_list("name", flat=True))
    name, number = _("%(name)s, copy") % {"name": view.name[:45]}, 2
    while name in taken:
        name = _("%(name)s, copy %(number)d") % {"name": view.name[:45], "number": number}
        number += 1
    copy = SavedView(object=view.object, owner=by, changed_by=by, name=name, position=len(taken))
    for key in KEPT:
        setattr(copy, key, getattr(view, key))
    copy.save(force_insert=True)
    return copy


@remembered.changed
def delete_view(view: SavedView, *, by: User) -> None:
    """Put a view away; `restore_view` brings it back for a month."""
    _require(view, by)
    SavedView.objects.filter(deleted_at__lt=timezone.now() - UNDOABLE).delete()
    SavedView.objects.filter(pk=view.pk).update(deleted_at=timezone.now(), changed_by=by)


@remembered.changed
def restore_view(view: SavedView, *, by: User) -> None:
    _require(view, by)
    SavedView.objects.filter(pk=view.pk).update(deleted_at=None, changed_by=by)


@remembered.changed
def order_tabs(description: Description, ids: Iterable[UUID], *, by: User) -> None:
    """Keep the order in which this person sees the views of an object."""
    mine, _made = Arrangement.objects.get_or_create(user=by, object=description.name, view=None)
    mine.tabs = [str(each) for each in ids][:MOST_VIEWS]
    mine.save(update_fields=["tabs"])


@remembered.changed
def open_first(description: Description, view: SavedView | None, *, by: User) -> None:
    """Let the list of an object begin with this view (None: with the list itself)."""
    mine, _made = Arrangement.objects.get_or_create(user=by, object=description.name, view=None)
    mine.first_view = view
    mine.save(update_fields=["first_view"])


def _require(view: SavedView, by: User) -> None:
    if not view.may_change(by):
        raise PermissionDenied(_("This view belongs to somebody else. You can save it under a name of your own."))


def _locked(view: SavedView, *, version: int, by: User) -> SavedView:
    now: SavedView = SavedView.objects.select_for_update().get(pk=view.pk)
    _require(now, by)
    if now.version != version:
        raise ChangedMeanwhile(now)
    return now


def _written(view: SavedView, by: User) -> SavedView:
    view.version += 1
    view.changed_by = by
    view.save()
    return view
