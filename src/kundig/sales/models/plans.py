"""Plans for key accounts: what there is to win, with whom, by which steps, and when one looks at it again."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.utils.translation import gettext_lazy as _

from kundig.accounts.models import Team
from kundig.parties.models import Organisation, Person
from kundig.platform.money import MoneyField
from kundig.platform.sorting import SortKey
from kundig.records.models import Record
from kundig.sales.enums import Attitude, CentreRole
from kundig.sales.enums.plans import Influence, ProjectState

_NOT_NEGATIVE = (MinValueValidator(0),)


class AccountPlan(Record):
    """The plan for one organisation, or for the group whose head it is. Its measures are tasks."""

    title = models.CharField(
        _("plan"), max_length=200, blank=True, help_text=_("Left empty, it is called after the key account.")
    )
    party = models.ForeignKey(
        Organisation, models.CASCADE, verbose_name=_("key account"), related_name="account_plans",
        help_text=_("Of a group its head: then the plan stands on the pages of all its companies."),
    )  # fmt: skip
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, verbose_name=_("looked after by"), related_name="+",
        null=True, blank=True,
    )  # fmt: skip
    team = models.ForeignKey(Team, models.SET_NULL, verbose_name=_("team"), related_name="+", null=True, blank=True)
    potential = MoneyField(
        _("potential a year"), null=True, blank=True, validators=_NOT_NEGATIVE,
        help_text=_("What they buy in a year, from anybody, of what we could deliver."),
    )  # fmt: skip
    our_part = MoneyField(
        _("of it from us"), null=True, editable=False,
        help_text=_("Their revenue of the last twelve months, with all companies below; the share of wallet follows."),
    )  # fmt: skip
    strategy = models.TextField(_("how we want to grow there"), max_length=10_000, blank=True)
    review_on = models.DateField(_("next review"), null=True, blank=True)
    title_key = SortKey("title")

    kept_by_database: ClassVar = ("our_part",)
    """What follows from other values, so that no history tells of it: kept by triggers (migration `0003_shares`)."""

    class Meta:
        verbose_name = _("key account plan")
        verbose_name_plural = _("key account plans")
        constraints = [
            models.UniqueConstraint(fields=("party",), name="account_plan_once"),
            models.CheckConstraint(condition=~Q(title=""), name="account_plan_has_title"),
            models.CheckConstraint(
                condition=Q(potential=None) | Q(potential__gte=0), name="account_plan_potential_not_negative"
            ),
        ]
        indexes = [
            models.Index(fields=["title_key", "id"], include=["owner", "team"], name="account_plan_by_title"),
            models.Index(fields=["review_on", "id"], include=["owner", "team"], name="account_plan_by_review"),
            models.Index(fields=["potential", "id"], include=["owner", "team"], name="account_plan_by_potential"),
        ]

    def __str__(self) -> str:
        return self.title


class PlanGoal(Record):
    """What shall be reached in a year."""

    plan = models.ForeignKey(AccountPlan, models.CASCADE, verbose_name=_("plan"), related_name="goals")
    year = models.PositiveSmallIntegerField(_("year"), validators=[MinValueValidator(2000), MaxValueValidator(2100)])
    goal = models.CharField(_("goal"), max_length=300)
    target = MoneyField(_("target"), null=True, blank=True, validators=_NOT_NEGATIVE)
    reached = MoneyField(_("reached"), null=True, blank=True, validators=_NOT_NEGATIVE)
    done_on = models.DateField(_("reached on"), null=True, blank=True)

    class Meta:
        verbose_name = _("goal of a plan")
        verbose_name_plural = _("goals of plans")
        constraints = [
            models.CheckConstraint(condition=~Q(goal=""), name="plan_goal_has_words"),
            models.CheckConstraint(condition=Q(year__range=(2000, 2100)), name="plan_goal_year_in_range"),
        ]
        indexes = [models.Index(fields=["year", "id"], name="plan_goal_by_year")]

    def __str__(self) -> str:
        return f"{self.year}: {self.goal}"


class PlanMember(Record):
    """Somebody at the key account who has a say in what is bought: the map of its buying centre."""

    plan = models.ForeignKey(AccountPlan, models.CASCADE, verbose_name=_("plan"), related_name="members")
    person = models.ForeignKey(Person, models.CASCADE, verbose_name=_("person"), related_name="+")
    role = models.CharField(_("role in the decision"), max_length=10, choices=CentreRole.choices)
    influence = models.CharField(
        _("influence"), max_length=6, choices=Influence.choices, default=Influence.MEDIUM, blank=True
    )
    attitude = models.CharField(_("stands to us"), max_length=7, choices=Attitude.choices, default=Attitude.UNKNOWN)
    note = models.CharField(_("what matters to them"), max_length=300, blank=True)

    class Meta:
        verbose_name = _("person of a plan")
        verbose_name_plural = _("persons of plans")
        constraints = [
            models.UniqueConstraint(fields=("plan", "person"), name="plan_member_once"),
            models.CheckConstraint(condition=Q(role__in=CentreRole.values), name="plan_member_role_known"),
            models.CheckConstraint(condition=Q(attitude__in=Attitude.values), name="plan_member_attitude_known"),
        ]


class PlanProject(Record):
    """Something that we develop together with the key account."""

    plan = models.ForeignKey(AccountPlan, models.CASCADE, verbose_name=_("plan"), related_name="projects")
    title = models.CharField(_("project"), max_length=200)
    state = models.CharField(_("state"), max_length=7, choices=ProjectState.choices, default=ProjectState.IDEA)
    begins_on = models.DateField(_("begins on"), null=True, blank=True)
    ends_on = models.DateField(_("ends on"), null=True, blank=True)
    benefit = models.CharField(_("what both gain"), max_length=300, blank=True)
    title_key = SortKey("title")

    class Meta:
        verbose_name = _("development project")
        verbose_name_plural = _("development projects")
        constraints = [
            models.CheckConstraint(condition=~Q(title=""), name="plan_project_has_title"),
            models.CheckConstraint(condition=Q(state__in=ProjectState.values), name="plan_project_state_known"),
            models.CheckConstraint(
                condition=Q(begins_on=None) | Q(ends_on=None) | Q(ends_on__gte=F("begins_on")),
                name="plan_project_ends_after_it_begins",
            ),
        ]
        indexes = [models.Index(fields=["title_key", "id"], name="plan_project_by_title")]

    def __str__(self) -> str:
        return self.title
