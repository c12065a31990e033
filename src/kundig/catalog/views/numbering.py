"""The settings page for numbers of documents."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.html import escape
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from kundig.catalog.actions import set_series
from kundig.catalog.protocol import Series, series
from kundig.catalog.queries import next_free, pattern_of
from kundig.catalog.rules import check_pattern, written_number


@require_http_methods(["GET", "HEAD", "POST"])
def numbers(request: HttpRequest) -> HttpResponse:
    """GET shows the pattern of each series with its next number, POST keeps what was changed."""
    _require(request)
    if request.method != "POST":
        return render(request, "catalog/numbers.html", {"rows": [_row(each, {}, "") for each in series()]})
    errors: dict[str, str] = {}
    wanted: dict[str, tuple[str, int | None]] = {}
    for each in series():
        try:
            if (changed := _changed(each, request.POST)) is not None:
                wanted[each.key] = changed
        except ValidationError as error:
            errors[each.key] = " ".join(error.messages)
    if not errors:
        try:
            set_series(wanted, by=request.user, on=timezone.localdate())  # type: ignore[arg-type]
        except ValidationError as error:
            errors = {key: " ".join(texts) for key, texts in error.message_dict.items()}
        else:
            messages.success(request, _("Saved."))
            return redirect("catalog:numbers")
    rows = [_row(each, request.POST, errors.get(each.key, "")) for each in series()]
    return render(request, "catalog/numbers.html", {"rows": rows, "wrong": True}, status=422)


@require_safe
def preview(request: HttpRequest) -> HttpResponse:
    """The next number as a pattern that is being typed would write it, or why it cannot."""
    _require(request)
    each = next((each for each in series() if f"{each.key}-pattern" in request.GET), None)
    return HttpResponse(escape(_written(each, request.GET)) if each is not None else "")


def _require(request: HttpRequest) -> None:
    user: Any = request.user
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))


def _changed(each: Series, data: Any) -> tuple[str, int | None] | None:
    """Pattern and next number that somebody has typed; None if they left both as they are."""
    if f"{each.key}-pattern" not in data:
        return None
    pattern = data[f"{each.key}-pattern"].replace("\x00", "").strip()
    following = _following(data.get(f"{each.key}-next", ""))
    today = timezone.localdate()
    if pattern == pattern_of(each.key) and following in (None, next_free(each.key, pattern, on=today)):
        return None
    return pattern, following


def _following(text: str) -> int | None:
    """Raises ValidationError for what is no whole number."""
    bare = text.strip()
    if not bare:
        return None
    if not (bare.isascii() and bare.isdigit() and len(bare) <= 10):
        raise ValidationError(_("“%(text)s” is no whole number.") % {"text": bare[:40]})
    return int(bare)


def _row(each: Series, data: Any, error: str) -> dict[str, Any]:
    pattern = data.get(f"{each.key}-pattern", pattern_of(each.key))
    return {
        "key": each.key, "label": each.label, "pattern": pattern, "next": data.get(f"{each.key}-next", ""),
        "written": "" if error else _written(each, {f"{each.key}-pattern": pattern}), "error": error,
    }  # fmt: skip


def _written(each: Series, data: Any) -> str:
    today = timezone.localdate()
    try:
        pattern = check_pattern(data.get(f"{each.key}-pattern", "").strip(), signs=each.signs)
        following = _following(data.get(f"{each.key}-next", ""))
    except ValidationError as error:
        return " ".join(error.messages)
    free = next_free(each.key, pattern, on=today)
    number = written_number(pattern, max(following or free, free), today)
    return _("The next one: %(number)s") % {"number": number}
