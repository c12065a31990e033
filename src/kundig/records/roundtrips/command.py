"""`./kundig import FILE` of a table that was exported to be edited: the same differences, line by line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from django.db import transaction
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records.imports.models import ImportRun
from kundig.records.imports.running import RETURNED, Watch, outcome_counts
from kundig.records.roundtrips.comparing import CONFLICT, REFUSED, cells_of
from kundig.records.roundtrips.models import LineKind, ReturnedLine
from kundig.records.roundtrips.pages import notices
from kundig.records.roundtrips.running import compare, perform

DONE, SOME_FAILED = 0, 1
Say = Callable[[str], None]


@dataclass(frozen=True)
class BringBack:
    """What was asked for at the command line."""

    takes_file: bool
    deletes: bool
    dry_run: bool

    def __call__(self, run: ImportRun, *, by: User, say: Say, watch: Watch | None) -> int:
        """Compare, tell, and unless it is only tried, write; answers the exit status."""
        with transaction.atomic():
            run.save(force_insert=True)
            run = compare(run, by=by)
            if self.takes_file:
                self._take(run)
            if self.deletes:
                removed = run.lines.filter(kind=LineKind.REMOVED)
                (removed if self.takes_file else removed.filter(conflicts=0)).update(is_wanted=True)
            for text in notices(run, current_formats()):
                say(text)
            for line in run.lines.order_by("id").iterator():
                _tell(line, say)
            if self.dry_run:
                transaction.set_rollback(True)
        if self.dry_run:
            return DONE
        run = perform(run, by=by, watch=watch)
        counts = outcome_counts(run.counts)
        told = [f"{name} {counts[name]}" for name in counts]
        say(", ".join([*told, *(f"{name} {run.counts[name]}" for name in ("deleted",) if run.counts.get(name))]))
        if run.returned_bytes:
            say(str(run.folder / RETURNED))
        return SOME_FAILED if counts["failed"] or run.counts.get("left") else DONE

    def _take(self, run: ImportRun) -> None:
        for line in run.lines.filter(conflicts__gt=0):
            for cell in line.cells:
                cell["take"] = cell["take"] or cell["state"] == CONFLICT
            line.save(update_fields=("cells",))


def _tell(line: ReturnedLine, say: Say) -> None:
    head = _("row %(row)d, %(title)s: %(kind)s") % {
        "row": line.number, "title": line.title, "kind": line.get_kind_display(),
    }  # fmt: skip
    say(" – ".join(filter(None, [head, line.why])))
    for cell in cells_of(line):
        change = f"  {cell.label}: {cell.theirs or '–'} → {cell.mine or '–'}"
        if cell.state == CONFLICT:
            words = {"text": change, "taken": _("taken") if cell.take else _("left as it is")}
            say(_("%(text)s (changed in Kundig since; %(taken)s)") % words)
        else:
            say(f"{change} ({cell.why})" if cell.state == REFUSED else change)
