"""What the pages of changes have in common: words for events, and for what taking back would do."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib.auth.mixins import LoginRequiredMixin
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from kundig.accounts.models import User
from kundig.platform.formats import Formats, current_formats
from kundig.records.events import Via
from kundig.records.ledger.folding import Deed
from kundig.records.ledger.listing import MOST_COUNTED, Count
from kundig.records.ledger.means import icon_of_means, label_of_means
from kundig.records.ledger.models import CHANGED, CREATED, DELETED, ChangeSet
from kundig.records.ledger.reading import Event, names_of
from kundig.records.ledger.results import Clash, Hindrance, Place, UndoResult
from kundig.records.ledger.sight import Sight
from kundig.records.ledger.wording import Said, label_of, titles_of, words_of

MOST_NAMED = 3
"""Fields that the line of a change names with their values."""


class ChangesView(LoginRequiredMixin, View):
    user: User
    formats: Formats

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not isinstance(request.user, User):
            return self.handle_no_permission()
        self.user, self.formats = request.user, current_formats()
        return super().dispatch(request, *args, **kwargs)


@dataclass(frozen=True)
class Head:
    """The line of a change set."""

    id: Any
    icon: str
    who: str
    means: str
    title: str
    summary: str
    at: Any
    moment: str


def heads(sets: Sequence[ChangeSet], formats: Formats, summaries: Sequence[str]) -> list[Head]:
    names = names_of(sets)
    return [
        _head(each, names.get(each.by_id, ""), each.title, summary, formats)
        for each, summary in zip(sets, summaries, strict=True)
    ]


def _head(each: ChangeSet, name: str, title: str, summary: str, formats: Formats) -> Head:
    return Head(
        each.pk, icon_of_means(each.via), who(each, name), label_of_means(each.via),
        title if each.via != Via.OUTSIDE else "", summary, each.at, formats.moment(each.at),
    )  # fmt: skip


def who(each: ChangeSet, name: str) -> str:
    """Whoever did it, in words."""
    if name:
        return name
    return _("Somebody at the database") if each.via == Via.OUTSIDE else "Kundig"


def head_of_event(event: Event, formats: Formats, *, page: Any) -> Head:
    """The line of a change set in the history of one record."""
    return _head(event.set, event.by, event.title, summary_of_event(event, page=page), formats)


def summary_of_event(event: Event, *, page: Any) -> str:
    """The fields that changed here, with what they became; of parts, which ones."""
    texts: list[str] = []
    own = [entry for entry in event.entries if entry.record == page and (entry.lines or entry.deed is not Deed.CHANGED)]
    for entry in own or event.entries:
        is_page = entry.record == page
        name = "" if is_page or entry.description is None else f"{str(entry.description.label).capitalize()} "
        if entry.deed is not Deed.CHANGED:
            word = _("created") if entry.deed is Deed.CREATED else _("deleted")
            texts.append(word.capitalize() if is_page else f"{name}{entry.title}: {word}")
        else:
            texts += [f"{name}{line.label}: {line.after or _('empty')}" for line in entry.lines]
    if len(texts) > MOST_NAMED:
        rest = len(texts) - MOST_NAMED
        more = ngettext("%(count)d more", "%(count)d more", rest) % {"count": rest}
        texts = [*texts[:MOST_NAMED], more]
    return ", ".join(texts)


def summary_of_counts(counts: Iterable[Count]) -> str:
    """What a change set did, in numbers: "30 organisations changed"."""
    texts: list[str] = []
    for each in counts:
        if each.watched.is_part and texts:
            continue
        label = each.watched.descriptions[0].label_plural if each.count != 1 else each.watched.descriptions[0].label
        if len(each.watched.descriptions) > 1:
            meta = each.watched.model._meta
            label = meta.verbose_name_plural if each.count != 1 else meta.verbose_name
        number = f"{MOST_COUNTED}+" if each.count >= MOST_COUNTED else each.count
        patterns = {
            CREATED: _("%(count)s %(what)s created"),
            CHANGED: _("%(count)s %(what)s changed"),
            DELETED: _("%(count)s %(what)s deleted"),
        }
        if each.op in patterns:
            texts.append(patterns[each.op] % {"count": number, "what": label})
    return ", ".join(texts)


# -- what taking back would do -----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """A conflict, side by side."""

    name: str
    """Name of its choice in the form."""
    record: str
    label: str
    now: str
    before: str
    is_record: bool
    is_taken_back: bool


@dataclass(frozen=True)
class Left:
    record: str
    why: str


def decisions_of(result: UndoResult, formats: Formats, sight: Sight) -> list[Decision]:
    """The conflicts in words, in the order in which they were met."""
    titles = _titles([conflict.place for conflict in result.conflicts], formats, sight)
    said: list[Said] = []
    for conflict in result.conflicts:
        place = conflict.place
        if place.watched is not None:
            said += [
                Said(place.watched, place.row or {}, place.column, value) for value in (conflict.now, conflict.before)
            ]
    words = iter(words_of(said, formats, sight))
    found = []
    for conflict, title in zip(result.conflicts, titles, strict=True):
        now, before = next(words), next(words)
        is_record = conflict.clash is Clash.RECORD
        label = "" if is_record else label_of(conflict.place.watched, conflict.place.row, conflict.place.column)
        found.append(
            Decision(f"take.{conflict.place.record}.{conflict.place.column}", title, label,
                     now or _("empty"), before or _("empty"), is_record, conflict.is_taken_back)
        )  # fmt: skip
    return found


def left_of(result: UndoResult, formats: Formats, sight: Sight) -> list[Left]:
    """What stays as it is, and why; what is not for the reader is told once for each reason, without a name."""
    titles = _titles([each.place for each in result.obstacles], formats, sight)
    whys = {
        Hindrance.FORBIDDEN: _("your role does not let you"),
        Hindrance.GONE: _("it has been deleted since"),
        Hindrance.ERASED: _("what stood there has been erased for privacy"),
        Hindrance.OWNER_GONE: _("what it belonged to is gone"),
        Hindrance.TAKEN: _("another record has its value now, which must be unique"),
        Hindrance.NEEDED: _("another record needs it"),
        Hindrance.FIXED: _("it has gone out or is settled, and stays as it is"),
        Hindrance.UNKNOWN: _("Kundig does not know this object any more"),
    }
    hidden = _("What you may not see")
    found = [Left(title or hidden, whys[each.why]) for each, title in zip(result.obstacles, titles, strict=True)]
    return list(dict.fromkeys(found))


def _titles(places: Sequence[Place], formats: Formats, sight: Sight) -> list[str]:
    """What the records of these places are called; "" of one that the reader may not see."""
    seen = sight.seen_places(places)
    found: dict[tuple[int, Any], str] = {}
    for number in {place.watched.number for place in places if place.watched}:
        mine = [place for place in places if place.watched and place.watched.number == number]
        rows = {place.record: place.row or {} for place in mine if (number, place.record) in seen}
        for record, title in titles_of(mine[0].watched, rows, formats, sight).items():  # type: ignore[arg-type]
            found[number, record] = title
    return [found.get((place.watched.number, place.record), "") if place.watched else "" for place in places]
