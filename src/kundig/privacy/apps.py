from django.apps import AppConfig


class PrivacyConfig(AppConfig):
    name = "kundig.privacy"
    label = "privacy"

    def ready(self) -> None:
        from kundig.privacy.queries import purpose_infos
        from kundig.records import purposes

        purposes.set_register(purpose_infos)
