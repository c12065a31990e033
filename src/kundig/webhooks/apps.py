from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebhooksConfig(AppConfig):
    name = "kundig.webhooks"
    label = "webhooks"
    verbose_name = _("Webhooks")

    def ready(self) -> None:
        from kundig.notices.protocol import register_kind
        from kundig.records import merging
        from kundig.records.rest import extending
        from kundig.webhooks import handlers, jobs  # noqa: F401 - register themselves
        from kundig.webhooks.actions.sending import OFF
        from kundig.webhooks.models import Delivery
        from kundig.webhooks.views.document import EXTENSION

        register_kind(OFF)
        extending.register(EXTENSION)
        merging.register(merging.Stays(Delivery, "records", "it is what was told then"))
