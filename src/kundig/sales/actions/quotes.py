"""Making, changing and deleting quotes and their lines.

`create_quote` to `delete_quote_line` are called through `records.actions`, which check the right and tell listeners;
`add_quote` and `add_quote_line` go through them.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.core.exceptions import PermissionDenied, ValidationError
from django.db import connection, models, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import gettext as _

from kundig.accounts.enums import Action
from kundig.accounts.models import User
from kundig.accounts.queries import company
from kundig.catalog.actions import next_number
from kundig.catalog.enums import ProductKind, TaxCategory, TaxClass
from kundig.catalog.models import Product
from kundig.catalog.queries import filled, tax_for, totals, with_product
from kundig.parties.models import Party
from kundig.parties.queries import language_for
from kundig.platform import live
from kundig.records import registry
from kundig.records.actions import create_record
from kundig.records.description import Description
from kundig.records.events import Via
from kundig.records.ledger import change_set
from kundig.sales.actions.quote_pictures import picture_of_product
from kundig.sales.enums import QuoteState
from kundig.sales.models import Deal, Quote, QuoteLine, QuotePicture, QuoteTemplate
from kundig.sales.queries.quotes import limits, lines_of, versions_of
from kundig.sales.rules.blocks import first_blocks
from kundig.sales.rules.quoting import margin_of

SERIES = "quote"
MOST_LINES = 200


def add_quote(*, party: Party | UUID, by: User, title: str = "", via: Via = Via.HAND, **further: Any) -> Quote:
    """Begin a quote; other domains make theirs by this. `further` are other columns, such as `deal`.

    Raises:
        PermissionDenied, ValidationError: like `records.actions.create_record`.
    """
    values = {"party": party, "title": title, **further}
    with transaction.atomic(), change_set(by=by if by.pk else None, via=via):
        quote = create_record(described("quotes"), values, by=by, via=via)
    assert isinstance(quote, Quote)
    return quote


def add_quote_line(quote: Quote, *, by: User, via: Via = Via.HAND, **values: Any) -> QuoteLine:
    """A further line, at the end; of a `product` everything is filled that `values` do not say.

    Raises:
        PermissionDenied, ValidationError: like `records.actions.create_record`.
    """
    line = create_record(described("quote-lines"), {"quote": quote, **values}, by=by, via=via)
    assert isinstance(line, QuoteLine)
    return line


def create_quote(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Quote:
    """A new quote with its number, the blocks of its template, and the lines of its deal.

    Raises:
        ValidationError: with a dict of columns.
    """
    quote = Quote()
    _assign(quote, values)
    _settle(quote, by=by)
    with transaction.atomic():
        quote.number = next_number(SERIES, on=timezone.localdate())
        quote.full_clean(exclude=["number", "blocks", "fills"])
        quote.save(force_insert=True)
        take_pictures(quote)
        _take_lines(quote, by=by)
        reckon(quote)
        live.announce(f"quotes-of:{quote.party_id}")
    return quote


def change_quote(quote: Quote, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> Quote:
    """Set columns of a quote. Raises ValidationError, also for one that has gone out: that gets a further version."""
    with transaction.atomic():
        quote = locked(quote)
        own = {name: value for name, value in values.items() if name not in ("owner", "team", "deal")}
        if own:
            require_open(quote)
        currency = quote.currency
        _assign(quote, values)
        if currency != quote.currency and quote.lines.exists():
            raise ValidationError(
                {"currency": _("The lines are in %(currency)s. A quote has one currency.") % {"currency": currency}}
            )
        quote.full_clean(exclude=["number", "blocks", "fills"])
        if own:
            unsettle(quote)
        quote.save()
        live.announce(f"quotes-of:{quote.party_id}")
    return quote


def delete_quote(quote: Quote, *, by: User, via: Via = Via.HAND) -> None:
    """Only what never went out is deleted; the rest is business correspondence, and kept.

    What was not accepted may be erased for privacy.

    Raises:
        ValidationError: if it has been sent.
    """
    with transaction.atomic():
        quote = locked(quote)
        if via == Via.ERASURE and not versions_of(quote).filter(state=QuoteState.ACCEPTED).exists():
            erases()
        elif quote.sent_at is not None:
            raise ValidationError(_("This quote has been sent and is kept. Withdraw it instead."))
        quote.delete()


def create_quote_line(values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> QuoteLine:
    """A line at the end of its quote; what is not said follows from the product.

    Raises:
        ValidationError: with a dict of columns; also where no price is known, or the quote has gone out.
    """
    values = with_product(values, by=by)
    with transaction.atomic():
        quote = locked(values["quote"])
        require_open(quote)
        if quote.lines.count() >= MOST_LINES:
            raise ValidationError(_("A quote has at most %(most)d lines.") % {"most": MOST_LINES})
        line = QuoteLine(quote=quote)
        product = _product(values.get("product"))
        if product is not None:
            quantity = values.get("quantity") or Decimal(1)
            for name, value in _filled(quote, product, quantity).items():
                setattr(line, name, value)
            line.picture = picture_of_product(product)
        else:
            take_usual_tax(line)
        said = {name: value for name, value in values.items() if name != "quote" and value not in (None, "")}
        _assign(line, said)
        if line.optional and said.get("chosen") is None:
            line.chosen = False  # nobody orders by saying nothing
        if not values.get("position"):
            line.position = (quote.lines.aggregate(last=Max("position"))["last"] or 0) + 1
        _settle_choice(line)
        _check(line)
        line.save(force_insert=True)
        _written(quote)
    return line


def change_quote_line(line: QuoteLine, values: Mapping[str, Any], *, by: User, via: Via = Via.HAND) -> QuoteLine:
    """Set columns of a line. Raises like `create_quote_line`."""
    with transaction.atomic():
        quote = locked(line.quote)
        require_open(quote)
        line.refresh_from_db()  # what somebody else has changed meanwhile stays
        before = _columns_of(line)
        if "quote" in values and _key(values["quote"]) != quote.pk:
            raise ValidationError({"quote": _("A line stays in its quote. Make a new one in the other.")})
        was_optional = line.optional
        _assign(line, values)
        if line.optional and not was_optional and values.get("chosen") is None:
            line.chosen = False
        _settle_choice(line)
        _check(line)
        if _columns_of(line) == before:  # a form that is left saves once more what it saved while somebody typed
            return line
        line.save()
        _written(quote)
    return line


def delete_quote_line(line: QuoteLine, *, by: User, via: Via = Via.HAND) -> None:
    with transaction.atomic():
        quote = locked(line.quote)
        require_open(quote)
        group, was_chosen = line.group, line.chosen
        line.delete()
        if group and was_chosen:
            first = quote.lines.filter(group=group).order_by("position", "id").first()
            if first is not None:
                QuoteLine.objects.filter(pk=first.pk).update(chosen=True)
        _written(quote)


# -- what the other rooms of quotes need ------------------------------------------------------------------------------


def described(name: str) -> Description:
    """The description of that name, which is ours."""
    found = registry.get(name)
    assert found is not None, f"{name} is registered in apps.ready()"
    return found


def locked(quote: Quote | UUID) -> Quote:
    """The quote as it is now; nobody else changes it until the transaction ends.

    Raises:
        ValidationError: if it is not there any more.
    """
    found = Quote.objects.select_for_update(of=("self",)).select_related("party", "person", "owner", "deal")
    again = found.filter(pk=_key(quote)).first()
    if again is None:
        raise ValidationError(_("This quote is not there any more. Somebody has deleted it."))
    return again


def require_may_change(quote: Quote, *, by: User) -> None:
    """Raises PermissionDenied if `by` may not change the quote."""
    if not described("quotes").may(by, Action.CHANGE, quote):
        raise PermissionDenied(_("You may not change this quote."))


def require_open(quote: Quote) -> None:
    """Raises ValidationError if it can no longer be written at."""
    if quote.state == QuoteState.ACCEPTED:
        raise ValidationError(_("%(quote)s is accepted. What was agreed stays as it is.") % {"quote": quote.number})
    if not quote.is_open:
        raise ValidationError(
            _("%(quote)s has gone out and stays as the customer knows it. Make a new version.")
            % {"quote": quote.number}
        )


def unsettle(quote: Quote) -> None:
    """What was approved was another quote: it is a draft again. Does not save."""
    if quote.state in (QuoteState.WAITING, QuoteState.APPROVED):
        quote.state = QuoteState.DRAFT
        quote.approved_at = quote.approved_by = quote.approval_asked_at = quote.approval_asked_by = None


def reckon(quote: Quote) -> None:
    """Bring sums, discount and margin in step with the lines, and save."""
    taken = [line for line in lines_of(quote) if line.chosen]
    sums = totals(taken)
    quote.net, quote.tax, quote.gross = sums.net, sums.tax, sums.gross
    # Also options that are not chosen may be taken: their discounts need approval as well.
    quote.discount_percent = max((line.discount for line in lines_of(quote)), default=Decimal(0))
    quote.margin, quote.margin_percent = margin_of(taken)
    quote.save()


def erases() -> None:
    """Tell the database that this transaction erases for privacy: what was sent, and not accepted, may go."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('kundig.erases', 'on', true)")


def take_pictures(quote: Quote) -> None:
    """Let a new quote have the pictures of its template."""
    if quote.template_id is not None:
        QuotePicture.objects.bulk_create(
            QuotePicture(quote=quote, file_id=file_id)
            for file_id in QuotePicture.objects.filter(template=quote.template_id).values_list("file_id", flat=True)
        )


def take_usual_tax(line: QuoteLine) -> None:
    """How what is sold to this customer is usually taxed; whoever writes the line may say otherwise."""
    party, house, product = line.quote.party, company(), line.product
    try:
        tax = tax_for(
            seller_country=house.country, buyer_country=party.country, buyer_vat_id=party.vat_id,
            tax_class=product.tax_class if product else TaxClass.STANDARD,
            kind=product.kind if product else ProductKind.GOODS, on=timezone.localdate(),
        )  # fmt: skip
    except ValidationError:
        return  # nobody has said which rates hold in our country: the writer does
    line.tax_category, line.tax_percent = tax.category, tax.percent


# -- inside -----------------------------------------------------------------------------------------------------------


def _columns_of(line: QuoteLine) -> dict[str, Any]:
    return {field.attname: getattr(line, field.attname) for field in QuoteLine._meta.concrete_fields}


def _written(quote: Quote) -> None:
    unsettle(quote)
    reckon(quote)


def _settle(quote: Quote, *, by: User) -> None:
    """Fill in what nobody has said."""
    if quote.party_id is None and quote.deal is not None:
        quote.party = quote.deal.party
    if quote.party_id is None:
        raise ValidationError({"party": _("For whom is it? Choose a customer.")})
    if quote.deal is not None:
        quote.person = quote.person or quote.deal.person
        quote.title = quote.title or quote.deal.title
        quote.currency = quote.currency or quote.deal.currency
    quote.title = quote.title or _("Quote for %(name)s") % {"name": quote.party.name[:150]}
    quote.language = quote.language or language_for(quote.person or quote.party)
    quote.currency = quote.currency or company().currency
    quote.owner_id = quote.owner_id or by.pk
    if quote.team_id is None:
        quote.team_id = quote.deal.team_id if quote.deal is not None else quote.party.team_id
    if quote.valid_until is None:
        quote.valid_until = timezone.localdate() + dt.timedelta(days=limits().valid_days)
    if quote.template is None:
        quote.template = QuoteTemplate.objects.filter(language=quote.language, is_default=True).first()
    if quote.template is not None:
        quote.accent = quote.template.accent
    quote.blocks = (quote.template.blocks if quote.template else None) or first_blocks(quote.language)


def _take_lines(quote: Quote, *, by: User) -> None:
    """Those of the deal, where it has any in our currency."""
    deal: Deal | None = quote.deal
    lines = getattr(deal, "lines", None)
    if deal is None or lines is None or (deal.currency and deal.currency != quote.currency):
        return
    for place, each in enumerate(lines.order_by("position", "id"), 1):
        QuoteLine.objects.create(
            quote=quote, position=place, product=each.product, number=each.number, title=each.title or "–",
            text=each.text, quantity=each.quantity, unit=each.unit, unit_price=each.unit_price, discount=each.discount,
            tax_category=each.tax_category, tax_percent=each.tax_percent, unit_cost=each.unit_cost,
            picture=picture_of_product(each.product) if each.product else None,
        )  # fmt: skip


def _filled(quote: Quote, product: Product, quantity: Decimal) -> dict[str, Any]:
    return filled(
        product, quantity=quantity, on=timezone.localdate(), currency=quote.currency, party=quote.party,
        language=quote.language,
    )  # fmt: skip


def _settle_choice(line: QuoteLine) -> None:
    """Fixed lines are chosen; of variants one always is. Without tax there is no rate."""
    if line.tax_category != TaxCategory.STANDARD:
        line.tax_percent = Decimal(0)
    if line.optional:
        line.group = ""
        return
    if not line.group:
        line.chosen = True
        return
    others = line.quote.lines.filter(group=line.group).exclude(pk=line.pk)
    if line.chosen and line.pk:
        taken = others.filter(chosen=True)
        if line._state.adding and taken.exists():
            line.chosen = False
        else:
            taken.update(chosen=False)
    elif not others.filter(chosen=True).exists():
        line.chosen = True


def _check(line: QuoteLine) -> None:
    if line.quantity is not None and line.quantity <= 0:
        raise ValidationError(
            {"quantity": _("The quantity is %(value)s; it must be more than zero.") % {"value": line.quantity}}
        )
    if line.unit_price is not None and line.unit_price < 0:
        raise ValidationError({"unit_price": _("A price is not negative. Give a discount, or leave the line out.")})
    for name in ("discount", "tax_percent"):
        if not 0 <= (getattr(line, name) or 0) <= 100:
            raise ValidationError({name: _("Write a percentage from 0 to 100.")})
    if not line.title.strip():
        raise ValidationError({"title": _("What is it? A line has a title.")})
    line.full_clean(exclude=["quote"])


def _assign(record: models.Model, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        column = record._meta.get_field(name)
        is_key = isinstance(column, models.ForeignKey) and not isinstance(value, models.Model)
        setattr(record, f"{name}_id" if is_key else name, value)


def _product(value: Any) -> Product | None:
    if value is None or isinstance(value, Product):
        return value
    return Product.objects.filter(pk=value).first()


def _key(value: Any) -> UUID:
    return value.pk if isinstance(value, models.Model) else value
