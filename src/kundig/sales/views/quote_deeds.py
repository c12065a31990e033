"""What is done with a quote: laid before somebody, approved, sent, given a further version, withdrawn."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.models import User
from kundig.parties.queries import described as party_described
from kundig.parties.queries import salutation_for, visible_parties
from kundig.sales.actions import (
    Signed,
    accept_quote,
    add_quote,
    approve_quote,
    ask_approval,
    new_version,
    refuse_approval,
    send_quote,
    withdraw_quote,
)
from kundig.sales.actions.designing import save_as_template
from kundig.sales.enums import QuoteState, Signature
from kundig.sales.forms.quotes import read_ids
from kundig.sales.models import Quote, QuoteTemplate
from kundig.sales.queries import document_of, lines_of, versions_of
from kundig.sales.queries.quote_versions import differences_between
from kundig.sales.views.quote_designer import QuoteView, described


class DeedView(QuoteView):
    def post(self, request: HttpRequest, deed: str) -> HttpResponse:
        act = DEEDS.get(deed)
        if act is None:
            raise Http404(deed)
        try:
            now, message = act(self.quote, request, self.user)
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            return redirect(f"{self.base}design/")
        messages.success(request, message)
        return redirect(f"/quotes/{now.pk}/" if request.POST.get("to") == "page" else f"/quotes/{now.pk}/design/")


def _ask(quote: Quote, request: HttpRequest, by: User) -> tuple[Quote, str]:
    asked = ask_approval(quote, by=by, note=request.POST.get("note", ""))
    waits = asked.state == QuoteState.WAITING
    return asked, _("The quote waits for approval.") if waits else _("Nothing needs approval; it can go out.")


def _approve(quote: Quote, request: HttpRequest, by: User) -> tuple[Quote, str]:
    return approve_quote(quote, by=by, note=request.POST.get("note", "")), _("The quote can go out.")


def _refuse(quote: Quote, request: HttpRequest, by: User) -> tuple[Quote, str]:
    return refuse_approval(quote, by=by, note=request.POST.get("note", "")), _("The quote is a draft again.")


def _version(quote: Quote, request: HttpRequest, by: User) -> tuple[Quote, str]:
    made = new_version(quote, by=by)
    return made, _("Version %(number)d is a draft.") % {"number": made.version}


def _withdraw(quote: Quote, request: HttpRequest, by: User) -> tuple[Quote, str]:
    return withdraw_quote(quote, by=by), _("The quote is withdrawn; its link says so.")


def _told(quote: Quote, request: HttpRequest, by: User) -> tuple[Quote, str]:
    wanted = [line.pk for line in lines_of(quote) if line.chosen and (line.optional or line.group)]
    signed = Signed(request.POST.get("name", ""), signature=Signature.TOLD, note=request.POST.get("note", ""))
    accept_quote(quote, signed, wanted=wanted, by=by)
    return quote, _("The acceptance is noted.")


def _template(quote: Quote, request: HttpRequest, by: User) -> tuple[Quote, str]:
    made = save_as_template(quote, name=request.POST.get("name", ""), by=by)
    return quote, _("Kept as template “%(name)s”.") % {"name": made.name}


DEEDS: dict[str, Callable[[Quote, HttpRequest, User], tuple[Quote, str]]] = {
    "ask": _ask, "approve": _approve, "refuse": _refuse, "version": _version, "withdraw": _withdraw, "told": _told,
    "template": _template,
}  # fmt: skip


class SendingView(QuoteView):
    """The mail with the link: GET shows it as it would go out."""

    def get(self, request: HttpRequest) -> HttpResponse:
        return self.form(request, self.beginning())

    def post(self, request: HttpRequest) -> HttpResponse:
        data = request.POST
        typed = {name: data.get(name, "") for name in ("to", "subject", "text")}
        try:
            sent = send_quote(
                self.quote, by=self.user, base=request.build_absolute_uri("/").rstrip("/"),
                with_paper="with_paper" in data, **typed,
            )  # fmt: skip
        except ValidationError as error:
            return self.form(request, {**typed, "with_paper": "with_paper" in data}, errors=error.messages)
        mailed = _("Sent to %(mail)s.") % {"mail": sent.sent_to} if typed["to"].strip() else _("The link opens now.")
        messages.success(request, mailed)
        return redirect(f"{self.base}design/")

    def beginning(self) -> dict[str, Any]:
        quote, reader = self.quote, self.quote.person or self.quote.party
        with translation.override(quote.language):
            document = document_of(quote)
            text = _(
                "%(salutation)s,\n\nhere is our quote. You can read it on its page, choose what you like, ask, and "
                "accept it right there.\n\nKind regards\n%(sender)s"
            ) % {
                "salutation": salutation_for(reader, language=quote.language),
                "sender": document["sender"] or document["company"]["name"],
            }
            subject = f"{document['name']}: {document['title']}"
        return {"to": reader.mail or quote.party.mail, "subject": subject, "text": text, "with_paper": True}

    def form(self, request: HttpRequest, values: dict[str, Any], *, errors: list[str] | None = None) -> HttpResponse:
        context = {"quote": self.quote, "base": self.base, "name": document_of(self.quote)["name"], **values}
        status = 422 if errors else 200
        return render(request, "sales/quotes/sending.html", {**context, "errors": errors or []}, status=status)


class DifferencesView(QuoteView):
    def get(self, request: HttpRequest) -> HttpResponse:
        others = list(versions_of(self.quote).exclude(pk=self.quote.pk))
        if not others:
            return redirect(f"{self.base}design/")
        wanted = request.GET.get("with", "")
        earlier = next((each for each in others if each.version < self.quote.version), others[0])
        other = next((each for each in others if str(each.version) == wanted), earlier)
        context = {
            "quote": self.quote, "other": other, "others": others, "base": self.base,
            "name": document_of(self.quote)["name"], "differences": differences_between(other, self.quote),
        }  # fmt: skip
        return render(request, "sales/quotes/differences.html", context)


class NewQuoteView(LoginRequiredMixin, View):
    """A new quote for a customer, or out of a deal; then it is designed."""

    def post(self, request: HttpRequest, party_id: UUID | None = None, deal_id: UUID | None = None) -> HttpResponse:
        user: Any = request.user
        values: dict[str, Any] = {}
        if deal_id is not None:
            values["deal"] = described("deals").visible_to(user).filter(pk=deal_id).first()
            if values["deal"] is None:
                raise Http404(_("There is no such record, or it is not visible to you."))
            party = values["deal"].party
        else:
            found = visible_parties(user).filter(pk=party_id).first() if party_id is not None else None
            party = found
            if party is None:
                raise Http404(_("There is no such record, or it is not visible to you."))
        try:
            quote = add_quote(party=party, by=user, **values, **_of_template(request, user))
        except ValidationError as error:
            messages.error(request, " ".join(error.messages))
            back = f"/deals/{deal_id}/" if deal_id else party_described(party).url(party.pk)
            return redirect(back)
        return redirect(f"/quotes/{quote.pk}/design/")


def _of_template(request: HttpRequest, user: User) -> dict[str, Any]:
    """The template that was chosen, whose language the quote is written in; nothing where none was."""
    chosen = read_ids(request.POST, "template")
    template = described("quote-templates").visible_to(user).filter(pk__in=chosen[:1]).first() if chosen else None
    return {"template": template, "language": template.language} if isinstance(template, QuoteTemplate) else {}
