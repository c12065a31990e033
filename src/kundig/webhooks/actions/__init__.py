"""Everything that changes webhooks, and what they send."""

from kundig.webhooks.actions.noting import note
from kundig.webhooks.actions.sending import perform_waiting, resend, send_test
from kundig.webhooks.actions.subscribing import (
    activate_webhook,
    create_webhook,
    delete_webhook,
    draft_webhook,
    pause_webhook,
    renew_secret,
    save_webhook,
)

__all__ = [
    "activate_webhook",
    "create_webhook",
    "delete_webhook",
    "draft_webhook",
    "note",
    "pause_webhook",
    "perform_waiting",
    "renew_secret",
    "resend",
    "save_webhook",
    "send_test",
]
