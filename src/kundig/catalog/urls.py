"""Addresses of catalog."""

from django.urls import URLPattern, path

from kundig.catalog.views import numbering

app_name = "catalog"

urlpatterns: list[URLPattern] = [
    path("settings/numbers/", numbering.numbers, name="numbers"),
    path("settings/numbers/preview/", numbering.preview, name="preview_number"),
]
