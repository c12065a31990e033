"""What the clock starts in sales, and what takes its time."""

from kundig.sales.jobs import deals, forms, leads, mailboxes, quotes

__all__ = ["deals", "forms", "leads", "mailboxes", "quotes"]
