import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.datetime
import django.db.models.functions.text
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
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
        ('platform', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            sql='CREATE SEQUENCE parties_number START 10001',
            reverse_sql='DROP SEQUENCE parties_number',
        ),
        migrations.CreateModel(
            name='QualityRule',
            fields=[
                ('kind', models.CharField(choices=[('org', 'Organisation'), ('person', 'Person'), ('household', 'Household')], max_length=9, primary_key=True, serialize=False, verbose_name='kind')),
                ('fields', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(choices=[('phone', 'phone'), ('mobile', 'mobile'), ('mail', 'mail'), ('website', 'website'), ('street', 'street'), ('postal_code', 'postal code'), ('city', 'city'), ('region', 'region'), ('country', 'country'), ('salutation', 'salutation'), ('first_name', 'first name'), ('family_name', 'family name'), ('organisation', 'organisation'), ('function', 'function'), ('birthday', 'birthday'), ('industry', 'industry'), ('legal_form', 'legal form'), ('employees', 'employees'), ('revenue', 'yearly revenue'), ('vat_id', 'VAT number'), ('parent', 'parent company'), ('language', 'language'), ('source', 'source')], max_length=20), default=list, size=None)),
                ('months', django.contrib.postgres.fields.ArrayField(base_field=models.PositiveSmallIntegerField(), default=list, size=None)),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'rule of data quality',
                'verbose_name_plural': 'rules of data quality',
            },
        ),
        migrations.CreateModel(
            name='Party',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('kind', models.CharField(choices=[('org', 'Organisation'), ('person', 'Person'), ('household', 'Household')], editable=False, max_length=9, verbose_name='kind')),
                ('number', models.CharField(blank=True, help_text='Left empty, the next free number is taken.', max_length=40, verbose_name='customer number')),
                ('name', models.CharField(blank=True, help_text='Without a name it is an anonymous customer, known by the number.', max_length=300, verbose_name='name')),
                ('is_anonymous', models.BooleanField(default=False, editable=False, help_text='A customer we know by the number only; the name is made from it.', verbose_name='anonymous')),
                ('lifecycle', models.CharField(choices=[('contact', 'Contact'), ('lead', 'Lead'), ('customer', 'Customer'), ('former', 'Former customer')], default='contact', max_length=8, verbose_name='status')),
                ('customer_class', models.CharField(blank=True, choices=[('', 'No class'), ('A', 'A'), ('B', 'B'), ('C', 'C'), ('D', 'D'), ('E', 'E')], db_default='', default='', help_text='How often a customer is to be contacted follows from it.', max_length=1, verbose_name='customer class')),
                ('source', models.CharField(blank=True, help_text='Where the contact came from, for example a trade fair.', max_length=120, verbose_name='source')),
                ('tags', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), blank=True, default=list, size=None, verbose_name='tags')),
                ('language', models.CharField(blank=True, choices=[('', 'Unknown'), ('de', 'German'), ('en', 'English'), ('fr', 'French'), ('it', 'Italian'), ('es', 'Spanish'), ('nl', 'Dutch'), ('pl', 'Polish'), ('cs', 'Czech'), ('pt', 'Portuguese'), ('da', 'Danish'), ('sv', 'Swedish')], max_length=2, verbose_name='language')),
                ('notes', models.TextField(blank=True, verbose_name='notes')),
                ('salutation', models.CharField(blank=True, choices=[('', 'Unknown'), ('ms', 'Ms'), ('mr', 'Mr'), ('neutral', 'Neutral')], max_length=7, verbose_name='salutation')),
                ('academic_title', models.CharField(blank=True, max_length=60, verbose_name='title')),
                ('first_name', models.CharField(blank=True, max_length=80, verbose_name='first name')),
                ('family_name', models.CharField(blank=True, max_length=100, verbose_name='family name')),
                ('name_suffix', models.CharField(blank=True, max_length=40, verbose_name='name suffix')),
                ('formality', models.CharField(choices=[('formal', 'Formal (Sie)'), ('informal', 'Informal (du)')], default='formal', max_length=8, verbose_name='form of address')),
                ('letter_salutation', models.CharField(blank=True, help_text='Replaces the one made from the name.', max_length=160, verbose_name='own letter salutation')),
                ('function', models.CharField(blank=True, max_length=120, verbose_name='function')),
                ('legal_form', models.CharField(blank=True, max_length=60, verbose_name='legal form')),
                ('industry', models.CharField(blank=True, max_length=120, verbose_name='industry')),
                ('employees', models.PositiveIntegerField(blank=True, null=True, verbose_name='employees')),
                ('revenue', kundig.platform.money.MoneyField(blank=True, currency_from='revenue_currency', decimal_places=2, max_digits=16, null=True, verbose_name='yearly revenue')),
                ('revenue_currency', models.CharField(blank=True, max_length=3, verbose_name='currency of the revenue')),
                ('vat_id', models.CharField(blank=True, max_length=20, verbose_name='VAT number')),
                ('street', models.CharField(blank=True, max_length=160, verbose_name='street')),
                ('postal_code', models.CharField(blank=True, max_length=20, verbose_name='postal code')),
                ('city', models.CharField(blank=True, max_length=100, verbose_name='city')),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='region')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('phone', models.CharField(blank=True, max_length=60, verbose_name='phone')),
                ('mobile', models.CharField(blank=True, max_length=60, verbose_name='mobile')),
                ('mail', models.CharField(blank=True, max_length=254, verbose_name='mail')),
                ('website', models.CharField(blank=True, max_length=300, verbose_name='website')),
                ('latitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-90), django.core.validators.MaxValueValidator(90)], verbose_name='latitude')),
                ('longitude', models.FloatField(blank=True, null=True, validators=[django.core.validators.MinValueValidator(-180), django.core.validators.MaxValueValidator(180)], verbose_name='longitude')),
                ('birthday', models.DateField(blank=True, null=True, verbose_name='birthday')),
                ('hobbies', models.TextField(blank=True, verbose_name='hobbies')),
                ('interests', models.TextField(blank=True, verbose_name='interests')),
                ('family', models.TextField(blank=True, verbose_name='family')),
                ('education', models.TextField(blank=True, verbose_name='education')),
                ('origins', models.JSONField(blank=True, default=dict, editable=False, verbose_name='origin of the values')),
                ('completeness', models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, help_text='How much of what should be known of every customer is known, in percent.', verbose_name='completeness')),
                ('missing', models.CharField(blank=True, choices=[('phone', 'phone'), ('mobile', 'mobile'), ('mail', 'mail'), ('website', 'website'), ('street', 'street'), ('postal_code', 'postal code'), ('city', 'city'), ('region', 'region'), ('country', 'country'), ('salutation', 'salutation'), ('first_name', 'first name'), ('family_name', 'family name'), ('organisation', 'organisation'), ('function', 'function'), ('birthday', 'birthday'), ('industry', 'industry'), ('legal_form', 'legal form'), ('employees', 'employees'), ('revenue', 'yearly revenue'), ('vat_id', 'VAT number'), ('parent', 'parent company'), ('language', 'language'), ('source', 'source')], db_default='', default='', editable=False, max_length=20, verbose_name='most wanted value that is missing')),
                ('missing_count', models.PositiveSmallIntegerField(db_default=0, default=0, editable=False, verbose_name='missing values')),
                ('confirmed_on', models.DateField(editable=False, help_text='The day since which everything that counts is known to be right.', null=True, verbose_name='confirmed since')),
                ('outdated_on', models.DateField(editable=False, help_text='The day on which the first value has stood unchecked for longer than it holds.', null=True, verbose_name='to be checked from')),
                ('last_contact_on', models.DateField(editable=False, help_text='The last time both sides spoke or wrote; what went out to many does not count.', null=True, verbose_name='last contact')),
                ('next_contact_on', models.DateField(editable=False, help_text='Follows from the contact rhythm and the last contacts.', null=True, verbose_name='next contact')),
                ('next_contact_why', models.CharField(blank=True, db_default='', default='', editable=False, max_length=40)),
                ('usual_gap', models.PositiveSmallIntegerField(editable=False, help_text='Half of the time less, half of the time more passes between two contacts with this customer.', null=True, verbose_name='usual days between contacts')),
                ('silent_from', models.DateField(editable=False, help_text='From this day on it is unusual for this customer not to have been in contact.', null=True, verbose_name='unusually quiet from')),
                ('silent_why', models.CharField(blank=True, db_default='', default='', editable=False, max_length=40)),
                ('contact_basis', models.CharField(blank=True, db_default='', default='', editable=False, max_length=12)),
                ('orders_count', models.PositiveIntegerField(db_default=0, default=0, editable=False, verbose_name='orders so far')),
                ('first_order_on', models.DateField(editable=False, null=True, verbose_name='first order')),
                ('last_order_on', models.DateField(editable=False, null=True, verbose_name='last order')),
                ('revenue_total', kundig.platform.money.MoneyField(decimal_places=2, editable=False, help_text='Net, without cancelled orders, less what was credited for returns.', max_digits=16, null=True, verbose_name='revenue with us')),
                ('revenue_12m', kundig.platform.money.MoneyField(decimal_places=2, editable=False, max_digits=16, null=True, verbose_name='revenue of 12 months')),
                ('margin_total', kundig.platform.money.MoneyField(decimal_places=2, editable=False, help_text='What remains of revenue after the variable cost, where that is known.', max_digits=16, null=True, verbose_name='contribution margin')),
                ('margin_12m', kundig.platform.money.MoneyField(decimal_places=2, editable=False, max_digits=16, null=True, verbose_name='contribution margin of 12 months')),
                ('discounts_12m', kundig.platform.money.MoneyField(decimal_places=2, editable=False, max_digits=16, null=True, verbose_name='discounts of 12 months')),
                ('name_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Folded(models.Case(models.When(models.Q(('kind', 'person'), models.Q(('family_name', ''), _negated=True)), then=django.db.models.functions.text.Trim(django.db.models.functions.text.Concat(models.F('family_name'), models.Value(' '), models.F('first_name')))), default=models.F('name'))), output_field=models.TextField(db_collation='C', null=True))),
                ('number_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Natural('number'), output_field=models.TextField(db_collation='C', null=True))),
                ('city_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Folded('city'), output_field=models.TextField(db_collation='C', null=True))),
                ('postal_code_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Folded('postal_code'), output_field=models.TextField(db_collation='C', null=True))),
                ('owner', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='parties', to=settings.AUTH_USER_MODEL, verbose_name='looked after by')),
                ('picture', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='platform.storedfile', verbose_name='picture')),
                ('team', models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='parties', to='accounts.team', verbose_name='team')),
            ],
            options={
                'verbose_name': 'party',
                'verbose_name_plural': 'parties',
                'indexes': [models.Index(fields=['kind', 'name_key', 'id'], include=('team', 'owner'), name='party_by_name'), models.Index(fields=['kind', 'number_key', 'id'], include=('team', 'owner'), name='party_by_number'), models.Index(fields=['kind', 'city_key', 'id'], include=('team', 'owner'), name='party_by_city'), models.Index(fields=['kind', 'postal_code_key', 'id'], include=('team', 'owner', 'name_key'), name='party_by_postal_code'), models.Index(fields=['kind', 'lifecycle', 'id'], include=('team', 'owner'), name='party_by_lifecycle'), models.Index(fields=['kind', 'changed_at', 'id'], include=('team', 'owner'), name='party_by_change'), models.Index(condition=models.Q(('kind', 'org')), fields=['revenue', 'id'], include=('team', 'owner'), name='party_by_revenue'), models.Index(fields=['kind', 'completeness', 'id'], include=('team', 'owner'), name='party_by_completeness'), models.Index(fields=['kind', 'confirmed_on', 'id'], include=('team', 'owner'), name='party_by_confirmation'), models.Index(fields=['kind', 'outdated_on', 'id'], include=('team', 'owner'), name='party_by_outdating'), models.Index(fields=['kind', 'next_contact_on', 'id'], include=('team', 'owner'), name='party_by_next_contact'), models.Index(fields=['kind', 'last_contact_on', 'id'], include=('team', 'owner'), name='party_by_last_contact'), models.Index(fields=['kind', 'last_order_on', 'id'], include=('team', 'owner'), name='party_by_last_order'), models.Index(fields=['kind', 'revenue_total', 'id'], include=('team', 'owner'), name='party_by_revenue_total'), models.Index(fields=['kind', 'revenue_12m', 'id'], include=('team', 'owner'), name='party_by_revenue_12m'), models.Index(fields=['kind', 'margin_12m', 'id'], include=('team', 'owner'), name='party_by_margin_12m'), models.Index(condition=models.Q(('missing_count', 1)), fields=['kind', 'missing', 'name_key', 'id'], include=('team', 'owner'), name='party_to_mend'), models.Index(fields=['country', 'kind'], name='party_of_country'), models.Index(fields=['kind', 'city_key', 'name_key', 'id'], name='party_in_town_by_name'), django.contrib.postgres.indexes.GinIndex(fields=['tags'], name='party_of_tag'), models.Index(django.db.models.functions.datetime.ExtractMonth('birthday'), django.db.models.functions.datetime.ExtractDay('birthday'), models.F('id'), condition=models.Q(('birthday__isnull', False)), name='party_by_birthday'), models.Index(condition=models.Q(('latitude__isnull', False), ('longitude__isnull', False)), fields=['kind', 'latitude', 'longitude'], include=('id',), name='party_by_position'), models.Index(condition=models.Q(('owner__isnull', False)), fields=['owner'], name='party_of_owner'), models.Index(condition=models.Q(('next_contact_on__isnull', False), ('owner__isnull', False)), fields=['owner', 'next_contact_on'], name='party_due_by_owner'), models.Index(condition=models.Q(('owner__isnull', False), ('silent_from__isnull', False)), fields=['owner', 'silent_from'], name='party_silent_by_owner'), models.Index(condition=models.Q(('customer_class', ''), _negated=True), fields=['kind', 'customer_class', 'name_key', 'id'], include=('team', 'owner'), name='party_of_class'), models.Index(condition=models.Q(('team__isnull', False)), fields=['team'], name='party_of_team'), models.Index(condition=models.Q(('industry', ''), _negated=True), fields=['industry'], name='party_of_industry'), models.Index(condition=models.Q(('picture__isnull', False)), fields=['picture'], name='party_of_picture')],
                'constraints': [models.UniqueConstraint(fields=('number',), name='party_number_unique'), models.CheckConstraint(condition=models.Q(('kind__in', ['org', 'person', 'household'])), name='party_kind_known'), models.CheckConstraint(condition=models.Q(('lifecycle__in', ['contact', 'lead', 'customer', 'former'])), name='party_lifecycle_known'), models.CheckConstraint(condition=models.Q(('customer_class__in', ['', 'A', 'B', 'C', 'D', 'E'])), name='party_class_known'), models.CheckConstraint(condition=models.Q(('salutation__in', ['', 'ms', 'mr', 'neutral'])), name='party_salutation_known'), models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='party_has_number'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='party_has_name')],
            },
        ),
        migrations.CreateModel(
            name='Household',
            fields=[
            ],
            options={
                'verbose_name': 'household',
                'verbose_name_plural': 'households',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('parties.party',),
        ),
        migrations.CreateModel(
            name='Organisation',
            fields=[
            ],
            options={
                'verbose_name': 'organisation',
                'verbose_name_plural': 'organisations',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('parties.party',),
        ),
        migrations.CreateModel(
            name='Person',
            fields=[
            ],
            options={
                'verbose_name': 'person',
                'verbose_name_plural': 'persons',
                'proxy': True,
                'indexes': [],
                'constraints': [],
            },
            bases=('parties.party',),
        ),
        migrations.CreateModel(
            name='DuplicatePair',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('org', 'Organisation'), ('person', 'Person'), ('household', 'Household')], max_length=9, verbose_name='kind')),
                ('first_id', models.UUIDField()),
                ('second_id', models.UUIDField()),
                ('probability', models.FloatField(verbose_name='certainty')),
                ('reasons', models.JSONField(default=list, verbose_name='reasons')),
                ('decision', models.CharField(choices=[('open', 'Open'), ('later', 'Later'), ('differ', 'Two different ones')], default='open', max_length=6, verbose_name='decision')),
                ('decided_at', models.DateTimeField(null=True)),
                ('found_at', models.DateTimeField(auto_now_add=True)),
                ('decided_by', models.ForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'likely duplicate',
                'verbose_name_plural': 'likely duplicates',
                'indexes': [models.Index(fields=['second_id'], name='duplicate_pair_second'), models.Index(condition=models.Q(('decision', 'differ'), _negated=True), fields=['-probability', 'id'], name='duplicate_pair_open')],
                'constraints': [models.UniqueConstraint(fields=('first_id', 'second_id'), name='duplicate_pair_once'), models.CheckConstraint(condition=models.Q(('first_id__lt', models.F('second_id'))), name='duplicate_pair_in_order'), models.CheckConstraint(condition=models.Q(('decision__in', ['open', 'later', 'differ'])), name='duplicate_pair_decision_known')],
            },
        ),
        migrations.CreateModel(
            name='ExternalKey',
            fields=[
                ('id', models.UUIDField(db_default=django.contrib.postgres.functions.RandomUUID(), default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('system', models.CharField(max_length=60, verbose_name='system')),
                ('key', models.CharField(max_length=120, verbose_name='key')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='external_keys', to='parties.party')),
            ],
            options={
                'verbose_name': 'key in another system',
                'verbose_name_plural': 'keys in other systems',
                'constraints': [models.UniqueConstraint(fields=('system', 'key'), name='external_key_unique')],
            },
        ),
        migrations.CreateModel(
            name='ContactPoint',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('kind', models.CharField(choices=[('phone', 'Phone'), ('mobile', 'Mobile'), ('mail', 'Mail'), ('fax', 'Fax'), ('web', 'Website'), ('messenger', 'Messenger')], max_length=9, verbose_name='kind')),
                ('value', models.CharField(max_length=300, verbose_name='contact point')),
                ('normalised', models.CharField(blank=True, editable=False, max_length=300)),
                ('usage', models.CharField(blank=True, choices=[('', 'Unspecified'), ('work', 'Work'), ('private', 'Private'), ('switchboard', 'Switchboard'), ('invoices', 'Invoices')], max_length=11, verbose_name='usage')),
                ('label', models.CharField(blank=True, max_length=80, verbose_name='label')),
                ('is_main', models.BooleanField(default=False, verbose_name='preferred')),
                ('do_not_use', models.BooleanField(default=False, verbose_name='do not use')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('source', models.CharField(blank=True, max_length=120, verbose_name='source')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='last confirmed')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='contact_points', to='parties.party', verbose_name='party')),
            ],
            options={
                'verbose_name': 'contact point',
                'verbose_name_plural': 'contact points',
                'indexes': [models.Index(condition=models.Q(('normalised', ''), _negated=True), fields=['normalised'], name='contact_point_normalised')],
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['phone', 'mobile', 'mail', 'fax', 'web', 'messenger'])), name='contact_point_kind_known'), models.CheckConstraint(condition=models.Q(('value', ''), _negated=True), name='contact_point_has_value'), models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='contact_point_period')],
            },
        ),
        migrations.CreateModel(
            name='Address',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('kind', models.CharField(choices=[('visit', 'Visiting address'), ('delivery', 'Delivery address'), ('invoice', 'Invoice address'), ('private', 'Private address'), ('box', 'Post-office box')], default='visit', max_length=8, verbose_name='kind')),
                ('street', models.CharField(blank=True, max_length=160, verbose_name='street')),
                ('extra', models.CharField(blank=True, help_text='Building, floor, department, care of.', max_length=160, verbose_name='addition')),
                ('postal_code', models.CharField(blank=True, max_length=20, verbose_name='postal code')),
                ('city', models.CharField(blank=True, max_length=100, verbose_name='city')),
                ('region', models.CharField(blank=True, max_length=80, verbose_name='region')),
                ('country', models.CharField(blank=True, max_length=2, verbose_name='country')),
                ('is_main', models.BooleanField(default=False, verbose_name='preferred')),
                ('do_not_use', models.BooleanField(default=False, verbose_name='do not use')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('source', models.CharField(blank=True, max_length=120, verbose_name='source')),
                ('confirmed_on', models.DateField(blank=True, null=True, verbose_name='last confirmed')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='addresses', to='parties.party', verbose_name='party')),
            ],
            options={
                'verbose_name': 'address',
                'verbose_name_plural': 'addresses',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['visit', 'delivery', 'invoice', 'private', 'box'])), name='address_kind_known'), models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='address_period')],
            },
        ),
        migrations.AddField(
            model_name='party',
            name='organisation',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='parties.organisation', verbose_name='organisation'),
        ),
        migrations.AddField(
            model_name='party',
            name='parent',
            field=models.ForeignKey(blank=True, db_index=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='subsidiaries', to='parties.organisation', verbose_name='parent company'),
        ),
        migrations.CreateModel(
            name='Role',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('kind', models.CharField(choices=[('contact', 'Contact person'), ('employee', 'Employee'), ('manager', 'Managing director'), ('owner', 'Owner'), ('adviser', 'Adviser'), ('member', 'Household member')], default='contact', max_length=8, verbose_name='kind')),
                ('function', models.CharField(blank=True, max_length=120, verbose_name='function')),
                ('department', models.CharField(blank=True, max_length=120, verbose_name='department')),
                ('is_main', models.BooleanField(default=False, verbose_name='main contact')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='since')),
                ('valid_to', models.DateField(blank=True, null=True, verbose_name='until')),
                ('party', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='members', to='parties.party', verbose_name='organisation')),
                ('person', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='roles', to='parties.person', verbose_name='person')),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
                'constraints': [models.CheckConstraint(condition=models.Q(('kind__in', ['contact', 'employee', 'manager', 'owner', 'adviser', 'member'])), name='role_kind_known'), models.CheckConstraint(condition=models.Q(('person', models.F('party')), _negated=True), name='role_of_another'), models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_to', None), ('valid_to__gte', models.F('valid_from')), _connector='OR'), name='role_period')],
            },
        ),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(condition=models.Q(('parent__isnull', False)), fields=['parent'], name='party_of_parent'),
        ),
        migrations.AddIndex(
            model_name='party',
            index=models.Index(condition=models.Q(('organisation__isnull', False)), fields=['organisation'], include=('kind',), name='party_of_organisation'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('kind', 'person'), models.Q(('family_name', ''), ('first_name', ''), ('organisation', None)), _connector='OR'), name='party_only_persons_have_person_names'),
        ),
        migrations.AddConstraint(
            model_name='party',
            constraint=models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('kind', 'org'), models.Q(('parent', models.F('id')), _negated=True)), _connector='OR'), name='party_parent_of_organisations'),
        ),
    ]
