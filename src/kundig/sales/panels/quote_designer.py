"""What the three columns of the designer show."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.catalog.enums import TaxCategory, Unit
from kundig.parties.queries import described
from kundig.platform.formats import current_formats
from kundig.records import registry
from kundig.sales.actions.sending import reasons_against
from kundig.sales.enums import QuoteState
from kundig.sales.models import Quote, QuoteAcceptance, QuoteLine, QuotePicture, TextBlock
from kundig.sales.panels.margins import margins_of_quote
from kundig.sales.queries import document_of, is_overdue, lines_of, versions_of
from kundig.sales.queries.documents import amount_in_words, texts_of_lines
from kundig.sales.queries.quotes import limits, may_approve, reasons_in_words, reasons_to_approve
from kundig.sales.rules.blocks import KINDS, Prop, texts_of
from kundig.sales.rules.placeholders import OFFERED, own_placeholders

TONES = {
    QuoteState.WAITING: "warn", QuoteState.APPROVED: "good", QuoteState.ACCEPTED: "good", QuoteState.DECLINED: "bad",
}  # fmt: skip


def designer_context(
    quote: Quote, *, user: User, link: str, block: str = "", line: str = "", errors: list[str] | None = None
) -> dict[str, Any]:
    """Everything: blocks, paper and the form of what is selected; without a selection, how the quote stands."""
    context = canvas_context(quote, user=user, block=block, line=line)
    return {**context, **props_of(quote, user=user, block=block, line=line), "errors": errors or [], "link": link}


def canvas_context(quote: Quote, *, user: User, block: str = "", line: str = "") -> dict[str, Any]:
    """Blocks and paper, and what stands above them."""
    base, lines = f"/quotes/{quote.pk}/", lines_of(quote)
    may_change = _may(quote, user, Action.CHANGE) and quote.is_open
    document = document_of(quote)
    counts = {"positions": sum(not each.optional for each in lines), "options": sum(each.optional for each in lines)}
    home = _home(lines, line) if line else ""
    reasons = reasons_against(quote) if quote.is_open else []
    needs = reasons_to_approve(quote) if quote.is_open and quote.state != QuoteState.APPROVED else []
    return {
        **paper_context(quote.blocks, document, base=base, counts=counts, block=block, home=home),
        "party_url": described(quote.party).url(quote.party_id), "quote": quote, "current": line, "edits": may_change,
        "may_change": may_change, "state_tone": TONES.get(QuoteState(quote.state), ""), "name": document["name"],
        "record": f"quotes:{quote.pk}", "head_deeds": "sales/quotes/_deeds.html",
        "reasons": reasons, "needs_approval": bool(needs), "needs": reasons_in_words(_told(needs, user)),
        "may_send_again": quote.state == QuoteState.SENT and _may(quote, user, Action.CHANGE),
        "may_send": quote.is_open and not reasons and _may(quote, user, Action.CHANGE),
        "may_ask": quote.state == QuoteState.DRAFT and bool(needs) and _may(quote, user, Action.CHANGE),
        "approver": limits().approver, "figures": _figures(quote, user),
        "line_figures": _line_figures(quote, lines, line, user),
    }  # fmt: skip


def paper_context(
    blocks: Sequence[Mapping[str, Any]], document: Mapping[str, Any], *, base: str, counts: Mapping[str, int],
    block: str, home: str = "",
) -> dict[str, Any]:  # fmt: skip
    """The blocks in their order with how each is shown; selected is `block`, or that of kind `home`."""
    shown = {each["id"]: each for each in document["blocks"]}
    single = {each["kind"] for each in blocks}
    return {
        "base": base, "address": f"{base}design/", "pictures": f"{base}pictures/", "document": document,
        "items": [
            {"block": each, "kind": KINDS[each["kind"]], "count": counts.get(each["kind"]),
             "shown": shown.get(each["id"]), "is_current": each["id"] == block or each["kind"] == home}
            for each in blocks
        ],
        "selected": block, "chooses": False, "deciding": "", "prefix": "",
        "kinds": [kind for kind in KINDS.values() if not (kind.is_single and kind.name in single)],
    }  # fmt: skip


def props_of(quote: Quote, *, user: User, block: str, line: str) -> dict[str, Any]:
    """What the column at the right shows: a line, a block, or the quote itself."""
    chosen_line = next((each for each in lines_of(quote) if str(each.pk) == line), None) if line else None
    if chosen_line is not None:
        return {"props": "line", **_line_context(quote, chosen_line, user)}
    chosen = next((each for each in quote.blocks if each["id"] == block), None) if block else None
    if chosen is not None:
        return {"props": "block", **block_context(quote, chosen)}
    return {"props": "quote", **_state_context(quote, user)}


def _line_context(quote: Quote, line: QuoteLine, user: User) -> dict[str, Any]:
    formats = current_formats()
    shows_cost = _reads(user, "quote-lines", "unit_cost")
    typed = {
        name: "" if getattr(line, name) is None else formats.number(getattr(line, name).normalize())
        for name in ("quantity", "unit_price", "discount", "tax_percent", *(["unit_cost"] if shows_cost else []))
    }
    return {
        "line": line, "typed": typed, "shows_cost": shows_cost, "units": Unit.choices,
        "categories": TaxCategory.choices,
        "place": [each.pk for each in lines_of(quote)].index(line.pk) + 1,
        "symbol": formats.money(Decimal(0), quote.currency).replace("0", "").strip(),
        "groups": sorted({each.group for each in lines_of(quote) if each.group}),
        "offered_pictures": _pictures(quote),
        "last_discount": _last_discount(quote) if _reads(user, "quotes", "discount_percent") else "",
    }  # fmt: skip


def block_context(quote: Quote, block: Mapping[str, Any]) -> dict[str, Any]:
    kind = KINDS[block["kind"]]
    lines = lines_of(quote) if kind.name in ("positions", "options") else []
    shown = [line for line in lines if line.optional == (kind.name == "options")]
    title = [quote.title] if kind.name == "positions" else []
    own = own_placeholders([*texts_of([block]), *title, *texts_of_lines(shown)])
    return {
        "block": block, "kind": kind,
        "fields": [_field(prop, block, quote) for prop in kind.props],
        "own": [(word, quote.fills.get(word, "")) for word in own],
        "placeholders": OFFERED[quote.language] if texts_of([block]) or kind.prop("text") else (),
        "lines": lines,
        "is_lines": kind.name in ("positions", "options"),
        "offered_pictures": _pictures(quote),
    }  # fmt: skip


def _field(prop: Prop, block: Mapping[str, Any], quote: Quote) -> dict[str, Any]:
    value = block.get(prop.name, prop.default)
    field = {"prop": prop, "id": f"p-{prop.name}", "value": value}
    if prop.kind == "table":
        empty = [""] * len(prop.columns)
        field["rows"] = [*value, *([empty] * (2 if not value else 1))]
    if prop.snippets:
        kinds = {prop.snippets, "text"}
        field["snippets"] = TextBlock.objects.filter(language=quote.language, kind__in=kinds).order_by("name_key")[:40]
    return field


def _state_context(quote: Quote, user: User) -> dict[str, Any]:
    formats = current_formats()
    versions = list(versions_of(quote))
    acceptance = QuoteAcceptance.objects.filter(quote=quote).first()
    return {
        "versions": versions, "acceptance": acceptance, "is_overdue": is_overdue(quote),
        "decides": quote.state == QuoteState.WAITING and may_approve(quote, user),
        "may_write": _may(quote, user, Action.CHANGE),
        "seen": formats.moment(quote.last_seen_at) if quote.last_seen_at else "",
        "sent": formats.moment(quote.sent_at) if quote.sent_at else "",
        "decided": formats.moment(quote.decided_at) if quote.decided_at else "",
        "to": _mail_of(quote), "margins": margins_of_quote(quote, user),
    }  # fmt: skip


def _mail_of(quote: Quote) -> str:
    return (quote.person.mail if quote.person else "") or quote.party.mail


def _figures(quote: Quote, user: User) -> list[tuple[str, str]]:
    """What helps to decide, as far as the role of `user` shows it; never shown to the customer."""
    formats, found, margin = current_formats(), [], []
    if quote.margin is not None and _reads(user, "quotes", "margin"):
        margin.append(amount_in_words(quote.margin, quote.currency, formats))
    if quote.margin_percent is not None and _reads(user, "quotes", "margin_percent"):
        margin.append(formats.percent(quote.margin_percent.quantize(Decimal(1))))
    if margin:
        found.append((_("Margin"), ", ".join(margin)))
    if _reads(user, "quotes", "discount_percent"):
        found.append((_("Highest discount"), formats.percent(quote.discount_percent.normalize())))
    return found


def _told(reasons: list[tuple[str, Decimal, Decimal]], user: User) -> list[tuple[str, Decimal, Decimal]]:
    """The reasons whose figures `user` may know; that it needs approval, everybody learns."""
    fields = {"discount": "discount_percent", "margin": "margin_percent"}
    return [reason for reason in reasons if _reads(user, "quotes", fields[reason[0]])]


def _line_figures(quote: Quote, lines: list[QuoteLine], key: str, user: User) -> dict[str, str]:
    formats = current_formats()
    line = next((each for each in lines if str(each.pk) == key), None)
    if line is None:
        return {}
    found = {"net": amount_in_words(line.net, quote.currency, formats), "margin": ""}
    if line.unit_cost is not None and _reads(user, "quote-lines", "unit_cost") and _reads(user, "quotes", "margin"):
        margin = line.net - line.unit_cost * line.quantity
        percent = f", {formats.percent((margin * 100 / line.net).quantize(Decimal(1)))}" if line.net else ""
        found["margin"] = f"{amount_in_words(margin, quote.currency, formats)}{percent}"
    return found


def _last_discount(quote: Quote) -> str:
    """The highest discount that this customer was last granted, and when."""
    last = Quote.objects.filter(party=quote.party, state=QuoteState.ACCEPTED).order_by("-decided_at").first()
    if last is None or last.decided_at is None:
        return ""
    formats = current_formats()
    day = timezone.localtime(last.decided_at).date()
    return f"{formats.percent(last.discount_percent.normalize())}, {formats.date(day)}"


def _pictures(quote: Quote) -> list[str]:
    is_example = quote.example_lines is not None
    found = QuotePicture.objects.filter(template=quote.template_id) if is_example else quote.pictures.all()
    return [str(key) for key in found.order_by("id").values_list("file_id", flat=True)]


def _home(lines: list[QuoteLine], key: str) -> str:
    line = next((each for each in lines if str(each.pk) == key), None)
    return "" if line is None else "options" if line.optional else "positions"


def _reads(user: User, name: str, field: str) -> bool:
    """Whether the role of `user` shows this field."""
    description = registry.get(name)
    return description is not None and description.may_read(user, description.fields[field])


def _may(quote: Quote, user: User, action: Action) -> bool:
    description = registry.get("quotes")
    return description is not None and description.may(user, action, quote)
