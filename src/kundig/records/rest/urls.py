"""Addresses of the API. The fixed ones come first: no object is called `files`, `bulk`, `change-sets` or `docs`."""

from django.http import HttpRequest, HttpResponse
from django.urls import path, re_path
from django.utils.translation import gettext as _

from kundig.accounts.models import User
from kundig.records.rest import attachments, bulk, change_sets, documentation, files, merging, resources, rows
from kundig.records.rest.endpoint import endpoint
from kundig.records.rest.extending import extensions
from kundig.records.rest.problems import DOCS, Problem

app_name = "rest"


def nowhere(request: HttpRequest, user: User | None, address: str) -> HttpResponse:
    raise Problem(
        404,
        _("There is nothing at “%(address)s”. What there is stands at %(docs)s.")
        % {"address": address[:100], "docs": DOCS},
    )


anything = endpoint(visitors=True, get=nowhere, post=nowhere, put=nowhere, patch=nowhere, delete=nowhere)
collection = endpoint(get=resources.list_records, post=resources.create)
item = endpoint(get=resources.read, patch=resources.change, delete=resources.delete)
record_files = endpoint(get=attachments.list_files, post=attachments.attach)
record_file = endpoint(get=attachments.download, patch=attachments.change, delete=attachments.remove)

urlpatterns = [
    *(pattern for extension in extensions() for pattern in extension.urls),
    path("v1/openapi.json", endpoint(visitors=True, get=documentation.as_json), name="openapi"),
    path("v1/docs/", documentation.as_page, name="docs"),
    re_path(r"^v1/files/?$", endpoint(post=files.upload), name="files"),
    re_path(r"^v1/files/(?P<file_id>[^/]+)/?$", endpoint(get=files.download), name="file"),
    re_path(r"^v1/bulk/(?P<run_id>[^/]+)/?$", endpoint(get=bulk.read, delete=bulk.stop), name="bulk_run"),
    re_path(r"^v1/bulk/(?P<run_id>[^/]+)/undo/?$", endpoint(post=bulk.undo), name="bulk_undo"),
    re_path(r"^v1/change-sets/?$", endpoint(get=change_sets.list_sets), name="change_sets"),
    re_path(r"^v1/change-sets/(?P<change_set_id>[^/]+)/?$", endpoint(get=change_sets.read_set), name="change_set"),
    re_path(
        r"^v1/change-sets/(?P<change_set_id>[^/]+)/undo/?$", endpoint(post=change_sets.undo_set), name="undo_change_set"
    ),
    re_path(r"^v1/(?P<name>[^/]+)/?$", collection, name="list"),
    re_path(r"^v1/(?P<name>[^/]+)/bulk/?$", endpoint(post=bulk.begin), name="bulk"),
    re_path(r"^v1/(?P<name>[^/]+)/rows/?$", endpoint(post=rows.perform), name="rows"),
    re_path(r"^v1/(?P<name>[^/]+)/export/?$", endpoint(get=bulk.export), name="export"),
    re_path(r"^v1/(?P<name>[^/]+)/(?P<record_id>[^/]+)/?$", item, name="item"),
    re_path(r"^v1/(?P<name>[^/]+)/(?P<record_id>[^/]+)/merge/?$", endpoint(post=merging.merge), name="merge"),
    re_path(r"^v1/(?P<name>[^/]+)/(?P<record_id>[^/]+)/files/?$", record_files, name="record_files"),
    re_path(r"^v1/(?P<name>[^/]+)/(?P<record_id>[^/]+)/files/(?P<file_id>[^/]+)/?$", record_file, name="record_file"),
    re_path(r"^(?P<address>.*)$", anything),
]
