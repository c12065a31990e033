"""Addresses of the parts in the panels of a party's page, and of making one of two."""

from django.urls import path

from kundig.parties.views import duplicates, quality
from kundig.parties.views.parts import AddPartView, ConfirmView, DeedView, EditPartView

app_name = "parties"

urlpatterns = [
    path("duplicates/", duplicates.ListView.as_view(), name="duplicates"),
    path("duplicates/search/", duplicates.SearchView.as_view(), name="search_duplicates"),
    path("merge/", duplicates.StartView.as_view(), name="merge_with"),
    path("merge/<uuid:one>/<uuid:other>/", duplicates.MergeView.as_view(), name="merge"),
    path("mend/", quality.MendView.as_view(), name="mend"),
    path("mend/<uuid:party_id>/", quality.FillView.as_view(), name="fill_in"),
    path("parties/<uuid:party_id>/confirm/", ConfirmView.as_view(), name="confirm_party"),
    path("parties/<uuid:party_id>/<slug:part>/new/", AddPartView.as_view(), name="add_part"),
    path("parties/<uuid:party_id>/<slug:part>/<uuid:part_id>/edit/", EditPartView.as_view(), name="edit_part"),
    path("parties/<uuid:party_id>/<slug:part>/<uuid:part_id>/<slug:deed>/", DeedView.as_view(), name="do_with_part"),
]
