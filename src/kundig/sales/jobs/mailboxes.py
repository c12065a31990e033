"""Mailboxes are asked by the clock."""

from typing import Any

from kundig.platform import jobs
from kundig.sales.actions.mailboxes import ask_mailboxes


@jobs.job("sales_mailboxes", cron="*/5 * * * *", title="Mails that become leads")
def ask(run: jobs.Progress) -> dict[str, Any]:
    """Every five minutes; a house without mailboxes asks nobody."""
    return {"looked_at": ask_mailboxes()}
