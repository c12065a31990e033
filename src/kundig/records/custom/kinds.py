"""The kinds that an added field can have: how each is kept, shown, sorted, and what else it asks for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kundig.platform.money import MoneyField, PercentField
from kundig.records import registry
from kundig.records.custom import storage
from kundig.records.custom.models import CustomField
from kundig.records.custom.storage import Form
from kundig.records.kinds.base import Kind
from kundig.records.kinds.choices import Choice, Several, YesNo
from kundig.records.kinds.contacts import Mail, Phone, Website
from kundig.records.kinds.numbers import Money, Number, Percent
from kundig.records.kinds.references import File, Reference, UserReference
from kundig.records.kinds.texts import LongText, Text
from kundig.records.kinds.times import Date, Moment, Time

MOST_PLACES = 6
DIGITS = 18


@dataclass(frozen=True)
class CustomKind:
    """A kind as an administrator chooses it."""

    key: str
    label: Any
    form: Form
    build: Callable[[CustomField], Kind]
    column: Callable[[CustomField], models.Field]
    """A column that such a field would have in a model: it says the length, the digits, whether empty is null."""
    says: Any
    """One sentence on what it is for."""
    sorts_folded: bool = False
    is_indexed: bool = True
    has_choices: bool = False
    has_places: bool = False
    has_target: bool = False
    has_default: bool = True


def _text(length: int) -> Callable[[CustomField], models.Field]:
    return lambda row: models.CharField(max_length=length, blank=True)


def _number(row: CustomField) -> models.Field:
    places = int(row.options.get("places") or 0)
    if not places and not row.formula:
        return models.BigIntegerField(null=True, blank=True)
    return models.DecimalField(max_digits=DIGITS + places, decimal_places=places, null=True, blank=True)


def _id(row: CustomField) -> models.Field:
    return models.UUIDField(null=True, blank=True)


class Label:
    """The words of a choice in the language of the reader; a value, so that one choice serves all readers."""

    def __init__(self, german: str, english: str, value: str) -> None:
        self.german, self.english, self.value = german, english, value

    def __str__(self) -> str:
        is_german = (get_language() or "en").startswith("de")
        return (self.german or self.english if is_german else self.english or self.german) or self.value


def choices_of(row: CustomField, *, also_retired: bool = False) -> list[tuple[str, Label]]:
    return [
        (each["value"], Label(each.get("de", ""), each.get("en", ""), each["value"]))
        for each in row.options.get("choices", ())
        if also_retired or not each.get("retired")
    ]


class CustomChoice(Choice):
    """One of several; what was retired is still shown where it stands, but can no longer be chosen."""

    def __init__(self, row: CustomField) -> None:
        super().__init__(choices_of(row))
        self.labels = dict(choices_of(row, also_retired=True))

    def typed(self, formats: Any, *values: Any) -> str:
        return values[0] or ""


class CustomSeveral(Several):
    def __init__(self, row: CustomField) -> None:
        super().__init__(choices_of(row))
        self.labels = dict(choices_of(row, also_retired=True))


def _reference(row: CustomField) -> Kind:
    target = registry.get(row.options.get("target", ""))
    if target is None:
        raise LookupError(f"The field {row.name} points at {row.options.get('target')!r}, which is no object.")
    return Reference(target.model)


KINDS: Mapping[str, CustomKind] = {
    kind.key: kind
    for kind in (
        CustomKind("text", _("Text"), storage.TEXT, lambda row: Text(), _text(300),
                   _("One line: a name, a number with letters."), sorts_folded=True),
        CustomKind("long_text", _("Long text"), storage.TEXT, lambda row: LongText(), _text(20_000),
                   _("Several lines."), is_indexed=False),
        CustomKind("number", _("Number"), storage.NUMBER, lambda row: Number(), _number,
                   _("A number that is counted or compared."), has_places=True),
        CustomKind("money", _("Money"), storage.NUMBER, lambda row: Money(),
                   lambda row: MoneyField(null=True, blank=True), _("An amount in the currency of the house.")),
        CustomKind("percent", _("Percent"), storage.NUMBER, lambda row: Percent(),
                   lambda row: PercentField(null=True, blank=True), _("A share of a hundred.")),
        CustomKind("yes_no", _("Yes/no"), storage.YES_NO, lambda row: YesNo(),
                   lambda row: models.BooleanField(null=True, blank=True), _("Yes, no, or not known.")),
        CustomKind("date", _("Date"), storage.DATE, lambda row: Date(),
                   lambda row: models.DateField(null=True, blank=True), _("A day.")),
        CustomKind("time", _("Time of day"), storage.TIME, lambda row: Time(),
                   lambda row: models.TimeField(null=True, blank=True), _("A time without a day.")),
        CustomKind("moment", _("Date and time"), storage.MOMENT, lambda row: Moment(),
                   lambda row: models.DateTimeField(null=True, blank=True), _("A day with a time.")),
        CustomKind("choice", _("Choice"), storage.TEXT, CustomChoice, _text(80),
                   _("One of a few values; good for filters, boards and reports."), has_choices=True),
        CustomKind("several", _("Several choices"), storage.TEXTS, CustomSeveral,
                   lambda row: ArrayField(models.CharField(max_length=80), default=list, blank=True),
                   _("Several of a few values."), has_choices=True, has_default=False),
        CustomKind("reference", _("Reference"), storage.ID, _reference, _id,
                   _("Points at another record."), has_target=True, has_default=False),
        CustomKind("user", _("User"), storage.ID, lambda row: UserReference(), _id,
                   _("Somebody of your own house."), has_default=False),
        CustomKind("mail", _("Mail address"), storage.TEXT, lambda row: Mail(), _text(254),
                   _("Opens a new mail when clicked."), sorts_folded=True),
        CustomKind("phone", _("Phone number"), storage.TEXT, lambda row: Phone(), _text(60),
                   _("Dials when clicked.")),
        CustomKind("website", _("Web address"), storage.TEXT, lambda row: Website(), _text(300),
                   _("Opens when clicked."), sorts_folded=True),
        CustomKind("file", _("File or picture"), storage.ID, lambda row: File(), _id,
                   _("One file of a record."), is_indexed=False, has_default=False),
    )
}  # fmt: skip


def form_of(row: CustomField) -> Form:
    """How its values are kept: whole numbers as such, so that they read and sort as whole numbers. What is calculated
    may be larger than those."""
    if row.kind == "number" and not row.options.get("places") and not row.formula:
        return storage.WHOLE
    return KINDS[row.kind].form
