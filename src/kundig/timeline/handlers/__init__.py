"""What happens elsewhere and concerns the history of customers."""

from kundig.timeline.handlers import handing, planning, promising

__all__ = ["handing", "planning", "promising"]
