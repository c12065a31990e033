"""The palette's hits as HTML, written by plain functions: it is asked for with every letter that is typed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from django.utils.safestring import SafeString, mark_safe
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.platform import ui
from kundig.records import registry
from kundig.records.search import commands, finding
from kundig.records.search.commands import Command
from kundig.records.search.finding import Hit
from kundig.records.search.marking import Span

if TYPE_CHECKING:
    from kundig.accounts.models import User


@dataclass(frozen=True)
class Section:
    """A kind of records, or what can be done, with its lines."""

    title: str
    lines: SafeString


@dataclass(frozen=True)
class Answer:
    """What is shown for a text: the sections, the remark beside the box, and the one at its foot."""

    sections: list[Section]
    nothing: str = ""
    """Said instead where no record was found."""
    note: str = ""
    foot: str = ""


def palette(user: User, text: str) -> str:
    """The options of the palette's list box, with both remarks riding along to their places."""
    found = answer(user, text, role=' role="option"')
    nothing = f'<p class="palette__none" role="presentation">{escape(found.nothing)}</p>' if found.nothing else ""
    lists = "".join(f'<h3 role="presentation">{escape(s.title)}</h3>{s.lines}' for s in found.sections)
    return (
        f'{nothing}{lists}<hx-partial hx-target="#hits-note" hx-swap="innerHTML">{escape(found.note)}</hx-partial>'
        f'<hx-partial hx-target="#hits-foot" hx-swap="innerHTML">{found.foot}</hx-partial>'
    )


def answer(user: User, text: str, *, limit: int = finding.LIMIT, role: str = "") -> Answer:
    """Records by kind, then what can be done; before anything is typed what was opened last.

    `role` is an attribute that every line gets.
    """
    if not text.strip():
        recent = _section(_("Recently opened"), (_hit(hit, role) for hit in finding.recent(user, limit=limit)))
        return Answer([*recent, *_doing(commands.first_commands(user), role)])
    hits = finding.find(user, text, limit=limit)
    doing = [*commands.matching_commands(user, text), *commands.commands_about(user, text, _objects(hits))]
    sections = [
        section
        for name in _objects(hits)
        for section in _section(_plural(name), (_hit(hit, role) for hit in hits if hit.object == name))
    ]
    sections += _doing(doing if hits or doing else commands.first_commands(user), role)
    return Answer(sections, "" if hits else _nothing(text), _note(hits, limit), _foot(hits))


def _section(title: str, lines: Iterable[str]) -> list[Section]:
    body = "".join(lines)
    return [Section(title, mark_safe(body))] if body else []  # noqa: S308 - every line escapes


def _doing(offered: Iterable[Command], role: str) -> list[Section]:
    return _section(_("Do"), (_command(command, role) for command in offered))


def _objects(hits: Iterable[Hit]) -> list[str]:
    return list(dict.fromkeys(hit.object for hit in hits))


def _plural(name: str) -> str:
    description = registry.get(name)
    return capfirst(str(description.label_plural)) if description else name


def _nothing(text: str) -> str:
    shown = " ".join(text.split())
    shown = shown if len(shown) <= 60 else f"{shown[:60]} …"
    return _("Nothing that you may see fits “%(text)s”.") % {"text": shown}


def _note(hits: Sequence[Hit], limit: int) -> str:
    count = len(hits)
    if count >= limit:
        return _("the %(count)d best results") % {"count": count}
    return ngettext("%(count)d result", "%(count)d results", count) % {"count": count} if count else ""


def _foot(hits: Iterable[Hit]) -> str:
    meant = ", ".join(dict.fromkeys(hit.meant for hit in hits if hit.meant))
    if not meant:
        return ""
    words = _("Found despite typing error:")
    return mark_safe(f"{escape(words)} <strong>{escape(meant)}</strong>")  # noqa: S308


def _hit(hit: Hit, role: str) -> str:
    description = registry.get(hit.object)
    kind = description.avatar if description else ""
    face = ui.avatar(hit.title, hit.id, kind=kind) if kind else ui.icon(hit.icon)
    subtitle = f"<small>{marked(hit.subtitle, hit.subtitle_spans)}</small>" if hit.subtitle else ""
    note = f"<span>{marked(hit.note, hit.note_spans)}</span>" if hit.note else ""
    return (
        f'<a class="hit"{role} href="{escape(hit.url)}" data-preview="/search/preview/{hit.object}/{hit.id}/">'
        f"{face}<span>{marked(hit.title, hit.title_spans)}{subtitle}</span>{note}</a>"
    )


def _command(command: Command, role: str) -> str:
    right = f"<kbd>{escape(command.right)}</kbd>" if command.right else ""
    inner = f"{ui.icon(command.icon)}<span>{marked(command.label, command.label_spans)}</span>{right}"
    if command.post is None:
        return f'<a class="hit"{role} href="{escape(command.url)}">{inner}</a>'
    values = escape(json.dumps(dict(command.post)))
    return (
        f'<button class="hit"{role} type="button" hx-post="{escape(command.url)}" hx-vals="{values}">{inner}</button>'
    )


def marked(text: str, spans: Iterable[Span]) -> str:
    """Escaped HTML of `text` with the given places in `<mark>`."""
    parts, end = [], 0
    for start, stop in spans:
        parts.append(f"{escape(text[end:start])}<mark>{escape(text[start:stop])}</mark>")
        end = stop
    return "".join(parts) + escape(text[end:])
