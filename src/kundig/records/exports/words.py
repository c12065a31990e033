"""What was asked for, in words: for the second sheet of a workbook, and for the log."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.platform.formats import Formats
from kundig.records.bulk.selection import Selection
from kundig.records.fields import Field
from kundig.records.kinds.choices import Several
from kundig.records.kinds.references import Reference
from kundig.records.listing import Listing

MOST_VALUES = 20


def selection_in_words(selection: Selection, listing: Listing, formats: Formats) -> str:
    """ "3 chosen records", or what the list was narrowed by; "everything" if by nothing."""
    if selection.params is None:
        count = len(selection.ids)
        return ngettext("%(count)s chosen record", "%(count)s chosen records", count) % {"count": formats.number(count)}
    return listing_in_words(listing, formats)


def listing_in_words(listing: Listing, formats: Formats) -> str:
    """What a list was narrowed by; "everything" if by nothing."""
    parts = [_("view “%(name)s”") % {"name": listing.view.name}] if listing.view is not None else []
    if listing.filter is not None:
        parts.append(listing.filter.sentence())
    parts += [_condition(field, values, formats) for field, values in listing.conditions]
    if listing.q:
        parts.append(_("search for “%(text)s”") % {"text": listing.q})
    return "; ".join(parts) or _("everything")


def order_in_words(listing: Listing) -> str:
    label = _("Id") if listing.sort == "id" else str(listing.description.field(listing.sort).label)
    name = label[:1].upper() + label[1:]
    return _("%(field)s, descending") % {"field": name} if listing.descending else name


def _condition(field: Field, values: tuple[Any, ...], formats: Formats) -> str:
    label = str(field.label)[:1].upper() + str(field.label)[1:]
    texts = [_value(field, value, formats) for value in values[:MOST_VALUES]]
    return f"{label}: {', '.join(texts)}" + (" …" if len(values) > MOST_VALUES else "")


def _value(field: Field, value: Any, formats: Formats) -> str:
    kind = field.kind
    if isinstance(kind, Several):
        return str(kind.labels.get(value, value))
    if isinstance(kind, Reference):
        title = kind.model._default_manager.filter(pk=value).values_list(kind.title(), flat=True).first()
        return str(title or value)
    return kind.text(formats, *[value] * len(field.sources)) or _("nothing")
