"""Orders and their positions out of files: an order in each row, a position in each row, or both at once."""

from kundig.orders.actions.importing.importer import OrderImporter

__all__ = ["OrderImporter"]
