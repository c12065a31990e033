"""The verbs by which people promise something, in the forms that promises have."""

from __future__ import annotations

_GERMAN = """
schicke schickt schicken, sende sendet senden, liefere liefert liefern, melde meldet melden, rufe ruft rufen,
mache macht machen, erstelle erstellt erstellen, kläre klärt klären, prüfe prüft prüfen, bringe bringt bringen,
reiche reicht reichen, leite leitet leiten, bestelle bestellt bestellen, buche bucht buchen, besorge besorgt besorgen,
reserviere reserviert reservieren, kümmere kümmert kümmern, teile teilt teilen, zahle zahlt zahlen,
bezahle bezahlt bezahlen, überweise überweist überweisen, unterschreibe unterschreibt unterschreiben,
entscheide entscheidet entscheiden, gebe gibt geben, lasse lässt lassen, erledige erledigt erledigen,
organisiere organisiert organisieren, vereinbare vereinbart vereinbaren, hole holt holen, stelle stellt stellen,
maile mailt mailen, faxe faxt faxen, schreibe schreibt schreiben, antworte antwortet antworten,
bestätige bestätigt bestätigen, überarbeite überarbeitet überarbeiten, passe passt passen, rechne rechnet rechnen,
kalkuliere kalkuliert kalkulieren, beauftrage beauftragt beauftragen, nehme nimmt nehmen, lege legt legen,
bespreche bespricht besprechen, spreche spricht sprechen, informiere informiert informieren, komme kommt kommen,
besuche besucht besuchen, lade lädt laden, repariere repariert reparieren, tausche tauscht tauschen,
installiere installiert installieren, sage sagt sagen, frage fragt fragen, schaue schaut schauen,
bereite bereitet bereiten, übernehme übernimmt übernehmen, übergebe übergibt übergeben, versende versendet versenden,
übermittle übermittelt übermitteln, beantworte beantwortet beantworten, korrigiere korrigiert korrigieren,
storniere storniert stornieren, gutschreibe gutschreibt gutschreiben, verlängere verlängert verlängern,
unterbreite unterbreitet unterbreiten, fordere fordert fordern, finde findet finden, verschicke verschickt verschicken
"""
_RECEIVING = "bekomme bekommt bekommen, erhalte erhält erhalten, kriege kriegt kriegen"


def _forms(table: str) -> tuple[list[str], list[str], list[str]]:
    """First person, third person, infinitive of each verb."""
    rows = [row.split() for row in table.split(",")]
    return [row[0] for row in rows], [row[1] for row in rows], [row[2] for row in rows]


COMMON_FIRST, COMMON_THIRD, COMMON_PLURAL = _forms(_GERMAN)
GET_FIRST, GET_THIRD, GET_PLURAL = _forms(_RECEIVING)
_PARTICLES = (
    "zu",
    "nach",
    "an",
    "zurück",
    "weiter",
    "mit",
    "vor",
    "vorbei",
    "durch",
    "ab",
    "auf",
    "ein",
    "bei",
    "her",
    "los",
)
INFINITIVES = [*COMMON_PLURAL, *(f"{particle}zu{verb}" for particle in _PARTICLES for verb in ("senden", "schicken"))]
"""Behind "werde" and at the end of a note to oneself; a particle before them ("zuschicken") is matched with them."""

ENGLISH = (
    "send call deliver get back write mail email check clarify prepare provide bring order pay sign "
    "decide confirm reply answer ring phone visit come forward arrange book organise organize review "
    "revise quote offer let give ship submit return follow transfer discuss ask tell inform contact "
    "schedule update finish complete repair replace draft share make look set drop pick meet refund"
).split()
"""Base forms; "get back" is matched by its first word."""
_ENDINGS = {"pay": "pays", "reply": "replies", "clarify": "clarifies"}
ENGLISH_THIRD = [
    _ENDINGS.get(verb, f"{verb}es" if verb.endswith(("ch", "sh", "s", "x")) else f"{verb}s") for verb in ENGLISH
]
GET_ENGLISH = ("get", "receive", "have")
