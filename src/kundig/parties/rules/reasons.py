"""Why two parties may be one, in plain words, and which field somebody must be able to read to be told."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

WORDS: Mapping[str, tuple[Any, tuple[str, ...]]] = {
    "vat_same": (_("same VAT number"), ("vat_id",)),
    "mail_same": (_("same mail address"), ("mail",)),
    "phone_same": (_("same phone number"), ("phone", "mobile")),
    "birth_same": (_("same birthday"), ("birthday",)),
    "name_same": (_("same name"), ()),
    "name_turned": (_("same name in another order"), ()),
    "name_swapped": (_("first and family name swapped"), ()),
    "name_near": (_("name almost the same"), ()),
    "name_sounds": (_("name sounds the same"), ()),
    "name_part": (_("one name contains the other"), ()),
    "family_same": (_("same family name"), ()),
    "street_same": (_("same street and number"), ("address",)),
    "street_near": (_("street almost the same"), ("address",)),
    "city_same": (_("same town"), ("address",)),
    "city_near": (_("town almost the same"), ("address",)),
    "domain_same": (_("same web address"), ("website", "mail")),
    "birth_near": (_("birthday almost the same"), ("birthday",)),
    "name_differs": (_("another name"), ()),
    "other_first_differs": (_("another first name"), ()),
    "first_differs": (_("another first name"), ()),
    "family_differs": (_("another family name"), ()),
    "birth_differs": (_("another birthday"), ("birthday",)),
    "vat_differs": (_("another VAT number"), ("vat_id",)),
    "salutation_differs": (_("another salutation"), ("salutation",)),
    "city_differs": (_("another town"), ("address",)),
    "street_differs": (_("another street"), ("address",)),
    "mail_differs": (_("another mail address"), ("mail",)),
    "phone_differs": (_("another phone number"), ("phone", "mobile")),
}
SURE, LIKELY = 0.99, 0.9


def in_words(codes: Iterable[str], *, may_know: Callable[[str], bool]) -> tuple[list[str], list[str]]:
    """What speaks for it and what against, as far as somebody may know the fields that tell it."""
    told = [
        (code, str(WORDS[code][0]))
        for code in codes
        if code in WORDS and (not WORDS[code][1] or any(map(may_know, WORDS[code][1])))
    ]
    against = [text for code, text in told if code.endswith("_differs")]
    return [text for code, text in told if not code.endswith("_differs")], against


def certainty(probability: float) -> Any:
    """How sure it is, in a word or two."""
    if probability >= SURE:
        return _("Very likely")
    return _("Likely") if probability >= LIKELY else _("Perhaps")
