"""What we owe a customer by word, what they owe us, and what a note lets one suppose."""

from typing import Any, ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils.translation import gettext_lazy as _

from kundig.parties.models import Party
from kundig.platform.ids import uuid7
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.timeline.enums import Side


class PromiseQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that are neither kept nor broken."""
        return self.filter(kept_at=None, broken_at=None)


class Promise(Record):
    """Something that one side has promised the other. It is open until `kept_at` or `broken_at` says when it ended."""

    text = models.CharField(_("promise"), max_length=300)
    party = models.ForeignKey(Party, models.CASCADE, verbose_name=_("customer"), related_name="promises")
    side = models.CharField(_("who owes it"), max_length=4, choices=Side.choices, default=Side.WE)
    due_on = models.DateField(_("due on"), null=True, blank=True)
    assignee = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("who sees to it"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    kept_at = models.DateTimeField(_("kept on"), null=True, blank=True, editable=False)
    broken_at = models.DateTimeField(_("broken on"), null=True, blank=True, editable=False)
    settled_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("settled by"), related_name="+",
        null=True, blank=True, editable=False,
    )  # fmt: skip
    from_touchpoint: Any = models.UUIDField(null=True, blank=True, editable=False)
    """The contact in which it was given."""
    reminded_on = models.DateField(null=True, editable=False)
    """The due day of which somebody was reminded."""
    text_key = SortKey("text")

    kept_by_database: ClassVar = ("reminded_on",)
    """Not part of its story: the ledger leaves it out."""
    objects: ClassVar[models.Manager] = PromiseQuerySet.as_manager()

    class Meta:
        verbose_name = _("promise")
        verbose_name_plural = _("promises")
        constraints = [
            models.CheckConstraint(condition=~Q(text=""), name="promise_has_text"),
            models.CheckConstraint(condition=Q(side__in=Side.values), name="promise_side_known"),
            models.CheckConstraint(condition=Q(kept_at=None) | Q(broken_at=None), name="promise_ends_once"),
        ]
        indexes = [
            models.Index(fields=["text_key", "id"], name="promise_by_text"),
            models.Index(fields=["due_on", "id"], name="promise_by_due"),
            models.Index(fields=["party", "due_on"], name="promise_of_party"),
            models.Index(
                fields=["assignee", "due_on"], condition=Q(kept_at=None, broken_at=None), name="promise_open_of_user"
            ),
            models.Index(fields=["due_on"], condition=Q(kept_at=None, broken_at=None), name="promise_open_by_due"),
            models.Index(
                fields=["from_touchpoint"], condition=Q(from_touchpoint__isnull=False), name="promise_of_touchpoint"
            ),
        ]

    def __str__(self) -> str:
        return self.text

    @property
    def is_open(self) -> bool:
        return self.kept_at is None and self.broken_at is None


class ProposalQuerySet(models.QuerySet):
    def open(self) -> Self:
        """Those that are neither dismissed nor a promise."""
        taken = Promise.objects.filter(pk=OuterRef("promise"))
        return self.filter(~Exists(taken), dismissed_at=None)


class PromiseProposal(models.Model):
    """A sentence of a note that reads like a promise, until somebody takes it over or dismisses it."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    touchpoint: Any = models.UUIDField()
    party = models.ForeignKey(Party, models.CASCADE, related_name="+")
    side = models.CharField(max_length=4, choices=Side.choices)
    text = models.CharField(max_length=300)
    due_on = models.DateField(null=True)
    noted_at = models.DateTimeField()
    """When the contact was."""
    promise: Any = models.UUIDField(null=True)
    """What became of it when it was taken over; it is open again when that is taken back."""
    dismissed_at = models.DateTimeField(null=True)

    objects: ClassVar[models.Manager] = ProposalQuerySet.as_manager()

    class Meta:
        verbose_name = _("proposed promise")
        verbose_name_plural = _("proposed promises")
        constraints = [models.UniqueConstraint(fields=("touchpoint", "text"), name="promise_proposed_once")]
        indexes = [
            models.Index(fields=["party", "noted_at"], condition=Q(dismissed_at=None), name="promise_proposed_of_party")
        ]
