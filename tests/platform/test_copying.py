"""Rows on their way through COPY: whatever stands in a text arrives as it stood there."""

import pytest
from django.db import DataError, transaction
from hypothesis import given
from hypothesis import strategies as st

from kundig.platform.copying import copy_rows
from kundig.platform.ids import uuid7
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db

texts = st.text(alphabet=st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), max_size=30)
awkward = st.sampled_from(["", "\\N", "\\", "a\tb", "a\nb", "\r", "\\.", "'", "\\t", "ä\\n"])


def test_every_text_arrives_as_it_is():
    @given(st.lists(texts | awkward, min_size=1, max_size=5))
    def same(names):
        keys = [uuid7() for _name in names]
        copy_rows(Course, ("id", "name"), list(zip(keys, names, strict=True)))
        arrived = dict(Course.objects.filter(pk__in=keys).values_list("pk", "name"))
        assert [arrived[key] for key in keys] == names

    same()


def test_nothing_is_null_and_no_text_is_taken_for_it():
    keys = [uuid7(), uuid7()]
    copy_rows(Course, ("id", "name", "seats"), [(keys[0], "\\N", None), (keys[1], "plain", 3)])
    assert set(Course.objects.values_list("name", "seats")) == {("\\N", None), ("plain", 3)}


@pytest.mark.parametrize(("name", "seats"), [("a\x00b", None), ("\x00", 3)])
def test_a_text_that_cannot_be_stored_is_refused(name, seats):
    with pytest.raises(DataError), transaction.atomic():
        copy_rows(Course, ("id", "name", "seats"), [(uuid7(), name, seats)])
    assert not Course.objects.exists()
