"""Whether what an administrator typed makes a field: every error at its input."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from kundig.records import purposes, registry
from kundig.records.calculated import checking as calculated
from kundig.records.calculated.inputs import Read
from kundig.records.conditions import ConditionError
from kundig.records.custom.kinds import KINDS, MOST_PLACES
from kundig.records.custom.models import CustomField
from kundig.records.custom.naming import bearer_of, slug
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.objects.models import CustomObject

MOST_CHOICES = 200
MOST_FIELDS = 300
LONGEST_VALUE = 80
CALCULATED = "calculated"
"""Chosen in the place of a kind: the kind follows from the formula."""
LONGEST = {"label": 80, "help": 300}


def checked(row: CustomField, description: Description) -> None:
    """Raise ValidationError with a dict input → messages for everything that is wrong; complete what follows."""
    errors: dict[str, list[str]] = {}
    if row.formula or row.kind == CALCULATED:
        _formula(row, description)
    if row.kind not in KINDS:
        raise ValidationError({"kind": [_("Choose what kind of field it is.")]})
    for check in (_labels, _options, _purpose, refuse_circle):
        try:
            check(row, description)
        except ValidationError as error:
            errors.update(error.message_dict)
    if row._state.adding and description.parent:
        errors.setdefault("label_de", []).append(_("Parts of a record take no fields of their own."))
    if row._state.adding and CustomField.objects.filter(object=row.object, deleted_at=None).count() >= MOST_FIELDS:
        errors.setdefault("label_de", []).append(
            _("An object has at most %(most)d added fields.") % {"most": MOST_FIELDS}
        )
    if errors:
        raise ValidationError(errors)


def _labels(row: CustomField, description: Description) -> None:
    errors: dict[str, list[str]] = {}
    if not row.label_de and not row.label_en:
        errors["label_de"] = [_("Give the field a name.")]
    for name in ("label_de", "label_en", "help_de", "help_en"):
        text, most = getattr(row, name), LONGEST[name.partition("_")[0]]
        if "\x00" in text:
            errors[name] = [_("The text contains a character that cannot be stored (NUL).")]
        elif len(text) > most:
            errors[name] = [
                _("This is %(length)d characters long; at most %(limit)d fit.") % {"length": len(text), "limit": most}
            ]
        elif name.startswith("label") and text and (bearer := bearer_of(description, text, but=row)):
            errors[name] = [
                _("%(object)s have a field “%(field)s” already. Choose another name.")
                % {"object": str(description.label_plural).capitalize(), "field": bearer}
            ]
    if errors:
        raise ValidationError(errors)


def _options(row: CustomField, description: Description) -> None:
    kind, options = KINDS[row.kind], dict(row.options)
    kept: dict[str, Any] = {}
    if kind.has_places:
        places = options.get("places") or 0
        if not isinstance(places, int) or not 0 <= places <= MOST_PLACES:
            raise ValidationError({"places": [_("Between 0 and %(most)d decimal places.") % {"most": MOST_PLACES}]})
        kept["places"] = places
    if kind.has_target:
        target = registry.get(str(options.get("target", "")))
        if target is None or target.parent:
            raise ValidationError({"target": [_("Choose what the field points at.")]})
        kept["target"] = target.name
    if kind.has_choices:
        kept["choices"] = _choices(options.get("choices", ()))
    if row.formula and options.get("for_all"):
        kept["for_all"] = True
    row.options = kept


def refuse_circle(row: CustomField, description: Description) -> None:
    """Objects that must name each other cannot be begun with: the first record of each would need the other's.

    Raises:
        ValidationError: at `is_required`, with the way round.
    """
    if not row.is_required or row.kind != "reference":
        return
    required = CustomField.objects.filter(kind="reference", is_required=True, retired_at=None, deleted_at=None)
    leads: dict[str, set[str]] = defaultdict(set)
    for name, target in required.exclude(pk=row.pk).values_list("object", "options__target"):
        leads[name].add(target)
    ways = [[row.object, str(row.options.get("target"))]]
    seen: set[str] = set()
    while ways:
        way = ways.pop()
        if way[-1] == row.object:
            called = [str(each.label_plural) if (each := registry.get(name)) else name for name in way]
            raise ValidationError({"is_required": [
                _("This goes round in a circle: %(way)s. Each would need another one first, so nobody could begin.")
                % {"way": " → ".join(called)}
            ]})  # fmt: skip
        if way[-1] not in seen:
            seen.add(way[-1])
            ways += [[*way, target] for target in sorted(leads[way[-1]])]


def refuse_without_target(row: CustomField) -> None:
    """A reference comes back only where what it points at is there.

    Raises:
        ValidationError: naming it.
    """
    target = str(row.options.get("target", ""))
    if row.kind == "reference" and registry.get(target) is None:
        gone = CustomObject.objects.filter(name=target).first()
        raise ValidationError(
            _("“%(field)s” points at %(objects)s, which are retired. Bring those back first.")
            % {"field": row.label, "objects": gone.plural if gone else target}
        )


def _choices(given: Any) -> list[dict[str, Any]]:
    """Choices in their order; values are made from the words once and stay as they are."""
    kept: list[dict[str, Any]] = []
    taken = {str(each.get("value")) for each in given if each.get("value")}
    words: set[str] = set()
    for each in given:
        german, english = (" ".join(str(each.get(name) or "").split()) for name in ("de", "en"))
        if not german and not english:
            continue
        if len(german) > LONGEST_VALUE or len(english) > LONGEST_VALUE or "\x00" in german + english:
            raise ValidationError(
                {"choices": [_("“%(text)s” is too long; at most %(most)d characters fit.")
                             % {"text": (german or english)[:20], "most": LONGEST_VALUE}]}
            )  # fmt: skip
        if (german or english).casefold() in words:
            raise ValidationError({"choices": [_("“%(text)s” stands there twice.") % {"text": german or english}]})
        words.add((german or english).casefold())
        value = str(each.get("value") or "") or _new_value(english or german, taken)
        taken.add(value)
        kept.append({"value": value, "de": german, "en": english, "retired": bool(each.get("retired"))})
    if not [each for each in kept if not each["retired"]]:
        raise ValidationError({"choices": [_("Give at least one value to choose from.")]})
    if len(kept) > MOST_CHOICES:
        raise ValidationError({"choices": [_("At most %(most)d fit.") % {"most": MOST_CHOICES}]})
    return kept


def _new_value(text: str, taken: set[str]) -> str:
    bare = slug(text) or "value"
    value, number = bare, 2
    while value in taken:
        value, number = f"{bare}_{number}", number + 1
    return value


def _purpose(row: CustomField, description: Description) -> None:
    if not row.is_personal:
        row.purpose = ""
    elif row.purpose not in purposes.purposes():
        raise ValidationError(
            {"purpose": [_("State for which purpose this is kept about people. Without one nothing may be kept.")]}
        )


def _formula(row: CustomField, description: Description) -> None:
    """What a formula must fulfil, and what follows from it: its kind, nothing to fill in, whose data it tells."""
    row.formula = row.formula.strip()
    try:
        formula = calculated.checked(row, description)
    except ConditionError as error:
        raise ValidationError({"formula": error.messages}) from error
    calculated.settle_kind(row, formula.expression)
    row.is_required, row.in_form, row.default = False, False, None
    personal = [field for read in formula.reads if (field := _personal(read)) is not None]
    if personal and not row.is_personal:
        row.is_personal, row.purpose = True, row.purpose or personal[0].purpose


def _personal(read: Read) -> Field | None:
    """The field that is read of one person, if it says something about them."""
    field = read.description.fields.get(read.name) if read.description is not None else None
    return field if field is not None and field.personal and not read.sums_up else None
