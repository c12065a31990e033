"""What an administrator has said about the fields of the house, and which state of it is the present one."""

from django.db import models
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7
from kundig.records.custom.storage import CALCULATED, COLUMN


class IndexState(models.TextChoices):
    """How far the index is that sorts and filters by a field."""

    NONE = "none", _("not needed")
    WAITING = "waiting", _("being built")
    READY = "ready", _("ready")
    FAILED = "failed", _("could not be built")


class CalculationState(models.TextChoices):
    """How far the values of a field with a formula are."""

    NONE = "none", _("typed")
    RUNNING = "running", _("being calculated")
    READY = "ready", _("calculated")
    FAILED = "failed", _("cannot be calculated")


class CustomField(models.Model):
    """A field of a described object that somebody has added. Its kind and name never change: values hang on them."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    object = models.CharField(max_length=60)
    table = models.CharField(max_length=80)
    """Table of the object. Objects that share one may share a name, for fields that are kept alike."""
    name = models.CharField(max_length=50)
    kind = models.CharField(_("kind"), max_length=20)
    label_de = models.CharField(_("label (German)"), max_length=80, blank=True)
    label_en = models.CharField(_("label (English)"), max_length=80, blank=True)
    help_de = models.CharField(_("help (German)"), max_length=300, blank=True)
    help_en = models.CharField(_("help (English)"), max_length=300, blank=True)
    options = models.JSONField(default=dict, blank=True)
    """What belongs to the kind: `places`, `target` (object a reference points at), `choices`."""
    formula = models.TextField(_("formula"), blank=True)
    """What its values follow from; a field with a formula is never typed."""
    calculation = models.CharField(max_length=8, choices=CalculationState.choices, default=CalculationState.NONE)
    calculation_error = models.TextField(blank=True)
    calculated_at = models.DateTimeField(null=True)
    """When all of its values were last calculated together."""
    default = models.JSONField(null=True, blank=True)
    is_required = models.BooleanField(_("must be filled in"), default=False)
    is_personal = models.BooleanField(_("says something about a person"), default=False)
    purpose = models.CharField(_("purpose"), max_length=40, blank=True)
    section = models.CharField(_("section"), max_length=80, blank=True)
    """Title of the section of the page, as the source names it; empty is the section of the added fields."""
    position = models.PositiveIntegerField(default=0)
    in_table = models.BooleanField(_("as a column"), default=False)
    in_form = models.BooleanField(_("in the form"), default=True)
    in_search = models.BooleanField(_("found by the search"), default=False)
    index_state = models.CharField(max_length=8, choices=IndexState.choices, default=IndexState.NONE)
    index_error = models.TextField(blank=True)
    retired_at = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)
    """Once its values are gone; the row stays, so that the name is never given again."""
    version = models.PositiveIntegerField(default=1)
    changed_at = models.DateTimeField(auto_now=True)
    changed_by = models.UUIDField(null=True)

    class Meta:
        verbose_name, verbose_name_plural = _("added field"), _("added fields")
        constraints = [models.UniqueConstraint(fields=["object", "name"], name="customfield_name")]

    @property
    def label(self) -> str:
        return self._worded("label") or self.name

    @property
    def help(self) -> str:
        return self._worded("help")

    def _worded(self, what: str) -> str:
        """In the language of the reader, or else in the other one."""
        german, english = getattr(self, f"{what}_de"), getattr(self, f"{what}_en")
        return (german or english) if (get_language() or "en").startswith("de") else (english or german)

    @property
    def column(self) -> str:
        """The JSON column that holds its values."""
        return CALCULATED if self.formula else COLUMN

    @property
    def index_name(self) -> str:
        return f"custom_{self.pk.hex[-20:]}"


class FieldsVersion(models.Model):
    """Which state of the fields is the present one: every process loads them anew when it differs. A second row says
    the same of saved views, so that one question answers both."""

    THE_ONE, OF_VIEWS = 1, 2
    id = models.PositiveSmallIntegerField(primary_key=True, default=THE_ONE)
    version = models.UUIDField(default=uuid7)

    class Meta:
        verbose_name, verbose_name_plural = _("state of the added fields"), _("states of the added fields")
