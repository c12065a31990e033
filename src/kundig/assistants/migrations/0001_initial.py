import django.db.models.deletion
import kundig.platform.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Proposal',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('assistant', models.CharField(max_length=80)),
                ('object', models.CharField(max_length=60)),
                ('record', models.UUIDField(null=True)),
                ('title', models.CharField(blank=True, max_length=300)),
                ('values', models.JSONField(default=dict)),
                ('seen', models.JSONField(default=dict)),
                ('reason', models.CharField(blank=True, max_length=500)),
                ('state', models.CharField(choices=[('open', 'to be decided'), ('approved', 'taken over'), ('declined', 'declined')], default='open', max_length=8)),
                ('decided_at', models.DateTimeField(null=True)),
                ('change_set', models.UUIDField(null=True)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'proposal',
                'verbose_name_plural': 'proposals',
                'indexes': [models.Index(fields=['user', '-at', '-id'], name='proposals_of_user'), models.Index(fields=['record'], name='proposals_about_record')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['open', 'approved', 'declined'])), name='proposal_state_known')],
            },
        ),
    ]
