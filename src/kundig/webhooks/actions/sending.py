"""Sending messages as Standard Webhooks writes them, and trying again when they are not taken."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User
from kundig.accounts.queries import company, house
from kundig.notices.actions import tell
from kundig.notices.protocol import NoticeKind
from kundig.platform import outgoing
from kundig.platform.sealing import Unreadable, unseal
from kundig.records import registry
from kundig.records.rest.items import ItemPlan
from kundig.records.rest.problems import encoded
from kundig.webhooks.actions.noting import wake
from kundig.webhooks.actions.subscribing import PURPOSE, give_up_waiting
from kundig.webhooks.enums import DeliveryState, State
from kundig.webhooks.models import Delivery, Webhook
from kundig.webhooks.rules import OFF_AFTER, TEST, signature, wait_after

GONE = 410
OFF = NoticeKind(
    key="webhook_off",
    label=gettext_lazy("A webhook was switched off"),
    help=gettext_lazy("Nobody has taken what Kundig sent to a webhook of yours for days."),
    icon="link",
    words=lambda data, count: _("Kundig sends nothing there any more. %(why)s") % {"why": data.get("why", "")},
    headline=lambda data, count: _("Webhook “%(name)s”") % {"name": data.get("webhook", "")},
)


class NotTaken(Exception):
    """The other program did not take it; the text says why, `status` what it answered."""

    def __init__(self, text: str, status: int | None = None) -> None:
        super().__init__(text)
        self.status = status


def perform_waiting() -> int:
    """Send what is due, one after another; answers how many were attempted.

    A webhook that does not take one keeps the others from being sent only until the next minute.
    """
    attempted, silent = 0, set[UUID]()
    with translation.override(company().language):
        while found := _next(silent):
            delivery_id, webhook_id = found
            if not _perform(delivery_id):
                silent.add(webhook_id)
            attempted += 1
    return attempted


def _next(silent: set[UUID]) -> tuple[UUID, UUID] | None:
    due = Delivery.objects.filter(state=DeliveryState.WAITING, next_at__lte=timezone.now())
    return due.exclude(webhook__in=silent).order_by("next_at", "id").values_list("pk", "webhook_id").first()


@transaction.atomic
def _perform(delivery_id: UUID) -> bool:
    """Whether the other program took it."""
    found = Delivery.objects.select_for_update(skip_locked=True, of=("self",)).select_related("webhook")
    delivery = found.filter(pk=delivery_id, state=DeliveryState.WAITING).first()
    if delivery is None:
        return False  # Another worker is at it.
    delivery.attempts += 1
    try:
        delivery.status, delivery.error = _send(delivery), ""
    except NotTaken as refusal:
        delivery.status, delivery.error = refusal.status, str(refusal)[:300]
        _failed(delivery)
        return False
    delivery.state, delivery.next_at, delivery.finished_at = DeliveryState.DONE, None, timezone.now()
    delivery.save()
    Webhook.objects.filter(pk=delivery.webhook_id).update(failing_since=None)
    return True


def _send(delivery: Delivery) -> int:
    """Send it and answer the status; raises NotTaken."""
    body = encoded(message(delivery))
    now = timezone.now()
    headers = {
        "Content-Type": "application/json",
        "webhook-id": str(delivery.pk),
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": signature(
            _secrets(delivery.webhook), message_id=str(delivery.pk), timestamp=int(now.timestamp()), body=body
        ),
    }
    try:
        answer = outgoing.request(delivery.webhook.address, method="POST", body=body, headers=headers)
    except (outgoing.NotAllowed, outgoing.NoAnswer) as error:
        raise NotTaken(str(error)) from error
    if not 200 <= answer.status < 300:
        raise NotTaken(_("The other program answered with %(status)d.") % {"status": answer.status}, answer.status)
    return answer.status


def _secrets(webhook: Webhook) -> list[str]:
    sealed = [webhook.secret]
    if webhook.old_secret and webhook.old_until is not None and webhook.old_until > timezone.now():
        sealed.append(webhook.old_secret)
    try:
        return [unseal(each, purpose=PURPOSE) for each in sealed]
    except Unreadable as error:
        raise NotTaken(_("The secret cannot be read here. Make a new one.")) from error


def message(delivery: Delivery) -> dict[str, Any]:
    """What is sent: ids, and where the webhook wants it the records as they are now. Those that are gone are null."""
    data: dict[str, Any] = {}
    if delivery.topic != TEST:
        name, _dot, what = delivery.topic.rpartition(".")
        data = {
            "object": name,
            "what": what,
            "change_set": delivery.change_set,
            "via": delivery.via,
            "by": delivery.by_id,
            "records": _items(delivery) if delivery.webhook.with_record else [{"id": key} for key in delivery.records],
        }
    return {"type": delivery.topic, "timestamp": delivery.at, "data": data}


def _items(delivery: Delivery) -> list[dict[str, Any]]:
    description = registry.get(delivery.topic.rpartition(".")[0])
    items = ItemPlan(description, house()).in_order(delivery.records) if description is not None else []
    found = {str(item["id"]): item for item in items}
    return [{"id": key, "record": found.get(str(key))} for key in delivery.records]


def _failed(delivery: Delivery) -> None:
    """Try again later, or give it up; a webhook that has taken nothing for days is switched off."""
    now = timezone.now()
    wait = wait_after(delivery.attempts)
    if wait is None:
        delivery.state, delivery.next_at, delivery.finished_at = DeliveryState.FAILED, None, now
    else:
        delivery.next_at = now + wait
    delivery.save()
    webhook = delivery.webhook
    webhook.failing_since = webhook.failing_since or now
    webhook.save(update_fields=("failing_since",))
    if delivery.status == GONE:
        _switch_off(webhook, _("The other program says that it is gone for good (410)."))
    elif now - webhook.failing_since >= OFF_AFTER:
        _switch_off(webhook, _("It has taken nothing for three days. Last: %(why)s") % {"why": delivery.error})


def _switch_off(webhook: Webhook, reason: str) -> None:
    if not Webhook.objects.filter(pk=webhook.pk, state=State.ACTIVE).update(state=State.OFF, state_reason=reason[:300]):
        return
    give_up_waiting(webhook, _("The webhook was switched off."))
    for reader in _responsible(webhook):
        tell(
            reader,
            kind=OFF.key,
            matter=str(webhook.pk),
            data={"webhook": webhook.name, "why": reason[:300]},
            url=f"/settings/webhooks/{webhook.pk}/",
        )


def _responsible(webhook: Webhook) -> list[User]:
    """Who made it; where they are gone, the administrators."""
    if webhook.created_by is not None and webhook.created_by.is_active:
        return [webhook.created_by]
    return [user for user in User.objects.active() if user.is_administrator]


def resend(delivery: Delivery, *, by: User) -> Delivery:
    """Send what failed, or was delivered, once more: under its own id, so that the other program knows it.

    Raises:
        ValidationError: if it waits anyway, or the webhook does not send.
    """
    if delivery.state == DeliveryState.WAITING:
        raise ValidationError(_("It waits for its next attempt anyway."))
    if not delivery.webhook.is_active:
        raise ValidationError(_("The webhook does not send. Activate it first."))
    delivery.state, delivery.next_at, delivery.attempts = DeliveryState.WAITING, timezone.now(), 0
    delivery.status, delivery.error, delivery.finished_at = None, "", None
    with transaction.atomic():
        delivery.save()
        wake()
    return delivery


def send_test(webhook: Webhook, *, by: User) -> Delivery:
    """Send a message without records, of the type “test”; raises like `resend`."""
    if not webhook.is_active:
        raise ValidationError(_("The webhook does not send. Activate it first."))
    with transaction.atomic():
        delivery = Delivery.objects.create(webhook=webhook, topic=TEST, next_at=timezone.now(), by_id=by.pk)
        wake()
    return delivery
