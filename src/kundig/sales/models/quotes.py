"""Quotes: what we offer a customer, how it is shown, and how it was decided."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from typing import Any, ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import Team
from kundig.catalog.models import Line, line_constraints
from kundig.parties.models import Party, Person
from kundig.platform.ids import uuid7
from kundig.platform.models import StoredFile
from kundig.platform.money import MoneyField, PercentField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.sales.enums import DeclineReason, QuoteLanguage, QuoteState, Signature
from kundig.sales.models.deals import Deal
from kundig.sales.models.quote_templates import QuoteTemplate

_SCOPES = ["owner", "team"]
DECIDED = (QuoteState.ACCEPTED, QuoteState.DECLINED)


def new_link_key() -> str:
    """What opens a quote to whoever was sent it: 192 bits that nobody guesses."""
    return secrets.token_urlsafe(24)


class Quote(Record):
    """One version of a quote. All versions share the number; at most one is accepted.

    `blocks` is the document (`sales.rules.blocks`), which gives the page for the customer and the PDF. `net` to
    `margin_percent` follow from the lines that are chosen, `state` and the times from what is done with it
    (`sales.actions`). An accepted quote is changed by nobody: a trigger holds that, too.
    """

    number = models.CharField(_("quote number"), max_length=40, editable=False)
    version = models.PositiveSmallIntegerField(_("version"), default=1, editable=False)
    title = models.CharField(_("quote"), max_length=200)
    party = models.ForeignKey(Party, models.PROTECT, verbose_name=_("customer"), related_name="quotes")
    person = models.ForeignKey(
        Person, models.SET_NULL, verbose_name=_("contact person"), related_name="+", null=True, blank=True
    )
    deal = models.ForeignKey(
        Deal, models.SET_NULL, verbose_name=_("deal"), related_name="quotes", null=True, blank=True
    )
    state = models.CharField(
        _("state"), max_length=9, choices=QuoteState.choices, default=QuoteState.DRAFT, editable=False
    )
    language = models.CharField(_("language"), max_length=2, choices=QuoteLanguage.choices, blank=True)
    currency = models.CharField(_("currency"), max_length=3, blank=True)
    valid_until = models.DateField(_("valid until"), null=True, blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("owner"), related_name="+", null=True, blank=True
    )
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    template = models.ForeignKey(
        QuoteTemplate, models.SET_NULL, verbose_name=_("template"), related_name="+", null=True, blank=True
    )
    previous = models.ForeignKey(
        "self", models.SET_NULL, verbose_name=_("version before"), related_name="following", null=True, blank=True,
        editable=False,
    )  # fmt: skip

    net = MoneyField(_("net"), currency_from="currency", default=0, db_default=0, editable=False)
    tax = MoneyField(_("tax"), currency_from="currency", default=0, db_default=0, editable=False)
    gross = MoneyField(_("total"), currency_from="currency", default=0, db_default=0, editable=False)
    discount_percent = PercentField(_("highest discount"), default=0, db_default=0, editable=False)
    margin = MoneyField(_("margin"), currency_from="currency", null=True, blank=True, editable=False)
    margin_percent = PercentField(_("margin in percent"), null=True, blank=True, editable=False)

    blocks = models.JSONField(default=list, db_default=[], editable=False)
    fills = models.JSONField(default=dict, db_default={}, editable=False)
    """Placeholder of one's own → what stands in its place."""
    frozen = models.JSONField(default=dict, db_default={}, editable=False)
    """What the customer was told beyond lines and blocks: names, addresses, letterhead, as they were when the quote was
    sent. Empty before that."""
    accent = models.CharField(max_length=7, blank=True, editable=False)
    link_key = models.CharField(max_length=40, unique=True, default=new_link_key, editable=False)

    approval_asked_at = models.DateTimeField(_("approval asked for"), null=True, blank=True, editable=False)
    approval_asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("approval asked for by"), related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    approved_at = models.DateTimeField(_("approved at"), null=True, blank=True, editable=False)
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("approved by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    approval_note = models.CharField(_("note on the approval"), max_length=500, blank=True, editable=False)
    sent_at = models.DateTimeField(_("sent"), null=True, blank=True, editable=False)
    sent_to = models.CharField(_("sent to"), max_length=254, blank=True, editable=False)
    first_seen_at = models.DateTimeField(_("first looked at"), null=True, blank=True, editable=False)
    last_seen_at = models.DateTimeField(_("last looked at"), null=True, blank=True, editable=False)
    views = models.PositiveIntegerField(_("times looked at"), default=0, db_default=0, editable=False)
    decided_at = models.DateTimeField(_("decided"), null=True, blank=True, editable=False)
    decline_reason = models.CharField(
        _("reason for declining"), max_length=8, choices=DeclineReason.choices, blank=True, editable=False
    )
    decline_note = models.TextField(_("in the customer's words"), max_length=2_000, blank=True, editable=False)
    number_key = SortKey("number", natural=True)
    title_key = SortKey("title")

    example_lines: Sequence[QuoteLine] | None = None
    """The lines of one that is only an example, and stands nowhere."""
    kept_by_database: ClassVar = ("first_seen_at", "last_seen_at", "views")
    """Counted by readers, not written by us: the ledger leaves it out."""

    class Meta:
        verbose_name = _("quote")
        verbose_name_plural = _("quotes")
        constraints = [
            models.UniqueConstraint(fields=("number", "version"), name="quote_version_unique"),
            models.UniqueConstraint(
                fields=("number",), condition=Q(state=QuoteState.ACCEPTED), name="quote_accepted_once"
            ),
            models.CheckConstraint(condition=~Q(number=""), name="quote_has_number"),
            models.CheckConstraint(condition=~Q(title=""), name="quote_has_title"),
            models.CheckConstraint(condition=Q(version__gte=1), name="quote_version_counts"),
            models.CheckConstraint(condition=Q(state__in=QuoteState.values), name="quote_state_known"),
            models.CheckConstraint(
                condition=Q(state__in=DECIDED, decided_at__isnull=False) | ~Q(state__in=DECIDED) & Q(decided_at=None),
                name="quote_decided_with_time",
            ),
        ]
        indexes = [
            models.Index(fields=["number_key", "id"], include=_SCOPES, name="quote_by_number"),
            models.Index(fields=["title_key", "id"], include=_SCOPES, name="quote_by_title"),
            models.Index(fields=["net", "id"], include=_SCOPES, name="quote_by_net"),
            models.Index(fields=["valid_until", "id"], include=_SCOPES, name="quote_by_validity"),
            models.Index(fields=["sent_at", "id"], include=_SCOPES, name="quote_by_sent"),
            models.Index(fields=["decided_at", "id"], include=_SCOPES, name="quote_by_decided"),
            models.Index(fields=["state", "valid_until", "id"], include=_SCOPES, name="quote_by_state"),
            models.Index(
                fields=["owner", "last_seen_at"], condition=Q(last_seen_at__isnull=False), name="quote_seen_of_owner"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"

    @property
    def is_open(self) -> bool:
        """Whether it can still be written at without making another version."""
        return self.state in (QuoteState.DRAFT, QuoteState.WAITING, QuoteState.APPROVED)


class QuoteLine(Line):
    """One line of a quote. `optional`: the customer may take it or leave it; lines of one `group` are variants, of
    which exactly one is taken. `chosen` says which are."""

    quote = models.ForeignKey(Quote, models.CASCADE, verbose_name=_("quote"), related_name="lines")
    optional = models.BooleanField(_("on request"), default=False, db_default=False)
    group = models.CharField(
        _("variant of"), max_length=60, blank=True,
        help_text=_("Of lines with the same word here the customer chooses one."),
    )  # fmt: skip
    chosen = models.BooleanField(_("chosen"), default=True, db_default=True)
    picture = models.ForeignKey(
        StoredFile, models.PROTECT, verbose_name=_("picture"), related_name="+", null=True, blank=True, editable=False
    )

    class Meta(Line.Meta):
        abstract = False
        verbose_name = _("line of a quote")
        verbose_name_plural = _("lines of quotes")
        constraints = [
            *line_constraints("quote_line"),
            models.CheckConstraint(condition=Q(quantity__gt=0), name="quote_line_quantity_positive"),
            models.CheckConstraint(condition=~Q(title=""), name="quote_line_has_title"),
            models.CheckConstraint(condition=Q(optional=False) | Q(group=""), name="quote_line_optional_or_variant"),
            models.CheckConstraint(
                condition=Q(chosen=True) | Q(optional=True) | ~Q(group=""), name="quote_line_fixed_is_chosen"
            ),
            models.UniqueConstraint(
                fields=("quote", "group"), condition=~Q(group="") & Q(chosen=True), name="quote_line_one_variant"
            ),
        ]
        indexes = [models.Index(fields=["quote", "position", "id"], name="quote_line_in_order")]


class QuotePicture(models.Model):
    """A picture that was put into a quote or a template; blocks name its file."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    quote = models.ForeignKey(Quote, models.CASCADE, related_name="pictures", null=True)
    template = models.ForeignKey(QuoteTemplate, models.CASCADE, related_name="pictures", null=True)
    file = models.ForeignKey(StoredFile, models.PROTECT, related_name="+")

    class Meta:
        verbose_name = _("picture in a quote")
        verbose_name_plural = _("pictures in quotes")
        constraints = [
            models.UniqueConstraint(fields=("quote", "file"), name="quote_picture_once"),
            models.UniqueConstraint(fields=("template", "file"), name="quote_template_picture_once"),
            models.CheckConstraint(
                condition=Q(quote=None, template__isnull=False) | Q(quote__isnull=False, template=None),
                name="quote_picture_of_one",
            ),
        ]


class QuoteAcceptance(models.Model):
    """The evidence that a quote was accepted: by whom, when, from where, and what exactly stood there.

    `document_hash` is SHA-256 of the document as it was shown with the options chosen; `paper` is the PDF with the page
    of evidence. Written once: a trigger refuses changes.
    """

    quote = models.OneToOneField(Quote, models.CASCADE, primary_key=True, related_name="acceptance")
    name = models.CharField(_("name"), max_length=120)
    function = models.CharField(_("function"), max_length=120, blank=True)
    signature = models.CharField(_("signed by"), max_length=5, choices=Signature.choices)
    drawing = models.TextField(blank=True)
    """The path of a drawn signature, in a box of 600 × 200; empty otherwise."""
    reference = models.CharField(_("customer's order number"), max_length=60, blank=True)
    note = models.TextField(_("note"), max_length=2_000, blank=True)
    accepted_at = models.DateTimeField(_("accepted at"))
    address = models.GenericIPAddressField(null=True, blank=True)
    browser = models.CharField(max_length=300, blank=True)
    document_hash = models.CharField(max_length=64)
    paper = models.ForeignKey(StoredFile, models.PROTECT, related_name="+", null=True, blank=True)
    noted_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, related_name="+", null=True)
    """Who of us wrote it down, where the customer did not do it on the page."""

    class Meta:
        verbose_name = _("acceptance of a quote")
        verbose_name_plural = _("acceptances of quotes")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="quote_acceptance_has_name"),
            models.CheckConstraint(
                condition=Q(signature__in=Signature.values), name="quote_acceptance_signature_known"
            ),
        ]


class ApprovalLimits(models.Model):
    """From where on a quote needs somebody's approval; exactly one row at most. Without one nothing does."""

    THE_ONE = 1

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    discount_above = PercentField(_("discount above"), null=True, blank=True)
    margin_below = PercentField(_("margin below"), null=True, blank=True)
    approver = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name=_("approved by"), related_name="+", null=True, blank=True
    )
    valid_days = models.PositiveSmallIntegerField(_("days a quote is valid"), default=30)

    class Meta:
        verbose_name = _("limits for quotes")
        verbose_name_plural = _("limits for quotes")
        constraints: ClassVar[Any] = [models.CheckConstraint(condition=Q(id=1), name="approval_limits_only_one")]
