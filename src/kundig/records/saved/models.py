"""What is kept of lists: saved views, and how each person set up the table of an object."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import Team, User
from kundig.platform.ids import uuid7


class Sharing(models.TextChoices):
    """With whom a view is shared."""

    NOBODY = "nobody", _("only me")
    TEAMS = "teams", _("my team")
    ALL = "all", _("everybody")


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    def for_user(self, user: User) -> SavedViewQuerySet:
        """The views that `user` may open: their own, those of their teams, those of everybody."""
        theirs = Q(owner=user.pk) | Q(sharing=Sharing.ALL)
        if user.access.team_ids:
            shared = SavedView.teams.through.objects.filter(team_id__in=user.access.team_ids).values("savedview_id")
            theirs |= Q(sharing=Sharing.TEAMS, pk__in=shared)
        return self.filter(theirs, deleted_at=None)


class SavedView(models.Model):
    """A list of the object called `object`, under a name.

    It gives nobody a right: rows and fields are always those of whoever opens it. `settings` are the parameters of its
    shape (by which field a board is divided …). `version` counts the changes, so that of two who change it at once the
    second is told.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object = models.CharField(max_length=60)
    name = models.CharField(_("name"), max_length=60)
    shape = models.CharField(max_length=20, blank=True)
    """Segment of the address: "" is the table."""
    columns = models.JSONField(default=list, blank=True)
    """Names with widths in tenths of a rem (0: as the kind of field has it), in order; none: as the object has them."""
    sort = models.CharField(max_length=80, blank=True)
    filter = models.TextField(blank=True)
    q = models.CharField(max_length=200, blank=True)
    group = models.CharField(max_length=90, blank=True)
    density = models.CharField(max_length=12, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    owner = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True)
    sharing = models.CharField(max_length=8, choices=Sharing.choices, default=Sharing.NOBODY)
    teams = models.ManyToManyField(Team, related_name="+", blank=True)
    position = models.PositiveIntegerField(default=0)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.ForeignKey(User, models.SET_NULL, related_name="+", null=True, db_index=False)
    deleted_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[models.Manager] = SavedViewQuerySet.as_manager()

    class Meta:
        verbose_name, verbose_name_plural = _("view"), _("views")
        ordering = ("position", "created_at")
        indexes = [models.Index(fields=("object", "sharing"), name="saved_view_of_object")]

    def __str__(self) -> str:
        return self.name

    def may_change(self, user: User) -> bool:
        """Its owner may; what is published, administrators, too."""
        return self.owner_id == user.pk or (self.sharing != Sharing.NOBODY and user.access.is_administrator)


class Arrangement(models.Model):
    """How one person set up the table of an object, or one view of it (`view`), without saving that as a view.

    The one without a view also holds the order of their tabs and the view that opens first.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(User, models.CASCADE, related_name="+")
    object = models.CharField(max_length=60)
    view = models.ForeignKey(SavedView, models.CASCADE, related_name="+", null=True)
    columns = models.JSONField(default=list)
    density = models.CharField(max_length=12, blank=True)
    tabs = models.JSONField(default=list)
    first_view = models.ForeignKey(SavedView, models.SET_NULL, related_name="+", null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("arrangement"), _("arrangements")
        constraints = [
            models.UniqueConstraint(fields=("user", "object", "view"), nulls_distinct=False, name="arrangement_once")
        ]
