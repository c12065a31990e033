"""The sample company: invented customers to look at, to learn with and to measure on."""

from kundig.web.sample.loading import Done, load
from kundig.web.sample.many import fill_up

__all__ = ["Done", "fill_up", "load"]
