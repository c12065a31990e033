"""The rates of Germany, Austria and Switzerland, as far back as their sales may still matter.

§ 12 UStG with the acts that changed it (2020: Zweites Corona-Steuerhilfegesetz); § 10 UStG (Austria); Art. 25 MWSTG.
"""

from django.db import migrations

from kundig.platform.ids import uuid7

STANDARD, REDUCED, SPECIAL = "standard", "reduced", "special"
RATES = {
    "DE": {
        STANDARD: (
            ("14", "1983-07-01", "1992-12-31"), ("15", "1993-01-01", "1998-03-31"), ("16", "1998-04-01", "2006-12-31"),
            ("19", "2007-01-01", "2020-06-30"), ("16", "2020-07-01", "2020-12-31"), ("19", "2021-01-01", None),
        ),
        REDUCED: (
            ("7", "1983-07-01", "2020-06-30"), ("5", "2020-07-01", "2020-12-31"), ("7", "2021-01-01", None),
        ),
    },
    "AT": {
        STANDARD: (("20", "1984-01-01", None),),
        REDUCED: (("10", "1984-01-01", None),),
        SPECIAL: (("13", "2016-01-01", None),),
    },
    "CH": {
        STANDARD: (
            ("6.5", "1995-01-01", "1998-12-31"), ("7.5", "1999-01-01", "2000-12-31"),
            ("7.6", "2001-01-01", "2010-12-31"), ("8", "2011-01-01", "2017-12-31"),
            ("7.7", "2018-01-01", "2023-12-31"), ("8.1", "2024-01-01", None),
        ),
        REDUCED: (
            ("2", "1995-01-01", "1998-12-31"), ("2.3", "1999-01-01", "2000-12-31"),
            ("2.4", "2001-01-01", "2010-12-31"), ("2.5", "2011-01-01", "2023-12-31"), ("2.6", "2024-01-01", None),
        ),
        SPECIAL: (
            ("3", "1996-10-01", "1998-12-31"), ("3.5", "1999-01-01", "2000-12-31"),
            ("3.6", "2001-01-01", "2010-12-31"), ("3.8", "2011-01-01", "2017-12-31"),
            ("3.7", "2018-01-01", "2023-12-31"), ("3.8", "2024-01-01", None),
        ),
    },
}  # fmt: skip


def write(apps, schema_editor):
    rate = apps.get_model("catalog", "TaxRate")
    rate.objects.bulk_create(
        rate(id=uuid7(), country=country, tax_class=tax_class, percent=percent, valid_from=since, valid_until=until)
        for country, classes in RATES.items() for tax_class, rates in classes.items() for percent, since, until in rates
    )


class Migration(migrations.Migration):
    dependencies = [("catalog", "0001_initial")]
    operations = [migrations.RunPython(write, migrations.RunPython.noop)]
