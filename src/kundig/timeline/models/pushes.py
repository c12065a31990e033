"""Web push: the key by which the house signs, and the browsers that want to hear of it."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from kundig.platform.ids import uuid7


class PushKey(models.Model):
    """The pair of keys (VAPID) that push services know the house by: exactly one row. The private one is sealed."""

    THE_ONE = 1

    id = models.SmallIntegerField(primary_key=True, default=THE_ONE, editable=False)
    public = models.CharField(max_length=120)
    sealed = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        verbose_name = _("key for push messages")
        verbose_name_plural = _("keys for push messages")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="push_key_only_one")]


class PushSubscription(models.Model):
    """A browser in which somebody wants to be told. Its address is a secret between the push service and the house."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.CASCADE, verbose_name=_("user"), related_name="+", db_index=False
    )
    endpoint = models.TextField(unique=True)
    public = models.CharField(max_length=120)
    secret = models.CharField(max_length=60)
    browser = models.CharField(_("browser"), max_length=120, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    told_at = models.DateTimeField(_("last told"), null=True, blank=True)
    failures = models.PositiveSmallIntegerField(default=0)

    class Meta:
        verbose_name = _("browser to be told")
        verbose_name_plural = _("browsers to be told")
        indexes = [models.Index(fields=("user",), name="push_of_user")]
