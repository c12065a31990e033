"""What happens in the engine that somebody is told of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundig.accounts.models import User
from kundig.notices.actions import tell
from kundig.notices.protocol import NoticeKind
from kundig.platform import jobs, outbox
from kundig.platform.enums import JobState
from kundig.platform.models import JobRun
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.events import RecordsChanged, Via
from kundig.records.ledger.models import CHANGED, CREATED, ChangeSet, LedgerRow

LONG = timedelta(seconds=20)
"""Who waits longer than this has turned to something else."""
NOBODY = ""
NOT_HANDED = (Via.UNDO, Via.SAMPLE, Via.ERASURE, Via.MIGRATION, Via.UPKEEP)


def tell_of_end(run: JobRun) -> None:
    """Whoever started something that took long learns that it is finished, or failed."""
    page = jobs.page_of(run)
    if run.created_by is None or not page or run.finished_at is None or run.finished_at - run.created_at < LONG:
        return
    reader = User.objects.active().filter(pk=run.created_by).first()
    if reader is not None:
        data = {
            "title": run.title,
            "state": run.state,
            "seconds": int((run.finished_at - run.created_at).total_seconds()),
        }
        tell(reader, kind="finished", matter=str(run.pk), key=str(run.pk), data=data, url=page)


@outbox.handler(RecordsChanged)
def tell_of_handing_over(event: RecordsChanged) -> None:
    """Who is given records by somebody else learns of it: by hand, in bulk, by an import or by a rule."""
    description = registry.get(event.object)
    if description is None or not description.owner or not event.change_set or event.via in NOT_HANDED:
        return
    given = _given(description, UUID(event.change_set), [UUID(each) for each in event.ids])
    if not given:
        return
    by = UUID(event.by_id) if event.by_id else None
    rule = _title(event) if event.via == Via.RULE else ""
    for reader in User.objects.active().filter(pk__in=given):
        tell(
            reader, kind="handed", matter=f"{event.object}:{by or rule}", by=by, object=event.object,
            records=given[reader.pk], data={"rule": rule} if rule else {},
        )  # fmt: skip


def _given(description: Description, change_set: UUID, ids: Iterable[UUID]) -> dict[UUID, list[UUID]]:
    """Of the records in a change set those that it gave an owner, and that are theirs still: owner → records."""
    column = f"{description.owner}_id"
    written = LedgerRow.objects.filter(record__in=list(ids), op__in=(CREATED, CHANGED)).order_by("seq")
    ours = written.filter(change_set=change_set)
    rows = ours.filter(op=CREATED) | ours.filter(before__has_key=column)
    given: dict[UUID, tuple[int, str | None]] = {}
    for seq, record, after in rows.values_list("seq", "record", "after"):
        given[record] = (seq, after[column] or NOBODY if after else None)
    if not given:
        return {}
    # The ledger keeps no values of what is new: they are those that the next change replaced, or those of today.
    since = written.filter(record__in=given, seq__gt=min(seq for seq, _owner in given.values()), before__has_key=column)
    for seq, record, before in since.values_list("seq", "record", "before"):
        made, owner = given[record]
        if seq > made and owner is None:
            given[record] = (made, (before or {}).get(column) or NOBODY)
    found: dict[UUID, list[UUID]] = defaultdict(list)
    now = description.everything().filter(pk__in=given).exclude(**{column: None})
    for record, owner in now.order_by("pk").values_list("pk", column):
        if given[record][1] in (None, str(owner)):
            found[owner].append(record)
    return found


def _title(event: RecordsChanged) -> str:
    return ChangeSet.objects.filter(pk=event.change_set).values_list("title", flat=True).first() or ""


# -- what they are called, and how they say it -----------------------------------------------------------------------


def _handed(data: Mapping[str, Any], count: int) -> str:
    if data.get("by_name"):
        words = ngettext("%(name)s has handed this over to you.", "%(name)s has handed these over to you.", count)
        return words % {"name": data["by_name"]}
    if data.get("rule"):
        words = ngettext(
            "The rule “%(rule)s” has given this to you.", "The rule “%(rule)s” has given these to you.", count
        )
        return words % {"rule": data["rule"]}
    return ngettext("It is yours to look after now.", "They are yours to look after now.", count)


def _finished(data: Mapping[str, Any], count: int) -> str:
    if data.get("state") == JobState.FAILED:
        return _("That did not work. The page says why.")
    minutes = round(int(data.get("seconds", 0)) / 60)
    if minutes < 1:
        return _("Finished.")
    return ngettext("Finished after %(n)d minute.", "Finished after %(n)d minutes.", minutes) % {"n": minutes}


HANDED = NoticeKind(
    key="handed",
    label=gettext_lazy("Handed over to you"),
    help=gettext_lazy("Somebody else, or a rule, has made you the one who looks after a record."),
    icon="swap",
    words=_handed,
)
FINISHED = NoticeKind(
    key="finished",
    label=gettext_lazy("Finished in the background"),
    help=gettext_lazy("An import, an export or a change of many records that you started and that took a while."),
    icon="check-circle",
    words=_finished,
    headline=lambda data, count: str(data.get("title", "")),
)
KINDS = (HANDED, FINISHED)
