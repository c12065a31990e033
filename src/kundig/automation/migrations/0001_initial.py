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
            name='Rule',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True)),
                ('changed_at', models.DateTimeField(auto_now=True)),
                ('name', models.CharField(max_length=120, verbose_name='name')),
                ('object', models.CharField(max_length=60, verbose_name='for')),
                ('trigger', models.CharField(choices=[('created', 'it is new'), ('changed', 'something in it changes'), ('becomes', 'it begins to fulfil the condition'), ('day', 'a date in it comes'), ('schedule', 'at fixed times')], default='created', max_length=8, verbose_name='when')),
                ('details', models.JSONField(blank=True, default=dict)),
                ('condition', models.TextField(blank=True, verbose_name='if')),
                ('steps', models.JSONField(blank=True, default=list)),
                ('state', models.CharField(choices=[('draft', 'Draft'), ('active', 'Active'), ('paused', 'Paused')], default='draft', editable=False, max_length=6)),
                ('state_reason', models.CharField(blank=True, editable=False, max_length=300)),
                ('version', models.PositiveIntegerField(default=1, editable=False)),
                ('next_at', models.DateTimeField(editable=False, null=True)),
                ('created_by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'rule',
                'verbose_name_plural': 'rules',
                'ordering': ('name', 'id'),
                'indexes': [models.Index(condition=models.Q(('state', 'active')), fields=['object'], name='rule_active_of_object'), models.Index(condition=models.Q(('state', 'active')), fields=['next_at'], name='rule_due')],
                'constraints': [models.CheckConstraint(condition=models.Q(('trigger__in', ['created', 'changed', 'becomes', 'day', 'schedule'])), name='rule_trigger_known'), models.CheckConstraint(condition=models.Q(('state__in', ['draft', 'active', 'paused'])), name='rule_state_known')],
            },
        ),
        migrations.CreateModel(
            name='BackTest',
            fields=[
                ('rule', models.OneToOneField(on_delete=django.db.models.deletion.CASCADE, primary_key=True, related_name='test', serialize=False, to='automation.rule')),
                ('version', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField(auto_now=True)),
                ('since', models.DateTimeField()),
                ('is_complete', models.BooleanField(default=True)),
                ('count', models.PositiveIntegerField()),
                ('examples', models.JSONField(default=list)),
            ],
            options={
                'verbose_name': 'test of a rule',
            },
        ),
        migrations.CreateModel(
            name='Run',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('at', models.DateTimeField(auto_now_add=True)),
                ('object', models.CharField(max_length=60)),
                ('record', models.UUIDField()),
                ('title', models.CharField(blank=True, max_length=300)),
                ('occasion', models.CharField(max_length=60)),
                ('state', models.CharField(choices=[('waiting', 'waiting'), ('done', 'done'), ('failed', 'failed'), ('skipped', 'left out')], default='waiting', max_length=7)),
                ('reason', models.JSONField(default=list)),
                ('results', models.JSONField(default=list)),
                ('error', models.CharField(blank=True, max_length=500)),
                ('attempts', models.PositiveSmallIntegerField(default=0)),
                ('next_at', models.DateTimeField(null=True)),
                ('finished_at', models.DateTimeField(null=True)),
                ('change_set', models.UUIDField(default=kundig.platform.ids.uuid7)),
                ('depth', models.PositiveSmallIntegerField(default=0)),
                ('parent', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='automation.run')),
                ('rule', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='runs', to='automation.rule')),
            ],
            options={
                'verbose_name': 'run of a rule',
                'verbose_name_plural': 'runs of rules',
                'indexes': [models.Index(fields=['rule', '-at', '-id'], name='run_of_rule'), models.Index(condition=models.Q(('state', 'waiting')), fields=['next_at'], name='run_waiting'), models.Index(fields=['change_set'], name='run_by_change_set'), models.Index(fields=['record', '-at'], name='run_of_record')],
                'constraints': [models.UniqueConstraint(fields=('rule', 'record', 'occasion'), name='run_once_an_occasion')],
            },
        ),
    ]
