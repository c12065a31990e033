from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PartiesConfig(AppConfig):
    name = "kundig.parties"
    label = "parties"
    verbose_name = _("Customers")

    def ready(self) -> None:
        from kundig.parties import handlers, jobs  # noqa: F401 - register what events and the clock start
        from kundig.parties.models import Address, ContactPoint, DuplicatePair, ExternalKey, Party
        from kundig.parties.objects import DESCRIPTIONS
        from kundig.parties.objects.kinds import PartyReference
        from kundig.parties.panels import PANELS
        from kundig.parties.queries import BELOW
        from kundig.parties.views.duplicates import may_decide
        from kundig.parties.views.quality import may_mend
        from kundig.platform import navigation
        from kundig.records import merging, registry
        from kundig.records.attachments.panel import TRACE as FILES
        from kundig.records.kinds.references import register_reference
        from kundig.records.panels import register_panel
        from kundig.records.traces import Trace, register_traces

        care = navigation.Section.CARE
        navigation.main(
            label=_("Likely duplicates"), url="parties:duplicates", icon="merge", may=may_decide, section=care
        )
        navigation.main(label=_("Quick to mend"), url="parties:mend", icon="check", may=may_mend, section=care)
        register_reference(Party, PartyReference)
        for description in DESCRIPTIONS:
            registry.register(description)
        for panel in PANELS:
            register_panel(panel)
        parts = (Trace(model, "party") for model in (ContactPoint, Address, ExternalKey))
        register_traces(Party, BELOW, *parts, FILES)

        merging.register(
            merging.Stays(DuplicatePair, "first_id", "what was decided about a pair is led on when it is asked"),
            merging.Stays(DuplicatePair, "second_id", "what was decided about a pair is led on when it is asked"),
        )
