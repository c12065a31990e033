"""Foreign keys point downwards or stay at home: what imports cannot show, because a key may be given as a string."""

from django.apps import apps
from django.db import models
from django.test.utils import isolate_apps

from tests.house.layers import heights


def domain_of(model):
    """The domain a model lives in; None for models of libraries."""
    package, _, rest = model.__module__.partition(".")
    return rest.split(".")[0] if package == "kundig" else None


def upward_keys(model_classes):
    """Relations that lead from a domain to one above or beside it, as `parties.Party.account → sales.Account`."""
    height = heights()
    for model in model_classes:
        for field in model._meta.get_fields(include_hidden=True):
            # Only the side that declares the relation; a generic relation knows no model.
            if field.auto_created or not isinstance(field.related_model, type):
                continue
            home, other = domain_of(model), domain_of(field.related_model)
            if home is None or other is None or home == other:
                continue
            if height[other] >= height[home]:
                yield f"{model._meta.label}.{field.name} → {field.related_model._meta.label}"


def test_foreign_keys_point_downwards():
    assert list(upward_keys(apps.get_models(include_auto_created=True))) == []


@isolate_apps("django.contrib.contenttypes")
def test_foreign_key_upwards_is_found():
    class Party(models.Model):
        __module__ = "kundig.parties.models"

        class Meta:
            app_label = "parties"

    class StoredFile(models.Model):
        __module__ = "kundig.platform.models"
        party = models.ForeignKey("parties.Party", on_delete=models.CASCADE)

        class Meta:
            app_label = "platform"

    assert list(upward_keys([Party, StoredFile])) == ["platform.StoredFile.party → parties.Party"]


@isolate_apps("django.contrib.contenttypes")
def test_foreign_key_downwards_is_free():
    class StoredFile(models.Model):
        __module__ = "kundig.platform.models"

        class Meta:
            app_label = "platform"

    class Party(models.Model):
        __module__ = "kundig.parties.models"
        picture = models.ForeignKey("platform.StoredFile", on_delete=models.CASCADE)
        files = models.ManyToManyField("platform.StoredFile", related_name="+")

        class Meta:
            app_label = "parties"

    assert list(upward_keys([Party, StoredFile])) == []
