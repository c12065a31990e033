"""The pivot table as a page and as a file."""

from __future__ import annotations

import csv
import io
from typing import Any
from urllib.parse import urlencode

from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.records.exports.cells import harmless
from kundig.records.exports.files import Form
from kundig.records.exports.running import note
from kundig.records.exports.words import listing_in_words
from kundig.records.patience import TooSlow
from kundig.records.pivots.crossing import MOST_GROUPS, Crossing, Figure, crossing
from kundig.records.pivots.groups import Group
from kundig.records.pivots.offered import Dimension, Measure, chosen, dimensions, measures
from kundig.records.views.shapes import ShapeView


class PivotView(ShapeView):
    shape = "pivot"
    template = "records/pivots/pivot.html"
    own = ("rows", "across", "measure", "as")
    first: Dimension
    second: Dimension | None
    measure: Measure

    def answer(self, request: HttpRequest, wanted: str) -> HttpResponse:
        first, self.second, self.measure = chosen(
            self.description, self.user, rows=self.one("rows"), columns=self.one("across"), measure=self.one("measure")
        )
        if first is None:
            raise Http404(
                _("A pivot table needs a field to group by, and %(what)s have none.")
                % {"what": self.description.label_plural}
            )
        self.first = first
        as_file = self.one("as") == "csv"
        if as_file and not self.description.may(self.user, Action.EXPORT):
            raise Http404(_("There is no page at this address."))
        rows = self.asked.rows(Action.EXPORT if as_file else Action.READ)
        table = None
        try:
            table = crossing(rows, first, self.second, self.measure, user=self.user, formats=self.formats)
        except TooSlow:
            self.notice = _("Among so many %(what)s this would take too long. A filter or a search helps.") % {
                "what": self.description.label_plural
            }
        if table is not None and not table.complete:
            self.notice = _("There are more than %(most)s groups; the largest are counted. Group more coarsely.") % {
                "most": self.formats.number(MOST_GROUPS)
            }
        if as_file and table is not None:
            return self.file(table)
        return self.page(request, wanted, self.shown(table))

    def shown(self, table: Crossing | None) -> dict[str, Any]:
        offered = dimensions(self.description, self.user)
        return {
            "table": self.lines(table) if table else None,
            "first": self.first,
            "second": self.second,
            "measure": self.measure,
            "dimensions": offered,
            "measures": measures(self.description, self.user),
            "filters_kept": [(n, v) for n, values in self.params.items() if n not in self.own for v in values],
            "may_export": self.description.may(self.user, Action.EXPORT),
            "file": self.address(self.params, **{"as": "csv"}),
        }

    def lines(self, table: Crossing) -> dict[str, Any]:
        """Heads, rows of cells, and totals; each a text and the address of the list behind it."""
        return {
            "heads": [{"label": column.label, "href": self.behind(column)} for column in table.columns],
            "rows": [
                {
                    "label": row.label,
                    "href": self.behind(row),
                    "cells": [self.cell(table.cells.get((row.value, c.value)), row, c) for c in table.columns],
                    "total": self.cell(table.by_row.get(row.value), row),
                }
                for row in table.rows
            ],
            "totals": [self.cell(table.by_column.get(column.value), column) for column in table.columns],
            "total": self.cell(table.total),
        }

    def cell(self, figure: Figure | None, *groups: Group) -> dict[str, str]:
        text = figure.text(self.measure, self.formats) if figure else ""
        return {"text": text, "href": self.behind(*groups) if text else ""}

    def behind(self, *groups: Group) -> str:
        """The address of the list of the records in these groups; "" where a list cannot be narrowed so."""
        query = {name: list(values) for name, values in self.params.items() if name not in self.own}
        for group in groups:
            if group.condition is None:
                return ""
            name, value = group.condition
            if name == "filter":
                so_far = query.get("filter") or [self.asked.filter.text if self.asked.filter else ""]
                query["filter"] = [f"({so_far[0]}) and {value}" if so_far[0] else value]
                continue
            query[name] = ["me" if value == str(self.user.pk) else value]
        return f"{self.description.url()}?{urlencode(query, doseq=True)}"

    def file(self, table: Crossing) -> HttpResponse:
        """As it is shown, in the form of every other export."""
        text = io.StringIO("\ufeff")
        text.seek(0, io.SEEK_END)
        writer = csv.writer(text, delimiter=";" if self.formats.decimal == "," else ",")
        lines = self.lines(table)
        total = [_("Total")]
        writer.writerow([harmless(str(t)) for t in (self.first.label, *(h["label"] for h in lines["heads"]), *total)])
        for row in lines["rows"]:
            cells = [cell["text"] for cell in (*row["cells"], row["total"])]
            writer.writerow([harmless(t) for t in (row["label"], *cells)])
        writer.writerow([harmless(t) for t in (*total, *(c["text"] for c in lines["totals"]), lines["total"]["text"])])
        note(
            self.description, self.user, filter_text=listing_in_words(self.asked, self.formats), form=Form.CSV,
            fields=[field for field in (self.first.field, self.second and self.second.field) if field],
            rows=len(lines["rows"]),
        )  # fmt: skip
        response = HttpResponse(text.getvalue().encode(), content_type="text/csv; charset=utf-8")
        name = f"{self.description.label_plural} {timezone.localdate().isoformat()}.csv"
        response["Content-Disposition"] = content_disposition_header(True, name) or "attachment"
        return response
