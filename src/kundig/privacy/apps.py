from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class PrivacyConfig(AppConfig):
    name = "kundig.privacy"
    label = "privacy"
    verbose_name = _("Data protection")

    def ready(self) -> None:
        from kundig.privacy.queries import purpose_infos
        from kundig.records import purposes

        purposes.set_register(purpose_infos)
        self._consents()

    def _consents(self) -> None:
        """The register of consents: where it is kept, shown and asked."""
        from kundig.parties.actions import before_merged
        from kundig.platform import navigation
        from kundig.privacy.actions import keep_stricter
        from kundig.privacy.objects import CONSENT, DESCRIPTIONS
        from kundig.privacy.panels import PANELS
        from kundig.records import registry
        from kundig.records.conditions import register_predicate
        from kundig.records.panels import register_panel

        for description in DESCRIPTIONS:
            registry.register(description)
        for panel in PANELS:
            register_panel(panel)
        register_predicate(CONSENT)
        before_merged(keep_stricter)
        navigation.settings(
            label=_("Consents"), url="privacy:consents", group=navigation.Group.PRIVACY,
            may=lambda user: user.access.is_administrator,
        )  # fmt: skip
