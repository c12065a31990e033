"""Addresses of calendars, below the name of an object."""

from django.urls import path

from kundig.records.calendars.views import CalendarView, RescheduleView

urlpatterns = [
    path("calendar/", CalendarView.as_view(), name="calendar"),
    path("<uuid:record_id>/reschedule/<slug:field>/", RescheduleView.as_view(), name="reschedule"),
]
