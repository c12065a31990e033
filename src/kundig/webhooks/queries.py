"""What pages and the API ask of webhooks."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db.models import Count, Max, Q
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.records import registry
from kundig.webhooks.enums import DeliveryState, What
from kundig.webhooks.models import Webhook
from kundig.webhooks.rules import topic


@dataclass(frozen=True)
class Overview:
    """A webhook and its last week."""

    webhook: Webhook
    done: int
    failed: int
    last_at: Any


def overviews() -> list[Overview]:
    """All webhooks, in one query."""
    lately = Q(deliveries__at__gte=timezone.now() - timedelta(days=7))
    rows = Webhook.objects.annotate(
        done=Count("deliveries", lately & Q(deliveries__state=DeliveryState.DONE)),
        failed=Count("deliveries", lately & Q(deliveries__state=DeliveryState.FAILED)),
        last_at=Max("deliveries__at"),
    )
    return [Overview(row, row.done, row.failed, row.last_at) for row in rows.order_by("name", "id")]


def known_topics() -> dict[str, str]:
    """Everything one can subscribe to, in words: `organisations.created` → "organisations: created"."""
    return {
        topic(description.name, what): f"{description.label_plural}: {what.label}"
        for description in registry.descriptions()
        for what in What
    }


def in_words(topics: Iterable[str]) -> str:
    """["organisations.created", "organisations.changed", "persons.deleted"] → "Organisations (created, changed), …"."""
    by_object: dict[str, list[str]] = {}
    for each in topics:
        name, _dot, what = each.rpartition(".")
        by_object.setdefault(name, []).append(what)
    parts = []
    for name, whats in by_object.items():
        known = registry.get(name)
        label = str(known.label_plural) if known else name
        words = [str(What(what).label) for what in What.values if what in whats]
        parts.append(_("%(objects)s (%(what)s)") % {"objects": label, "what": ", ".join(words)})
    return ", ".join(parts)
