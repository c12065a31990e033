"""What the page of a file that came back shows: sentences, counts, and the rows that are different."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q, Sum
from django.utils.dateparse import parse_datetime
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, pgettext

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.platform.formats import Formats
from kundig.records.description import Description
from kundig.records.imports.models import ImportRun
from kundig.records.roundtrips.bases import with_bases
from kundig.records.roundtrips.cells import shown
from kundig.records.roundtrips.columns import field_named
from kundig.records.roundtrips.comparing import CONFLICT, Cell, cells_of
from kundig.records.roundtrips.models import LineKind, ReturnedLine

SHOWN = 50
MOST_ASTRAY, SHARE_ASTRAY = 20, 0.8
"""From so many rows on, and so large a part of them with another title, the table was sorted without its ids."""
ALL = "all"
_SHOWN = {
    ALL: Q(),
    "conflicts": Q(conflicts__gt=0),
    "refused": Q(refusals__gt=0) | Q(kind=LineKind.REFUSED),
    "new": Q(kind__in=(LineKind.NEW, LineKind.DOUBLE)),
    "removed": Q(kind=LineKind.REMOVED),
}
_UNTOUCHED = _SHOWN["removed"] & Q(conflicts=0)
"""Removed rows whose records are what they were: about them one answer is enough."""


@dataclass(frozen=True)
class ShownCell:
    """One cell in the words of its reader."""

    place: int
    label: str
    mine: str
    theirs: str
    base: str | None
    state: str
    why: str
    take: bool


@dataclass(frozen=True)
class ShownLine:
    line: ReturnedLine
    title: str
    url: str
    cells: list[ShownCell]
    conflicts: list[ShownCell]


def page_of(
    run: ImportRun, description: Description, *, by: User, formats: Formats, show: str, after: int
) -> dict[str, Any]:
    """What the template of the comparison is given."""
    show = show if show in _SHOWN else ALL
    lines = list(run.lines.filter(_SHOWN[show], pk__gt=after).order_by("pk")[: SHOWN + 1])
    counts = counts_of(run)
    return {
        "run": run,
        "here": f"{description.url()}import/{run.pk}/compare/",
        "discard": f"{description.url()}import/{run.pk}/discard/",
        "headline": _headline(counts, formats),
        "exported": _exported(run, formats),
        "notices": notices(run, formats),
        "counts": counts,
        "numbers": {name: formats.number(count) for name, count in counts.items()},
        "tabs": [(name, label, formats.number(counts[name])) for name, label in _tabs() if counts[name] or name == ALL],
        "show": show,
        "lines": shown_lines(lines[:SHOWN], run, description, by=by, formats=formats),
        "more": lines[SHOWN - 1].pk if len(lines) > SHOWN else 0,
        "may_delete": description.may(by, Action.DELETE),
    }


def counts_of(run: ImportRun) -> dict[str, int]:
    """How many rows of each sort there are, and what would be done now."""
    wanted = Q(is_wanted=True)
    counts: dict[str, Any] = run.lines.aggregate(
        cells_to_decide=Count("pk", filter=Q(kind=LineKind.CHANGED, conflicts__gt=0)),
        untouched=Count("pk", filter=_UNTOUCHED),
        untouched_deleted=Count("pk", filter=wanted & _UNTOUCHED),
        **{name: Count("pk", filter=condition) for name, condition in _SHOWN.items()},
        cells=Sum("changes", filter=Q(kind=LineKind.CHANGED), default=0),
        changed=Count("pk", filter=Q(kind=LineKind.CHANGED, changes__gt=0)),
        created=Count("pk", filter=wanted & _SHOWN["new"]),
        deleted=Count("pk", filter=wanted & _SHOWN["removed"]),
    )
    mine = taken_only_in_conflict(run)
    counts["written"] = counts["changed"] + mine + counts["created"]
    counts["records"] = counts["written"] + counts["deleted"]
    counts["unchanged"] = run.preview.get("unchanged", 0)
    return counts


def taken_only_in_conflict(run: ImportRun) -> int:
    """Records that change only because somebody has decided a conflict for the file."""
    rows = run.lines.filter(kind=LineKind.CHANGED, changes=0, conflicts__gt=0)
    return sum(any(cell.state == CONFLICT and cell.take for cell in cells_of(line)) for line in rows.iterator())


def notices(run: ImportRun, formats: Formats) -> list[str]:
    """What is to be known before anything is decided."""
    seen, found = run.preview, []
    known = seen.get("rows", 0)
    if known >= MOST_ASTRAY and seen.get("retitled", 0) > known * SHARE_ASTRAY:
        found.append(
            _("In nearly all rows the first column is different.")
            + " "
            + _("Was the table sorted without its hidden columns? Then discard this and export it anew.")
        )
    found += [
        _("The column “%(header)s” is “%(label)s”: what stands in it tells.") % {"header": header, "label": label}
        for header, label in seen.get("renamed", ())
    ]
    if own := seen.get("own"):
        found.append(
            ngettext(
                "The column “%(names)s” was not in the export and is left alone.",
                "The columns “%(names)s” were not in the export and are left alone.",
                len(own),
            )
            % {"names": _quoted(own[:8])}
        )
    if gone := seen.get("gone"):
        found.append(
            ngettext(
                "The column “%(names)s” is no longer in the file; its field stays as it is.",
                "The columns “%(names)s” are no longer in the file; their fields stay as they are.",
                len(gone),
            )
            % {"names": _quoted(gone[:8])}
        )
    return found


def shown_lines(
    lines: Sequence[ReturnedLine], run: ImportRun, description: Description, *, by: User, formats: Formats
) -> list[ShownLine]:
    at = parse_datetime(run.plan["slip"]["at"])
    assert at is not None
    by_line = {line.pk: cells_of(line) for line in lines}
    every = [cell for cells in by_line.values() for cell in cells]
    found = iter(with_bases(description, every, at=at, by=by, formats=formats))
    fields = {cell.field: field_named(description, cell.field, by=by) for cell in every}

    def words(place: int, cell: Cell) -> ShownCell:
        field = fields[cell.field]
        # A field that has been taken from the reader since it was compared says nothing any more.
        there = (cell.theirs, cell.base) if field is not None else ("", None)
        texts = [None if t is None else shown(t, field, formats) for t in (cell.mine, *there)]
        return ShownCell(place, cell.label, texts[0] or "", texts[1] or "", texts[2], cell.state, cell.why, cell.take)

    result = []
    for line in lines:
        cells = [words(place, next(found)) for place, _cell in enumerate(by_line[line.pk])]
        result.append(
            ShownLine(
                line, line.title or _("(no name)"),
                description.url(line.record_id) if line.record_id and line.kind != LineKind.REFUSED else "",
                [cell for cell in cells if cell.state != CONFLICT], [cell for cell in cells if cell.state == CONFLICT],
            )
        )  # fmt: skip
    return result


def _quoted(names: Sequence[str]) -> str:
    """Names for a place between quotation marks."""
    return pgettext("between two names in quotation marks", "”, “").join(names)


def _tabs() -> list[tuple[str, str]]:
    return [
        (ALL, _("Everything different")), ("conflicts", _("To decide")), ("refused", _("Cannot be taken")),
        ("new", _("New rows")), ("removed", _("Rows removed")),
    ]  # fmt: skip


def _headline(counts: dict[str, int], formats: Formats) -> str:
    if not counts[ALL]:
        return _("Nothing is different")
    if counts["conflicts"]:
        return ngettext(
            "%(count)s row is different in Kundig, too: please decide",
            "%(count)s rows are different in Kundig, too: please decide",
            counts["conflicts"],
        ) % {"count": formats.number(counts["conflicts"])}
    return ngettext("%(count)s row is different", "%(count)s rows are different", counts[ALL]) % {
        "count": formats.number(counts[ALL])
    }


def _exported(run: ImportRun, formats: Formats) -> str:
    at = parse_datetime(run.plan["slip"]["at"])
    rows = formats.number(run.preview.get("rows", 0))
    return _("%(name)s, exported on %(at)s, %(rows)s rows looked at.") % {
        "name": run.name, "at": formats.moment(at) if at else "", "rows": rows,
    }  # fmt: skip
