"""What one request changes is one change set, however many actions it takes."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from kundig.records.ledger.sets import changes_together


class ChangeSetMiddleware:
    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with changes_together():
            return self.get_response(request)
