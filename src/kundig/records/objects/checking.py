"""Whether what an administrator typed makes an object: every error at its input."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Q
from django.utils.translation import gettext as _
from django.utils.translation import override

from kundig.records import registry
from kundig.records.objects.describing import OwnDescription
from kundig.records.objects.icons import ICONS
from kundig.records.objects.models import LONGEST_LABEL, CustomObject

MOST_OBJECTS = 100
TEXTS = ("label_de", "label_en", "plural_de", "plural_en", "title_de", "title_en")


def checked(row: CustomObject) -> None:
    """Raise ValidationError with a dict input → messages for everything that is wrong."""
    errors: dict[str, list[str]] = {}
    for name in TEXTS:
        if problem := _about_text(getattr(row, name)):
            errors[name] = [problem]
    if not row.label_de and not row.label_en:
        errors["label_de"] = [_("Say what one of them is called, for example “machine”.")]
    if not row.plural_de and not row.plural_en:
        errors["plural_de"] = [_("Say what several of them are called, for example “machines”.")]
    for name in ("label_de", "label_en", "plural_de", "plural_en"):
        text = getattr(row, name)
        if text and name not in errors and (bearer := _bearer_of(row, text)):
            errors[name] = [_("“%(text)s” is what %(others)s are called already. Choose another name.")
                            % {"text": text, "others": bearer}]  # fmt: skip
    if row.icon not in ICONS:
        errors["icon"] = [_("Choose one of the icons.")]
    if row._state.adding and CustomObject.objects.filter(deleted_at=None).count() >= MOST_OBJECTS:
        errors.setdefault("label_de", []).append(
            _("There are at most %(most)d objects of your own.") % {"most": MOST_OBJECTS}
        )
    if errors:
        raise ValidationError(errors)


def _about_text(text: str) -> str:
    if "\x00" in text:
        return _("The text contains a character that cannot be stored (NUL).")
    if len(text) > LONGEST_LABEL:
        return _("This is %(length)d characters long; at most %(limit)d fit.") % {
            "length": len(text),
            "limit": LONGEST_LABEL,
        }
    if text and not any(letter.isalnum() for letter in text):
        return _("A name needs at least one letter.")
    return ""


def _bearer_of(row: CustomObject, text: str) -> str:
    """Which other object is called so, in any language; "" if none is. Those that are retired may come back."""
    wanted = text.casefold()
    for label, names in _called(row):
        if wanted in names:
            return label
    return ""


def _called(row: CustomObject) -> Iterator[tuple[str, set[str]]]:
    for description in registry.descriptions():
        if not isinstance(description, OwnDescription):
            names = {description.name.casefold()}
            for language in ("de", "en"):
                with override(language):
                    names |= {str(description.label).casefold(), str(description.label_plural).casefold()}
            yield str(description.label_plural), names
    for other in CustomObject.objects.filter(~Q(pk=row.pk), deleted_at=None):
        texts: list[Any] = [other.label_de, other.label_en, other.plural_de, other.plural_en]
        shown = _("%(objects)s (retired)") % {"objects": other.plural} if other.retired_at else other.plural
        yield shown, {text.casefold() for text in texts if text}
