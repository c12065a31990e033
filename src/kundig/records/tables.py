"""Tables as HTML: rows of values through plain functions, because a template costs ten times as much.

Every text passes `escape` inside its kind's `cell`; a test feeds hostile text through every cell of every description.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Mapping
from html import escape
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform import ui
from kundig.platform.formats import Formats
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.numbers import Number
from kundig.records.rows import Row, RowPlan


class Table:
    """The columns of one description for one reader; renders rows."""

    def __init__(
        self,
        description: Description,
        columns: Iterable[Field],
        formats: Formats,
        *,
        user: User,
        may_change: bool,
        asked: Mapping[str, Any] | None = None,
    ) -> None:
        """`asked` are the parameters of the list that its single rows need, too."""
        self.description = description
        self.formats = formats
        self.title = description.field(description.title)
        self.columns = [column for column in columns if column.name != description.title]
        told = {column.name for column in self.columns}
        self.beside = [field for field in description.shown(description.subtitle, user) if field.name not in told]
        self.user = user
        self._row = f"row/?{urlencode(asked, doseq=True)}" if asked else "row/"
        self.may_change = may_change
        self.explained = ""
        """Address below a record that says why it is in this list; none for the whole list."""
        self._why = escape(_("Why is %(name)s in this list?"))
        self._select = escape(_("Select %(name)s"))
        self._unnamed = _("(no name)")
        self.plan = RowPlan([self.title, *self.beside, *self.columns], user)
        self._edits_title = self.is_editable(self.title)
        self._cells = [
            (column.name, column.kind.cell, self.plan.getter(column), self.is_editable(column), _classes(column))
            for column in self.columns
        ]

    @property
    def source(self) -> str:
        """The address of any one row, with `{id}` for its record."""
        return f"/{self.description.name}/{{id}}/{self._row}"

    @property
    def alike(self) -> Hashable:
        """Equal for tables, of whichever readers, that write each row the same. Who may see the row is not asked."""
        fields = (self.title, *self.beside, *self.columns)
        return (
            self.source,
            self.formats.language,
            self.explained,
            len(self.beside),
            tuple([(field.name, self.is_editable(field)) for field in fields]),
            self.user.pk if self.plan.is_veiled else None,
        )

    def is_editable(self, field: Field) -> bool:
        return self.may_change and self.description.may_write(self.user, field)

    def rows(self, rows: Iterable[Row]) -> SafeString:
        """All rows as escaped HTML."""
        return mark_safe("".join([self.row(row) for row in rows]))  # noqa: S308 - every cell escapes

    def row(self, row: Row) -> str:
        """One `<tr>`; its id and its `data-record` are what live updates and the cell editor hold on to."""
        record_id = str(row[0])  # once: writing a UUID out costs as much as a cell
        name = self.description.name
        title = self.title_of(row)
        parts = [
            f'<tr id="r{record_id}" data-record="{name}:{record_id}" hx-get="/{name}/{record_id}/{self._row}" '
            'hx-trigger="stale" hx-swap="outerMorph">'
            '<td class="table__check"><input class="check" type="checkbox" name="id" form="bulk" '
            f'value="{record_id}" aria-label="{self._select % {"name": escape(title)}}"></td>',
            self._head(record_id, row, title),
        ]
        formats = self.formats
        for column, cell, values, editable, classes in self._cells:
            edit = f' id="r{record_id}-{column}" data-field="{column}"' if editable else ""
            parts.append(f"<td{classes}{edit}>{cell(formats, *values(row))}</td>")
        parts.append("</tr>")
        return "".join(parts)

    def cell(self, record_id: UUID | str, field: Field, row: Row) -> str:
        """One `<td>` alone, as it stands again after its editor closed."""
        html = field.kind.cell(self.formats, *self.plan.values(row, field))
        return f'<td{_classes(field)} id="r{record_id}-{field.name}" data-field="{field.name}">{html}</td>'

    def head(self, record_id: UUID | str, row: Row) -> str:
        """The row's header cell: title with its link, and the subtitle."""
        return self._head(record_id, row, self.title_of(row))

    def _head(self, record_id: UUID | str, row: Row, title: str) -> str:
        edit = f' id="r{record_id}-{self.title.name}" data-field="{self.title.name}"' if self._edits_title else ""
        face = ui.avatar(title, row[0], kind=self.description.avatar) if self.description.avatar else ""
        text = self.plan.joined(row, self.beside, self.formats)
        beside = f"<span>{escape(text)}</span>" if text else ""
        why = (
            f'<button class="btn btn--ghost btn--icon why-open" type="button" tabindex="-1" popovertarget="why" '
            f'hx-get="/{self.description.name}/{record_id}/{self.explained}" hx-target="#why" hx-swap="innerHTML" '
            f'aria-label="{self._why % {"name": escape(title)}}">{ui.icon("question", "sm")}</button>'
            if self.explained
            else ""
        )
        return (
            f'<th scope="row"{edit}><span class="who">{face}'
            f'<a href="/{self.description.name}/{record_id}/">{escape(title)}</a>{beside}{why}</span></th>'
        )

    def title_of(self, row: Row) -> str:
        return self.title.text(self.formats, *self.plan.values(row, self.title)) or self._unnamed


def _classes(column: Field) -> str:
    return ' class="num"' if isinstance(column.kind, Number) else ""


def is_numeric(field: Field) -> bool:
    return isinstance(field.kind, Number)
