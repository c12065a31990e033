from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class NoticesConfig(AppConfig):
    name = "kundig.notices"
    label = "notices"
    verbose_name = _("Notices")

    def ready(self) -> None:
        from kundig.notices import handlers, jobs  # noqa: F401 - the jobs register themselves
        from kundig.notices.models import Notice
        from kundig.notices.protocol import register_kind
        from kundig.platform.jobs import after_each
        from kundig.records import merging

        for kind in handlers.KINDS:
            register_kind(kind)
        after_each(handlers.tell_of_end)
        merging.register(
            merging.Loose(Notice, "url", is_text=True),  # whoever opens the survivor's page has read it
            merging.Stays(Notice, "records", "which they have become is asked when the notice is shown"),
        )
