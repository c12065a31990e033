from django.db import migrations, models


class Migration(migrations.Migration):
    initial = True
    dependencies = [("parties", "0001_initial")]
    operations = [migrations.CreateModel("Idea", [("id", models.AutoField(primary_key=True))])]
