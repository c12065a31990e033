from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class AssistantsConfig(AppConfig):
    name = "kundig.assistants"
    label = "assistants"
    verbose_name = _("Assistants")

    def ready(self) -> None:
        from kundig.assistants import handlers, jobs  # noqa: F401 - register themselves
        from kundig.assistants.actions import PROPOSED
        from kundig.assistants.models import Proposal
        from kundig.notices.protocol import register_kind
        from kundig.records import merging

        register_kind(PROPOSED)
        merging.register(
            merging.Loose(Proposal, "record"), merging.Loose(Proposal, "values", is_text=True),
            merging.Stays(Proposal, "change_set", "it says what was done then"),
        )  # fmt: skip
