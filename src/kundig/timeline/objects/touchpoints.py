"""How a contact with a customer is described. Its rights are the party's."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, ClassVar

from django.utils.translation import gettext_lazy

from kundig.platform.formats import Formats
from kundig.records.description import Description, Page
from kundig.records.fields import Field
from kundig.records.kinds.base import Reading
from kundig.records.kinds.choices import Choice
from kundig.records.kinds.numbers import Number
from kundig.timeline import actions
from kundig.timeline.enums import Mood
from kundig.timeline.models import Comment, Involvement, Reaction, Touchpoint
from kundig.timeline.protocol import kinds


class ContactKind(Choice):
    """One of the kinds that the domains have registered; those that come later are there when they are."""

    def __init__(self) -> None:
        self._cells = {}

    @property
    def choices(self) -> list[tuple[str, Any]]:  # type: ignore[override]
        return [(kind.name, kind.label) for kind in kinds()]

    @property
    def labels(self) -> dict[str, Any]:  # type: ignore[override]
        return dict(self.choices)


class MoodStep(Number):
    """One of five steps, kept as a number."""

    editor = "select"
    example = int(Mood.GOOD)
    choices = [(str(value), label) for value, label in Mood.choices]

    def text(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else str(Mood(values[0]).label)

    def typed(self, formats: Formats, *values: Any) -> str:
        return "" if values[0] is None else str(values[0])

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        folded = raw.strip().casefold()
        for value, label in self.choices:
            if folded in (value, str(label).casefold()):
                return int(value)
        return super().parse(raw, field=field, reading=reading)

    def schema(self, field: Field) -> dict[str, Any]:
        return {"type": ["integer", "null"], "minimum": Mood.ANGRY, "maximum": Mood.DELIGHTED}


class TouchpointDescription(Description):
    model = Touchpoint
    name = "touchpoints"
    icon = "history"
    nav = False
    owner = team = None
    parent = "party"
    collected_by = "organisation"
    title, subtitle = "summary", "at"
    hidden = "version source_id"
    columns = "summary kind party at direction mood author"
    filters = "kind direction two_way mood author"
    form = "party kind at direction summary body mood duration two_way"
    page = Page(
        header="kind at party",
        sections={gettext_lazy("Contact"): "direction two_way duration mood author organisation body"},
    )
    kinds: ClassVar = {"kind": ContactKind(), "mood": MoodStep()}
    personal = True
    impersonal = "party organisation kind at direction two_way author source duration pinned_at"
    purpose = "customer_care"
    recorded_along = (Involvement, Reaction, Comment)
    create, change, delete = actions.create_touchpoint, actions.rewrite_touchpoint, actions.delete_touchpoint
    brought_back: ClassVar[Callable[..., None] | None] = actions.touchpoints_brought_back
