"""The sheet of help in a file that is to come back, in the language of whoever asked for it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from django.utils.translation import gettext as _

from kundig.records.description import Description
from kundig.records.exports.files import Column
from kundig.records.fields import Field
from kundig.records.kinds.choices import Several

MOST_NAMED = 12
Lines = list[tuple[str, str]]


def help_lines(
    description: Description,
    fields: Sequence[Field],
    columns: Sequence[Column],
    kept: Sequence[str],
    choices: Sequence[Sequence[str]],
) -> Iterator[tuple[str, Lines]]:
    """Headings with their lines: how to work with the file, and what each column takes."""
    labels = str(description.label_plural)
    yield (
        _("How it works"),
        [
            (
                _("Change"),
                _("Change cells as you like, sort and filter. The order of rows and columns does not matter."),
            ),
            (_("Add"), _("Write new records below the last row, or insert rows.")),
            (
                _("Remove"),
                _("A row that you delete here stays in Kundig.")
                + " "
                + _("When you bring the file back you can choose to delete its record, too."),
            ),
            (
                _("Columns"),
                _("Columns that you do not need may be deleted, your own may be added; Kundig leaves both alone."),
            ),
            (
                _("Hidden columns"),
                _("Behind the first column are two hidden ones, by which Kundig knows the rows again.")
                + " "
                + _("Please leave them as they are."),
            ),
            (
                _("Bring it back"),
                _("In Kundig open “%(labels)s”, choose “Import” and drop the file there.")
                % {"labels": labels[:1].upper() + labels[1:]}
                + " "
                + _("You see every difference before anything changes, and can take back all of it in one step."),
            ),
        ],
    )
    yield (
        _("The columns"),
        [
            (column.label, why or _takes(field, offered))
            for field, column, why, offered in zip(fields, columns, kept, choices, strict=True)
        ],
    )


def _takes(field: Field, offered: Sequence[str]) -> str:
    """What a cell of this column takes, in words."""
    kind = field.kind
    parts = [str(kind.label)]
    if isinstance(kind, Several):
        parts.append(_("several are separated by commas"))
    named = [str(label) for _value, label in kind.choices] if isinstance(kind, Several) else list(offered)
    if named:
        text = ", ".join(named[:MOST_NAMED]) + (" …" if len(named) > MOST_NAMED else "")
        parts.append(_("one of: %(choices)s") % {"choices": text} if offered else text)
    if field.required:
        parts.append(_("must not be empty"))
    if field.help:
        parts.append(str(field.help))
    return "; ".join(part.rstrip(".") for part in parts)
