"""Kinds of fields that only parties have."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING, Any

from django.db import models
from django.utils.translation import gettext_lazy

from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.parties import queries
from kundig.parties.enums import ContactKind
from kundig.parties.models import Party
from kundig.parties.rules.contacts import SPOKEN
from kundig.parties.rules.letters import Addressee, letter_salutation
from kundig.platform import phones, ui
from kundig.platform.formats import Formats
from kundig.records import registry, search
from kundig.records.kinds.base import Kind, Reading, check_length
from kundig.records.kinds.references import Reference, Veiled, veiled
from kundig.records.kinds.texts import Computed

if TYPE_CHECKING:
    from kundig.records.fields import Field

LETTER_SOURCES = (
    "kind name salutation academic_title first_name family_name formality letter_salutation language country"
)


class ContactValue(Kind):
    """A number or an address of any kind, shown and linked as its kind wants it; checked by the action."""

    name = "contact_point"
    label = gettext_lazy("Contact point")
    column = "col-mail"
    sortable = False

    def sources(self, field: Field) -> tuple[str, ...]:
        return (field.path, "normalised", "kind", "do_not_use")

    def text(self, formats: Formats, *values: Any) -> str:
        value, normalised, kind, _do_not_use = values
        return phones.shown(normalised, home=company().country) if kind in SPOKEN and normalised else value or ""

    def typed(self, formats: Formats, *values: Any) -> str:
        return values[0] or ""

    def cell(self, formats: Formats, *values: Any) -> str:
        """A link that calls or writes; struck and without link where it must not be used."""
        value, normalised, kind, do_not_use = values
        shown = escape(self.text(formats, *values))
        if do_not_use:
            return f"<s>{shown}</s>"
        if kind == ContactKind.MAIL:
            return f'<a href="mailto:{escape(value)}">{shown}</a>'
        if kind in (ContactKind.PHONE, ContactKind.MOBILE) and normalised:
            return f'<a href="tel:{escape(normalised.partition(" ")[0])}">{shown}</a>'
        if kind == ContactKind.WEB and value.startswith(("https://", "http://")):
            return f'<a href="{escape(value)}" rel="noreferrer noopener" target="_blank">{shown}</a>'
        return shown

    def parse(self, raw: str, *, field: Field, reading: Reading) -> Any:
        return check_length(" ".join(raw.split()), field)

    def to_json(self, *values: Any) -> Any:
        return values[0]


class PartyReference(Reference):
    """Points at an organisation, a person or a household: at whichever of them the user may see."""

    def __init__(self) -> None:
        super().__init__(Party, title="name")

    def sources(self, field: Field) -> tuple[str, ...]:
        return (f"{field.path}_id", f"{field.path}__name", f"{field.path}__kind")

    def cell(self, formats: Formats, *values: Any) -> str:
        record_id, title, kind = values
        if isinstance(title, Veiled):
            return veiled(title)
        described = next((d for d in registry.covering(Party) if d.where.get("kind") == kind), None)
        if record_id is None or described is None:
            return escape(title or "")
        return f'<a href="{described.url(record_id)}">{escape(title)}</a>'

    def to_json(self, *values: Any) -> Any:
        return super().to_json(*values[:2])

    def candidates(self, user: User | None) -> models.QuerySet:
        return Party.objects.all() if user is None else queries.visible_parties(user)

    def _keyed(self, candidates: models.QuerySet, text: str) -> list[Any]:
        """By number, or by the key under which another program or an earlier file knew them."""
        for key in ("number", "external_keys__key"):
            found = list(candidates.filter(**{key: text}).values_list("pk", flat=True).distinct()[:2])
            if found:
                return found
        return []

    def found(self, user: User, q: str, *, limit: int) -> list[tuple[Any, str]]:
        """The parties that fit what was typed; as long as nothing is typed, those used last."""
        names = [description.name for description in registry.covering(Party)]
        hits = search.find(user, q, limit=limit, objects=names) if q else search.recent(user)
        return [(hit.id, hit.title) for hit in hits if hit.object in names][:limit]


class LetterSalutationKind(Computed):
    """The first line of a letter, made from the name; where it may not fit, it says so."""

    def __init__(self) -> None:
        super().__init__(_letter_text, reads=LETTER_SOURCES, title=gettext_lazy("Letter salutation"))

    def block(self, formats: Formats, *values: Any) -> str:
        letter = letter_salutation(_addressee(values))
        text = escape(letter.text)
        if not letter.warning:
            return text
        return f'{text} <span class="tag" data-tone="warn">{ui.icon("warning")}{escape(letter.warning)}</span>'

    def is_empty(self, *values: Any) -> bool:
        return False


def letter_warning(formats: Formats, *values: Any) -> str:
    """Why the letter salutation may not fit; "" if it does."""
    return letter_salutation(_addressee(values)).warning


def _letter_text(formats: Formats, *values: Any) -> str:
    return letter_salutation(_addressee(values)).text


def _addressee(values: tuple[Any, ...]) -> Addressee:
    return Addressee(**dict(zip(LETTER_SOURCES.split(), values, strict=True)))
