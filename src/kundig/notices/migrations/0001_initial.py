import datetime
import django.contrib.postgres.fields
import django.db.models.deletion
import kundig.notices.models
import kundig.platform.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='NoticeWishes',
            fields=[
                ('reader', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='+', serialize=False, to=settings.AUTH_USER_MODEL)),
                ('ways', models.JSONField(default=dict)),
                ('rest_begins', models.TimeField(blank=True, default=datetime.time(19, 0), null=True, verbose_name='from')),
                ('rest_ends', models.TimeField(blank=True, default=datetime.time(7, 0), null=True, verbose_name='until')),
                ('days_off', django.contrib.postgres.fields.ArrayField(base_field=models.SmallIntegerField(), default=kundig.notices.models._weekend, size=None)),
                ('summary_at', models.TimeField(default=datetime.time(8, 0), verbose_name='daily summary at')),
            ],
            options={
                'verbose_name': 'wishes about notices',
            },
        ),
        migrations.CreateModel(
            name='Notice',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('matter', models.CharField(max_length=120)),
                ('at', models.DateTimeField()),
                ('object', models.CharField(blank=True, max_length=60)),
                ('records', django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
                ('keys', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=120), default=list, size=None)),
                ('count', models.PositiveIntegerField(default=1)),
                ('data', models.JSONField(default=dict)),
                ('url', models.CharField(blank=True, max_length=300)),
                ('read_at', models.DateTimeField(null=True)),
                ('mail_due_at', models.DateTimeField(null=True)),
                ('reader', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'notice',
                'verbose_name_plural': 'notices',
                'indexes': [models.Index(fields=['reader', '-at', '-id'], name='notice_of_reader'), models.Index(condition=models.Q(('mail_due_at', None), _negated=True), fields=['mail_due_at'], name='notice_mail_due')],
                'constraints': [models.UniqueConstraint(condition=models.Q(('read_at', None)), fields=('reader', 'kind', 'matter'), name='notice_unread_once')],
            },
        ),
    ]
