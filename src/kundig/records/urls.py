"""Addresses of every described object; the name of the object is the first segment."""

from django.urls import include, path

from kundig.records.bulk import urls as bulk
from kundig.records.bulk.runs import RunsView
from kundig.records.exports.views import ExportView
from kundig.records.exports.views import FileView as ExportFileView
from kundig.records.exports.views import RunView as ExportRunView
from kundig.records.filters.field import ConditionView
from kundig.records.filters.views import WhyView
from kundig.records.ledger.views import changes
from kundig.records.ledger.views.asof import AsOfView
from kundig.records.ledger.views.history import HistoryView
from kundig.records.ledger.views.undo import UndoView
from kundig.records.views import files, search
from kundig.records.views.access import AccessView
from kundig.records.views.cells import CellsView
from kundig.records.views.erasing import EraseView
from kundig.records.views.fields import FieldView
from kundig.records.views.forms import CreateView, DeleteView, EditView
from kundig.records.views.lists import ListView, RowView
from kundig.records.views.merging import MergeView, MergeWithView
from kundig.records.views.options import OptionsView
from kundig.records.views.pages import PageView, PanelView, PartsView, PrintView
from kundig.records.views.similar import SimilarView

app_name = "records"

urlpatterns = [
    path("api/", include("kundig.records.rest.urls")),
    path("files/<uuid:file_id>/", files.show, name="file"),
    path("undo/<uuid:change_set_id>/", UndoView.as_view(), name="undo"),
    path("changes/", changes.ListView.as_view(), name="changes"),
    path("changes/<uuid:change_set_id>/", changes.BodyView.as_view(), name="change"),
    path("changes/<uuid:change_set_id>/undo/", changes.TakeBackView.as_view(), name="take_back"),
    path("search/", search.search, name="search"),
    path("search/preview/<slug:name>/<uuid:record_id>/", search.preview_of_hit, name="preview"),
    path("bulk/", include(bulk.of_runs)),
    path("settings/runs/", RunsView.as_view(), name="runs"),
    path("exports/<uuid:run_id>/", ExportRunView.as_view(), name="export-run"),
    path("exports/<uuid:run_id>/file/", ExportFileView.as_view(), name="export-file"),
    path("<slug:name>/", ListView.as_view(), name="list"),
    path("<slug:name>/", include("kundig.records.boards.urls")),
    path("<slug:name>/", include("kundig.records.calendars.urls")),
    path("<slug:name>/", include("kundig.records.maps.urls")),
    path("<slug:name>/", include("kundig.records.pivots.urls")),
    path("<slug:name>/import/", include("kundig.records.imports.urls")),
    path("<slug:name>/bulk/", include(bulk.of_object)),
    path("<slug:name>/", include("kundig.records.saved.urls")),
    path("<slug:name>/cells/", CellsView.as_view(), name="cells"),
    path("<slug:name>/new/", CreateView.as_view(), name="new"),
    path("<slug:name>/arrange/", include("kundig.records.layouts.urls")),
    path("<slug:name>/duplicates/", SimilarView.as_view(), name="duplicates"),
    path("<slug:name>/merge/", MergeWithView.as_view(), name="merge_with"),
    path("<slug:name>/merge/<uuid:one>/<uuid:other>/", MergeView.as_view(), name="merge"),
    path("<slug:name>/export/", ExportView.as_view(), name="export"),
    path("<slug:name>/options/<slug:field>/", OptionsView.as_view(), name="options"),
    path("<slug:name>/<uuid:record_id>/", PageView.as_view(), name="page"),
    path("<slug:name>/<uuid:record_id>/print/", PrintView.as_view(), name="print"),
    path("<slug:name>/<uuid:record_id>/history/", HistoryView.as_view(), name="history"),
    path("<slug:name>/<uuid:record_id>/as-of/", AsOfView.as_view(), name="as_of"),
    path("<slug:name>/<uuid:record_id>/edit/", EditView.as_view(), name="edit"),
    path("<slug:name>/<uuid:record_id>/erase/", EraseView.as_view(), name="erase"),
    path("<slug:name>/<uuid:record_id>/delete/", DeleteView.as_view(), name="delete"),
    path("<slug:name>/<uuid:record_id>/access/", AccessView.as_view(), name="access"),
    path("<slug:name>/condition/", ConditionView.as_view(), name="condition"),
    path("<slug:name>/<uuid:record_id>/why/", WhyView.as_view(), name="why"),
    path("<slug:name>/<uuid:record_id>/row/", RowView.as_view(), name="row"),
    path("<slug:name>/<uuid:record_id>/fields/<slug:field>/", FieldView.as_view(), name="field"),
    path("<slug:name>/<uuid:record_id>/files/", include("kundig.records.attachments.urls")),
    path("<slug:name>/<uuid:record_id>/parts/", PartsView.as_view(), name="parts"),
    path("<slug:name>/<uuid:record_id>/panels/<slug:key>/", PanelView.as_view(), name="panel"),
]
