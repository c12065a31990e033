import django.db.models.deletion
import django.db.models.functions.datetime
import kundig.platform.ids
import kundig.platform.money
import kundig.platform.sorting
import kundig.records.custom.storage
from decimal import Decimal
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('parties', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='NumberSeries',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('key', models.CharField(max_length=40, verbose_name='series')),
                ('year', models.PositiveSmallIntegerField(default=0, verbose_name='year')),
                ('pattern', models.CharField(max_length=60, verbose_name='pattern')),
                ('last', models.PositiveIntegerField(default=0, verbose_name='last number')),
            ],
            options={
                'verbose_name': 'number series',
                'verbose_name_plural': 'series of numbers',
                'constraints': [models.UniqueConstraint(fields=('key', 'year'), name='number_series_once'), models.CheckConstraint(condition=models.Q(('key', ''), _negated=True), name='number_series_has_key')],
            },
        ),
        migrations.CreateModel(
            name='PriceList',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('name', models.CharField(max_length=120, verbose_name='price list')),
                ('currency', models.CharField(help_text='Three letters, for example EUR or CHF.', max_length=3, verbose_name='currency')),
                ('factor', models.DecimalField(blank=True, decimal_places=6, help_text='0.9 makes everything ten percent cheaper. Left empty, only the prices of this list count.', max_digits=12, null=True, verbose_name='factor')),
                ('group', models.CharField(blank=True, help_text='Left empty, the list is for everybody.', max_length=80, verbose_name='for customers with the tag')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('name_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Folded('name'), output_field=models.TextField(db_collation='C', null=True))),
                ('parent', models.ForeignKey(blank=True, help_text='Prices that this list does not name come from there; without one, from the list prices.', null=True, on_delete=django.db.models.deletion.PROTECT, related_name='followed_by', to='catalog.pricelist', verbose_name='follows')),
                ('party', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='price_lists', to='parties.party', verbose_name='for the customer')),
            ],
            options={
                'verbose_name': 'price list',
                'verbose_name_plural': 'price lists',
                'indexes': [models.Index(fields=['name_key', 'id'], name='price_list_by_name'), models.Index(fields=['valid_until', 'id'], name='price_list_by_end'), models.Index(fields=['currency', 'group'], name='price_list_of_group')],
                'constraints': [models.UniqueConstraint(fields=('name_key',), name='price_list_once', violation_error_code='name', violation_error_message='There is already one of this name here.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='price_list_has_name', violation_error_code='name', violation_error_message='Say how it is called.'), models.CheckConstraint(condition=models.Q(('currency__regex', '^[A-Z]{3}$')), name='price_list_has_currency', violation_error_code='currency', violation_error_message='A currency has three letters, for example EUR.'), models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='price_list_not_its_own_parent', violation_error_code='parent', violation_error_message='This would lead back to itself. Choose another one.'), models.CheckConstraint(condition=models.Q(('factor', None), ('factor__gt', 0), _connector='OR'), name='price_list_factor_positive', violation_error_code='factor', violation_error_message='The factor must be more than nothing.'), models.CheckConstraint(condition=models.Q(('party', None), ('group', ''), _connector='OR'), name='price_list_for_one_or_group', violation_error_code='group', violation_error_message='A list is for one customer or for those with a tag, not for both.'), models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='price_list_from_before_until', violation_error_code='valid_until', violation_error_message='The last day lies before the first.')],
            },
        ),
        migrations.CreateModel(
            name='Product',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('number', models.CharField(blank=True, help_text='Left empty, the next free number is taken.', max_length=40, verbose_name='product number')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('kind', models.CharField(choices=[('goods', 'Goods'), ('service', 'Service'), ('bundle', 'Bundle'), ('subscription', 'Subscription')], default='goods', max_length=12, verbose_name='kind')),
                ('description', models.TextField(blank=True, max_length=20000, verbose_name='description')),
                ('unit', models.CharField(choices=[('C62', 'pc.'), ('PR', 'pair'), ('SET', 'set'), ('LS', 'lump sum'), ('MIN', 'min.'), ('HUR', 'hrs'), ('DAY', 'days'), ('WEE', 'weeks'), ('MON', 'months'), ('QAN', 'quarters'), ('SAN', 'half years'), ('ANN', 'years'), ('GRM', 'g'), ('KGM', 'kg'), ('TNE', 't'), ('MMT', 'mm'), ('CMT', 'cm'), ('MTR', 'm'), ('KMT', 'km'), ('MTK', 'm²'), ('MTQ', 'm³'), ('MLT', 'ml'), ('LTR', 'l'), ('KWH', 'kWh'), ('XPK', 'pack.'), ('XBX', 'box'), ('XCT', 'carton'), ('XBG', 'bag'), ('XBO', 'bottle'), ('XRO', 'roll'), ('XPX', 'pallet')], default='C62', max_length=3, verbose_name='unit')),
                ('packaging', models.CharField(blank=True, help_text='What one of it holds, for example “24 bottles of 0.5 l”.', max_length=120, verbose_name='packaging')),
                ('list_price', kundig.platform.money.MoneyField(blank=True, decimal_places=4, help_text='Net, for one unit; price lists may say otherwise.', max_digits=16, null=True, verbose_name='list price')),
                ('cost', kundig.platform.money.MoneyField(blank=True, decimal_places=4, help_text='What one more of it costs us; the contribution margin is reckoned from it.', max_digits=16, null=True, verbose_name='variable cost')),
                ('tax_class', models.CharField(choices=[('standard', 'Standard rate'), ('reduced', 'Reduced rate'), ('special', 'Special rate'), ('zero', 'Zero rate'), ('exempt', 'Exempt from tax')], default='standard', max_length=8, verbose_name='tax class')),
                ('supplier_number', models.CharField(blank=True, max_length=60, verbose_name='number at the supplier')),
                ('properties', models.JSONField(blank=True, db_default={}, default=dict, verbose_name='properties')),
                ('period', models.CharField(blank=True, choices=[('month', 'Month'), ('quarter', 'Quarter'), ('half_year', 'Half year'), ('year', 'Year')], max_length=9, verbose_name='is paid for a')),
                ('notice', models.PositiveSmallIntegerField(blank=True, null=True, verbose_name='days of notice')),
                ('available_from', models.DateField(blank=True, null=True, verbose_name='sold from')),
                ('available_until', models.DateField(blank=True, null=True, verbose_name='sold until')),
                ('name_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Folded('name'), output_field=models.TextField(db_collation='C', null=True))),
                ('number_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Natural('number'), output_field=models.TextField(db_collation='C', null=True))),
                ('successor', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='predecessors', to='catalog.product', verbose_name='successor')),
                ('supplier', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='parties.organisation', verbose_name='supplier')),
                ('variant_of', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='variants', to='catalog.product', verbose_name='variant of')),
            ],
            options={
                'verbose_name': 'product',
                'verbose_name_plural': 'products',
                'indexes': [models.Index(fields=['name_key', 'id'], name='product_by_name'), models.Index(fields=['number_key', 'id'], name='product_by_number'), models.Index(fields=['list_price', 'id'], name='product_by_price'), models.Index(fields=['available_until', 'id'], name='product_by_end'), models.Index(fields=['kind', 'name_key', 'id'], name='product_of_kind'), models.Index(fields=['tax_class', 'name_key', 'id'], name='product_of_tax_class')],
                'constraints': [models.UniqueConstraint(fields=('number',), name='product_number_unique', violation_error_code='number', violation_error_message='This number is taken. Choose another one, or leave it empty.'), models.CheckConstraint(condition=models.Q(('number', ''), _negated=True), name='product_has_number', violation_error_code='number', violation_error_message='Say its number.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='product_has_name', violation_error_code='name', violation_error_message='Say how it is called.'), models.CheckConstraint(condition=models.Q(('kind__in', ['goods', 'service', 'bundle', 'subscription'])), name='product_kind_known'), models.CheckConstraint(condition=models.Q(('tax_class__in', ['standard', 'reduced', 'special', 'zero', 'exempt'])), name='product_tax_known'), models.CheckConstraint(condition=models.Q(('list_price', None), ('list_price__gte', 0), _connector='OR'), name='product_price_not_negative', violation_error_code='list_price', violation_error_message='A price is not negative.'), models.CheckConstraint(condition=models.Q(('cost', None), ('cost__gte', 0), _connector='OR'), name='product_cost_not_negative', violation_error_code='cost', violation_error_message='Costs are not negative.'), models.CheckConstraint(condition=models.Q(('variant_of', None), models.Q(('variant_of', models.F('id')), _negated=True), _connector='OR'), name='product_not_its_own_variant', violation_error_code='variant_of', violation_error_message='This would lead back to itself. Choose another one.'), models.CheckConstraint(condition=models.Q(('successor', None), models.Q(('successor', models.F('id')), _negated=True), _connector='OR'), name='product_not_its_own_successor', violation_error_code='successor', violation_error_message='This would lead back to itself. Choose another one.'), models.CheckConstraint(condition=models.Q(('available_from', None), ('available_until', None), ('available_until__gte', models.F('available_from')), _connector='OR'), name='product_sold_from_before_until', violation_error_code='available_until', violation_error_message='The last day lies before the first.')],
            },
        ),
        migrations.CreateModel(
            name='Price',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('from_quantity', models.DecimalField(db_default=Decimal('0'), decimal_places=3, default=Decimal('0'), max_digits=14, verbose_name='from quantity')),
                ('amount', kundig.platform.money.MoneyField(currency_from='price_list__currency', decimal_places=4, max_digits=16, verbose_name='price')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
                ('price_list', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='catalog.pricelist', verbose_name='price list')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='prices', to='catalog.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'price',
                'verbose_name_plural': 'prices',
                'indexes': [models.Index(fields=['product', 'price_list', 'from_quantity'], name='price_of_product')],
                'constraints': [models.UniqueConstraint(fields=('price_list', 'product', 'from_quantity', 'valid_from'), name='price_once', nulls_distinct=False, violation_error_code='from_quantity', violation_error_message='There is already a price from this quantity and day.'), models.CheckConstraint(condition=models.Q(('amount__gte', 0)), name='price_not_negative', violation_error_code='amount', violation_error_message='A price is not negative.'), models.CheckConstraint(condition=models.Q(('from_quantity__gte', 0)), name='price_from_quantity_not_negative', violation_error_code='from_quantity', violation_error_message='A quantity from which a price holds is not negative.'), models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='price_from_before_until', violation_error_code='valid_until', violation_error_message='The last day lies before the first.')],
            },
        ),
        migrations.CreateModel(
            name='BundlePart',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('position', models.PositiveSmallIntegerField(db_default=0, default=0, verbose_name='position')),
                ('quantity', models.DecimalField(decimal_places=3, default=1, max_digits=14, verbose_name='quantity')),
                ('is_optional', models.BooleanField(db_default=False, default=False, verbose_name='optional')),
                ('bundle', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='parts', to='catalog.product', verbose_name='bundle')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='part_of', to='catalog.product', verbose_name='part')),
            ],
            options={
                'verbose_name': 'part of a bundle',
                'verbose_name_plural': 'parts of bundles',
                'constraints': [models.UniqueConstraint(fields=('bundle', 'product'), name='bundle_part_once', violation_error_code='product', violation_error_message='This is in the bundle already. Change its quantity instead.'), models.CheckConstraint(condition=models.Q(('bundle', models.F('product')), _negated=True), name='bundle_not_in_itself', violation_error_code='product', violation_error_message='This contains the bundle itself. Choose another one.'), models.CheckConstraint(condition=models.Q(('quantity__gt', 0)), name='bundle_part_positive', violation_error_code='quantity', violation_error_message='The quantity must be more than nothing.')],
            },
        ),
        migrations.CreateModel(
            name='ProductCategory',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('name', models.CharField(max_length=120, verbose_name='category')),
                ('number', models.CharField(blank=True, help_text='Files and other programs may name it so.', max_length=40, verbose_name='key of the category')),
                ('description', models.TextField(blank=True, max_length=5000, verbose_name='description')),
                ('name_key', kundig.platform.sorting.SortKey(db_persist=True, expression=kundig.platform.sorting.Folded('name'), output_field=models.TextField(db_collation='C', null=True))),
                ('parent', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='branches', to='catalog.productcategory', verbose_name='part of')),
            ],
            options={
                'verbose_name': 'product category',
                'verbose_name_plural': 'product categories',
                'indexes': [models.Index(fields=['name_key', 'id'], name='category_by_name')],
                'constraints': [models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='category_has_name', violation_error_code='name', violation_error_message='Say how it is called.'), models.CheckConstraint(condition=models.Q(('parent', None), models.Q(('parent', models.F('id')), _negated=True), _connector='OR'), name='category_not_in_itself', violation_error_code='parent', violation_error_message='This would lead back to itself. Choose another one.'), models.UniqueConstraint(fields=('parent', 'name_key'), name='category_once', nulls_distinct=False, violation_error_code='name', violation_error_message='There is already one of this name here.'), models.UniqueConstraint(condition=models.Q(('number', ''), _negated=True), fields=('number',), name='category_number_once', violation_error_code='number', violation_error_message='This key is taken. Choose another one.')],
            },
        ),
        migrations.AddField(
            model_name='product',
            name='category',
            field=models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='products', to='catalog.productcategory', verbose_name='category'),
        ),
        migrations.CreateModel(
            name='ProductRelation',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('kind', models.CharField(choices=[('accessory', 'Accessory'), ('spare', 'Spare part'), ('cross', 'Goes well with it'), ('up', 'The better one')], max_length=9, verbose_name='relation')),
                ('note', models.CharField(blank=True, max_length=200, verbose_name='note')),
                ('other', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='related_to', to='catalog.product', verbose_name='other product')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='relations', to='catalog.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'related product',
                'verbose_name_plural': 'related products',
                'constraints': [models.UniqueConstraint(fields=('product', 'other', 'kind'), name='product_relation_once', violation_error_code='other', violation_error_message='This stands there already.'), models.CheckConstraint(condition=models.Q(('product', models.F('other')), _negated=True), name='product_related_to_another', violation_error_code='other', violation_error_message='This would lead back to itself. Choose another one.'), models.CheckConstraint(condition=models.Q(('kind__in', ['accessory', 'spare', 'cross', 'up'])), name='product_relation_known')],
            },
        ),
        migrations.CreateModel(
            name='ProductText',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('language', models.CharField(choices=[('de', 'Deutsch'), ('en', 'English')], max_length=2, verbose_name='language')),
                ('name', models.CharField(max_length=200, verbose_name='name')),
                ('description', models.TextField(blank=True, max_length=20000, verbose_name='description')),
                ('product', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='texts', to='catalog.product', verbose_name='product')),
            ],
            options={
                'verbose_name': 'text in another language',
                'verbose_name_plural': 'texts in other languages',
                'constraints': [models.UniqueConstraint(fields=('product', 'language'), name='product_text_once', violation_error_code='language', violation_error_message='There is already a text in this language.'), models.CheckConstraint(condition=models.Q(('name', ''), _negated=True), name='product_text_has_name', violation_error_code='name', violation_error_message='Say how it is called.')],
            },
        ),
        migrations.CreateModel(
            name='TaxRate',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, db_default=django.db.models.functions.datetime.Now(), verbose_name='changed')),
                ('custom', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('calculated', kundig.records.custom.storage.CustomValues(blank=True, db_default={}, default=dict, editable=False)),
                ('country', models.CharField(max_length=2, verbose_name='country')),
                ('tax_class', models.CharField(choices=[('standard', 'Standard rate'), ('reduced', 'Reduced rate'), ('special', 'Special rate'), ('zero', 'Zero rate'), ('exempt', 'Exempt from tax')], max_length=8, verbose_name='tax class')),
                ('percent', kundig.platform.money.PercentField(decimal_places=2, max_digits=7, verbose_name='percentage')),
                ('valid_from', models.DateField(verbose_name='valid from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='valid until')),
            ],
            options={
                'verbose_name': 'tax rate',
                'verbose_name_plural': 'tax rates',
                'indexes': [models.Index(fields=['valid_from', 'id'], name='tax_rate_by_day')],
                'constraints': [models.UniqueConstraint(fields=('country', 'tax_class', 'valid_from'), name='tax_rate_once', violation_error_code='valid_from', violation_error_message='There is already a rate that begins on this day.'), models.CheckConstraint(condition=models.Q(('percent__gte', 0), ('percent__lte', 100)), name='tax_rate_is_percentage', violation_error_code='percent', violation_error_message='A percentage lies between 0 and 100.'), models.CheckConstraint(condition=models.Q(('country', ''), _negated=True), name='tax_rate_of_country', violation_error_code='country', violation_error_message='Say of which country.'), models.CheckConstraint(condition=models.Q(('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='tax_rate_from_before_until', violation_error_code='valid_until', violation_error_message='The last day lies before the first.')],
            },
        ),
    ]
