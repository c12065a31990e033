"""What sales does when something happens."""

from kundig.sales.handlers import leads, quotes

__all__ = ["leads", "quotes"]
