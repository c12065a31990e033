"""What is said in the invented conversations. Every text is our own; "\\n" is how COPY writes a new line."""

from __future__ import annotations

Said = tuple[str, str, str]
"""Offer, reaction, kind of the objection."""

OFFERS = (
    "Feinfilter F8", "Wartungsvertrag Plus", "Schraubenkompressor WD 55", "Ersatzteilpaket", "Schulung vor Ort",
    "Wärmerückgewinnung", "Ölwechsel-Service", "Leckage-Prüfung", "Mietgerät", "Druckluft-Audit",
)  # fmt: skip
_REACTIONS = (
    ("interested", ""), ("interested", ""), ("interested", ""), ("undecided", ""), ("undecided", ""),
    ("objection", "price"), ("objection", "price"), ("objection", "delivery"), ("objection", "timing"),
    ("objection", "competitor"), ("objection", "need"), ("declined", ""), ("declined", ""),
)  # fmt: skip
_TOPICS = (
    "Jahresbedarf", "Liefertermin", "Ersatzteile", "Rahmenvertrag", "neue Anlage", "Wartungstermin", "Preise ab Januar",
    "Reklamation aus dem Frühjahr", "Probelieferung", "Ansprechpartner im Einkauf", "Budget für das nächste Jahr",
    "Umzug der Fertigung", "zweite Abfülllinie", "Energieverbrauch", "Zahlungsziel", "Musterteile",
)  # fmt: skip
_CALLS = (
    "{topic} besprochen. Meldet sich bis Ende der Woche.",
    "Fragt nach {topic}. Unterlagen gehen heute noch raus.",
    "{topic}: intern noch nicht entschieden, nächste Runde Mitte des Monats.",
    "Kurz zu {topic} gesprochen. Alles läuft, keine offenen Punkte.",
    "Ist unzufrieden mit der letzten Lieferung, Rückruf durch den Innendienst zugesagt. Außerdem: {topic}.",
    "Möchte zu {topic} ein Angebot mit zwei Varianten.",
)
_VISITS = (
    "Rundgang durch die Fertigung.\\nThema: {topic}.\\nNächster Schritt: Angebot bis Monatsende.",
    "Jahresgespräch.\\n{topic} steht an, die Entscheidung fällt im Vorstand.\\nPapier mit Zahlen schicken.",
    "Anlage angesehen, Messwerte notiert.\\n{topic} wird im nächsten Quartal angegangen.",
    "Vorstellung beim neuen Einkaufsleiter.\\nKennt uns von früher, offen für {topic}.",
)
_MAILS = (
    ("{topic}", "Guten Tag,\\nanbei die gewünschten Unterlagen zu {topic}.\\nMit freundlichen Grüßen"),
    ("Rückfrage: {topic}", "Guten Tag,\\nkönnen Sie uns zu {topic} bis Freitag etwas sagen?\\nViele Grüße"),
    ("Danke für das Gespräch", "Guten Tag,\\nvielen Dank für das Gespräch zu {topic}. Ich melde mich wie besprochen."),
    ("Terminvorschlag", "Guten Tag,\\npasst Ihnen ein Termin in der kommenden Woche, um über {topic} zu sprechen?"),
)
_NOTES = (
    "{topic}: vor dem nächsten Gespräch die Zahlen aus dem Vorjahr ansehen.",
    "Neuer Ansprechpartner für {topic} ab nächstem Monat.",
    "Laut Presse wird erweitert, {topic} ansprechen.",
    "Geht im August in den Urlaub, {topic} vorher klären.",
)
_SHORT = ("{topic}: passt, danke!", "Bitte Rückruf wegen {topic}.", "Kommen Sie am Donnerstag? Es geht um {topic}.")
_MISSED = ("Nicht erreicht, auf Band gesprochen.", "Im Termin, Rückruf erbeten.", "Niemand am Platz.")
_ANSWERS = {
    "interested": "{offer} kommt gut an.", "undecided": "Bei {offer} noch unsicher.",
    "objection": "Zu {offer} gibt es Bedenken.", "declined": "{offer} ist kein Thema.",
}  # fmt: skip


def reaction(number: int) -> Said:
    """How an offer was taken."""
    return (OFFERS[number % len(OFFERS)], *_REACTIONS[(number >> 5) % len(_REACTIONS)])


def minutes(kind: str, number: int) -> int:
    """How long it took."""
    return 3 + (number >> 3) % 25 if kind == "call" else 30 + (number >> 3) % 5 * 15


def words(kind: str, number: int, *, is_missed: bool, reaction: Said | None) -> tuple[str, str]:
    """Summary and text of a contact."""
    topic = _TOPICS[(number >> 2) % len(_TOPICS)]
    if is_missed:
        text = _MISSED[number % len(_MISSED)]
        return text, text
    if kind in ("mail", "letter"):
        subject, body = _MAILS[number % len(_MAILS)]
        return _begun(subject.format(topic=topic)), body.format(topic=topic)
    known = {"call": _CALLS, "visit": _VISITS, "meeting": _VISITS, "note": _NOTES}.get(kind, _SHORT)
    text = _begun(known[number % len(known)].format(topic=topic))
    if reaction:
        text += " " + _ANSWERS[reaction[1]].format(offer=reaction[0])
    return text.partition("\\n")[0], text


def _begun(text: str) -> str:
    return text[:1].upper() + text[1:]
