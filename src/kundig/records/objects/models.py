"""What an administrator has said about objects of the house, and the one table with the records of all of them."""

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7
from kundig.platform.sorting import SortKey
from kundig.records.models import Record

PREFIX = "own-"
"""What every name of such an object begins with: no object that Kundig brings along later is called the same."""
LONGEST_LABEL = 60


class CustomObject(models.Model):
    """A kind of object that somebody has made. Its name never changes: addresses, rights and files hang on it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(max_length=60, unique=True)
    label_de = models.CharField(_("name (German)"), max_length=LONGEST_LABEL, blank=True)
    label_en = models.CharField(_("name (English)"), max_length=LONGEST_LABEL, blank=True)
    plural_de = models.CharField(_("several of them (German)"), max_length=LONGEST_LABEL, blank=True)
    plural_en = models.CharField(_("several of them (English)"), max_length=LONGEST_LABEL, blank=True)
    title_de = models.CharField(_("what its name is called (German)"), max_length=LONGEST_LABEL, blank=True)
    title_en = models.CharField(_("what its name is called (English)"), max_length=LONGEST_LABEL, blank=True)
    icon = models.CharField(_("icon"), max_length=40, default="box")
    in_navigation = models.BooleanField(_("in the navigation"), default=True)
    retired_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    """Once it is gone for good; the row stays, so that the name is never given again."""
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("object of one's own"), _("objects of one's own")

    @property
    def label(self) -> str:
        return self.worded("label")

    @property
    def plural(self) -> str:
        return self.worded("plural")

    def worded(self, what: str) -> str:
        """In the language of the reader, or else in the other one."""
        german, english = getattr(self, f"{what}_de"), getattr(self, f"{what}_en")
        return (german or english) if (get_language() or "en").startswith("de") else (english or german)


class CustomRecord(Record):
    """A record of an object that somebody has made. What it says beyond its name lies in added fields."""

    object = models.CharField(max_length=60, editable=False)
    """Name of its object."""
    name = models.CharField(_("name"), max_length=300)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("looked after by"), related_name="+",
        null=True, blank=True, db_index=False,
    )  # fmt: skip
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, verbose_name=_("team"), related_name="+",
        null=True, blank=True, db_index=False,
    )  # fmt: skip

    name_key = SortKey("name")

    class Meta:
        verbose_name, verbose_name_plural = _("record of an object of one's own"), _("records of objects of one's own")
        indexes = [
            models.Index(fields=("object", "name_key", "id"), include=("team", "owner"), name="customrecord_by_name"),
            models.Index(
                fields=("object", "changed_at", "id"), include=("team", "owner"), name="customrecord_by_change"
            ),
            models.Index(fields=("object", "created_at", "id"), include=("team", "owner"), name="customrecord_by_age"),
            models.Index(fields=("object", "id"), include=("team", "owner"), name="customrecord_by_id"),
            models.Index(fields=("owner",), name="customrecord_of_owner", condition=Q(owner__isnull=False)),
            models.Index(fields=("team",), name="customrecord_of_team", condition=Q(team__isnull=False)),
        ]

    def __str__(self) -> str:
        return self.name


class OfObject(models.Manager):
    """The records of one object only."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._of = name

    def get_queryset(self) -> models.QuerySet:
        return super().get_queryset().filter(object=self._of)
