import django.contrib.postgres.fields
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
            name='Webhook',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=80, verbose_name='name')),
                ('address', models.CharField(max_length=500, verbose_name='web address')),
                ('topics', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), default=list, size=None, verbose_name='tell of')),
                ('with_record', models.BooleanField(default=False, verbose_name='send the record, too')),
                ('secret', models.TextField(editable=False)),
                ('old_secret', models.TextField(blank=True, editable=False)),
                ('old_until', models.DateTimeField(editable=False, null=True)),
                ('state', models.CharField(choices=[('active', 'Active'), ('paused', 'Paused'), ('off', 'Switched off')], default='active', editable=False, max_length=6)),
                ('state_reason', models.CharField(blank=True, editable=False, max_length=300)),
                ('failing_since', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'webhook',
                'verbose_name_plural': 'webhooks',
                'ordering': ('name', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['active', 'paused', 'off'])), name='webhook_state_known')],
            },
        ),
        migrations.CreateModel(
            name='Delivery',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('topic', models.CharField(max_length=80)),
                ('records', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('change_set', models.UUIDField(null=True)),
                ('by_id', models.UUIDField(null=True)),
                ('via', models.CharField(blank=True, max_length=12)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'delivered'), ('failed', 'failed')], default='waiting', max_length=7)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('status', models.PositiveSmallIntegerField(null=True)),
                ('error', models.CharField(blank=True, max_length=300)),
                ('webhook', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deliveries', to='webhooks.webhook')),
            ],
            options={
                'verbose_name': 'delivery',
                'verbose_name_plural': 'deliveries',
                'indexes': [models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at', 'id'], name='delivery_due'), models.Index(fields=['webhook', '-at', '-id'], name='delivery_log'), models.Index(fields=['change_set'], name='delivery_of_change_set')],
                'constraints': [models.CheckConstraint(condition=models.Q(('state__in', ['waiting', 'done', 'failed'])), name='delivery_state_known')],
            },
        ),
    ]
