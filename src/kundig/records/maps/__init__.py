"""Maps: the records of a kind at their positions, put together where they stand close."""

from kundig.records.maps.offered import MapView

__all__ = ["MapView"]
