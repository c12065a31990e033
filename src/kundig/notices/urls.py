from django.urls import path

from kundig.notices import views

urlpatterns = [
    path("notices/", views.notices, name="notices"),
    path("notices/bell/", views.bell, name="notices_bell"),
    path("notices/latest/", views.latest, name="notices_latest"),
    path("notices/reading/", views.reading, name="notices_reading"),
    path("notices/<uuid:notice_id>/", views.notice, name="notice"),
    path("notices/<uuid:notice_id>/reading/", views.reading, name="notice_reading"),
    path("settings/notices/", views.wishes, name="notice_wishes"),
]
