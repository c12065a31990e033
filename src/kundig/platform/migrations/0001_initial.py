import django.db.models.functions.datetime
import kundig.platform.columns
import kundig.platform.ids
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
    ]

    operations = [
        migrations.CreateModel(
            name='FailedDelivery',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('handler', models.CharField(max_length=200)),
                ('name', models.CharField(max_length=120)),
                ('payload', models.JSONField()),
                ('error', models.TextField()),
                ('at', models.DateTimeField(auto_now_add=True)),
            ],
            options={
                'verbose_name': 'failed delivery',
                'verbose_name_plural': 'failed deliveries',
            },
        ),
        migrations.CreateModel(
            name='HandlerState',
            fields=[
                ('name', models.CharField(max_length=200, primary_key=True, serialize=False)),
                ('tx', models.PositiveBigIntegerField(default=0)),
                ('event_id', models.PositiveBigIntegerField(default=0)),
                ('failures', models.PositiveIntegerField(default=0)),
                ('retry_at', models.DateTimeField(null=True)),
                ('error', models.TextField(default='')),
            ],
            options={
                'verbose_name': 'handler',
                'verbose_name_plural': 'handlers',
            },
        ),
        migrations.CreateModel(
            name='StoredFile',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=255)),
                ('content_type', models.CharField(max_length=120)),
                ('size', models.PositiveBigIntegerField()),
                ('sha256', models.CharField(db_index=True, max_length=64)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('created_by', models.UUIDField(null=True)),
                ('unused_since', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'file',
                'verbose_name_plural': 'files',
            },
        ),
        migrations.CreateModel(
            name='JobRun',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=60)),
                ('title', models.CharField(max_length=200)),
                ('arguments', models.JSONField(default=dict)),
                ('state', models.CharField(choices=[('queued', 'queued'), ('running', 'running'), ('waiting', 'waiting for the next attempt'), ('done', 'done'), ('failed', 'failed')], default='queued', max_length=10)),
                ('done', models.PositiveBigIntegerField(default=0)),
                ('total', models.PositiveBigIntegerField(null=True)),
                ('result', models.JSONField(default=dict)),
                ('error', models.TextField(default='')),
                ('attempts', models.PositiveIntegerField(default=0)),
                ('created_by', models.UUIDField(null=True)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('started_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
            ],
            options={
                'verbose_name': 'job',
                'verbose_name_plural': 'jobs',
                'indexes': [models.Index(fields=['kind', '-created_at'], name='job_kind_created_at')],
            },
        ),
        migrations.CreateModel(
            name='OutboxEvent',
            fields=[
                ('pk', models.CompositePrimaryKey('tx', 'id', blank=True, editable=False, primary_key=True, serialize=False)),
                ('tx', kundig.platform.columns.TransactionField()),
                ('id', kundig.platform.columns.IdentityField()),
                ('name', models.CharField(max_length=120)),
                ('payload', models.JSONField()),
                ('at', models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
            ],
            options={
                'verbose_name': 'event',
                'verbose_name_plural': 'events',
                'indexes': [models.Index(fields=['at'], name='outbox_event_at')],
            },
        ),
    ]
