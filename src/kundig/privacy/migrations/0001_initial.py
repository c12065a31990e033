import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import kundig.platform.ids
import kundig.records.custom.storage
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Purpose',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('key', models.SlugField(max_length=40, unique=True, verbose_name='key')),
                ('legal_basis', models.CharField(blank=True, choices=[('consent', 'Consent'), ('contract', 'Contract'), ('legal_obligation', 'Legal obligation'), ('legitimate_interest', 'Legitimate interest')], max_length=20, verbose_name='legal basis')),
                ('wording', models.CharField(blank=True, max_length=600, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='purpose')),
                ('retention', models.CharField(blank=True, max_length=300, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='kept')),
                ('weighing', models.CharField(blank=True, max_length=4000, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='weighing of interests')),
                ('is_active', models.BooleanField(default=False, verbose_name='active')),
                ('stated_at', models.DateTimeField(null=True, verbose_name='stated')),
                ('stated_by', models.ForeignKey(null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'purpose',
                'verbose_name_plural': 'purposes',
                'constraints': [models.CheckConstraint(condition=models.Q(('is_active', False), models.Q(('wording', ''), ('retention', ''), ('legal_basis', ''), _connector='OR', _negated=True), _connector='OR'), name='purpose_active_only_when_stated'), models.CheckConstraint(condition=models.Q(('is_active', False), models.Q(('legal_basis', 'legitimate_interest'), _negated=True), models.Q(('weighing', ''), _negated=True), _connector='OR'), name='purpose_interest_is_weighed')],
            },
        ),
    ]
