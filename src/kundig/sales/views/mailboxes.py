"""The settings page of a mailbox whose mails become leads."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from kundig.accounts.models import User
from kundig.sales.actions.imap import NotRead
from kundig.sales.actions.mailboxes import delete_mailbox, put_aside, save_mailbox, take_again, try_mailbox
from kundig.sales.models.mailboxes import Mailbox

MOST_MAILS = 50


@require_http_methods(["GET", "HEAD", "POST"])
def new_mailbox(request: HttpRequest) -> HttpResponse:
    return _page(request, Mailbox(), by=_administrator(request))


@require_http_methods(["GET", "HEAD", "POST"])
def mailbox(request: HttpRequest, mailbox_id: UUID) -> HttpResponse:
    by = _administrator(request)
    found = get_object_or_404(Mailbox, pk=mailbox_id)
    if request.method == "POST" and "delete" in request.POST:
        delete_mailbox(found, by=by)
        messages.success(request, _("“%(name)s” is asked no more. Its leads stay.") % {"name": found.name})
        return redirect("sales:lead_rules")
    if request.method == "POST" and "mail" in request.POST:
        return _decided(request, found, by=by)
    return _page(request, found, by=by)


def _decided(request: HttpRequest, found: Mailbox, *, by: User) -> HttpResponse:
    try:
        key = UUID(request.POST["mail"])
    except ValueError:
        key = found.pk
    mail = get_object_or_404(found.mails.exclude(problem=""), pk=key)
    if request.POST.get("do") == "aside":
        put_aside(mail, by=by)
        messages.success(request, _("The mail is put aside."))
    elif take_again(mail, by=by):
        messages.success(request, _("The lead is noted."))
    else:
        messages.error(request, mail.problem)
    return redirect("sales:mailbox", mailbox_id=found.pk)


def _page(request: HttpRequest, found: Mailbox, *, by: User) -> HttpResponse:
    errors: dict[str, str] = {}
    answer, is_new = "", found._state.adding
    if request.method == "POST":
        try:
            if "try" in request.POST:
                count = try_mailbox(found, request.POST.dict(), by=by)
                words = ngettext(
                    "It works: %(count)d mail lies in the folder.",
                    "It works: %(count)d mails lie in the folder.",
                    count,
                )
                answer = words % {"count": count}
            else:
                save_mailbox(found, request.POST.dict(), by=by)
                messages.success(request, _("Saved."))
                return redirect("sales:mailbox", mailbox_id=found.pk)
        except ValidationError as problem:
            errors = {name: texts[0] for name, texts in problem.message_dict.items()}
        except NotRead as error:
            errors = {"": str(error)}
    context = {
        "mailbox": found, "is_new": is_new, "errors": errors, "answer": answer,
        "mails": [] if is_new else found.mails.exclude(problem="").order_by("-received_at")[:MOST_MAILS],
        "taken": 0 if is_new else found.mails.filter(lead__isnull=False).count(),
    }  # fmt: skip
    return render(request, "sales/mailboxes/mailbox.html", context, status=422 if errors else 200)


def _administrator(request: HttpRequest) -> User:
    user: Any = request.user
    if not user.access.is_administrator:
        raise PermissionDenied(_("Only administrators may open this page. Ask one of them."))
    assert isinstance(user, User)
    return user
