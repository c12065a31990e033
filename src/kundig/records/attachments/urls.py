"""Addresses of the files of a record, below the record's own."""

from django.urls import path

from kundig.records.attachments.views import (
    EditFileView,
    FilesView,
    FileView,
    RemoveFileView,
    RestoreFileView,
    ShowView,
    ThumbnailView,
)

urlpatterns = [
    path("", FilesView.as_view(), name="attachments"),
    path("<uuid:file_id>/", FileView.as_view(), name="attachment"),
    path("<uuid:file_id>/view/", ShowView.as_view(), name="attachment_view"),
    path("<uuid:file_id>/small/", ThumbnailView.as_view(), name="attachment_small"),
    path("<uuid:file_id>/edit/", EditFileView.as_view(), name="attachment_edit"),
    path("<uuid:file_id>/remove/", RemoveFileView.as_view(), name="attachment_remove"),
    path("<uuid:file_id>/back/", RestoreFileView.as_view(), name="attachment_back"),
]
