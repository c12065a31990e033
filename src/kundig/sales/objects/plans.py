"""How plans for key accounts are described; the rights of their parts are the plan's."""

from typing import Any, ClassVar

from django.utils.translation import gettext_lazy as _

from kundig.platform.formats import Formats
from kundig.platform.navigation import Section
from kundig.records.calendars import Calendar
from kundig.records.description import Description, Page
from kundig.records.kinds.texts import Computed
from kundig.sales.actions import plans as actions
from kundig.sales.models.plans import AccountPlan, PlanGoal, PlanMember, PlanProject
from kundig.sales.queries.plans import share_of_wallet, why_of_share


def _share(formats: Formats, *values: Any) -> str:
    share = share_of_wallet(*values)
    return "" if share is None else formats.percent(share)


class AccountPlanDescription(Description):
    model = AccountPlan
    name = "account-plans"
    icon = "flag"
    nav_section = Section.CARE
    title, subtitle = "title", "party"
    columns = "title party potential our_part share owner review_on"
    search = "title party.name strategy"
    filters = "owner review_on party"
    sort = "title"
    form = "party title potential strategy owner team review_on"
    page = Page(
        header="potential share owner review_on",
        sections={_("Key account"): "party our_part because team", _("Strategy"): "strategy"},
    )
    computed: ClassVar = {
        "share": Computed(_share, reads="potential our_part", title=_("share of wallet")),
        "because": Computed(why_of_share, reads="potential our_part", title=_("why this share")),
    }
    calendar = Calendar("review_on")
    create, change = actions.add_plan, actions.change_plan


class PlanPart(Description):
    nav = False
    owner = team = None
    parent = "plan"


class PlanGoalDescription(PlanPart):
    model = PlanGoal
    name = "plan-goals"
    icon = "target"
    title, subtitle = "goal", "year"
    columns = "goal plan year target reached done_on"
    filters = "year"
    form = "plan year goal target reached done_on"


class PlanMemberDescription(PlanPart):
    model = PlanMember
    name = "plan-members"
    icon = "users"
    title = "person"
    columns = "person plan role influence attitude note"
    form = "plan person role influence attitude note"
    personal = True
    impersonal = "plan person"
    purpose = "business_contacts"


class PlanProjectDescription(PlanPart):
    model = PlanProject
    name = "plan-projects"
    icon = "branch"
    title = "title"
    columns = "title plan state begins_on ends_on benefit"
    form = "plan title state begins_on ends_on benefit"


class GoalForm(PlanGoalDescription):
    """What is asked on the page of the plan, which is known there."""

    form = "year goal target"


class MemberForm(PlanMemberDescription):
    form = "person role influence attitude note"


class ProjectForm(PlanProjectDescription):
    form = "title state begins_on ends_on benefit"
