"""The address of pivot tables, below the name of an object."""

from django.urls import path

from kundig.records.pivots.views import PivotView

urlpatterns = [path("pivot/", PivotView.as_view(), name="pivot")]
