"""Addresses below an object: `/<name>/views/…` and `/<name>/columns/`."""

from django.urls import path

from kundig.records.saved import views

urlpatterns = [
    path("columns/", views.ColumnsView.as_view(), name="columns"),
    path("views/", views.NewView.as_view(), name="save-view"),
    path("views/order/", views.OrderView.as_view(), name="order-views"),
    path("views/first/", views.FirstView.as_view(), name="first-view"),
    path("views/<uuid:view_id>/", views.OneView.as_view(), name="view"),
    path("views/<uuid:view_id>/save/", views.SaveView.as_view(), name="change-view"),
    path("views/<uuid:view_id>/copy/", views.CopyView.as_view(), name="copy-view"),
    path("views/<uuid:view_id>/delete/", views.DropView.as_view(), name="delete-view"),
    path("views/<uuid:view_id>/restore/", views.RestoreView.as_view(), name="restore-view"),
]
