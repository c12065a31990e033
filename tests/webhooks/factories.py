"""Webhooks as an administrator would set them up, and the worker that serves them."""

from kundig.platform import outbox
from kundig.webhooks.actions import create_webhook, perform_waiting

ALL = ["organisations.created", "organisations.changed", "organisations.deleted"]


def a_webhook(listener, *, by, **values):
    """A webhook of the listener for everything about organisations, and its secret."""
    outbox.prepare()
    address = f"http://127.0.0.1:{listener.server_port}/hook?a=1"
    return create_webhook({"name": "Web-Shop", "address": address, "topics": ALL, **values}, by=by)


def work():
    """What the worker does: deliver events and send, until nothing is left."""
    while outbox.deliver() or perform_waiting():
        pass
