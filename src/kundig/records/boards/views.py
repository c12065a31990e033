"""The board as a page, its totals, further cards, single cards, and the move of one."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Model
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.platform import ui
from kundig.records.actions import announce, change_record
from kundig.records.boards.cards import Cards, Order, order_of, page_of_column
from kundig.records.boards.columns import Column, columns_of
from kundig.records.boards.offered import Board, board_of, grouping, summable
from kundig.records.boards.totals import Total, totals_of
from kundig.records.custom.storage import column_of
from kundig.records.events import Via
from kundig.records.fields import Field
from kundig.records.kinds.references import UserReference
from kundig.records.ledger import change_set
from kundig.records.listing import sort_path
from kundig.records.paging import Keys, decode_cursor
from kundig.records.patience import TooSlow
from kundig.records.views.fields import FieldView
from kundig.records.views.shapes import ShapeView

MOST_ARRIVALS = 50


class BoardView(ShapeView):
    shape = "board"
    template = "records/boards/board.html"
    own = ("by", "sum", "column", "ids")

    board: Board
    by: Field
    stages: list[Column]
    shelves: Sequence[tuple[Any, str]] = ()
    chosen: Any = None
    """The one of the `shelves` whose columns are shown, where a board has those of one record at a time."""

    def begin(self) -> bool:
        """Find out which board was asked for; False where there is none."""
        asked_sum = self.one("sum") if "sum" in self.params else None
        board = board_of(self.description, self.user, by=self.one("by"), sum_of=asked_sum)
        if board is None:
            return False
        self.board = board
        self.params = {n: [board.by] if n == "by" else v for n, v in self.params.items()}
        self.known = self.description.fields_for(self.user)
        self.by = self.known[board.by]
        self.cards = Cards(self.description, board, self.known, self.formats, self.user)
        self.movable = self.description.may(self.user, Action.CHANGE) and self.description.may_write(self.user, self.by)
        return True

    def answer(self, request: HttpRequest, wanted: str) -> HttpResponse:
        if not self.begin():
            raise Http404(_("A board needs a field with few values, and %(what)s have none.") % self.what())
        if wanted == "arrivals":
            return HttpResponse(self.arrivals())
        self.stages = self.columns_shown()
        if wanted == "totals":
            return self.totals(request)
        if wanted.startswith("more"):
            return self.more(request, wanted.removeprefix("more-"))
        return self.page(request, wanted, self.whole())

    def columns_shown(self) -> list[Column]:
        """Those of the board, or of them the ones that the list is narrowed to."""
        narrowed = {field.name: values for field, values in self.asked.conditions}
        among, board = narrowed.get(self.by.name), self.board
        if board.columns is None:
            return columns_of(self.by, self.asked.rows(), self.user, among=among)
        self.shelves = board.choices(self.user) if board.choices else ()
        asked = narrowed.get(board.within, ())
        self.chosen = next((key for key, _title in self.shelves if key in asked or not asked), None)
        return [column for column in board.columns(self.user, self.chosen) if among is None or column.value in among]

    def what(self) -> dict[str, Any]:
        return {"what": self.description.label_plural}

    def order(self) -> Order:
        """As the list is sorted where it was asked to be, else as the board says."""
        asked = self.asked
        if self.one("sort"):
            return Order(asked.sort_path, asked.descending)
        name = self.board.sort.removeprefix("-")
        return Order(sort_path(self.description, name) or "id", self.board.sort.startswith("-"))

    # -- parts --------------------------------------------------------------------------------------------------------

    def whole(self) -> dict[str, Any]:
        pages: list[Keys] = []
        try:
            pages = self.first_pages()
        except TooSlow:
            self.notice = _(
                "Among so many %(what)s this board would take too long. Narrow it down by a filter or a search."
            ) % {"what": self.description.label_plural}
        return {
            "stages": self.filled(pages),
            "by": self.by,
            "sum": self.known.get(self.board.sum),
            "groupings": [(f, self.choose(by=f.name, sum=None)) for f in grouping(self.description, self.user)],
            "sums": [(f, self.choose(sum=f.name)) for f in summable(self.description, self.user)],
            "no_sum": self.choose(sum=""),
            "choices": [(title, self.choose(**{self.board.within: str(key)})) for key, title in self.shelves],
            "chosen": next((title for key, title in self.shelves if key == self.chosen), ""),
            "band": self.board.band(self.chosen) if self.board.band and self.stages else "",
            "movable": self.movable,
            "source": self.source(),
        }

    def first_pages(self) -> list[Keys]:
        """The cards that each column begins with.

        Raises:
            TooSlow: if they are not found in a second.
        """
        rows, order = self.asked.rows(), self.order()
        return [page_of_column(rows, self.by, column, order_of(column, order)) for column in self.stages]

    def filled(self, pages: Sequence[Keys]) -> list[dict[str, Any]]:
        """The columns as the templates want them; without pages they are empty."""
        found = self.cards.read(record_id for page in pages for record_id in page.ids)
        stages = []
        for number, column in enumerate(self.stages):
            keys = pages[number] if pages else None
            cards = [found[record_id] for record_id in keys.ids if record_id in found] if keys else []
            more = self.further(column, keys.after.encode()) if keys and keys.after else ""
            html = self.cards.html(cards, movable=self.movable)
            stages.append({"number": number, "column": column, "cards": html, "more": more})
        return stages

    def cards_by_column(self) -> dict[str, str]:
        """What stands in each column, by its key, as for somebody who opens the board now.

        Raises:
            TooSlow: if that is not found in a second.
        """
        self.stages = self.columns_shown()
        stages = self.filled(self.first_pages())
        return {each["column"].key: render_to_string("records/boards/_more.html", each) for each in stages}

    @property
    def is_everybodys(self) -> bool:
        """Whether its columns are the same for all who see the same records: none of them is the reader's own."""
        return self.board.columns is None and not isinstance(self.by.kind, UserReference)

    def source(self) -> str:
        """The address at which a card is asked for, with `{id}` for its record."""
        params = {name: values for name, values in self.params.items() if name not in ("column", "ids")}
        return f"{self.url()}?{self.query(params, by=self.by.name)}&ids={{id}}"

    def choose(self, **changes: str | None) -> str:
        params = {name: values for name, values in self.params.items() if name not in ("column", "ids")}
        if changes.get("sum") == "":  # said aloud: else the board's own sum would come back
            return f"{self.address(params, sum=None)}{'&' if self.query(params, sum=None) else '?'}sum="
        return self.address(params, **changes)

    def further(self, column: Column, after: str) -> str:
        query = self.query({**self.params, "by": [self.by.name], "after": []}, ids=None)
        return f"{self.url()}?{query}&column={column.key}&after={after}"

    def more(self, request: HttpRequest, number: str) -> HttpResponse:
        column = next((c for c in self.stages if c.key == self.one("column")), None)
        if column is None:
            raise Http404(_("This board has no such column."))
        order = order_of(column, self.order())
        key: Any = column_of(self.description.model, order.path)
        try:
            cursor = decode_cursor(request.GET.get("after", ""), getattr(key, "output_field", key))
            keys = page_of_column(self.asked.rows(), self.by, column, order, cursor=cursor)
        except (ValidationError, TooSlow) as error:
            words = " ".join(error.messages) if isinstance(error, ValidationError) else _("That takes too long.")
            return HttpResponse(ui.toast(words, tone="bad"), status=422)
        found = self.cards.read(keys.ids)
        cards = [found[record_id] for record_id in keys.ids if record_id in found]
        context = {
            "number": number,
            "cards": self.cards.html(cards, movable=self.movable),
            "more": self.further(column, keys.after.encode()) if keys.after else "",
        }
        return render(request, "records/boards/_more.html", context)

    def arrivals(self) -> str:
        """These cards as they stand now; of one that does not belong here any more only the place where it stood."""
        ids = []
        for text in self.one("ids").split()[:MOST_ARRIVALS]:
            try:
                ids.append(uuid.UUID(text))
            except ValueError:
                continue
        here = list(self.asked.rows().filter(pk__in=ids).values_list("pk", flat=True))
        rows = self.cards.read(here)
        gone = "".join(f'<li id="c{record_id}" hidden></li>' for record_id in ids if record_id not in rows)
        return self.cards.html(list(rows.values()), movable=self.movable) + gone

    def totals(self, request: HttpRequest) -> HttpResponse:
        sum_of, weight = self.known.get(self.board.sum), self.known.get(self.board.weight)
        totals = totals_of(self.asked.rows(), self.by, self.stages, sum_of=sum_of, weight=weight)
        heads = []
        for number, column in enumerate(self.stages):
            total = totals.by_key[column.key]
            heads.append(
                {
                    "number": number,
                    "count": self.formats.number(total.count),
                    "exact": total.exact,
                    "sum": self.money(sum_of, total.sums),
                    "weighted": self.money(sum_of, total.weighted, whole=True) if total.is_uncertain else "",
                }
            )
        all_of_it = self.together(list(totals.by_key.values()))
        context = {
            "heads": heads,
            "totals": totals,
            "sum": sum_of,
            "in_all": self.money(sum_of, all_of_it.sums),
            "in_all_weighted": self.money(sum_of, all_of_it.weighted, whole=True),
        }
        return render(request, "records/boards/_totals.html", context)

    def together(self, totals: list[Total]) -> Total:
        whole = Total()
        for total in totals:
            for ours, theirs in ((whole.sums, total.sums), (whole.weighted, total.weighted)):
                for currency, value in theirs.items():
                    ours[currency] = ours.get(currency, 0) + value
        return whole

    def money(self, field: Field | None, sums: dict[str, Any], *, whole: bool = False) -> str:
        """Sums in words, one currency after another; `whole` for what is not meant to the cent."""
        if field is None:
            return ""
        ordered = sorted(sums.items(), key=lambda pair: -abs(pair[1]))
        if whole:
            ordered = [(currency, Decimal(round(value))) for currency, value in ordered]
        return " + ".join(field.text(self.formats, value, currency) for currency, value in ordered)


class MoveView(FieldView):
    """POST `to=<value>` sets the field a board is made by; refused moves are answered by a message that says why."""

    def post(self, request: HttpRequest, record_id: UUID) -> HttpResponse:
        field = self.field()
        board = self.description.board
        own = board if board and board.by == field.name else None
        move = own.move if own else None
        value: Any = None
        try:
            with transaction.atomic(), change_set(by=self.user) as changes:
                record = self.record(record_id, action=Action.CHANGE, lock=True)
                before = self.values(field, self.row(record, field))
                self.check_seen(field, before, request.POST.get("seen"))
                value = self.parsed(field, self.row(record, field), request.POST.get("to", ""))
                if move is not None:
                    move(record, value, by=self.user)
                    announce(self.description, [record.pk], by=self.user, via=Via.HAND)
                else:
                    change_record(self.description, record, {field.name: value}, by=self.user)
        except ValidationError as error:
            help_for_it = own.refused(request, record_id, value, error) if own and own.refused else ""
            return HttpResponse(help_for_it or ui.toast(" ".join(error.messages), tone="bad"), status=422)
        after = self.now(record_id, field)
        if after is None or field.kind.to_json(*after) == field.kind.to_json(*before):
            return HttpResponse()
        return self.answer_change(HttpResponse(), record_id, field, changes)

    def check_seen(self, field: Field, before: Any, seen: str | None) -> None:
        """Refuse to move a card that stands elsewhere by now.

        Raises:
            ValidationError: saying where it stands.
        """
        typed = field.kind.typed(self.formats, *before)
        if seen not in (None, typed):
            text = field.text(self.formats, *before) or _("nothing")
            raise ValidationError(_("Not moved: somebody has changed it to “%(text)s” meanwhile.") % {"text": text})

    def now(self, record_id: UUID, field: Field) -> Any:
        record: Model | None = self.description.everything().filter(pk=record_id).first()
        return self.values(field, self.row(record, field)) if record else None
