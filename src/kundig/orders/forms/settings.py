"""The settings for invoices, read out of a form."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.orders.models import InvoiceSettings, ReminderLevel
from kundig.orders.rules.accounts import LONGEST, accounts_of_customers, own_accounts

LOCALISED = ("discount_percent", "fee", "interest")


class InvoiceSettingsForm(forms.ModelForm):
    """How the house charges and keeps its books."""

    class Meta:
        model = InvoiceSettings
        fields = (
            "payment_days", "discount_percent", "discount_days", "contact", "text", "closing", "consultant", "client",
            "chart", "year_begins", "account_length", "first_debtor", "accounts",
        )  # fmt: skip
        localized_fields = LOCALISED
        widgets = {name: forms.Textarea(attrs={"rows": 3}) for name in ("text", "closing", "accounts")}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        _dress(self)

    def clean_accounts(self) -> str:
        text: str = self.cleaned_data["accounts"].replace("\x00", "")
        own_accounts(text, self.cleaned_data.get("account_length") or LONGEST)
        return text

    def clean(self) -> dict:
        cleaned = super().clean() or {}
        if cleaned.get("discount_percent") and not cleaned.get("discount_days"):
            raise ValidationError({"discount_days": _("Say within how many days the discount may be taken.")})
        length, first = cleaned.get("account_length"), cleaned.get("first_debtor")
        if length and first is not None and first not in (customers := accounts_of_customers(length)):
            raise ValidationError(
                {
                    "first_debtor": _("Accounts of customers are %(first)d to %(last)d here.")
                    % {"first": customers.start, "last": customers.stop - 1}
                }
            )
        return cleaned


class ReminderLevelForm(forms.ModelForm):
    """One level; empty, there is none."""

    class Meta:
        model = ReminderLevel
        fields = ("name", "days", "days_to_pay", "fee", "interest", "text")
        localized_fields = LOCALISED
        widgets = {"text": forms.Textarea(attrs={"rows": 3})}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.empty_permitted = True
        _dress(self)


def _dress(form: forms.ModelForm) -> None:
    """The classes of our own components."""
    form.use_required_attribute = False
    for field in form.fields.values():
        field.widget.attrs["class"] = "select" if isinstance(field.widget, forms.Select) else "input"
        field.widget.attrs["autocomplete"] = "off"
