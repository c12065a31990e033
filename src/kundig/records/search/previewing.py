"""The preview beside the palette's hits: a few facts of the chosen record, and how to reach it."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING
from uuid import UUID

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from kundig.platform import ui
from kundig.platform.formats import Formats
from kundig.records.fields import Field
from kundig.records.kinds.contacts import Mail, Phone
from kundig.records.rows import Row, RowPlan

if TYPE_CHECKING:
    from kundig.accounts.models import User
    from kundig.records.description import Description

MOST_FACTS = 6


def preview(description: Description, record_id: UUID, *, user: User, formats: Formats) -> SafeString | None:
    """HTML of the preview; None if the user may not see the record."""
    title, subtitle = description.shown(description.title, user), description.shown(description.subtitle, user)
    ways = [field for field in description.shown(description.fields, user) if isinstance(field.kind, (Phone, Mail))]
    named = {field.name for field in (*title, *subtitle, *ways)}
    names = dict.fromkeys(f"{description.page.header} {description.columns}".split())
    facts = [field for field in description.shown(names, user) if field.name not in named]
    plan = RowPlan([*title, *subtitle, *facts, *ways], user)
    row = plan.one(description.visible_to(user), record_id)
    if row is None:
        return None
    parts = [f"<h3>{escape(plan.joined(row, title, formats))}</h3>"]
    if below := plan.joined(row, subtitle, formats):
        parts.append(f"<p>{escape(below)}</p>")
    parts.append(_facts(facts, plan, row, formats))
    parts += [_way(f, plan.values(row, f), formats) for f in ways if not f.kind.is_empty(*plan.values(row, f))]
    label = escape(_("Open"))
    open_it = f"{ui.icon(description.icon)}{label}<kbd>↵</kbd>"
    parts.append(f'<a class="btn" href="{description.url(record_id)}">{open_it}</a>')
    return mark_safe("".join(parts))  # noqa: S308 - kinds escape


def _facts(fields: list[Field], plan: RowPlan, row: Row, formats: Formats) -> str:
    filled = [f for f in fields if not f.kind.is_empty(*plan.values(row, f))][:MOST_FACTS]
    lines = [
        f"<dt>{escape(capfirst(str(f.label)))}</dt><dd>{f.cell(formats, *plan.values(row, f))}</dd>" for f in filled
    ]
    return f"<dl>{''.join(lines)}</dl>" if lines else ""


def _way(field: Field, values: Row, formats: Formats) -> str:
    """A button that calls the number or writes to the address."""
    scheme, icon = ("tel", "phone") if isinstance(field.kind, Phone) else ("mailto", "mail")
    shown = escape(field.text(formats, *values))
    return f'<a class="btn" href="{scheme}:{escape(str(values[0]))}">{ui.icon(icon)}<span>{shown}</span></a>'
