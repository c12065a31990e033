"""Templates for quotes: one of each language is taken where nobody names one. Called through `records.actions`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from kundig.accounts.models import User
from kundig.records import registry
from kundig.records.actions import announce
from kundig.records.events import Via
from kundig.sales.models import QuoteTemplate


def create_template(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> QuoteTemplate:
    """A new template. Raises ValidationError with a dict of columns."""
    return change_template(QuoteTemplate(), values, by=by, via=via)


def change_template(
    template: QuoteTemplate, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND
) -> QuoteTemplate:
    """Set columns of a template; one that is to be taken where none is named follows the one that was.

    Raises:
        ValidationError: with a dict of columns.
    """
    for name, value in values.items():
        setattr(template, name, value)
    template.name = " ".join((template.name or "").split())
    template.clean_fields(exclude=["blocks"])
    with transaction.atomic():
        if template.is_default:
            _let_go(template, by=by, via=via)
        template.validate_constraints()
        template.save()
    return template


def _let_go(template: QuoteTemplate, *, by: User, via: Via) -> None:
    """The one that was taken so far in this language is one among others."""
    former = list(
        QuoteTemplate.objects.select_for_update()
        .filter(language=template.language, is_default=True)
        .exclude(pk=template.pk)
    )
    for each in former:
        each.is_default = False
        each.save(update_fields=["is_default", "changed_at"])
    if former:
        description = registry.for_model(QuoteTemplate)
        assert description is not None, "descriptions are registered when the program starts"
        announce(description, [each.pk for each in former], by=by, via=via)
