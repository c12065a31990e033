"""The icons that an object of one's own can have: those of the program that stand for a thing, with their words."""

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

ICONS: Mapping[str, Any] = {
    "box": _("Box"),
    "wrench": _("Tool"),
    "truck": _("Lorry"),
    "building": _("Building"),
    "pin": _("Place"),
    "globe": _("Globe"),
    "calendar": _("Calendar"),
    "task": _("Task"),
    "note": pgettext_lazy("icon", "Slip of paper"),
    "doc": pgettext_lazy("icon", "Sheet"),
    "form": pgettext_lazy("icon", "Form"),
    "book": _("Book"),
    "receipt": _("Receipt"),
    "euro": _("Euro"),
    "scale": _("Scales"),
    "gauge": _("Gauge"),
    "bars": pgettext_lazy("icon", "Bars"),
    "target": _("Target"),
    "flag": pgettext_lazy("icon", "Flag"),
    "star": pgettext_lazy("icon", "Star"),
    "heart": _("Heart"),
    "bulb": _("Idea"),
    "bolt": _("Lightning"),
    "sun": _("Sun"),
    "key": pgettext_lazy("icon", "Key"),
    "shield": _("Shield"),
    "lifebuoy": _("Lifebuoy"),
    "megaphone": _("Megaphone"),
    "phone": pgettext_lazy("icon", "Telephone"),
    "letter": pgettext_lazy("icon", "Letter"),
    "users": pgettext_lazy("icon", "People"),
    "tag": pgettext_lazy("icon", "Label"),
}
