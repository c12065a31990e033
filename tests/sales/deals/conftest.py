import pytest

from kundig.sales.actions import add_deal, ensure_pipelines
from kundig.sales.queries import stages_of


@pytest.fixture
def business(house):
    """The pipeline a new house begins with."""
    return ensure_pipelines()


@pytest.fixture
def stages(business):
    """Its stages by what they count as."""
    return {stage.status: stage for stage in stages_of(business.pk)}


@pytest.fixture
def compressor(business, dairy, svenja):
    """Svenja's chance to sell the dairy a compressor."""
    return add_deal(title="Compressor WD 55-V", party=dairy, amount="48900", by=svenja)
