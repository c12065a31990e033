"""Other houses that vouch for people, and which ways of signing in this house allows."""

from __future__ import annotations

from textwrap import wrap
from typing import cast

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.enums import ProviderKind
from kundig.accounts.models.people import NO_NUL, AccessRole, Row, User
from kundig.platform.sealing import seal, unseal

SEALED_FOR = "identity provider"
KEY_SEALED_FOR = "key of the house"


class IdentityProvider(Row):
    """A server that says who somebody is, by OpenID Connect or SAML."""

    kind = models.CharField(max_length=4, choices=ProviderKind.choices)
    name = models.CharField(_("name"), max_length=60, validators=[NO_NUL])
    is_active = models.BooleanField(_("active"), default=True)
    issuer = models.CharField(_("address of the provider"), max_length=500, blank=True, validators=[NO_NUL])
    client_id = models.CharField(_("client ID"), max_length=300, blank=True, validators=[NO_NUL])
    sealed_secret = models.TextField(blank=True, editable=False)
    metadata = models.TextField(_("metadata"), blank=True, validators=[NO_NUL])
    facts = models.JSONField(default=dict, editable=False)
    """What the provider says about itself: addresses and keys, read when it was saved."""
    vouches_for_mail = models.BooleanField(_("its mail addresses count as checked"), default=False)
    asks_second_factor = models.BooleanField(_("asks for a second factor itself"), default=False)
    signs_questions = models.BooleanField(_("our questions are signed"), default=False)
    signs_out_there = models.BooleanField(_("signing out here signs out there, too"), default=False)
    takes_unasked = models.BooleanField(_("sign-ins may begin there"), default=False)
    adds_users = models.BooleanField(_("adds people"), default=False)
    default_role = models.ForeignKey(
        AccessRole, models.SET_NULL, null=True, blank=True, verbose_name=_("role of new people"), related_name="+"
    )
    group_claim = models.CharField(_("name of the groups"), max_length=200, blank=True, default="groups")
    role_by_group = models.JSONField(default=list, blank=True)
    """Pairs of a group there and the key of a role here, the weightiest first."""

    class Meta:
        verbose_name = _("identity provider")
        verbose_name_plural = _("identity providers")
        ordering = ("created_at", "id")

    def __str__(self) -> str:
        return self.name

    @property
    def secret(self) -> str:
        """Opened for the one request that needs it; `Unreadable` after the installation's own secret was replaced."""
        return unseal(self.sealed_secret, purpose=SEALED_FOR) if self.sealed_secret else ""

    @secret.setter
    def secret(self, text: str) -> None:
        self.sealed_secret = seal(text, purpose=SEALED_FOR) if text else ""


class Identity(Row):
    """Who somebody is at a provider."""

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="identities")
    user = models.ForeignKey(User, models.CASCADE, related_name="identities")
    subject = models.CharField(max_length=300)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("provider", "subject"), name="identity_once")]


class PendingAnswer(Row):
    """A question to a SAML provider that is not answered yet: the answer comes without the cookies of its browser."""

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    text = models.TextField(blank=True)


class SpentAssertion(Row):
    """A proof by which somebody has come in: it lets nobody in again, and is forgotten when its time is over."""

    provider = models.ForeignKey(IdentityProvider, models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64)
    ends_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=("provider", "digest"), name="assertion_spent_once")]
        indexes = [models.Index(fields=["ends_at"], name="spent_assertion_by_end")]


class HouseKey(Row):
    """A pair of keys by which SAML providers know this house: the youngest signs, and each opens what was encrypted
    with its certificate."""

    sealed = models.TextField(editable=False)
    certificate = models.TextField(editable=False)
    """X.509, as it stands in metadata: DER in base64."""
    ends_on = models.DateField(editable=False)

    class Meta:
        ordering = ("-created_at", "-id")

    @property
    def private(self) -> rsa.RSAPrivateKey:
        """`Unreadable` after the installation's own secret was replaced."""
        pem = unseal(self.sealed, purpose=KEY_SEALED_FOR).encode()
        # Looking for its primes again takes longer than everything else at a sign-in; we sealed it, so it is a key.
        key = serialization.load_pem_private_key(pem, password=None, unsafe_skip_rsa_key_validation=True)
        return cast(rsa.RSAPrivateKey, key)

    @property
    def pem(self) -> str:
        """The certificate as a file that providers take."""
        lines = "\n".join(wrap(self.certificate, 64))
        return f"-----BEGIN CERTIFICATE-----\n{lines}\n-----END CERTIFICATE-----\n"


class SignInRules(models.Model):
    """Which ways of signing in there are: exactly one row."""

    THE_ONE = 1

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    passwords = models.BooleanField(_("passwords"), default=True)
    passkeys = models.BooleanField(_("passkeys"), default=True)
    second_factor_roles = models.ManyToManyField(AccessRole, blank=True, related_name="+")

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="sign_in_rules_only_one")]
