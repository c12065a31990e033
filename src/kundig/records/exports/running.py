"""Making a file: rows as they may be exported, written down in the log in the transaction that reads them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import IO

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.bulk.selection import Selection
from kundig.records.description import Description
from kundig.records.exports.files import About, Export, Form, Watch, sorted_rows
from kundig.records.exports.models import ExportEntry
from kundig.records.exports.words import order_in_words, selection_in_words
from kundig.records.fields import Field
from kundig.records.listing import Listing
from kundig.records.roundtrips.writing import MOST_ROWS, EditableExport

PAGE, API, COMMAND = "page", "api", "command"


@dataclass(frozen=True)
class Asked:
    """An export that somebody asked for, checked."""

    description: Description
    user: User
    formats: Formats
    selection: Selection
    fields: tuple[Field, ...]
    form: Form
    listing: Listing

    def rows(self) -> QuerySet:
        """What may be exported of what was asked for."""
        return self.selection.rows(self.description, self.user, self.formats, Action.EXPORT)

    @property
    def name(self) -> str:
        """How the file is called."""
        return f"{self.description.label_plural} {timezone.localdate().isoformat()}.{self.form.suffix}"


def asked(
    description: Description, user: User, formats: Formats, *, selection: Selection, names: Sequence[str], form: Form
) -> Asked:
    """Check an export: `names` are those of fields; none stands for all that the user meets.

    Raises:
        PermissionDenied: if the user may not export such records.
        ValidationError: with what is not right.
    """
    if not description.may(user, Action.EXPORT):
        raise PermissionDenied(_("Your role does not let you export %(what)s.") % {"what": description.label_plural})
    known = description.fields_for(user)
    parts = {source for name in description.composed for source in description.field(name).sources}
    wanted = [known[name] for name in names if name in known] if names else []
    fields = wanted or [field for name, field in known.items() if name not in parts]
    listing = selection.listing(description, user, formats)
    question = Asked(description, user, formats, selection, tuple(fields), form, listing)
    if form is Form.EDIT and question.rows()[: MOST_ROWS + 1].count() > MOST_ROWS:
        raise ValidationError(
            _("A file to edit holds at most %(limit)s rows. Filter the table first, or change its records in bulk.")
            % {"limit": formats.number(MOST_ROWS)}
        )
    return question


def make(question: Asked, target: IO[bytes], *, via: str, watch: Watch | None = None) -> int:
    """Write the file into `target`, and its line into the log; answers how many rows it has.

    Raises:
        ValueError: if a workbook cannot hold so many.
    """
    export = _export(question)
    filter_text = selection_in_words(question.selection, question.listing, question.formats)
    about: About = [
        (_("Content"), str(question.description.label_plural)[:1].upper() + str(question.description.label_plural)[1:]),
        (_("Filter"), filter_text),
        (_("Sorted by"), order_in_words(question.listing)),
        (_("Exported"), timezone.localtime().replace(tzinfo=None)),
        (_("By"), question.user.name),
        (_("Personal data"), _("yes") if export.is_personal else _("no")),
    ]
    with transaction.atomic():
        rows = sorted_rows(
            question.rows(), export.plan, sort=question.listing.sort_path, descending=question.listing.descending
        )
        name = str(question.description.label_plural)
        written = export.write(rows, question.form, target, name=name[:1].upper() + name[1:], about=about, watch=watch)
        note(
            question.description, question.user, filter_text=filter_text, fields=export.fields, rows=written,
            form=question.form, via=via,
        )  # fmt: skip
    return written


def _export(question: Asked) -> Export:
    if question.form is Form.EDIT:
        return EditableExport(question.fields, question.formats, question.user, question.description)
    return Export(question.fields, question.formats, question.user)


def note(
    description: Description,
    user: User,
    *,
    filter_text: str,
    fields: Sequence[Field],
    rows: int,
    form: Form,
    via: str = PAGE,
) -> None:
    """Write a line into the log of exports."""
    ExportEntry.objects.create(
        by_id=user.pk,
        by_name=user.name,
        object=description.name,
        filter=filter_text,
        columns=[field.name for field in fields],
        rows=rows,
        form=form.value,
        via=via,
        is_personal=any(field.personal for field in fields),
    )
