"""The register of purposes, and the register of consents."""

from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import ProhibitNullCharactersValidator, RegexValidator
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from kundig.parties.models import Party
from kundig.privacy.enums import Act, Channel, How, LegalBasis
from kundig.records.models import Record

NO_NUL = ProhibitNullCharactersValidator()  # PostgreSQL cannot store it and would fail


class Purpose(Record):
    """What an administrator stated about a purpose; without a row it holds as it comes (`rules.BUILTIN`).

    The database itself refuses an active purpose that says too little.
    """

    key = models.SlugField(_("key"), max_length=40, unique=True)
    legal_basis = models.CharField(_("legal basis"), max_length=20, choices=LegalBasis.choices, blank=True)
    wording = models.CharField(_("purpose"), max_length=600, blank=True, validators=[NO_NUL])
    retention = models.CharField(_("kept"), max_length=300, blank=True, validators=[NO_NUL])
    weighing = models.CharField(_("weighing of interests"), max_length=4000, blank=True, validators=[NO_NUL])
    is_active = models.BooleanField(_("active"), default=False)
    stated_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+")
    stated_at = models.DateTimeField(_("stated"), null=True)

    class Meta:
        verbose_name = _("purpose")
        verbose_name_plural = _("purposes")
        constraints = [
            models.CheckConstraint(
                condition=Q(is_active=False) | ~(Q(wording="") | Q(retention="") | Q(legal_basis="")),
                name="purpose_active_only_when_stated",
            ),
            models.CheckConstraint(
                condition=Q(is_active=False) | ~Q(legal_basis=LegalBasis.LEGITIMATE_INTEREST) | ~Q(weighing=""),
                name="purpose_interest_is_weighed",
            ),
        ]


class ConsentPurpose(Record):
    """What one may ask people to agree to: the newsletter, offers by telephone. `key` is its word in conditions."""

    name = models.CharField(_("name"), max_length=80, unique=True, validators=[NO_NUL])
    key = models.CharField(
        _("key"), max_length=40, unique=True,
        validators=[RegexValidator(r"\A[a-z][a-z0-9_]*\Z", _("Use small letters, digits and “_”, a letter first."))],
        help_text=_("Its word in conditions: consent(mail, newsletter). It stays as it is."),
    )  # fmt: skip
    is_active = models.BooleanField(
        _("is asked for"), default=True, help_text=_("Otherwise no new consents are entered; those there are hold.")
    )

    class Meta:
        verbose_name = _("purpose of consents")
        verbose_name_plural = _("purposes of consents")


class ConsentWording(Record):
    """The text that people agree to, from a day on. It is never changed: another text is another version."""

    purpose = models.ForeignKey(ConsentPurpose, models.PROTECT, verbose_name=_("purpose"), related_name="wordings")
    version = models.PositiveSmallIntegerField(_("version"), editable=False)
    text = models.TextField(_("wording"), max_length=4000, validators=[NO_NUL])
    valid_from = models.DateField(pgettext_lazy("wording", "from"), default=timezone.localdate)

    class Meta:
        verbose_name = _("wording of a consent")
        verbose_name_plural = _("wordings of consents")
        constraints = [models.UniqueConstraint(fields=("purpose", "version"), name="consent_wording_version_once")]


class ConsentQuerySet(models.QuerySet):
    def holding(self, channel: str, purpose: str) -> Self:
        """The consents that hold now for a channel and the key of a purpose: one for each party, or none."""
        return self.filter(in_force=True, channel=channel, purpose__key=purpose)


class Consent(Record):
    """One entry of the register of consents. Entries are only ever added; the database refuses anything else.

    Of a party, purpose and channel the latest entry holds that was not entered by mistake. A trigger keeps `in_force`
    on the consent that holds, whoever writes.
    """

    party = models.ForeignKey(
        Party, models.CASCADE, verbose_name=_("customer"), related_name="consents", db_index=False
    )
    purpose = models.ForeignKey(ConsentPurpose, models.PROTECT, verbose_name=_("purpose"), related_name="consents")
    channel = models.CharField(_("channel"), max_length=10, choices=Channel.choices)
    act = models.CharField(_("entry"), max_length=10, choices=Act.choices, default=Act.GIVEN)
    at = models.DateTimeField(pgettext_lazy("consent", "when"), default=timezone.now)
    how = models.CharField(_("how"), max_length=15, choices=How.choices, blank=True)
    wording = models.ForeignKey(
        ConsentWording, models.PROTECT, verbose_name=_("wording"), related_name="consents", null=True, blank=True
    )
    evidence = models.TextField(_("evidence"), max_length=2000, blank=True, validators=[NO_NUL])
    corrects = models.OneToOneField(
        "self", models.CASCADE, verbose_name=_("corrects"), related_name="corrected_by", null=True, blank=True
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("entered by"), related_name="+", null=True,
        blank=True, editable=False,
    )  # fmt: skip
    in_force = models.BooleanField(_("holds"), default=False, db_default=False, editable=False)

    objects: ClassVar[models.Manager] = ConsentQuerySet.as_manager()

    class Meta:
        verbose_name = _("consent")
        verbose_name_plural = _("consents")
        constraints = [
            models.CheckConstraint(condition=Q(channel__in=Channel.values), name="consent_channel_known"),
            models.CheckConstraint(condition=Q(act__in=Act.values), name="consent_act_known"),
            models.CheckConstraint(
                condition=~Q(act=Act.GIVEN) | (Q(wording__isnull=False) & ~Q(how="")), name="consent_given_is_provable"
            ),
            models.CheckConstraint(
                condition=Q(act=Act.CORRECTED, corrects__isnull=False)
                | (~Q(act=Act.CORRECTED) & Q(corrects__isnull=True)),
                name="consent_correction_names_entry",
            ),
        ]
        indexes = [
            models.Index(fields=("party", "purpose", "channel", "at"), name="consent_of_party"),
            models.Index(fields=("purpose", "channel", "party"), name="consent_in_force", condition=Q(in_force=True)),
        ]
