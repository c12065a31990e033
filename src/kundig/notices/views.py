"""The bell in the frame, its menu, the page of all notices, and one's wishes about them."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dates import WEEKDAYS
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundig.accounts.models import User
from kundig.notices.actions import count_for, name_of, read, save_wishes, unread
from kundig.notices.enums import Way
from kundig.notices.models import Notice, NoticeWishes
from kundig.notices.protocol import kinds
from kundig.notices.queries import notices_of, shown, wishes_of
from kundig.platform.htmx import part

IN_MENU, ON_PAGE = 8, 30
TIMES = ("rest_begins", "rest_ends", "summary_at")


def _reader(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # every page asks for that
    return request.user


@require_safe
def bell(request: HttpRequest) -> HttpResponse:
    """The bell alone, as it stands in the frame of every page."""
    page = urlsplit(request.headers.get("HX-Current-URL", "")).path
    reader = _reader(request)
    context = {"count": count_for(reader, page=page), "name": name_of(reader), "is_part": True}
    return render(request, "notices/_bell.html", context)


@require_safe
def latest(request: HttpRequest) -> HttpResponse:
    """What the menu at the bell shows: what is unread first of all, then what has been read lately."""
    return latest_of(request, _reader(request))


def latest_of(request: HttpRequest, reader: User) -> HttpResponse:
    found = list(notices_of(reader).filter(read_at=None)[:IN_MENU])
    if len(found) < IN_MENU:
        found += notices_of(reader).exclude(read_at=None)[: IN_MENU - len(found)]
    return render(request, "notices/_latest.html", {"notices": shown(found, to=reader)})


@require_safe
def notices(request: HttpRequest) -> HttpResponse:
    """All notices, newest first; `unread` shows only those to be read, `after` what is older than a notice."""
    reader = _reader(request)
    rows, only = notices_of(reader), "unread" in request.GET
    if only:
        rows = rows.filter(read_at=None)
    if place := _place(reader, request.GET.get("after", "")):
        rows = rows.filter(Q(at__lt=place.at) | Q(at=place.at, pk__lt=place.pk))
    found = list(rows[: ON_PAGE + 1])
    context = {
        "notices": shown(found[:ON_PAGE], to=reader),
        "more": found[ON_PAGE - 1].pk if len(found) > ON_PAGE else None,
        "only": only,
        "is_first": place is None,
    }
    wanted = part(request)
    template = {"notices-list": "_list", "notices-more": "_lines"}.get(wanted, "page")
    return render(request, f"notices/{template}.html", context)


def _place(reader: User, text: str) -> Notice | None:
    try:
        return notices_of(reader).filter(pk=UUID(text)).first()
    except ValueError:
        return None


def _found(reader: User, notice_id: UUID) -> Notice:
    found = notices_of(reader).filter(pk=notice_id).first()
    if found is None:
        raise Http404(_("There is no such notice, or it is not yours."))
    return found


@require_safe
def notice(request: HttpRequest, notice_id: UUID) -> HttpResponse:
    """One notice about several records, with each of them; who opens it has read it."""
    reader = _reader(request)
    found = _found(reader, notice_id)
    read(reader, found.pk)
    (told,) = shown([found], to=reader)
    return render(request, "notices/notice.html", {"notice": told, "hidden": len(found.records) - len(told.records)})


@require_http_methods(["POST", "DELETE"])
def reading(request: HttpRequest, notice_id: UUID | None = None) -> HttpResponse:
    """POST notes that one notice, or all, have been read; DELETE puts one back. The stream tells every open page."""
    reader = _reader(request)
    if notice_id is not None:
        _found(reader, notice_id)
    if request.method == "POST":
        read(reader, notice_id)
    elif notice_id is not None:
        unread(reader, notice_id)
    if part(request) == "notices":
        return latest_of(request, reader)
    return HttpResponse(status=204) if part(request) else redirect("notices")


@require_http_methods(["GET", "HEAD", "POST"])
def wishes(request: HttpRequest) -> HttpResponse:
    """How one wants to hear of what."""
    reader = _reader(request)
    known = wishes_of(reader)
    values: dict[str, Any] = {name: _shown_time(known, name) for name in TIMES}
    values |= {"days_off": [str(day) for day in known.days_off], "ways": dict(known.ways)}
    errors: dict[str, list[str]] = {}
    if request.method == "POST":
        values = {name: request.POST.get(name, "") for name in TIMES}
        values["days_off"] = request.POST.getlist("days_off")
        values["ways"] = {
            kind.key: request.POST[f"way.{kind.key}"] for kind in kinds() if f"way.{kind.key}" in request.POST
        }
        try:
            save_wishes(reader, values)
        except ValidationError as problem:
            errors = problem.message_dict
        else:
            messages.success(request, _("Saved."))
            return redirect("notice_wishes")
    context = {
        "values": values,
        "errors": errors,
        "kinds": [(kind, values["ways"].get(kind.key) or kind.way) for kind in kinds()],
        "ways": Way.choices,
        "weekdays": [(str(number), name, str(number) in values["days_off"]) for number, name in WEEKDAYS.items()],
    }
    return render(request, "notices/wishes.html", context, status=422 if errors else 200)


def _shown_time(known: NoticeWishes, name: str) -> str:
    time = getattr(known, name)
    return f"{time:%H:%M}" if time else ""
