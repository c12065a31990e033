import pytest

from kundig.platform.ids import uuid7
from kundig.platform.models import FailedDelivery

pytestmark = pytest.mark.django_db


def test_among_takes_many_ids_as_one_value(django_assert_num_queries):
    made = [FailedDelivery.objects.create(handler="h", name="n", payload={}, error="") for _ in range(3)]
    ids = [each.pk for each in made[:2]] + [uuid7() for _ in range(5000)]
    with django_assert_num_queries(1):
        assert set(FailedDelivery.objects.filter(pk__among=ids)) == set(made[:2])
    assert not FailedDelivery.objects.filter(pk__among=[]).exists()
    assert FailedDelivery.objects.exclude(pk__among=ids).get() == made[2]
