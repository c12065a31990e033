from django.apps import AppConfig
from django.utils.translation import gettext_lazy as _


class WebConfig(AppConfig):
    name = "kundig.web"
    label = "web"

    def ready(self) -> None:
        from kundig.notices.protocol import register_kind
        from kundig.platform import navigation
        from kundig.timeline.views.calendar import may_make_appointments, may_see
        from kundig.web import backups
        from kundig.web.administration import entries

        entries.enter()
        register_kind(backups.FAILED)
        navigation.main(label=_("My day"), url="home", icon="sun")
        navigation.main(label=_("Calendar"), url="timeline:calendar", icon="calendar", may=may_see)
        navigation.main(label=_("On the road"), url="timeline:field", icon="pin", may=may_make_appointments)
