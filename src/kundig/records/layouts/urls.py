"""Addresses of the editor of a page, below the object's."""

from django.urls import path

from kundig.records.layouts.views import ArrangeView, ResetView, UndoLayoutView

urlpatterns = [
    path("", ArrangeView.as_view(), name="arrange"),
    path("reset/", ResetView.as_view(), name="arrange_reset"),
    path("undo/", UndoLayoutView.as_view(), name="arrange_undo"),
]
