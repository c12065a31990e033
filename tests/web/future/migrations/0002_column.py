import os

from django.db import migrations, models


def meet_trouble(apps, schema_editor):
    if os.environ["FUTURE"] == "fails":
        raise ValueError("these data are not what we thought")
    if os.environ["FUTURE"] == "loses":
        apps.get_model("parties", "ExternalKey").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("future", "0001_idea")]
    operations = [
        migrations.AddField("Idea", "title", models.TextField(default="")),
        migrations.RunPython(meet_trouble),
    ]
