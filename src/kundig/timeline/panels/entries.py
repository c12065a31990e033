"""The entries of a history as HTML: plain functions, because a page has dozens. What people wrote is escaped here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import cache
from html import escape
from uuid import UUID

from django.utils import timezone
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from kundig.platform import ui
from kundig.platform.formats import Formats
from kundig.timeline.enums import Direction, Mood, Objection, Response
from kundig.timeline.protocol import TouchpointKind, kind_of
from kundig.timeline.queries import Entry, Read, Said

_UNKNOWN = TouchpointKind("", "", "history")
_TONES = {Response.INTERESTED: "good", Response.OBJECTION: "warn", Response.DECLINED: "bad"}
_PLURAL = {"org": "organisations", "person": "persons", "household": "households"}


def base_of(party_id: UUID) -> str:
    """Address of a party's history."""
    return f"/history/{party_id}/"


def entries_html(entries: Iterable[Entry | Read], *, party_id: UUID, formats: Formats) -> SafeString:
    """Entries one below the other, as they stand in the history of a party."""
    now = timezone.localtime()
    lines = [
        read_html(each, now, formats) if isinstance(each, Read) else entry_html(each, party_id, now, formats)
        for each in entries
    ]
    return mark_safe("".join(lines))  # noqa: S308 - escaped where they are made


def read_html(read: Read, now: dt.datetime, formats: Formats) -> str:
    kind, entry = kind_of(read.kind) or _UNKNOWN, read.entry
    title = escape(entry.title)
    if entry.href:
        title = f'<a href="{escape(entry.href)}">{title}</a>'
    return (
        f'<li class="entry" id="e-{escape(entry.id)}">{ui.icon(kind.icon)}<div class="entry__head">'
        f'<strong><span class="visually-hidden">{escape(_label(formats.language, kind.name))}: </span>{title}</strong>'
        f"<span>{escape(entry.note)}</span>{_time(entry.at, now, formats)}</div></li>"
    )


def entry_html(entry: Entry, party_id: UUID, now: dt.datetime, formats: Formats, *, acts: str = "") -> str:
    """One contact; `acts` is what stands open below it."""
    kind = kind_of(entry.kind) or _UNKNOWN
    key, address = entry.id, f"{base_of(party_id)}{entry.id}/"
    heading = heading_of(entry, party_id, kind, formats.language)
    pin = f'<span class="entry__pin">{ui.icon("pin")}{escape(_("Pinned"))}</span>' if entry.pinned_at else ""
    label = escape(_more(formats.language) % {"what": heading})
    more = (
        f'<button class="btn btn--ghost btn--icon entry__more" type="button" aria-label="{label}"'
        f' hx-get="{address}acts/" hx-target="#a{key}" hx-swap="outerHTML">{ui.icon("dots")}</button>'
    )
    head = (
        f"<h3>{escape(heading)}</h3><span>{escape(_note(entry, formats))}</span>{more}{_time(entry.at, now, formats)}"
    )
    return (
        f'<li class="entry" id="t{key}">{ui.icon(_icon(kind, entry))}<article>'
        f'<header class="entry__head">{head}</header>'
        f"{_body(entry, _label(formats.language, kind.name), address)}{_marks(entry, pin, formats.language)}"
        f"{_comments(entry.comments, now, formats)}{acts or closed_acts(key)}</article></li>"
    )


def closed_acts(key: UUID) -> str:
    return f'<div id="a{key}" hidden></div>'


def heading_of(entry: Entry, party_id: UUID, kind: TouchpointKind, language: str) -> str:
    """ "Call with Dr. Katrin Ohlendorf"."""
    label = _label(language, kind.name)
    with_whom = [name for _id, name, _kind in entry.people]
    if entry.party_id != party_id:
        with_whom.insert(0, entry.party_name)
    if not with_whom:
        return label
    names = ", ".join(with_whom[:3]) + (" …" if len(with_whom) > 3 else "")
    if kind.group == "notes":
        return _("%(kind)s about %(names)s") % {"kind": label, "names": names}
    if kind.is_message:
        if entry.direction == Direction.IN:
            return _("%(kind)s from %(names)s") % {"kind": label, "names": names}
        if entry.direction == Direction.OUT:
            return _("%(kind)s to %(names)s") % {"kind": label, "names": names}
    return _("%(kind)s with %(names)s") % {"kind": label, "names": names}


def _icon(kind: TouchpointKind, entry: Entry) -> str:
    if entry.kind == "call" and not entry.two_way:
        return "phone-missed"
    return "phone-in" if entry.kind == "call" and entry.direction == Direction.IN else kind.icon


def _note(entry: Entry, formats: Formats) -> str:
    parts = []
    if entry.kind == "call" and not entry.two_way:
        parts.append(_("not reached"))
    if entry.duration:
        parts.append(ngettext("%(n)d minute", "%(n)d minutes", entry.duration) % {"n": entry.duration})
    if entry.author_name:
        parts.append(entry.author_name)
    return ", ".join(parts)


def _time(at: dt.datetime, now: dt.datetime, formats: Formats) -> str:
    return f'<time datetime="{at.isoformat()}" title="{formats.moment(at)}">{when(at, now, formats)}</time>'


def when(at: dt.datetime, now: dt.datetime, formats: Formats) -> str:
    """As one says it: "today 10:12", "yesterday 16:40", "9 Nov 10:12", "09.11.2025"."""
    local = timezone.localtime(at)
    days = (now.date() - local.date()).days
    clock = formats.time(local.time())
    if days == 0:
        return _("today %(time)s") % {"time": clock}
    if days == 1:
        return _("yesterday %(time)s") % {"time": clock}
    if local.year == now.year:
        dot = "." if formats.language == "de" else ""
        return f"{local.day}{dot} {formats.months[local.month - 1]} {clock}"
    return formats.date(local.date())


def _body(entry: Entry, label: str, address: str) -> str:
    """What was said: the text, with the summary before it where that says something else."""
    body, summary = entry.body.strip(), entry.summary
    begins = " ".join(body.partition("\n")[0].split())
    is_said = summary == label or begins.startswith(summary.removesuffix(" …"))
    lines = [] if is_said else [f"<strong>{escape(summary)}</strong>" if body else escape(summary)]
    lines += [escape(body).replace("\n", "<br>")] if body else []
    if not lines:
        return ""
    shown = "<br>".join(lines)
    if entry.length <= len(entry.body):
        return f'<p class="entry__text">{shown}</p>'
    button = (
        f'<button class="entry__open" type="button" hx-get="{address}text/" hx-target="#b{entry.id}"'
        f' hx-swap="outerHTML">{escape(_("Show all"))}</button>'
    )
    return f'<p class="entry__text" id="b{entry.id}">{shown} … {button}</p>'


def _marks(entry: Entry, pin: str, language: str) -> str:
    parts = [pin] if pin else []
    for offer, reaction, objection in entry.reactions:
        to = escape(_to(language) % {"offer": offer})
        parts.append(f"{_reaction(language, reaction, objection)}<span>{to}</span>")
    if entry.mood:
        face = ui.icon(f"mood-{entry.mood}")
        parts.append(f'<span class="mood" data-mood="{entry.mood}">{face}{_mood(language, entry.mood)}</span>')
    return f'<div class="entry__marks">{"".join(parts)}</div>' if parts else ""


# A page says the same few words for every entry: each is looked up once for a language.


@cache
def _label(language: str, name: str) -> str:
    return str((kind_of(name) or _UNKNOWN).label)


@cache
def _more(language: str) -> str:
    return _("More about “%(what)s”")


@cache
def _to(language: str) -> str:
    return _("to %(offer)s")


@cache
def _mood(language: str, mood: int) -> str:
    return escape(str(Mood(mood).label))


@cache
def _reaction(language: str, reaction: str, objection: str) -> str:
    words = str(Response(reaction).label)
    if objection:
        words = f"{words}: {Objection(objection).label}"
    tone = _TONES.get(Response(reaction), "")
    shade = f' data-tone="{tone}"' if tone else ""
    return f'<span class="tag"{shade}>{escape(words)}</span>'


def _comments(comments: list[Said], now: dt.datetime, formats: Formats) -> str:
    if not comments:
        return ""
    lines = "".join(
        f'<li class="thread__msg" id="k{each.id}"><strong>{escape(each.by)}</strong>'
        f"<span>{escape(each.text).replace(chr(10), '<br>')}</span>{_time(each.at, now, formats)}</li>"
        for each in comments
    )
    return f'<ol class="thread" role="list" aria-label="{escape(_("Comments"))}">{lines}</ol>'
