from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models

from kundig.platform.money import MoneyField, PercentField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record


class Level(models.TextChoices):
    BASIC = "basic", "Basics"
    EXPERT = "expert", "For experts"


SEASONS = [("spring", "Spring"), ("summer", "Summer"), ("autumn", "Autumn"), ("winter", "Winter")]


class Course(Record):
    name = models.CharField("name", max_length=80, help_text="As it stands in the programme.")
    content = models.TextField("content", blank=True)
    seats = models.PositiveIntegerField("seats", null=True, blank=True)
    hours = models.DecimalField("hours", max_digits=6, decimal_places=2, null=True, blank=True)
    price = MoneyField("price", currency_from="price_currency", null=True, blank=True)
    price_currency = models.CharField("currency", max_length=3, blank=True)
    discount = PercentField("discount for members", null=True, blank=True)
    is_online = models.BooleanField("online", default=False)
    starts_on = models.DateField("first day", null=True, blank=True)
    begins_at = models.TimeField("time of day", null=True, blank=True)
    booking_opens_at = models.DateTimeField("booking opens", null=True, blank=True)
    level = models.CharField("level", max_length=6, choices=Level.choices, default=Level.BASIC)
    seasons = ArrayField(
        models.CharField(max_length=6, choices=SEASONS), verbose_name="seasons", default=list, blank=True
    )
    tags = ArrayField(models.CharField(max_length=80), verbose_name="tags", default=list, blank=True)
    builds_on = models.ForeignKey(
        "self", models.PROTECT, verbose_name="builds on", related_name="+", null=True, blank=True
    )
    street = models.CharField("street", max_length=160, blank=True)
    postal_code = models.CharField("postal code", max_length=20, blank=True)
    city = models.CharField("city", max_length=100, blank=True)
    region = models.CharField("region", max_length=80, blank=True)
    country = models.CharField("country", max_length=2, blank=True)
    latitude = models.FloatField("latitude", null=True, blank=True)
    longitude = models.FloatField("longitude", null=True, blank=True)
    phone = models.CharField("phone", max_length=60, blank=True)
    mail = models.EmailField("mail", blank=True)
    website = models.URLField("web site", blank=True)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.PROTECT, verbose_name="course manager", related_name="+", null=True, blank=True
    )
    team = models.ForeignKey(
        "accounts.Team", models.SET_NULL, verbose_name="team", related_name="+", null=True, blank=True
    )
    flyer = models.ForeignKey(
        "platform.StoredFile", models.SET_NULL, verbose_name="flyer", related_name="+", null=True, blank=True
    )
    photo = models.ForeignKey(
        "platform.StoredFile", models.SET_NULL, verbose_name="photo", related_name="+", null=True, blank=True
    )
    allergies = models.TextField("allergies of the trainer", blank=True)

    name_key = SortKey("name")

    class Meta:
        verbose_name = "course"
        verbose_name_plural = "courses"
        constraints = [models.UniqueConstraint(fields=("name", "starts_on"), name="course_once_a_day")]
        indexes = [
            models.Index(fields=("name_key", "id"), include=("team", "owner"), name="course_by_name"),
            models.Index(fields=("seats", "id"), include=("team", "owner"), name="course_by_seats"),
        ]
