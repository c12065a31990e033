"""Taking back at once what one has just done: the button of a toast."""

from __future__ import annotations

from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views import View

from kundig.accounts.models import User
from kundig.platform import ui
from kundig.platform.formats import current_formats
from kundig.platform.htmx import changed, with_toast
from kundig.records.ledger.listing import visible_sets
from kundig.records.ledger.models import ChangeSet
from kundig.records.ledger.results import Clash, Conflict, Hindrance, UndoResult
from kundig.records.ledger.sight import Sight
from kundig.records.ledger.undoing import undo
from kundig.records.ledger.wording import Said, words_of

MOST_NAMES = 50
"""Records that the page is told to fetch again; who sees more of them hears it from the stream."""


class UndoView(LoginRequiredMixin, View):
    """POST takes a change back as far as nobody has touched it since."""

    def post(self, request: HttpRequest, change_set_id: UUID) -> HttpResponse:
        user = request.user
        if not isinstance(user, User):
            return self.handle_no_permission()
        try:
            result = undo(change_set_id, by=user)
        except ChangeSet.DoesNotExist:
            return with_toast(HttpResponse(), _("This cannot be undone any more."))
        except ValidationError as error:
            return with_toast(HttpResponse(), " ".join(error.messages))
        toast = ui.toast(message_of(result, user), link=_decide(result, user))
        response = HttpResponse(toast)
        return changed(response, *result.names[:MOST_NAMES]) if result.names else response


def _decide(result: UndoResult, user: User) -> tuple[str, str] | None:
    """Where what stood in the way is decided, field by field."""
    if not result.counts["conflicts"] or not visible_sets(user).filter(pk=result.undone).exists():
        return None
    return f"/changes/{result.undone}/", _("Decide")


def message_of(result: UndoResult, user: User) -> str:
    """What came of it, in a sentence."""
    if result.is_clean:
        return _("Undone.") if result.done else _("This is as it was before already.")
    if result.done:
        left = result.counts["conflicts"] + result.counts["obstacles"]
        return ngettext(
            "Undone, except for one value that has been touched since.",
            "Undone, except for %(count)d values that have been touched since.",
            left,
        ) % {"count": left}
    if result.conflicts:
        return _message_of_conflict(result.conflicts[0], user)
    return {
        Hindrance.FORBIDDEN: _("Not undone: your role does not let you."),
        Hindrance.GONE: _("This cannot be undone any more: the record is gone."),
        Hindrance.ERASED: _("Not undone: what stood there has been erased for privacy."),
        Hindrance.OWNER_GONE: _("Not undone: what it belonged to is gone."),
        Hindrance.TAKEN: _("Not undone: another record has this value now, which must be unique."),
        Hindrance.NEEDED: _("Not undone: another record needs it."),
        Hindrance.FIXED: _("Not undone: it has gone out or is settled, and stays as it is."),
        Hindrance.UNKNOWN: _("Not undone: Kundig does not know this object any more."),
    }[result.obstacles[0].why]


def _message_of_conflict(conflict: Conflict, user: User) -> str:
    place = conflict.place
    if conflict.clash is Clash.RECORD or place.watched is None:
        return _("Not undone: somebody has worked with it since.")
    said = Said(place.watched, place.row or {}, place.column, conflict.now)
    text = words_of([said], current_formats(), Sight(user))[0] or _("nothing")
    return _("Not undone: somebody has changed it to “%(text)s” since.") % {"text": text}
