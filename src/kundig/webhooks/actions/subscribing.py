"""Making, changing and ending webhooks."""

from __future__ import annotations

import difflib
from collections.abc import Mapping, Sequence
from typing import Any

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform import outgoing
from kundig.platform.sealing import seal
from kundig.webhooks.enums import DeliveryState, State
from kundig.webhooks.models import Delivery, Webhook
from kundig.webhooks.queries import known_topics
from kundig.webhooks.rules import OLD_SECRET_KEPT, new_secret

PURPOSE = "webhook"


def draft_webhook(values: Mapping[str, Any] | None = None) -> Webhook:
    """One that is kept nowhere yet, for the form of a new one."""
    return Webhook(**(values or {}))


def create_webhook(values: Mapping[str, Any], *, by: User) -> tuple[Webhook, str]:
    """A new webhook and its secret, which is never told again; raises like `save_webhook`."""
    secret = new_secret()
    webhook = save_webhook(Webhook(created_by=by, secret=seal(secret, purpose=PURPOSE)), values, by=by)
    return webhook, secret


def save_webhook(webhook: Webhook, values: Mapping[str, Any], *, by: User) -> Webhook:
    """Set `name`, `address`, `topics` and `with_record`, as far as they are given.

    Raises:
        PermissionDenied: if `by` does not administer the house.
        ValidationError: with a dict of field names, if a value is not right or the address leads into a private
            network.
    """
    _require(by)
    errors: dict[str, list[str]] = {}
    for name in ("name", "address"):
        setattr(webhook, name, str(values.get(name, getattr(webhook, name))).strip())
        if not getattr(webhook, name):
            errors[name] = [_("This is required.")]
    webhook.with_record = bool(values.get("with_record", webhook.with_record))
    topics = values.get("topics", webhook.topics)
    webhook.topics = list(dict.fromkeys(topics))
    if not webhook.topics:
        errors["topics"] = [_("Choose at least one.")]
    elif unknown := [each for each in webhook.topics if each not in known_topics()]:
        errors["topics"] = [_unknown(unknown)]
    if "address" not in errors:
        try:
            outgoing.check_address(webhook.address)
        except outgoing.NotAllowed as error:
            errors["address"] = [str(error)]
    try:
        webhook.full_clean(exclude=["secret", *errors])
    except ValidationError as error:
        errors |= error.message_dict
    if errors:
        raise ValidationError(errors)
    webhook.save()
    return webhook


def _unknown(topics: Sequence[str]) -> str:
    first = str(topics[0])[:80]
    near = difflib.get_close_matches(first, known_topics(), n=1)
    if near:
        return _("There is nothing to tell of called “%(name)s”. Did you mean “%(near)s”?") % {
            "name": first, "near": near[0],
        }  # fmt: skip
    return _("There is nothing to tell of called “%(name)s”. It is an object and what happens: %(example)s.") % {
        "name": first, "example": ", ".join(list(known_topics())[:3]),
    }  # fmt: skip


def renew_secret(webhook: Webhook, *, by: User) -> str:
    """Give it a new secret and answer it; for a day messages are signed with the old one, too."""
    _require(by)
    secret = new_secret()
    webhook.old_secret, webhook.old_until = webhook.secret, timezone.now() + OLD_SECRET_KEPT
    webhook.secret = seal(secret, purpose=PURPOSE)
    webhook.save(update_fields=("secret", "old_secret", "old_until", "changed_at"))
    return secret


@transaction.atomic
def pause_webhook(webhook: Webhook, *, by: User) -> None:
    """Nothing is noted for it from now on, and what waits is given up."""
    _require(by)
    webhook.state, webhook.state_reason = State.PAUSED, ""
    webhook.save(update_fields=("state", "state_reason", "changed_at"))
    give_up_waiting(webhook, _("The webhook was paused."))


def activate_webhook(webhook: Webhook, *, by: User) -> None:
    """Tell it what happens from now on; whatever failed before is forgiven."""
    _require(by)
    webhook.state, webhook.state_reason, webhook.failing_since = State.ACTIVE, "", None
    webhook.save(update_fields=("state", "state_reason", "failing_since", "changed_at"))


def delete_webhook(webhook: Webhook, *, by: User) -> None:
    """Delete it with its log."""
    _require(by)
    webhook.delete()


def give_up_waiting(webhook: Webhook, reason: str) -> None:
    """What waits is not sent; somebody may still send it from the log."""
    Delivery.objects.filter(webhook=webhook, state=DeliveryState.WAITING).update(
        state=DeliveryState.FAILED, next_at=None, finished_at=timezone.now(), error=reason[:300]
    )


def _require(by: User) -> None:
    if not by.access.is_administrator:
        raise PermissionDenied(_("Webhooks are for administrators."))
