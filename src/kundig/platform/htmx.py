"""What views say to htmx and hear from it."""

import json
from typing import TYPE_CHECKING

from django.http import HttpRequest, HttpResponse

from kundig.platform import ui

if TYPE_CHECKING:
    from django_htmx.middleware import HtmxDetails

    class HtmxRequest(HttpRequest):
        htmx: HtmxDetails


def part(request: HttpRequest) -> str:
    """The id of the element this answer will replace; "" asks for the whole page."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    if htmx and htmx.request_type == "partial" and htmx.target:
        return htmx.target.partition("#")[2]
    return ""


def target_tag(request: HttpRequest) -> tuple[str, str]:
    """Name of the tag and id of the element to be replaced: ("td", "r17-phone"); ("", "") without htmx."""
    htmx: HtmxDetails | None = getattr(request, "htmx", None)
    tag, _, name = (htmx.target or "").partition("#") if htmx else ("", "", "")
    return tag, name


def changed(response: HttpResponse, *names: str) -> HttpResponse:
    """Tell the page which records have changed ("organisations:<id>"), so that its other parts refresh themselves."""
    response["HX-Trigger"] = json.dumps({"changed": " ".join(names)})
    return response


def with_toast(response: HttpResponse, message: str, *, undo: str = "") -> HttpResponse:
    """Let a message ride along in an answer; `undo` is the address that takes it back."""
    response.write(ui.toast(message, undo=undo))
    return response
