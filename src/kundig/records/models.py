"""What every described object has in common."""

from collections.abc import Collection
from typing import Any, ClassVar

from django.core.exceptions import NON_FIELD_ERRORS, ValidationError
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7
from kundig.records.custom.storage import PATHS, CustomValues, value_in


class Record(models.Model):
    """Base of every described object: a sortable id, and when it came and last changed.

    The database sets both times where COPY or raw SQL leaves them out.
    """

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True, db_default=Now(), editable=False)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now(), editable=False)

    custom = CustomValues(default=dict, db_default={}, editable=False, blank=True)
    """Values of the fields that an administrator added, by name; written by `records.custom.values` only."""
    calculated = CustomValues(default=dict, db_default={}, editable=False, blank=True)
    """Values of the fields that follow from others by a formula; written by `records.calculated` only."""

    objects: ClassVar[models.Manager] = models.Manager()

    class Meta:
        abstract = True

    def __getattr__(self, name: str) -> Any:
        """`custom__c_region`: the value of an added field as it was read, by its path like that of any column."""
        if name.startswith(PATHS):
            return value_in(self, name.partition("__")[2])
        raise AttributeError(f"{type(self).__name__} has no {name!r}")

    def validate_constraints(self, exclude: Collection[str] | None = None) -> None:
        """A rule of the table whose `violation_error_code` names a column is told at that column."""
        try:
            super().validate_constraints(exclude)
        except ValidationError as error:
            columns = {column.name for column in self._meta.concrete_fields}
            told: dict[str, list[Any]] = {}
            for name, errors in error.error_dict.items():
                for each in errors:
                    at = each.code if name == NON_FIELD_ERRORS and each.code in columns else name
                    told.setdefault(at, []).append(each)
            raise ValidationError(told) from error


# The tables of files, bulk work, exports, search, imports, returned files, layouts, merges, the ledger and objects of
# one's own are beside their code; Django looks here.
from kundig.records.attachments.models import Attachment  # noqa: E402
from kundig.records.bulk.models import BulkLine, BulkRun  # noqa: E402
from kundig.records.custom.models import CustomField, FieldsVersion  # noqa: E402
from kundig.records.exports.models import ExportEntry, ExportRun  # noqa: E402
from kundig.records.imports.models import ImportRun, PendingReference, SavedMapping, WaitingRow  # noqa: E402
from kundig.records.layouts.models import PageLayout  # noqa: E402
from kundig.records.ledger.models import ChangeSet, LedgerRow, LedgerTable  # noqa: E402
from kundig.records.merging.models import Merged  # noqa: E402
from kundig.records.objects.models import CustomObject, CustomRecord  # noqa: E402
from kundig.records.rest.models import KeptAnswer  # noqa: E402
from kundig.records.roundtrips.models import ReturnedLine  # noqa: E402
from kundig.records.saved.models import Arrangement, SavedView  # noqa: E402
from kundig.records.search.models import RecentUse, SearchCode, SearchEntry, SearchWord  # noqa: E402

__all__ = [
    "Arrangement",
    "Attachment",
    "BulkLine",
    "BulkRun",
    "ChangeSet",
    "CustomField",
    "CustomObject",
    "CustomRecord",
    "ExportEntry",
    "ExportRun",
    "FieldsVersion",
    "ImportRun",
    "KeptAnswer",
    "LedgerRow",
    "LedgerTable",
    "Merged",
    "PageLayout",
    "PendingReference",
    "RecentUse",
    "Record",
    "ReturnedLine",
    "SavedMapping",
    "SavedView",
    "SearchCode",
    "SearchEntry",
    "SearchWord",
    "WaitingRow",
]
