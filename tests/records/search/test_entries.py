import datetime as dt

import pytest
from django.db import connection
from django.utils import timezone

from kundig.platform import jobs
from kundig.records import search
from kundig.records.search import Extra
from kundig.records.search.models import RecentUse, SearchCode, SearchEntry, SearchWord
from tests.records.toy.models import Course

pytestmark = pytest.mark.django_db


def codes():
    return set(SearchCode.objects.values_list("code", flat=True))


def words():
    return sorted(SearchWord.objects.values_list("word", flat=True))


def test_entry_holds_words_and_codes(add_courses):
    add_courses(("Alfreds Futterkiste", "Berlin", "+49300074321", "maria.anders@futterkiste.example"))
    entry = SearchEntry.objects.get()
    assert entry.title == "Alfreds Futterkiste"
    assert entry.subtitle == "Berlin"
    assert entry.words == " alfreds futterkiste | berlin maria anders æfutterkiste example "
    assert entry.codes == " maria.anders@futterkiste.example <12347000394 +49300074321 "
    assert codes() == {"maria.anders@futterkiste.example", "<12347000394", "+49300074321"}
    assert words() == ["alfreds", "anders", "berlin", "example", "futterkiste", "maria", "æfutterkiste"]


def test_number_of_letters_is_a_word(add_courses, courses, titles, monkeypatch):
    extra = Extra(numbers=["ALFKI", "K-10023"])
    monkeypatch.setattr(type(courses), "search_extra", lambda self, ids: dict.fromkeys(ids, extra))
    add_courses(("Alfreds Futterkiste", "Berlin", "", ""))
    for text in ("alfki", "ALF", "k-10023", "K10023", "k 10023", "K-100"):
        assert titles(text) == ["Alfreds Futterkiste"]


def test_change_replaces_what_was_there(add_courses, courses, titles):
    (course,) = add_courses(("Alfreds Futterkiste", "Berlin", "+49300074321", ""))
    Course.objects.filter(pk=course.pk).update(name="Blondel", phone="+493012345")
    search.refresh(courses, [course.pk])
    assert titles("futterkiste") == []
    assert titles("030 0074321") == []
    assert titles("blondel") == ["Blondel"]
    assert titles("030 12345") == ["Blondel"]
    assert codes() == {"<5432103" + "94", "+493012345"}


def test_deleted_record_is_forgotten(add_courses, courses, administrator, titles):
    course, other = add_courses(
        ("Alfreds Futterkiste", "Berlin", "+49300074321", "a@futterkiste.example"), ("Blondel", "Berlin", "", "")
    )
    search.touch(administrator, courses, course.pk)
    Course.objects.filter(pk=course.pk).delete()
    search.refresh(courses, [course.pk, other.pk])
    assert titles("futterkiste") == []
    assert SearchEntry.objects.count() == 1
    assert not SearchCode.objects.exists()
    assert not RecentUse.objects.exists()


def test_remove(add_courses, courses, titles):
    course, _other = add_courses(("Alfreds Futterkiste", "", "+49300074321", ""), ("Blondel", "", "+493012345", ""))
    search.remove(courses, [course.pk])
    assert titles("alfreds") == []
    assert codes() == {"<543210394", "+493012345"}


def test_words_of_erased_records_go_with_the_next_count(add_courses, courses, administrator):
    course, _other = add_courses(("Alfreds Futterkiste", "Berlin", "", ""), ("Blondel", "Berlin", "", ""))
    Course.objects.filter(pk=course.pk).delete()
    search.refresh(courses, [course.pk])
    SearchWord.objects.create(word="blondel", frequency=1, is_name=True)  # as two transactions at once would do
    search.count_words()
    assert list(SearchWord.objects.order_by("word").values_list("word", "frequency", "is_name")) == [
        ("berlin", 1, True),
        ("blondel", 1, True),
    ]


def test_count_brings_frequencies_in_step(add_courses):
    add_courses(*((f"Kurs {n}", "Berlin", "", "") for n in range(30)))
    search.count_words()
    assert dict(SearchWord.objects.filter(word__in=("berlin", "kurs", "7")).values_list("word", "frequency")) == {
        "berlin": 30,
        "kurs": 30,
        "7": 1,
    }


def test_rebuild_makes_all_anew(northwind, courses, titles):
    Course.objects.filter(name="Frankenversand").delete()
    Course.objects.filter(name="Vaffeljernet").update(name="Wilman Kala")
    SearchEntry.objects.filter(title="Toms Spezialitäten").delete()
    told = []
    assert search.rebuild(courses, watch=told.append) == len(northwind) - 1
    assert told == [len(northwind) - 1]
    assert titles("frankenversand") == []
    assert titles("wilman") == ["Wilman Kala"]
    assert titles("toms") == ["Toms Spezialitäten"]
    assert SearchEntry.objects.count() == len(northwind) - 1


def test_unchanged_record_is_not_written_again(add_courses, courses):
    (course,) = add_courses(("Alfreds Futterkiste", "Berlin", "+49300074321", ""))
    with_xmin = SearchEntry.objects.extra(select={"xmin": "xmin::text"})
    before = with_xmin.get().xmin
    search.refresh(courses, [course.pk])
    assert with_xmin.get().xmin == before


def test_few_queries_for_many_records(northwind, courses, django_assert_num_queries):
    ids = [course.pk for course in northwind]
    search.refresh(courses, ids[:1])
    for some in (ids[:1], ids[:3], ids):
        with django_assert_num_queries(3):
            search.refresh(courses, some)


def test_extra_texts_find_the_record_and_are_shown(add_courses, courses, administrator, monkeypatch):
    anders = Extra(
        texts=["Maria Anders", "Hanna Moos"], mails=["moos@kiste.example"], phones=["+493055555"], numbers=["A-17"]
    )
    monkeypatch.setattr(type(courses), "search_extra", lambda self, ids: dict.fromkeys(ids, anders))
    add_courses(("Alfreds Futterkiste", "Berlin", "", ""))
    for text, note in (
        ("hanna", "Hanna Moos"),
        ("maria anders", "Maria Anders"),
        ("030 55555", "030 55555"),
        ("a17", "A17"),
    ):
        (hit,) = search.find(administrator, text)
        assert (hit.title, hit.note) == ("Alfreds Futterkiste", note)
    assert search.find(administrator, "moos@")[0].note == "moos@kiste.example"


def test_person_comes_before_the_firm_that_names_her(add_courses, courses, administrator, monkeypatch, titles):
    add_courses(("Maria Anders", "", "", ""))
    monkeypatch.setattr(
        type(courses), "search_extra", lambda self, ids: dict.fromkeys(ids, Extra(texts=["Maria Anders"]))
    )
    add_courses(("Alfreds Futterkiste", "Berlin", "", ""))
    assert titles("Maria Anders") == ["Maria Anders", "Alfreds Futterkiste"]


def test_opening_is_written_once_an_hour(add_courses, courses, administrator, django_assert_num_queries):
    (course,) = add_courses(("Blondel", "", "", ""))
    week = dt.timedelta(days=7)
    SearchEntry.objects.update(used_at=timezone.now() - week)
    with django_assert_num_queries(2):
        search.touch(administrator, courses, course.pk)
    assert timezone.now() - SearchEntry.objects.get().used_at < dt.timedelta(minutes=1)
    first = RecentUse.objects.get()
    with django_assert_num_queries(1):
        search.touch(administrator, courses, course.pk)
    assert RecentUse.objects.get().used_at == first.used_at
    with connection.cursor() as cursor:  # nor is the row locked, which is written, too
        cursor.execute(f"SELECT xmax::text FROM {RecentUse._meta.db_table}")
        assert cursor.fetchone() == ("0",)
    RecentUse.objects.update(used_at=first.used_at - dt.timedelta(hours=2))
    search.touch(administrator, courses, course.pk)
    assert RecentUse.objects.get().used_at >= first.used_at


def test_texts_that_are_too_long_are_cut(add_courses, titles):
    add_courses(("M" + "ö" * 79, "x" * 100, "1" * 60, "a@" + "b" * 60 + ".example"))
    assert len(titles("mööööööööööö")) == 1
    assert len(titles("111111")) == 1


def test_nightly_job_counts_words_and_forgets_old_uses(add_courses, courses, administrator):
    course, other = add_courses(("Blondel", "", "", ""), ("Vaffeljernet", "", "", ""))
    search.touch(administrator, courses, course.pk)
    search.touch(administrator, courses, other.pk)
    RecentUse.objects.filter(record_id=course.pk).update(used_at=timezone.now() - dt.timedelta(days=400))
    SearchWord.objects.create(word="erased", frequency=1, is_name=True)
    run = jobs.run_now("search_words", title="Words", by=None)
    assert run.result == {"words": 2, "forgotten": 1}
    assert words() == ["blondel", "vaffeljernet"]


def test_job_makes_entries_anew(add_courses, titles):
    add_courses(("Blondel", "", "", ""), ("Vaffeljernet", "", "", ""))
    SearchEntry.objects.all().delete()
    run = jobs.run_now("search_entries", title="Entries", by=None, objects=["courses", "gone"])
    assert run.result == {"entries": 2}
    assert titles("blondel") == ["Blondel"]


def test_names_that_come_to_a_record_lead_to_it(add_courses, courses, titles):
    alfreds, blondel = add_courses(("Alfreds Futterkiste", "Berlin", "", ""), ("Blondel", "Berlin", "", ""))
    search.add_names(courses, {alfreds.pk: ["Maria Anders", "Anna Müller"], blondel.pk: ["Maria Berlin"]})
    assert titles("maria anders") == ["Alfreds Futterkiste"]
    assert titles("mueller") == ["Alfreds Futterkiste"]
    entries = {entry.title: entry for entry in SearchEntry.objects.all()}
    assert entries["Alfreds Futterkiste"].words == " alfreds futterkiste | berlin maria anders anna muller "
    assert entries["Alfreds Futterkiste"].extra == "Maria Anders\nAnna Müller"
    assert entries["Blondel"].words == " blondel | berlin maria "
    search.add_names(courses, {alfreds.pk: ["Otto Anders"]})
    assert SearchEntry.objects.get(record_id=alfreds.pk).extra == "Maria Anders\nAnna Müller\nOtto Anders"
    assert SearchEntry.objects.get(record_id=alfreds.pk).words.endswith(" anna muller otto ")


def test_names_make_no_entry_endless(add_courses, courses):
    (course,) = add_courses(("Alfreds Futterkiste", "Berlin", "", ""))
    search.add_names(courses, {course.pk: [" ".join(f"wort{n}" for n in range(300))]})
    search.add_names(courses, {course.pk: ["Maria Anders"]})
    assert len(SearchEntry.objects.get().words.split()) == 204
    assert "anders" not in SearchEntry.objects.get().words


def test_names_do_not_make_a_record_an_entry(add_courses, courses, titles):
    (course,) = add_courses(("Alfreds Futterkiste", "Berlin", "", ""))
    search.remove(courses, [course.pk])
    search.add_names(courses, {course.pk: ["Maria Anders"]})
    assert not SearchEntry.objects.exists()


def test_entries_of_new_records_are_like_any_other(add_courses, courses, titles):
    (course,) = add_courses(("Alfreds Futterkiste", "Berlin", "+49300074321", "maria@futterkiste.example"))
    before = SearchEntry.objects.values().get()
    search.remove(courses, [course.pk])
    search.refresh(courses, [course.pk], new=True)
    after = SearchEntry.objects.values().get()
    assert {**before, "id": 0} == {**after, "id": 0}
    assert codes() == {"maria@futterkiste.example", "<12347000394", "+49300074321"}
    search.settle()
    assert titles("futterkiste") == ["Alfreds Futterkiste"]
