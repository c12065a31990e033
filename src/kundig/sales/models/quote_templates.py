"""What quotes begin with: templates in the house's look, and texts one uses again and again."""

from django.core.validators import RegexValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.sales.enums import QuoteLanguage, Snippet


class QuoteTemplate(Record):
    """The blocks that a new quote begins with."""

    name = models.CharField(_("template"), max_length=120)
    language = models.CharField(
        _("language"), max_length=2, choices=QuoteLanguage.choices, default=QuoteLanguage.GERMAN
    )
    is_default = models.BooleanField(
        _("used where none is named"), default=False, help_text=_("One for each language.")
    )
    accent = models.CharField(
        _("colour"), max_length=7, blank=True, help_text=_("Like #0f5c5e; that of the letterhead if empty."),
        validators=[RegexValidator(r"^#[0-9a-fA-F]{6}$", _("Write the colour as # and six digits from 0 to f."))],
    )  # fmt: skip
    blocks = models.JSONField(default=list, db_default=[], editable=False)
    name_key = SortKey("name")

    class Meta:
        verbose_name = _("template for quotes")
        verbose_name_plural = _("templates for quotes")
        constraints = [
            models.CheckConstraint(condition=~Q(name=""), name="quote_template_has_name"),
            models.UniqueConstraint(
                fields=("language",), condition=Q(is_default=True), name="quote_template_one_default"
            ),
            models.CheckConstraint(
                condition=Q(accent="") | Q(accent__regex=r"^#[0-9a-fA-F]{6}$"), name="quote_template_accent_is_color"
            ),
        ]
        indexes = [models.Index(fields=["name_key", "id"], name="quote_template_by_name")]

    def __str__(self) -> str:
        return self.name


class TextBlock(Record):
    """A text that is taken over into quotes."""

    name = models.CharField(_("text block"), max_length=120)
    language = models.CharField(
        _("language"), max_length=2, choices=QuoteLanguage.choices, default=QuoteLanguage.GERMAN
    )
    kind = models.CharField(_("belongs to"), max_length=6, choices=Snippet.choices, default=Snippet.TEXT)
    text = models.TextField(_("text"), max_length=20_000)
    name_key = SortKey("name")

    class Meta:
        verbose_name = _("text block")
        verbose_name_plural = _("text blocks")
        constraints = [models.CheckConstraint(condition=~Q(name="") & ~Q(text=""), name="text_block_says_something")]
        indexes = [models.Index(fields=["name_key", "id"], name="text_block_by_name")]

    def __str__(self) -> str:
        return self.name
