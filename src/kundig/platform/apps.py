from django.apps import AppConfig


class PlatformConfig(AppConfig):
    name = "kundig.platform"
    label = "platform"

    def ready(self) -> None:
        from kundig.platform import lookups  # noqa: F401 - makes `among` known
