"""What is asked of a deal before a gate: the fields that are missing, what must be ticked, why it ended."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from django.core.exceptions import ValidationError
from django.http import QueryDict
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.records.description import Description
from kundig.records.forms import Control, RecordForm
from kundig.records.rows import RowPlan
from kundig.sales.enums import DealStatus
from kundig.sales.models import ClosingReason, Deal, Stage
from kundig.sales.queries import missing_on_the_way

REASON = "closing_reason"


class GateForm:
    """The questions at the gates between where a deal stands and `goal`. `values` are the answers, once `read`."""

    def __init__(self, deal: Deal, goal: Stage, *, user: User, data: QueryDict | None = None) -> None:
        self.deal, self.goal, self.user, self.data = deal, goal, user, data
        missing = missing_on_the_way(deal, deal.stage, goal)
        names = self.fields = [name for name in missing.fields if name != REASON]
        if goal.status == DealStatus.LOST:
            names = ["lost_to", *names]
        if goal.is_closed:
            names.append("closing_note")
        self.checks: Sequence[str] = missing.checks
        self.reasons = list(
            ClosingReason.objects.filter(outcome=goal.status, is_active=True).order_by("name_key")
            if goal.is_closed
            else ()
        )
        self.needs_reason = bool(self.reasons) and (goal.status == DealStatus.LOST or REASON in missing.fields)
        self.error = ""
        self.reason_error = ""
        self.description = _asking(names)
        plan = RowPlan(self.description.named(names), user) if names else None
        row = (plan.as_dict(plan.one(self.description.everything(), deal.pk) or ()) if plan else {}) or {}
        known = {column.attname: getattr(deal, column.attname) for column in deal._meta.concrete_fields}
        self.form = RecordForm(self.description, user, current_formats(), {**known, **row}, data=data)

    @property
    def controls(self) -> list[Control]:
        """The fields to be filled in; what the gates ask for is marked as such."""
        return [
            replace(each, field=replace(each.field, required=each.field.name in self.fields))
            for each in self.form.controls
        ]

    @property
    def ticked(self) -> list[str]:
        """What has been ticked in this form."""
        given = self.data.getlist("check") if self.data is not None else []
        return [item for item in self.checks if item in given]

    @property
    def reason(self) -> str:
        return self.data.get(REASON, "") if self.data is not None else ""

    def read(self) -> dict[str, Any]:
        """The answers by column; what cannot be read or is missing is an error at its field.

        Raises:
            ValidationError: if anything is wrong or still missing.
        """
        values = self.form.read()
        for name in self.fields:
            # What the reader may not write is not in the form; moving the deal says that it is missing.
            if name in values and self.description.fields[name].kind.is_empty(values[name]):
                self.form.errors[name] = [_("This is asked for before the deal goes on.")]
        if self.checks:
            values["checked"] = [*self.deal.checked, *self.ticked]
            if len(self.ticked) < len(self.checks):
                self.error = _("Everything on the list must be done before the deal goes on.")
        chosen = next((each for each in self.reasons if str(each.pk) == self.reason), None)
        if chosen is not None:
            values[REASON] = chosen.pk
        elif self.needs_reason:
            self.reason_error = _("Choose why it ended.")
        if self.form.errors or self.error or self.reason_error:
            raise ValidationError(self.error or _("Something is still missing."))
        return values


def _asking(names: Sequence[str]) -> Description:
    """The description of deals with just these fields in its form."""
    of_deals = registry.get("deals")
    assert of_deals is not None, "descriptions are registered when the program starts"
    # "id" is nothing that could be filled in: without it an empty form would ask for every field.
    asking: Description = type("DealAtGate", (type(of_deals),), {"form": " ".join(names) or "id"})()
    return asking
