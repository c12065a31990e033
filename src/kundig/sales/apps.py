"""Sales: leads, deals, forecast, quotes, account plans."""

from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class SalesConfig(AppConfig):
    name = "kundig.sales"
    label = "sales"
    verbose_name = _("Sales")

    def ready(self) -> None:
        from kundig.records import registry
        from kundig.records.panels import register_panel
        from kundig.sales.objects import DESCRIPTIONS
        from kundig.sales.panels import PANELS

        for description in DESCRIPTIONS:
            registry.register(description)
        for panel in PANELS:
            register_panel(panel)
        self._leads()
        self._quotes()
        self._deals()

    def _leads(self) -> None:
        """Leads: what reacts to contacts and parties, the day, notices, settings."""
        from kundig.accounts.enums import Action
        from kundig.notices.protocol import register_kind as register_notice
        from kundig.platform import navigation
        from kundig.records.rest import extending
        from kundig.sales import handlers, jobs  # noqa: F401 - register what events and the clock start
        from kundig.sales.panels.lead_notices import KINDS as NOTICES
        from kundig.sales.panels.leads import KINDS, LEADS_OF_DAY
        from kundig.sales.panels.plans import REVIEWS_OF_DAY
        from kundig.sales.queries.leads import described_leads
        from kundig.sales.views.documents import EXTENSION
        from kundig.timeline.protocol import register_day_source, register_kind

        for kind in KINDS:
            register_kind(kind)
        for notice in NOTICES:
            register_notice(notice)
        register_day_source(LEADS_OF_DAY)
        register_day_source(REVIEWS_OF_DAY)
        extending.register(EXTENSION)
        navigation.main(
            label=_("Take in a lead"), url="sales:new_inquiry", icon="target", section=navigation.Section.MORE,
            may=lambda user: described_leads().may(user, Action.CREATE),
        )  # fmt: skip
        navigation.settings(
            label=_("Leads"), url="sales:lead_rules", group=navigation.Group.STRUCTURE,
            may=lambda user: user.access.is_administrator,
        )  # fmt: skip

    def _quotes(self) -> None:
        """Quotes: their numbers, what they file, whom they tell."""
        from kundig.catalog.protocol import Series, register_series
        from kundig.notices.protocol import register_kind as register_notice
        from kundig.parties.models import Party
        from kundig.platform import navigation
        from kundig.records import merging
        from kundig.records.erasure import register_forgetting, register_remaining
        from kundig.records.panels import register_head_link
        from kundig.sales.actions.erasing import forget_in_quotes, what_stays_of_quotes
        from kundig.sales.models import Quote
        from kundig.sales.objects.quotes import KINDS
        from kundig.sales.panels.quote_notices import KINDS as NOTICES
        from kundig.sales.panels.quotes import HEAD_LINKS, QUOTES_OF_DAY
        from kundig.timeline.protocol import register_day_source, register_kind

        for link in HEAD_LINKS:
            register_head_link(link)
        register_day_source(QUOTES_OF_DAY)
        navigation.settings(
            label=_("Quotes"), url="sales:quote_settings", group=navigation.Group.STRUCTURE,
            may=lambda user: user.access.is_administrator,
        )  # fmt: skip
        register_series(Series("quote", _("Quotes"), "A-{year}-{number:04}", "sales.Quote"))
        for kind in KINDS:
            register_kind(kind)
        for notice in NOTICES:
            register_notice(notice)
        register_remaining(Party, what_stays_of_quotes)
        register_forgetting(Party, forget_in_quotes)
        merging.register(merging.Stays(Quote, "previous", "versions of a quote never become one"))

    def _deals(self) -> None:
        """Deals: what keeps their next steps in step, their place in histories, days and briefs."""
        from kundig.platform import navigation
        from kundig.records import keeping, merging
        from kundig.sales.actions import keep_of_appointments, keep_of_parties, keep_of_tasks
        from kundig.sales.actions.steps import tell_pages_of_parties
        from kundig.sales.models import Deal
        from kundig.sales.objects.kinds import DEAL_KINDS
        from kundig.sales.panels.brief import BRIEF
        from kundig.sales.queries.day import SOURCE
        from kundig.sales.views.forecasts import may_see
        from kundig.timeline.models import Appointment, Task
        from kundig.timeline.protocol import register_brief_line, register_day_source, register_follower, register_kind

        keeping.register_keeper(Task, keep_of_tasks)
        keeping.register_keeper(Deal, tell_pages_of_parties)
        keeping.register_keeper(Appointment, keep_of_appointments)
        register_follower(keep_of_parties)
        for kind in DEAL_KINDS:
            register_kind(kind)
        register_day_source(SOURCE)
        register_brief_line(BRIEF)
        navigation.main(
            label=_("Forecast"), url="sales:forecast", icon="trend-up", may=may_see,
            section=navigation.Section.UNDERSTAND,
        )  # fmt: skip
        navigation.settings(
            label=_("Pipelines"), url="sales:pipelines", group=navigation.Group.STRUCTURE,
            may=lambda user: user.access.is_administrator,
        )  # fmt: skip
        merging.register(merging.Stays(Deal, "step_id", "tasks and appointments never become one"))
