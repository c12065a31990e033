"""The quote as its recipient reads it: by its link, without signing in, without a session, also without scripts.

The key in the address is the only thing that opens it; it is drawn at random (192 bits), so that nothing has to be
signed, and a link is closed by withdrawing the quote.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any
from uuid import UUID

from allauth.core import ratelimit
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.decorators import method_decorator
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.views import View
from django.views.decorators.csrf import csrf_exempt

from kundig.accounts.queries import client_address, letterhead
from kundig.platform import files
from kundig.platform.buckets import StoreFailed
from kundig.platform.formats import formats
from kundig.platform.models import StoredFile
from kundig.platform.typesetting import NotTypeset
from kundig.sales.actions import AlreadyDecided, Signed, accept_quote, ask_about, decline_quote, note_view, paper_of
from kundig.sales.actions.quote_pictures import pictures_in
from kundig.sales.enums import DeclineReason, QuoteState, Signature
from kundig.sales.models import Quote, QuoteAcceptance
from kundig.sales.queries import document_of, is_overdue, latest_of, lines_of, quote_by_link
from kundig.sales.rules.quoting import choice_of, hash_of

logger = logging.getLogger("kundig.sales")

_KEY = re.compile(r"[A-Za-z0-9_-]{1,60}")
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@method_decorator([login_not_required, csrf_exempt], name="dispatch")
class PublicView(View):
    """What all addresses below a link share: who hammers is stopped, everything is in its language."""

    limit = "quote_page"
    says_withdrawn = False
    quote: Quote

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
        if refused := ratelimit.consume_or_429(request, action=self.limit, limit_get=True):
            return refused
        key = str(kwargs.pop("key", ""))
        found = quote_by_link(key) if _KEY.fullmatch(key) else None
        if found is None:
            raise Http404("no quote has this link")
        self.quote = found
        if found.state == QuoteState.WITHDRAWN and not self.says_withdrawn:
            raise Http404("this quote was withdrawn")
        request.POST = _bare(request.POST)  # type: ignore[assignment]
        with translation.override(found.language):
            if found.state == QuoteState.WITHDRAWN:
                context = {"quote": found, "house": letterhead()}
                response: Any = HttpResponse(render_to_string("sales/quotes/withdrawn.html", context), status=410)
            else:
                response = super().dispatch(request, *args, **kwargs)
        response["Cache-Control"] = "private, no-store"
        response["Referrer-Policy"] = "no-referrer"
        response["X-Robots-Tag"] = "noindex"
        response.is_public = True
        return response

    @property
    def base(self) -> str:
        return f"/q/{self.quote.link_key}/"

    def page(self, request: HttpRequest, *, status: int = 200, **more: Any) -> HttpResponse:
        self.quote.refresh_from_db()
        # Without the request nothing of the program's own frame comes along, and no cookie is set.
        text = render_to_string("sales/quotes/public.html", page_of(self.quote, base=self.base, **more))
        return HttpResponse(text, status=status)


class OfferView(PublicView):
    says_withdrawn = True

    def get(self, request: HttpRequest) -> HttpResponse:
        wanted = _wanted(request.GET) if "chosen" in request.GET else None
        try:
            response = self.page(request, wanted=wanted)
        except ValidationError as error:
            return self.page(request, status=422, errors=error.messages)
        # Who only counts anew has opened it already; a signed-in colleague who tries the link is no reader.
        if wanted is None and request.method == "GET" and settings.SESSION_COOKIE_NAME not in request.COOKIES:
            note_view(self.quote)
        return response


class LookView(PublicView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(look_of(document_of(self.quote)["accent"]), content_type="text/css")


class PictureView(PublicView):
    limit = "quote_picture"

    def get(self, request: HttpRequest, file_id: UUID) -> Any:
        return picture_response(self.quote, file_id)


class PaperView(PublicView):
    limit = "quote_paper"

    def get(self, request: HttpRequest) -> Any:
        link = request.build_absolute_uri(self.base)
        try:
            return paper_response(self.quote, link=link)
        except (NotTypeset, StoreFailed, FileNotFoundError):
            logger.exception("the paper of quote %s could not be made", self.quote.pk)
            return self.page(request, status=503, news=_("The PDF can not be made just now. Please try again later."))


class AcceptView(PublicView):
    limit = "quote_deed"

    def post(self, request: HttpRequest) -> HttpResponse:
        data = request.POST
        drawing = data.get("drawing", "")
        signed = Signed(
            name=data.get("name", ""), function=data.get("function", ""), reference=data.get("reference", ""),
            note=data.get("note", ""), seen=data.get("seen", "")[:64],
            signature=Signature.DRAWN if drawing else Signature.TYPED, drawing=drawing,
            address=_address(request), browser=request.headers.get("User-Agent", "").replace("\x00", ""),
        )  # fmt: skip
        wanted = _wanted(data)
        try:
            accept_quote(self.quote, signed, wanted=wanted, link=request.build_absolute_uri(self.base))
        except AlreadyDecided as error:
            return self.page(request, status=409, news=error.messages[0])
        except ValidationError as error:
            return self.page(request, status=422, errors=error.messages, said=data, wanted=wanted)
        return redirect(f"{self.base}#decide")


class DeclineView(PublicView):
    limit = "quote_deed"

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            decline_quote(self.quote, reason=request.POST.get("reason", ""), note=request.POST.get("note", ""))
        except AlreadyDecided as error:
            return self.page(request, status=409, news=error.messages[0])
        except ValidationError as error:
            return self.page(request, status=422, errors=error.messages, declines=True)
        return redirect(f"{self.base}#decide")


class AskView(PublicView):
    limit = "quote_deed"

    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            ask_about(self.quote, name=request.POST.get("name", ""), question=request.POST.get("question", ""))
        except ValidationError as error:
            return self.page(request, status=422, errors=error.messages, asks=True)
        return self.page(request, news=_("Thank you, your question is with us. You will hear from us."), tone="good")


# -- shared with the preview of those who write it --------------------------------------------------------------------


def page_of(
    quote: Quote,
    *,
    base: str,
    wanted: set[UUID] | None = None,
    said: Mapping[str, str] | None = None,
    errors: list[str] | None = None,
    news: str = "",
    tone: str = "warn",
    declines: bool = False,
    asks: bool = False,
    is_preview: bool = False,
) -> dict[str, Any]:
    """What the page says. Raises ValidationError for options that do not go together."""
    plain = document_of(quote)
    taken = None
    if wanted is not None:
        try:
            taken = choice_of(lines_of(quote), wanted)
        except ValidationError as error:
            errors = errors or error.messages
    document = document_of(quote, taken=taken) if taken is not None else plain
    is_open = quote.state == QuoteState.SENT and not is_overdue(quote) and not is_preview
    latest = latest_of(quote) if quote.state == QuoteState.REPLACED else quote
    kinds = {block["kind"] for block in document["blocks"]}
    context = {
        "quote": quote, "document": document, "base": base, "pictures": f"{base}pictures/", "is_open": is_open,
        "chooses": is_open, "has_cover": "cover" in kinds, "has_acceptance": "acceptance" in kinds, "news": news,
        "news_tone": tone, "newer": f"/q/{latest.link_key}/" if latest.pk != quote.pk else "",
    }  # fmt: skip
    context["deciding"] = _deciding(
        quote, document, base=base, is_open=is_open, seen=hash_of(plain), said=said or {}, errors=errors or [],
        declines=declines, asks=asks, is_preview=is_preview,
    )  # fmt: skip
    if quote.state == QuoteState.REPLACED and not news:
        context["news"] = _("There is a newer version of this quote.")
    return context


def _deciding(quote: Quote, document: Mapping[str, Any], *, is_open: bool, is_preview: bool, **more: Any) -> SafeString:
    acceptance = QuoteAcceptance.objects.filter(quote=quote).first()
    written = formats(quote.language)
    closed = _("This quote can not be accepted any more.")
    if is_preview:
        closed = _("Here the customer signs, asks or declines.")
    elif quote.valid_until is not None and is_overdue(quote):
        closed = _("This quote was valid until %(day)s. Please ask for a new one.") % {
            "day": written.date(quote.valid_until)
        }
    return render_to_string(
        "sales/quotes/_deciding.html",
        {
            "acceptance": acceptance,
            "accepted_at": written.moment(acceptance.accepted_at) if acceptance else "",
            "closed": closed,
            "document": document,
            "drawing": acceptance.drawing if acceptance else "",
            "is_declined": quote.state == QuoteState.DECLINED,
            "is_open": is_open,
            "reasons": DeclineReason.choices,
            "taken": [line["id"] for block in document["blocks"] for line in block.get("lines", ())
                      if line["taken"] and (line["optional"] or line["group"])],
            **more,
        },
    )  # fmt: skip


def look_of(accent: str) -> str:
    """The colour of the house, for the page of a quote."""
    color = accent if _COLOR.fullmatch(accent) else "#0f5c5e"
    return f".offer, .paper {{ --house: {color}; }}\n"


def picture_response(quote: Quote, file_id: UUID) -> FileResponse:
    if file_id not in pictures_in(quote):
        raise Http404("this picture is not in the quote")
    file = StoredFile.objects.filter(pk=file_id).first()
    if file is None or file.content_type not in ("image/jpeg", "image/png") or not files.path_of(file).exists():
        raise Http404("there is no such picture")
    response = FileResponse(files.path_of(file).open("rb"), content_type=file.content_type)
    response["Content-Security-Policy"] = "default-src 'none'"
    return response


def paper_response(quote: Quote, *, link: str) -> Any:
    """The PDF: that with the evidence once it is accepted."""
    name = f"{quote.number}.pdf"
    acceptance = QuoteAcceptance.objects.select_related("paper").filter(quote=quote).first()
    if acceptance is not None and acceptance.paper is not None:
        return FileResponse(files.path_of(acceptance.paper).open("rb"), filename=name, content_type="application/pdf")
    response = HttpResponse(paper_of(quote, link=link), content_type="application/pdf")
    response["Content-Disposition"] = f'inline; filename="{re.sub(r"[^A-Za-z0-9._-]", "-", name)}"'
    return response


def _bare(data: QueryDict) -> QueryDict:
    """Without the one character that the database does not take; nobody types it."""
    bare = data.copy()
    for name, values in data.lists():
        bare.setlist(name, [value.replace("\x00", "") for value in values])
    return bare


def _wanted(data: Any) -> set[UUID]:
    """The lines that were ticked: `take` of options, `take:…` of variants."""
    found = set()
    for name in data:
        if name == "take" or name.startswith("take:"):
            for value in data.getlist(name):
                try:
                    found.add(UUID(value))
                except ValueError:
                    found.add(UUID(int=0))  # is part of no quote, which is then said
    return found


def _address(request: HttpRequest) -> str | None:
    address = client_address(request)
    return address if re.fullmatch(r"[0-9a-fA-F.:]+", address) else None
