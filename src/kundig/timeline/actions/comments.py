"""What colleagues say to a contact, and whom they call in."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.notices.actions import tell
from kundig.notices.protocol import NoticeKind
from kundig.parties.queries import described
from kundig.platform import outbox
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.timeline.events import TouchpointChanged
from kundig.timeline.models import Comment, Touchpoint
from kundig.timeline.rules.mentions import mentioned

LONGEST = 4000


def _called_in(data: Mapping[str, Any], count: int) -> str:
    # What was said stays with the contact: there it can be withdrawn and erased, and here it would remain.
    words = ngettext("%(name)s asks for you in a comment.", "%(name)s asks for you in comments.", count)
    return words % {"name": data.get("by_name") or _("Somebody")}


MENTIONED = NoticeKind(
    key="mentioned",
    label=gettext_lazy("Asked for in a comment"),
    help=gettext_lazy("A colleague has written your name after an @ in the history of a customer."),
    icon="users",
    words=_called_in,
)


def comment_on(touchpoint: Touchpoint, text: str, *, by: User, via: Via = Via.HAND) -> Comment:
    """Say something to a contact; colleagues who are named after an @ and may see the customer are told.

    Whoever may look at a customer may say something.

    Raises:
        ValidationError: if nothing is said, or too much.
        PermissionDenied: if `by` may not see the customer.
    """
    said = text.replace("\r\n", "\n").replace("\x00", "").strip()
    if not said:
        raise ValidationError({"text": _("Write what you want to say.")})
    if len(said) > LONGEST:
        raise ValidationError(
            {"text": _("This is %(length)d characters long; at most %(limit)d fit.")
             % {"length": len(said), "limit": LONGEST}}
        )  # fmt: skip
    description = described(touchpoint.party)
    if not description.may(by, Action.READ, touchpoint.party):
        raise PermissionDenied(_("There is no such record, or it is not visible to you."))
    with transaction.atomic(), change_set(by=by, via=via):
        comment = Comment.objects.create(
            touchpoint_id=touchpoint.pk, at=touchpoint.at, party_id=touchpoint.party_id, author=by, text=said,
            written_at=timezone.now(),
        )  # fmt: skip
        for reader in _called(said):
            if description.may(reader, Action.READ, touchpoint.party):
                tell(
                    reader, kind=MENTIONED.key, matter=f"touchpoint:{touchpoint.pk}", by=by.pk, object=description.name,
                    records=[touchpoint.party_id], key=str(comment.pk),
                    url=f"{description.url(touchpoint.party_id)}?at={touchpoint.pk}#t{touchpoint.pk}",
                )  # fmt: skip
        _tell(touchpoint)
    return comment


def withdraw_comment(comment: Comment, *, by: User, via: Via = Via.HAND) -> None:
    """Take back what one has said oneself.

    Raises:
        PermissionDenied: if somebody else said it.
    """
    if comment.author_id != by.pk:
        raise PermissionDenied(_("Only who has written this can take it back."))
    with transaction.atomic(), change_set(by=by, via=via):
        touchpoint = comment.touchpoint
        comment.delete()
        _tell(touchpoint)


def _called(text: str) -> Collection[User]:
    names = dict(User.objects.active().values_list("pk", "name"))
    wanted = mentioned(text, names)
    return [found for key in wanted if (found := User.objects.with_access(key)) is not None]


def _tell(touchpoint: Touchpoint) -> None:
    outbox.publish(TouchpointChanged(touchpoint.pk, touchpoint.at, touchpoint.party_id, touchpoint.organisation_id))
