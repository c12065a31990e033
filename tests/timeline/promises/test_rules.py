"""Promises in sentences as people write them, on Sunday 22 November 2026."""

import datetime as dt

import pytest

from kundig.timeline.rules.days import day_in
from kundig.timeline.rules.promises import promises_in, shortened, suggestion

SUNDAY = dt.date(2026, 11, 22)
WEDNESDAY = dt.date(2026, 11, 25)
WE, THEY = "we", "they"


def on(text, day=SUNDAY):
    named = day_in(text, on=day)
    return named.day.isoformat() if named else None


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("bis Freitag", "2026-11-27"),
        ("am Dienstag", "2026-12-01"),
        ("bis kommenden Mittwoch", "2026-12-02"),
        ("nächsten Freitag", "2026-11-27"),
        ("nächste Woche Freitag", "2026-12-04"),
        ("Freitag nächster Woche", "2026-12-04"),
        ("Mittwoch übernächster Woche", "2026-12-09"),
        ("heute", "2026-11-25"),
        ("morgen früh", "2026-11-26"),
        ("übermorgen", "2026-11-27"),
        ("Guten Morgen, Herr Renz", None),
        ("nächste Woche", "2026-12-04"),
        ("diese Woche noch", "2026-11-27"),
        ("Anfang nächster Woche", "2026-12-01"),
        ("Mitte der Woche", "2026-11-25"),
        ("Ende der Woche", "2026-11-27"),
        ("Ende nächster Woche", "2026-12-04"),
        ("in der kommenden Woche", "2026-12-04"),
        ("übernächste Woche", "2026-12-11"),
        ("in zwei Wochen", "2026-12-09"),
        ("in 10 Tagen", "2026-12-05"),
        ("innerhalb von drei Werktagen", "2026-11-30"),
        ("in einem Monat", "2026-12-25"),
        ("in vierzehn Tagen", "2026-12-09"),
        ("in den nächsten Tagen", "2026-11-28"),
        ("bis zum 3.", "2026-12-03"),
        ("bis zum 30.", "2026-11-30"),
        ("bis 3.12.", "2026-12-03"),
        ("bis 3.1.", "2027-01-03"),
        ("am 03.12.2026", "2026-12-03"),
        ("am 3. Dezember", "2026-12-03"),
        ("bis 15. Jänner", "2027-01-15"),
        ("bis zum 31.2.", None),
        ("Mitte Dezember", "2026-12-15"),
        ("Anfang Januar", "2027-01-05"),
        ("Ende des Monats", "2026-11-30"),
        ("bis Monatsende", "2026-11-30"),
        ("Ende nächsten Monats", "2026-12-31"),
        ("nächsten Monat", "2026-12-31"),
        ("bis Jahresende", "2026-12-31"),
        ("Anfang nächsten Jahres", "2027-01-15"),
        ("in KW 50", "2026-12-11"),
        ("KW 3", "2027-01-22"),
        ("bis zum Wochenende", "2026-11-27"),
        ("übers Wochenende", "2026-11-29"),
        ("vor Weihnachten", "2026-12-23"),
        ("nach Weihnachten", "2026-12-27"),
        ("umgehend", "2026-11-25"),
        ("by Friday", "2026-11-27"),
        ("next week", "2026-12-04"),
        ("on Tuesday next week", "2026-12-01"),
        ("tomorrow", "2026-11-26"),
        ("the day after tomorrow", "2026-11-27"),
        ("by the 3rd", "2026-12-03"),
        ("by December 3", "2026-12-03"),
        ("on 3 December 2026", "2026-12-03"),
        ("by the end of the week", "2026-11-27"),
        ("by the end of the month", "2026-11-30"),
        ("end of next month", "2026-12-31"),
        ("in early January", "2027-01-05"),
        ("within 5 working days", "2026-12-02"),
        ("in two weeks", "2026-12-09"),
        ("before Christmas", "2026-12-23"),
        ("by end of day", "2026-11-25"),
        ("2026-12-24", "2026-12-24"),
        ("mit der Woche zufrieden", None),
        ("das Angebot Nr. 3", None),
        ("Maier kommt", None),
    ],
)
def test_day_in_words_of_a_wednesday(text, day):
    assert on(text, WEDNESDAY) == day


def test_day_that_is_today_by_its_name_is_a_week_ahead():
    assert on("bis Mittwoch", WEDNESDAY) == "2026-12-02"


def test_week_that_is_over_on_sunday_is_today_at_the_earliest():
    assert on("diese Woche") == "2026-11-22"


@pytest.mark.parametrize(
    ("sentence", "side", "due"),
    [
        # We, in German
        ("Ich schicke Ihnen bis Freitag das Angebot.", WE, "2026-11-27"),
        ("Bis Freitag schicke ich Ihnen das Angebot.", WE, "2026-11-27"),
        ("Schicke ihm bis Freitag das Angebot.", WE, "2026-11-27"),
        ("Angebot bis Freitag schicken.", WE, "2026-11-27"),
        ("Muster bis Mittwoch zusenden", WE, "2026-11-25"),
        ("Wir liefern in zwei Wochen.", WE, "2026-12-06"),
        ("Wir werden die Reklamation bis Dienstag prüfen.", WE, "2026-11-24"),
        ("Ich melde mich bis Ende der Woche.", WE, "2026-11-22"),
        ("Ich rufe Sie morgen zurück.", WE, "2026-11-23"),
        ("Sie bekommen nächste Woche das Angebot.", WE, "2026-11-27"),
        ("Nächste Woche erhalten Sie die Muster.", WE, "2026-11-27"),
        ("Der Kunde bekommt bis Freitag die Preisliste.", WE, "2026-11-27"),
        ("Herr Renz erhält bis zum 3. die Gutschrift.", WE, "2026-12-03"),
        ("Ich habe ihm das Angebot bis Montag zugesagt.", WE, "2026-11-23"),
        ("Habe die Lieferung bis Montag versprochen.", WE, "2026-11-23"),
        ("Habe gesagt, dass ich mich bis Freitag melde.", WE, "2026-11-27"),
        ("Das Angebot geht bis Freitag raus.", WE, "2026-11-27"),
        ("Ich kümmere mich heute noch um die Rechnung.", WE, "2026-11-22"),
        ("Ich schicke Ihnen das Datenblatt.", WE, None),
        ("Wir werden Ihnen ein neues Angebot erstellen.", WE, None),
        # They, in German
        ("Herr Renz meldet sich bis zum 3.", THEY, "2026-12-03"),
        ("Frau Dr. Kern ruft am Dienstag zurück.", THEY, "2026-11-24"),
        ("Er schickt bis Montag die Zeichnung.", THEY, "2026-11-23"),
        ("Bis Montag schickt er uns die Zeichnung.", THEY, "2026-11-23"),
        ("Sie schicken uns bis Montag die Zeichnung.", THEY, "2026-11-23"),
        ("Sie meldet sich nächste Woche.", THEY, "2026-11-27"),
        ("Meldet sich bis Freitag.", THEY, "2026-11-27"),
        ("Will bis Mitte Dezember entscheiden.", THEY, "2026-12-15"),
        ("Der Kunde will bis Mitte Dezember entscheiden.", THEY, "2026-12-15"),
        ("Der Einkauf prüft das bis Mittwoch.", THEY, "2026-11-25"),
        ("Sein Chef unterschreibt am Donnerstag.", THEY, "2026-11-26"),
        ("Herr Renz hat die Bestellung bis Freitag zugesagt.", THEY, "2026-11-27"),
        ("Die Bestellung kommt Anfang Januar.", THEY, "2027-01-05"),
        ("Wir bekommen bis Freitag die Freigabe.", THEY, "2026-11-27"),
        ("Er sagt, er gibt uns Bescheid.", THEY, None),
        # We, in English
        ("I'll send the offer by Friday.", WE, "2026-11-27"),
        ("We will deliver next week.", WE, "2026-11-27"),
        ("We're going to call you on Tuesday.", WE, "2026-11-24"),
        ("I am sending the samples tomorrow.", WE, "2026-11-23"),
        ("You will get the quote next week.", WE, "2026-11-27"),
        ("They'll receive the samples by the 3rd.", WE, "2026-12-03"),
        ("Will send the drawing by Friday.", WE, "2026-11-27"),
        ("Send offer by Friday", WE, "2026-11-27"),
        ("I promised an answer by Monday.", WE, "2026-11-23"),
        ("I'll send you the data sheet.", WE, None),
        # They, in English
        ("They will call back tomorrow.", THEY, "2026-11-23"),
        ("Mr Renz will decide by the end of the month.", THEY, "2026-11-30"),
        ("He sends the drawing by Friday.", THEY, "2026-11-27"),
        ("She'll get back to us next week.", THEY, "2026-11-27"),
        ("The customer wants to order in two weeks.", THEY, "2026-12-06"),
        ("You will send us the drawing by Friday.", THEY, "2026-11-27"),
        ("We'll get the order by Friday.", THEY, "2026-11-27"),
        ("They promised payment by the 3rd.", THEY, "2026-12-03"),
    ],
)
def test_promise_in_a_sentence(sentence, side, due):
    found = promises_in(sentence, on=SUNDAY)
    assert [(each.side, each.due_on and each.due_on.isoformat()) for each in found] == [(side, due)]


@pytest.mark.parametrize(
    "sentence",
    [
        "Ich habe Ihnen am Freitag das Angebot geschickt.",
        "Wir liefern nicht vor Freitag.",
        "Wenn Sie bis Freitag bestellen, liefern wir nächste Woche.",
        "Schicken Sie uns bis Freitag die Zeichnung?",
        "Bitte schicken Sie uns bis Freitag die Zeichnung.",
        "Der Kunde könnte bis Freitag entscheiden.",
        "Das Treffen war am Montag.",
        "Herr Renz ist bis Freitag im Urlaub.",
        "Guten Morgen, Herr Renz.",
        "Angebot 4711 besprochen, Preis ist zu hoch.",
        "Er hat gestern angerufen.",
        "If they order by Friday, we will deliver next week.",
        "They won't decide before Friday.",
        "Could you send the drawing by Friday?",
        "He was on holiday until Friday.",
        "The meeting is on Friday.",
        "",
        "…",
    ],
)
def test_sentence_that_is_no_promise(sentence):
    assert promises_in(sentence, on=SUNDAY) == []


def test_several_promises_of_one_note_stand_in_their_order():
    note = (
        "Gutes Gespräch mit Hr. Renz. Ich schicke bis Freitag das Angebot, und er meldet sich bis zum 3. "
        "Danach sehen wir weiter. Frau Kern ruft am 5. Dezember an und wir liefern Ende Januar."
    )
    found = promises_in(note, on=SUNDAY)
    assert [(each.side, each.text, each.due_on.isoformat()) for each in found] == [
        (WE, "Ich schicke bis Freitag das Angebot", "2026-11-27"),
        (THEY, "Er meldet sich bis zum 3", "2026-12-03"),
        (THEY, "Frau Kern ruft am 5. Dezember an", "2026-12-05"),
        (WE, "Wir liefern Ende Januar", "2027-01-31"),
    ]
    assert note[found[0].start : found[0].end] == "Ich schicke bis Freitag das Angebot"


def test_named_people_decide_whose_promise_it_is():
    sentence = "Svenja schickt bis Freitag das Angebot."
    assert [each.side for each in promises_in(sentence, on=SUNDAY, ours=["Svenja Kroll"])] == [WE]
    assert [each.side for each in promises_in(sentence, on=SUNDAY, theirs=["Svenja Renz"])] == [THEY]


def test_selected_words_suggest_side_and_day_as_far_as_they_tell():
    picked = suggestion("das Datenblatt bis Freitag", on=SUNDAY)
    assert (picked.side, picked.text, picked.due_on) == (WE, "Das Datenblatt bis Freitag", dt.date(2026, 11, 27))
    assert suggestion("er prüft das", on=SUNDAY).side == THEY
    assert suggestion("irgendwas", on=SUNDAY).due_on is None


def test_long_promise_is_cut_at_a_word():
    text = shortened("Wort " * 100)
    assert len(text) <= 300
    assert text.endswith("Wort…")


@pytest.mark.parametrize("text", ["a" * 200_000, "ich " * 20_000, "schicke ich " * 5_000, "bis Freitag, " * 8_000])
def test_long_note_is_read_in_reasonable_time(text):
    import time

    begun = time.process_time()
    promises_in(text, on=SUNDAY)
    assert time.process_time() - begun < 5
