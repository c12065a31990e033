"""Designing a quote or a template: blocks at the left, the paper in the middle, what is selected at the right."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.mixins import LoginRequiredMixin
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.translation import gettext as _
from django.views import View

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.catalog.models import Product
from kundig.platform.htmx import part, with_toast
from kundig.platform.typesetting import NotTypeset
from kundig.records import registry
from kundig.records.actions import change_record, create_record, delete_record
from kundig.records.description import Description
from kundig.sales.actions.designing import (
    add_block,
    change_block,
    double_block,
    fill_placeholders,
    order_blocks,
    order_lines,
    remove_block,
    show_picture,
)
from kundig.sales.actions.quote_pictures import take_picture
from kundig.sales.forms.quotes import read_block, read_ids, read_line, read_template
from kundig.sales.models import Quote, QuoteLine, QuoteTemplate
from kundig.sales.panels.quote_designer import designer_context
from kundig.sales.panels.template_designer import template_context
from kundig.sales.queries import document_of
from kundig.sales.queries.amounts import may_read_quotes
from kundig.sales.queries.examples import blocks_of, example_of
from kundig.sales.rules.blocks import KINDS
from kundig.sales.views.quote_public import look_of, page_of, paper_response, picture_response

FURTHER = ("party", "person", "owner", "deal", "template")


class DesignedView(LoginRequiredMixin, View):
    """What all of these begin with: a quote, or a template, that the user may see. Who may change it, the actions
    ask."""

    edited: Quote | QuoteTemplate
    user: User

    def dispatch(
        self, request: HttpRequest, *args: Any, quote_id: UUID | None = None, template_id: UUID | None = None,
        **kwargs: Any,
    ) -> HttpResponseBase:  # fmt: skip
        if not isinstance(request.user, User):
            return self.handle_no_permission()
        self.user = request.user
        name, further = ("quotes", FURTHER) if quote_id is not None else ("quote-templates", ())
        found = described(name).visible_to(self.user).filter(pk=quote_id or template_id)
        edited = found.select_related(*further).first() if further else found.first()
        if edited is None:
            raise Http404(_("There is no such record, or it is not visible to you."))
        if isinstance(edited, Quote) and not may_read_quotes(self.user):
            raise PermissionDenied(_("What quotes come to is not for your role; the paper is full of it."))
        self.edited = edited
        return super().dispatch(request, *args, **kwargs)

    @property
    def base(self) -> str:
        name = "quotes" if isinstance(self.edited, Quote) else "quote-templates"
        return f"/{name}/{self.edited.pk}/"

    @property
    def shown(self) -> Quote:
        """What stands on the paper: the quote, or what a quote from the template would look like."""
        if isinstance(self.edited, QuoteTemplate):
            return example_of(self.edited, by=self.user)
        return self.edited

    @property
    def blocks(self) -> list[dict[str, Any]]:
        return blocks_of(self.edited) if isinstance(self.edited, QuoteTemplate) else self.edited.blocks

    @property
    def link(self) -> str:
        """The customer's address of it; nothing where there is no customer."""
        if isinstance(self.edited, QuoteTemplate):
            return ""
        return self.request.build_absolute_uri(f"/q/{self.edited.link_key}/")

    def designer(
        self, *, block: str = "", line: str = "", errors: list[str] | None = None, status: int = 200
    ) -> HttpResponse:
        """All three columns as they are now."""
        name = "sales/quotes/_designer.html" if part(self.request) else "sales/quotes/designer.html"
        return render(self.request, name, self.context(block, line, errors), status=status)

    def context(self, block: str, line: str, errors: list[str] | None = None) -> dict[str, Any]:
        self.edited.refresh_from_db()
        if isinstance(self.edited, QuoteTemplate):
            return template_context(self.edited, user=self.user, block=block, errors=errors)
        return designer_context(self.edited, user=self.user, link=self.link, block=block, line=line, errors=errors)

    def canvas(self, *, block: str = "", line: str = "") -> HttpResponse:
        """The paper, with what else follows from a change; the form stays, somebody is typing in it."""
        return render(self.request, "sales/quotes/_changed.html", self.context(block, line))

    def refused(self, error: ValidationError) -> HttpResponse:
        """What was wrong, above the form, which keeps what was typed."""
        context = {"errors": error.messages}
        response = HttpResponse(render_to_string("sales/quotes/_errors.html", context), status=422)
        response["HX-Retarget"], response["HX-Reswap"] = "#props-errors", "innerHTML"
        return response


class QuoteView(DesignedView):
    """The same for what only quotes have."""

    @property
    def quote(self) -> Quote:
        assert isinstance(self.edited, Quote), "the addresses of templates do not lead here"
        return self.edited


def described(name: str) -> Description:
    found = registry.get(name)
    assert found is not None, f"{name} is registered in apps.ready()"
    return found


class DesignView(DesignedView):
    def get(self, request: HttpRequest) -> HttpResponse:
        block, line = request.GET.get("block", "")[:16], request.GET.get("line", "")[:36]
        if part(request) == "designer-deeds":  # somebody has approved it, or the customer decided
            context = self.context(block, line)
            return render(request, context["head_deeds"], context)
        if part(request) == "props":
            return render(request, "sales/quotes/_props.html", self.context(block, line))
        return self.designer(block=block, line=line)

    def post(self, request: HttpRequest) -> HttpResponse:
        """How a template is called, in which colour it stands and whether it is taken where none is named."""
        if not isinstance(self.edited, QuoteTemplate):
            return self.http_method_not_allowed(request)
        accent = self.edited.accent
        try:
            change_record(described("quote-templates"), self.edited, read_template(request.POST), by=self.user)
        except ValidationError as error:
            return self.refused(error)
        response = self.canvas()
        if self.edited.accent != accent:
            response["HX-Refresh"] = "true"  # the colour stands in a style sheet of its own
        return response


class BlocksView(DesignedView):
    def post(self, request: HttpRequest) -> HttpResponse:
        """A further block, behind the one that is selected."""
        after = request.POST.get("after", "")
        try:
            mark = add_block(self.edited, request.POST.get("kind", ""), by=self.user, after=after)
        except ValidationError as error:
            return self.designer(block=after, errors=error.messages, status=422)
        return self.designer(block=mark)


class BlockView(DesignedView):
    def post(self, request: HttpRequest, mark: str) -> HttpResponse:
        """What a block says."""
        block = next((each for each in self.blocks if each["id"] == mark), None)
        if block is None:
            return self.designer(errors=[_("This block is not there any more. Somebody has removed it.")], status=422)
        try:
            change_block(self.edited, mark, read_block(block["kind"], request.POST), by=self.user)
            fills = {name[5:]: str(value) for name, value in request.POST.items() if name.startswith("fill:")}
            if fills and isinstance(self.edited, Quote):
                fill_placeholders(self.edited, fills, by=self.user)
        except ValidationError as error:
            return self.refused(error)
        if "anew" in request.POST:
            return self.designer(block=mark)
        return self.canvas(block=mark)


class BlockDeedView(DesignedView):
    def post(self, request: HttpRequest, mark: str, deed: str) -> HttpResponse:
        kept = mark
        try:
            if deed == "remove":
                remove_block(self.edited, mark, by=self.user)
                kept = ""
            elif deed == "double":
                kept = double_block(self.edited, mark, by=self.user)
            elif deed in ("up", "down"):
                order_blocks(self.edited, _shifted([each["id"] for each in self.blocks], mark, deed), by=self.user)
            else:
                raise Http404(deed)
        except ValidationError as error:
            return self.designer(block=mark, errors=error.messages, status=422)
        return self.designer(block=kept)


class OrderView(DesignedView):
    def post(self, request: HttpRequest) -> HttpResponse:
        try:
            if "line" in request.POST and isinstance(self.edited, Quote):
                order_lines(self.edited, read_ids(request.POST, "line"), by=self.user)
            else:
                order_blocks(self.edited, request.POST.getlist("block")[:200], by=self.user)
        except ValidationError as error:
            return self.designer(errors=error.messages, status=422)
        return self.designer(block=request.POST.get("selected", "")[:16])


class LinesView(QuoteView):
    def get(self, request: HttpRequest) -> HttpResponse:
        """Products to be taken in, by what is typed."""
        words = request.GET.get("q", "").replace("\x00", "")[:80].strip()
        found = described("products").visible_to(self.user)
        for word in words.split()[:5]:
            found = found.filter(name__icontains=word) | found.filter(number__icontains=word)
        context = {"products": found.order_by("name")[:12], "base": self.base, "words": words}
        return render(request, "sales/quotes/_products.html", context)

    def post(self, request: HttpRequest) -> HttpResponse:
        """A further line: of a product, or a free one."""
        values: dict[str, Any] = {"quote": self.quote}
        chosen = read_ids(request.POST, "product")
        if chosen:
            values["product"] = described("products").visible_to(self.user).filter(pk=chosen[0]).first()
        product: Product | None = values.get("product")
        if product is None:
            values["title"] = request.POST.get("title", "").strip()[:200] or _("New item")
        try:
            line = create_record(described("quote-lines"), values, by=self.user)
        except ValidationError as error:
            return self.designer(block=_positions(self.quote), errors=error.messages, status=422)
        return self.designer(line=str(line.pk))


class LineView(QuoteView):
    def post(self, request: HttpRequest, line_id: UUID) -> HttpResponse:
        line = self.line(line_id)
        try:
            change_record(described("quote-lines"), line, read_line(request.POST), by=self.user)
            if "picture" in request.POST:
                chosen = read_ids(request.POST, "picture")
                show_picture(line, chosen[0] if chosen else None, by=self.user)
        except ValidationError as error:
            return self.refused(error)
        if "anew" in request.POST:
            return self.designer(line=str(line.pk))
        return self.canvas(line=str(line.pk))

    def line(self, line_id: UUID) -> QuoteLine:
        found = QuoteLine.objects.filter(quote=self.quote, pk=line_id).select_related("quote", "product").first()
        if found is None:
            raise Http404(_("This item is not there any more."))
        return found


class LineDeedView(LineView):
    def post(self, request: HttpRequest, line_id: UUID, deed: str) -> HttpResponse:  # type: ignore[override]
        line, kept = self.line(line_id), str(line_id)
        try:
            if deed == "remove":
                delete_record(described("quote-lines"), line, by=self.user)
                kept = ""
            elif deed == "double":
                kept = str(self.doubled(line).pk)
            elif deed in ("up", "down"):
                ids = list(self.quote.lines.order_by("position", "id").values_list("pk", flat=True))
                order_lines(self.quote, _shifted(ids, line.pk, deed), by=self.user)
            else:
                raise Http404(deed)
        except ValidationError as error:
            return self.designer(line=str(line_id), errors=error.messages, status=422)
        return self.designer(line=kept, block="" if kept else _positions(self.quote))

    def doubled(self, line: QuoteLine) -> Any:
        names = "number title text quantity unit unit_price discount tax_category tax_percent unit_cost optional group"
        values = {name: getattr(line, name) for name in names.split()}
        return create_record(
            described("quote-lines"), {**values, "quote": self.quote, "product": line.product, "chosen": False},
            by=self.user,
        )  # fmt: skip


class PicturesView(DesignedView):
    def post(self, request: HttpRequest) -> HttpResponse:
        """Pictures that were chosen or dropped: they go where `block` and `prop`, or `line`, say."""
        block, line = request.POST.get("block", "")[:16], request.POST.get("line", "")
        uploads = request.FILES.getlist("files")[:24]
        name = "quotes" if isinstance(self.edited, Quote) else "quote-templates"
        if not described(name).may(self.user, Action.CHANGE, self.edited):
            raise Http404
        try:
            if not uploads:
                raise ValidationError(_("Choose at least one picture."))
            taken = [take_picture(self.edited, upload, by=self.user) for upload in uploads]
            if line and isinstance(self.edited, Quote):
                view_line = QuoteLine.objects.filter(quote=self.edited, pk__in=read_ids(request.POST, "line")).first()
                if view_line is not None:
                    show_picture(view_line, taken[0].pk, by=self.user)
            else:
                self.put_in(block, request.POST.get("prop", ""), [str(file.pk) for file in taken])
        except ValidationError as error:
            return self.designer(block=block, line=line, errors=error.messages, status=422)
        return self.designer(block=block, line=line)

    def put_in(self, mark: str, name: str, files: list[str]) -> None:
        self.edited.refresh_from_db()
        block = next((each for each in self.blocks if each["id"] == mark), None)
        prop = KINDS[block["kind"]].prop(name) if block is not None else None
        if block is None or prop is None:
            raise ValidationError(_("This block is not there any more. Somebody has removed it."))
        value: Any = files[0]
        if prop.kind == "pictures":
            value = [*block[name], *({"file": file, "caption": ""} for file in files)]
        change_block(self.edited, mark, {name: value}, by=self.user)


class PreviewView(DesignedView):
    """As the customer will see it; nothing in it can be decided."""

    def get(self, request: HttpRequest) -> HttpResponse:
        shown = self.shown
        with translation.override(shown.language):
            context = page_of(shown, base=self.base, is_preview=True)
            return HttpResponse(render_to_string("sales/quotes/public.html", context))


class LookView(DesignedView):
    def get(self, request: HttpRequest) -> HttpResponse:
        return HttpResponse(look_of(document_of(self.shown)["accent"]), content_type="text/css")


class PictureView(DesignedView):
    def get(self, request: HttpRequest, file_id: UUID) -> Any:
        return picture_response(self.shown, file_id)


class PaperView(DesignedView):
    def get(self, request: HttpRequest) -> Any:
        shown = self.shown
        try:
            return paper_response(shown, link=self.link if shown.sent_at else "")
        except NotTypeset:
            return with_toast(redirect(f"{self.base}design/"), _("The PDF could not be made. Look at the last change."))


def _shifted(order: list[Any], mark: Any, deed: str) -> list[Any]:
    """The order with one of them a place further up or down."""
    if mark not in order:
        return order
    place = order.index(mark)
    other = place + (1 if deed == "down" else -1)
    if 0 <= other < len(order):
        order[place], order[other] = order[other], order[place]
    return order


def _positions(quote: Quote) -> str:
    return next((each["id"] for each in quote.blocks if each["kind"] == "positions"), "")
