"""What search looks into: an entry for each record that can be found, its codes, the words of all, and what was used.

The indexes that search lives on stand in the migration `0002_search`; `docs/search.md` explains them.
"""

from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q


class SearchEntry(models.Model):
    """One record that can be found. `object` is the name of its description.

    `words` holds the folded words between blanks, those of the title before a bar: " alfreds futterkiste | berlin ".
    `codes` holds what is searched from its beginning, in the same manner. Owner and team are copied from the record,
    without foreign keys, so that rights need no join.
    """

    id = models.BigAutoField(primary_key=True)
    object = models.TextField(db_collation="C")
    record_id = models.UUIDField()
    title = models.TextField()
    subtitle = models.TextField()
    extra = models.TextField()
    """Names of people and the like, one a line, as written: shown when they are why the record was found."""
    words = models.TextField()
    codes = models.TextField()
    owner_id = models.UUIDField(null=True)
    team_id = models.UUIDField(null=True)
    used_at = models.DateTimeField()
    """When somebody last worked with the record, to the day; the newest are looked at first."""

    class Meta:
        constraints = [models.UniqueConstraint(fields=("object", "record_id"), name="search_entry_of_record")]
        indexes = [
            models.Index(fields=("used_at",), name="search_used"),
            models.Index(fields=("owner_id", "used_at"), name="search_owner_used", condition=Q(owner_id__isnull=False)),
            models.Index(fields=("team_id", "used_at"), name="search_team_used", condition=Q(team_id__isnull=False)),
        ]


class SearchCode(models.Model):
    """A code of an entry, found by its beginning: "k10023", "anders@futterkiste.de", "+4930…", reversed "<1234…"."""

    pk: Any = models.CompositePrimaryKey("code", "entry_id")
    code = models.TextField(db_collation="C")
    entry_id = models.BigIntegerField()


class SearchWord(models.Model):
    """A word that stands in some entry, with the number of entries it stands in.

    Words are only added between the nightly counts, and may then stand twice: nobody ever waits for another's word.
    """

    id = models.BigAutoField(primary_key=True)
    word = models.TextField(db_collation="C")
    frequency = models.IntegerField()
    is_name = models.BooleanField()
    """Letters only: worth comparing when somebody mistyped."""


class RecentUse(models.Model):
    """That a user opened a record, and when last; at most one write an hour."""

    id = models.BigAutoField(primary_key=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+", db_index=False)
    object = models.TextField(db_collation="C")
    record_id = models.UUIDField()
    used_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "object", "record_id"), name="recent_use_once")]
        indexes = [models.Index(fields=("user", "-used_at"), name="recent_use_of_user")]
