"""Addresses: fixed ones first, then whatever the described objects bring."""

from django.urls import include, path

from kundig.platform.addresses import by_first_word
from kundig.web import views
from kundig.web.health import health
from kundig.web.home import home
from kundig.web.installable import manifest, worker
from kundig.web.setup.views import setup

handler400 = "kundig.platform.errors.bad_request"
handler403 = "kundig.platform.errors.permission_denied"
handler404 = "kundig.platform.errors.page_not_found"
handler429 = "kundig.platform.errors.too_many_requests"  # of allauth's limits
handler500 = "kundig.platform.errors.server_error"

urlpatterns = by_first_word(
    [
        path("", home, name="home"),
        path("health/", health, name="health"),
        path("manifest.webmanifest", manifest, name="manifest"),
        path("worker.js", worker, name="worker"),
        path("", include("kundig.accounts.urls")),
        path("setup/<str:token>/", setup, name="setup"),
        path("preferences/", views.preferences, name="preferences"),
        path("settings/", views.first_setting, name="settings"),
        path("settings/", include("kundig.web.administration.urls")),
        path("", include("kundig.notices.urls")),
        path("", include("kundig.assistants.urls")),
        path("", include("kundig.timeline.urls")),
        path("", include("kundig.catalog.urls")),
        path("", include("kundig.sales.urls")),
        path("", include("kundig.orders.urls")),
        path("", include("kundig.privacy.urls")),
        path("", include("kundig.parties.urls")),
        path("", include("kundig.records.urls")),
    ]
)
