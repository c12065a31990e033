"""What counts for how well we know a customer."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.parties.enums import Countable, PartyKind


class QualityRule(models.Model):
    """What an administrator has chosen for one kind; without a row the defaults hold (`rules.quality`).

    The database reads it for each row that is written, so `months[n]` belongs to `fields[n]`.
    """

    kind = models.CharField(_("kind"), primary_key=True, max_length=9, choices=PartyKind.choices)
    fields = ArrayField(models.CharField(max_length=20, choices=Countable.choices), default=list)
    months = ArrayField(models.PositiveSmallIntegerField(), default=list)
    changed_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name, verbose_name_plural = _("rule of data quality"), _("rules of data quality")

    def __str__(self) -> str:
        return self.get_kind_display()
