"""What orders does when something happens elsewhere, or earlier."""

from kundig.orders.handlers import crediting, customers, papers, quotes

__all__ = ["crediting", "customers", "papers", "quotes"]
