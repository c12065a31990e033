"""How rests and rhythms of one's own are described. Their rights are the party's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats
from kundig.platform.navigation import Section
from kundig.records.description import Description
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.timeline import actions
from kundig.timeline.models import OwnRhythm, Rest
from kundig.timeline.objects.touchpoints import ContactKind
from kundig.timeline.protocol import HabitSource, kind_of, kinds
from kundig.timeline.queries.habits import CONTACT_DAYS, CONTACTS


class RhythmKind(ContactKind):
    """A kind of contact that a rhythm may ask for, or any."""

    @property
    def choices(self) -> list[tuple[str, Any]]:  # type: ignore[override]
        return [
            ("", gettext_lazy("Any contact")),
            *((k.name, k.label) for k in kinds() if k.is_contact or k.is_message),
        ]

    def text(self, formats: Formats, *values: Any) -> str:
        kind = kind_of(values[0] or "")
        return str(kind.label) if kind else values[0] or _("Any contact")

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        if not raw.strip():
            return ""
        found = super().parse(raw, field=field, reading=reading)
        if found not in dict(self.choices):
            raise ValidationError(_("Nobody is contacted by “%(kind)s”.") % {"kind": raw[:40]})
        return found

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": "string", "enum": [name for name, _label in self.choices]}


class RestDescription(Description):
    model = Rest
    name = "rests"
    icon = "ban"
    nav_section = Section.CARE
    nav = False
    owner = team = None
    parent = "party"
    title, subtitle = "reason", "until"
    columns = "reason party until author lifted_at"
    filters = "until author"
    form = "party until reason"
    personal = True
    impersonal = "party author lifted_at lifted_by"
    purpose = "customer_care"
    create, change, delete = actions.create_rest, actions.change_rest, actions.delete_rest
    brought_back: ClassVar[Callable[..., None] | None] = actions.kept_brought_back


class RhythmDescription(Description):
    model = OwnRhythm
    name = "rhythms"
    icon = "clock"
    nav_section = Section.CARE
    nav = False
    owner = team = None
    parent = "party"
    title, subtitle = "kind", "every"
    columns = "kind party every unit"
    filters = "kind unit"
    form = "party kind every unit"
    kinds: ClassVar = {"kind": RhythmKind()}
    create, change, delete = actions.create_rhythm, actions.change_rhythm, actions.delete_rhythm
    brought_back: ClassVar[Callable[..., None] | None] = actions.kept_brought_back


def _contact_words(usual: int, days: int) -> str:
    return _("Usually in touch every %(usual)d days, now quiet for %(days)d days.") % {"usual": usual, "days": days}


HABIT_SOURCES = (HabitSource(CONTACTS, CONTACT_DAYS, _contact_words),)
