"""How the columns of customer lists are called in German and English, in the lists people really have.

Phrases separated by commas; case, umlauts, blanks and signs do not matter (see `records.imports.guessing`).
"""

FIELDS = {
    "number": "kundennummer neu",
    "legal_form": "rechtsform, legal form, gesellschaftsform",
    "industry": "branche, industry, wirtschaftszweig, sector, branchenbezeichnung",
    "employees": "mitarbeiter, mitarbeiterzahl, anzahl mitarbeiter, employees, number of employees, headcount",
    "revenue": "umsatz, jahresumsatz, umsatz jahr, revenue, turnover, annual revenue, umsatz eur",
    "revenue_currency": "währung, currency",
    "vat_id": "ust id, ust id nr, ustid, umsatzsteuer id, umsatzsteueridentnummer, uid, uid nummer, vat, vat number, "
    "vat id, vat no, mwst nr",
    "latitude": "breitengrad, geographische breite, latitude, lat, gps breite",
    "longitude": "längengrad, geographische länge, longitude, lon, lng, gps länge",
    "language": "sprache, language, korrespondenzsprache",
    "lifecycle": "status, kundenstatus, lifecycle, phase",
    "customer_class": "kundenklasse, abc klasse, abc kunde, klasse, kundenwertklasse, customer class, abc class, "
    "class, tier",
    "source": "quelle, herkunft, source, lead source, kam über",
    "tags": "schlagworte, schlagwort, tags, tag, kategorie, kategorien, category, categories, merkmale, keywords, "
    "kundengruppe, gruppe, group",
    "notes": "notiz, notizen, bemerkung, bemerkungen, anmerkung, anmerkungen, kommentar, kommentare, notes, note, "
    "comment, comments, memo, info, beschreibung, description, freitext",
    "owner": "betreuer, betreut von, kundenbetreuer, verantwortlich, verantwortlicher, zuständig, außendienst, "
    "vertreter, verkäufer, sachbearbeiter, owner, account manager, sales rep, salesperson, responsible",
    "team": "team, vertriebsteam",
    "salutation": "anrede, salutation, geschlecht, gender, title of courtesy, sex",
    "academic_title": "titel, akad titel, akademischer titel, title, academic title, prefix, namenszusatz",
    "first_name": "vorname, vornamen, first name, given name, firstname, forename",
    "family_name": "nachname, familienname, zuname, last name, surname, family name, lastname",
    "name_suffix": "suffix, name suffix, namenssuffix",
    "formality": "du sie, duzen, formality",
    "letter_salutation": "briefanrede, letter salutation, brief anrede, greeting",
    "function": "funktion, position, stellung, rolle, job title, jobtitle, function, role, title, berufsbezeichnung, "
    "beruf",
    "department": "abteilung, department, dept",
    "birthday": "geburtstag, geburtsdatum, geb, geb datum, birthday, birth date, date of birth, dob, geboren",
    "hobbies": "hobby, hobbys, hobbies",
    "interests": "interessen, interests",
    "family": "familie, family, familienstand",
    "education": "ausbildung, education, studium",
}

PLACE = {
    "street": "straße, str, street, adresse, anschrift, address, straße hausnummer, straße nr, straße und hausnummer, "
    "street address, address 1, adresse 1, adresszeile 1, address line 1, straße 1",
    "house_number": "hausnummer, hausnr, haus nr, house number, hnr",
    "extra": "adresszusatz, zusatz, address 2, adresse 2, adresszeile 2, address line 2, straße 2, co, c o, gebäude",
    "postal_code": "plz, postleitzahl, postcode, postal code, zip, zip code, zipcode, post code",
    "city": "ort, stadt, city, town, wohnort, ortschaft, sitz, place",
    "town": "plz ort, plz und ort, postleitzahl ort, zip city, ort mit plz, lkz plz ort",
    "region": "region, bundesland, kanton, state, province, county, bezirk, provinz, state province",
    "country": "land, staat, country, länderkennzeichen, lkz, länderkürzel, country code, nation, landeskennzeichen",
}
BEFORE_PLACE = {
    "": "",
    "invoice": "rechnung, rechnungs, invoice, billing",
    "delivery": "liefer, lieferung, delivery, shipping, ship",
}

POINTS = {
    "phone": "telefon, tel, telefonnummer, telefonnr, tel nr, fon, phone, phone number, telephone, festnetz, "
    "rufnummer, telefon 1, tel 1, home phone, business phone, work phone, telefon geschäftlich, telefon zentrale",
    "mobile": "mobil, handy, mobiltelefon, mobilnummer, handynummer, mobile, mobile phone, cell, cell phone, natel, "
    "telefon mobil, gsm",
    "fax": "fax, telefax, faxnummer, fax nr, fax number",
    "mail": "mail, email, e mail, mailadresse, emailadresse, email adresse, e mail adresse, email address, "
    "mail address, email 1, e mail 1",
    "website": "website, web, homepage, home page, internet, url, www, webseite, webadresse, internetseite, web site, "
    "internetadresse",
}

KEY = (
    "kdnr, kd nr, kundennr, kunden nr, kundennummer, kunden nummer, kunde nr, customer id, customer number, "
    "customer no, customer code, customer key, debitor, debitornr, debitorennummer, debitoren nr, account number, "
    "account no, account id, id, nr, nummer, no, key, code, schlüssel, externe id, external id, mandant nr, "
    "lieferantennummer, lieferantennr, lieferanten nr, supplier id, supplier number, vendor id, vendor number, "
    "adressnummer, adress nr, adressnr, stammnummer, partnernummer, geschäftspartner nr, employee id, person id, "
    "contact id, personalnummer, record id, lfd nr, satznummer"
)
COMPANY = (
    "firma, firmenname, firmenbezeichnung, unternehmen, unternehmensname, company, company name, organisation, "
    "organization, organisationsname, organization name, account, account name, betrieb, arbeitgeber, employer, "
    "firma 1, name der firma"
)
ORGANISATION_NAME = (
    f"{COMPANY}, name, kunde, kundenname, customer, customer name, lieferant, lieferantenname, supplier name, name 1, "
    "bezeichnung"
)
PARENT = (
    "muttergesellschaft, mutterfirma, konzern, konzernmutter, parent, parent company, parent account, "
    "übergeordnete firma, holding, gehört zu"
)
FULL_NAME = (
    "ansprechpartner, ansprechpartnerin, ansprechperson, ansprechpartner name, kontakt, kontaktperson, kontaktname, "
    "contact, contact name, contact person, zu händen, z hd, zhd, ap, ap name"
)
PERSON_NAME = (
    f"{FULL_NAME}, name, voller name, vollständiger name, full name, person, kunde, customer, customer name, kundenname"
)
CONTACT = "ansprechpartner, kontakt, contact, ap, kontaktperson, ansprechperson"


def combined(before: str, words: str) -> str:
    """Each phrase with each of those before it: "kontakt" and "mail, tel" → "kontakt mail, kontakt tel"."""
    return ", ".join(f"{first.strip()} {word.strip()}" for first in before.split(",") for word in words.split(","))


def of_contact(words: str, *, only: bool = False) -> str:
    """How a contact person's columns are called: with "Ansprechpartner" before them and, unless `only`, without."""
    named = combined(CONTACT, words)
    return named if only else f"{words}, {named}"
