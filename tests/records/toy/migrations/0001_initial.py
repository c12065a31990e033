import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.datetime
import kundig.platform.ids
import kundig.platform.money
import kundig.platform.sorting
import kundig.records.custom.storage
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('accounts', '0001_initial'),
        ('platform', '0001_initial'),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name='Course',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('name', models.CharField(help_text='As it stands in the programme.', max_length=80, verbose_name='name')),
                ('content', models.TextField(blank=True, verbose_name='content')),
                ('seats', models.PositiveIntegerField(blank=True, null=True, verbose_name='seats')),
                ('hours', models.DecimalField(blank=True, decimal_places=2, max_digits=6, null=True, verbose_name='hours')),
                ('price', kundig.platform.money.MoneyField(blank=True, currency_from='price_currency', decimal_places=2, max_digits=16, null=True, verbose_name='price')),
                ('price_currency', models.CharField(blank=True, max_length=3, verbose_name='currency')),
                ('discount', kundig.platform.money.PercentField(blank=True, decimal_places=2, max_digits=7, null=True, verbose_name='discount for members')),
                ('is_online', models.BooleanField(default=False, verbose_name='online')),
                ('starts_on', models.DateField(blank=True, null=True, verbose_name='first day')),
                ('begins_at', models.TimeField(blank=True, null=True, verbose_name='time of day')),
                ('booking_opens_at', models.DateTimeField(blank=True, null=True, verbose_name='booking opens')),
                ('level', models.CharField(choices=[('basic', 'Basics'), ('expert', 'For experts')], default='basic', max_length=6, verbose_name='level')),
                ('seasons', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('spring', 'Spring'), ('summer', 'Summer'), ('autumn', 'Autumn'), ('winter', 'Winter')], max_length=6), blank=True, default=list, size=None, verbose_name='seasons')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None, verbose_name='tags')),
                ('street', models.CharField(blank=True, max_length=160, verbose_name='street')),
                ('postal_code', models.CharField(blank=True, max_length=20, verbose_name='postal code')),
                ('city', models.CharField(blank=True, max_length=100, verbose_name='city')),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='region')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('latitude', models.FloatField(blank=True, null=True, verbose_name='latitude')),
                ('longitude', models.FloatField(blank=True, null=True, verbose_name='longitude')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='phone')),
                ('mail', models.EmailField(blank=True, max_length=254, verbose_name='mail')),
                ('website', models.URLField(blank=True, verbose_name='web site')),
                ('allergies', models.TextField(blank=True, verbose_name='allergies of the trainer')),
                ('name_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Folded('name'), output_field=models.TextField(db_collation='C', null=True))),
                ('builds_on', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='toy.course', verbose_name='builds on')),
                ('flyer', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='platform.storedfile', verbose_name='flyer')),
                ('owner', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to=settings.AUTH_USER_MODEL, verbose_name='course manager')),
                ('photo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='platform.storedfile', verbose_name='photo')),
                ('team', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'course',
                'verbose_name_plural': 'courses',
                'indexes': [models.Index(fields=['name_key', 'id'], include=('team', 'owner'), name='course_by_name'), models.Index(fields=['seats', 'id'], include=('team', 'owner'), name='course_by_seats')],
                'constraints': [models.UniqueConstraint(fields=('name', 'starts_on'), name='course_once_a_day')],
            },
        ),
    ]
