from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AutomationConfig(AppConfig):
    name = "kundig.automation"
    label = "automation"
    verbose_name = _("Rules")

    def ready(self) -> None:
        from kundig.automation import handlers, jobs  # noqa: F401 - register themselves
        from kundig.automation.actions.reacting import PAUSED, looks_at_values, react_to_values
        from kundig.automation.actions.steps import STEPS
        from kundig.automation.actions.steps.notifying import KIND
        from kundig.automation.models import Rule, Run
        from kundig.automation.protocol import register_action
        from kundig.notices.protocol import register_kind
        from kundig.records import merging
        from kundig.records.calculated.telling import Follower, register_follower

        for step in STEPS:
            register_action(step)
        register_kind(KIND)
        register_kind(PAUSED)
        register_follower(Follower(looks_at_values, react_to_values))

        merging.register(
            merging.Loose(Rule, "condition", is_text=True),
            merging.Loose(Rule, "details", is_text=True),
            merging.Loose(Rule, "steps", is_text=True),
            merging.Stays(Run, "record", "the rule ran for that record then"),
        )
