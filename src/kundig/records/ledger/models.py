"""What the ledger keeps. The database alone writes these tables (migration `0003_ledger`); the program only reads."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

CREATED, CHANGED, DELETED, ERASED = "I", "U", "D", "E"


class ChangeSet(models.Model):
    """What somebody did at once: who, when, by what means, and what they called it."""

    id = models.UUIDField(primary_key=True)
    at = models.DateTimeField()
    by_id = models.UUIDField(null=True)
    deputy_for = models.UUIDField(null=True)
    via = models.TextField()
    title = models.TextField()
    undoes = models.UUIDField(null=True)
    """The change set that this one takes back, wholly or in part."""

    class Meta:
        managed = False
        db_table = "records_changeset"
        verbose_name, verbose_name_plural = _("change"), _("changes")


class LedgerTable(models.Model):
    """The number under which the ledger knows a table."""

    id = models.SmallIntegerField(primary_key=True)
    name = models.TextField()

    class Meta:
        managed = False
        db_table = "records_ledgertable"


class LedgerRow(models.Model):
    """One record changed by one statement; values are texts as PostgreSQL writes them.

    Of a created record only the id stands here, of a changed one the columns that are different now, of a deleted one
    all. A value that was erased is `{"erased": true}`.
    """

    seq: Any = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    change_set = models.UUIDField()
    table_id = models.SmallIntegerField()
    record = models.UUIDField()
    owner = models.UUIDField(null=True)
    """Of a deleted part the record that it belonged to."""
    op = models.CharField(max_length=1)
    before = models.JSONField(null=True)
    after = models.JSONField(null=True)

    class Meta:
        managed = False
        db_table = "records_ledger"
