"""By what means something was changed, for people: a word and a picture."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext_lazy as _

from kundig.records.events import Via

LABELS: dict[str, Any] = {
    Via.HAND: _("by hand"),
    Via.IMPORT: _("Import"),
    Via.BULK: _("Bulk change"),
    Via.MERGE: _("Merge"),
    Via.RULE: _("Rule"),
    Via.API: _("through the API"),
    Via.ASSISTANT: _("Assistant"),
    Via.SAMPLE: _("Sample company"),
    Via.UPKEEP: _("by itself"),
    Via.MIGRATION: _("Update of the program"),
    Via.UNDO: _("Taken back"),
    Via.ERASURE: _("Erased for privacy"),
    Via.FORM: _("Web form"),
    Via.MAIL: _("Mail to the house"),
    Via.OUTSIDE: _("from outside of Kundig"),
}
ICONS: dict[str, str] = {
    Via.HAND: "user",
    Via.IMPORT: "upload",
    Via.BULK: "users",
    Via.MERGE: "merge",
    Via.RULE: "bolt",
    Via.API: "link",
    Via.ASSISTANT: "spark",
    Via.UNDO: "undo",
    Via.ERASURE: "shield",
    Via.FORM: "form",
    Via.MAIL: "mail",
    Via.OUTSIDE: "warning",
}


def label_of_means(via: str) -> str:
    return str(LABELS.get(via, via))


def icon_of_means(via: str) -> str:
    return ICONS.get(via, "refresh")
