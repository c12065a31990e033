import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import kundig.platform.ids
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):

    initial = True

    dependencies = [
        ('platform', '0001_initial'),
    ]

    operations = [
        migrations.CreateModel(
            name='User',
            fields=[
                ('password', models.CharField(max_length=128, verbose_name='password')),
                ('last_login', models.DateTimeField(blank=True, null=True, verbose_name='last login')),
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('email', models.EmailField(max_length=254, unique=True, verbose_name='email address')),
                ('name', models.CharField(max_length=120, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='name')),
                ('language', models.CharField(choices=[('de', 'Deutsch'), ('en', 'English')], default='de', max_length=2, verbose_name='language')),
                ('theme', models.CharField(blank=True, choices=[('', 'Like the device'), ('light', 'Light'), ('dark', 'Dark')], default='', max_length=5, verbose_name='appearance')),
                ('density', models.CharField(blank=True, choices=[('', 'Comfortable'), ('compact', 'Compact')], default='', max_length=10, verbose_name='density')),
                ('is_shown', models.BooleanField(default=True, verbose_name='others see where I am')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
            ],
            options={
                'verbose_name': 'user',
                'verbose_name_plural': 'users',
                'ordering': ('name', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('email', django.db.models.functions.text.Lower('email'))), name='user_email_in_lower_case')],
            },
        ),
        migrations.CreateModel(
            name='AccessRole',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('key', models.SlugField(max_length=40, unique=True, verbose_name='key')),
                ('name', models.CharField(max_length=80, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='name')),
                ('is_builtin', models.BooleanField(default=False, editable=False)),
                ('assistants_write', models.BooleanField(default=False, verbose_name='assistants write directly')),
            ],
            options={
                'verbose_name': 'role',
                'verbose_name_plural': 'roles',
                'ordering': ('created_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='HouseKey',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('sealed', models.TextField(editable=False)),
                ('certificate', models.TextField(editable=False)),
                ('ends_on', models.DateField(editable=False)),
            ],
            options={
                'ordering': ('-created_at', '-id'),
            },
        ),
        migrations.CreateModel(
            name='SetupLink',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='ApiToken',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('name', models.CharField(max_length=80, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='name')),
                ('digest', models.CharField(editable=False, max_length=64, unique=True)),
                ('start', models.CharField(editable=False, max_length=12, verbose_name='begins with')),
                ('scopes', django.contrib.postgres.fields.ArrayField(base_field=models.CharField(max_length=80), size=None, verbose_name='may')),
                ('expires_on', models.DateField(verbose_name='works until')),
                ('reminded_on', models.DateField(blank=True, editable=False, null=True)),
                ('last_used_on', models.DateField(blank=True, null=True, verbose_name='last used')),
                ('revoked_at', models.DateTimeField(blank=True, null=True, verbose_name='revoked')),
                ('created_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='tokens', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'API token',
                'verbose_name_plural': 'API tokens',
                'ordering': ('-created_at',),
            },
        ),
        migrations.CreateModel(
            name='Company',
            fields=[
                ('id', models.SmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=160, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='company name')),
                ('country', models.CharField(choices=[('DE', 'Germany'), ('AT', 'Austria'), ('CH', 'Switzerland')], default='DE', max_length=2, verbose_name='country')),
                ('currency', models.CharField(default='EUR', max_length=3, verbose_name='currency')),
                ('language', models.CharField(choices=[('de', 'Deutsch'), ('en', 'English')], default='de', max_length=2, verbose_name='language')),
                ('timezone', models.CharField(default='Europe/Berlin', max_length=60, verbose_name='time zone')),
                ('changed_at', models.DateTimeField(auto_now=True)),
            ],
            options={
                'verbose_name': 'company',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='company_only_one')],
            },
        ),
        migrations.CreateModel(
            name='IdentityProvider',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('kind', models.CharField(choices=[('oidc', 'OpenID Connect'), ('saml', 'SAML')], max_length=4)),
                ('name', models.CharField(max_length=60, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='name')),
                ('is_active', models.BooleanField(default=True, verbose_name='active')),
                ('issuer', models.CharField(blank=True, max_length=500, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='address of the provider')),
                ('client_id', models.CharField(blank=True, max_length=300, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='client ID')),
                ('sealed_secret', models.TextField(blank=True, editable=False)),
                ('metadata', models.TextField(blank=True, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='metadata')),
                ('facts', models.JSONField(default=dict, editable=False)),
                ('vouches_for_mail', models.BooleanField(default=False, verbose_name='its mail addresses count as checked')),
                ('asks_second_factor', models.BooleanField(default=False, verbose_name='asks for a second factor itself')),
                ('signs_questions', models.BooleanField(default=False, verbose_name='our questions are signed')),
                ('signs_out_there', models.BooleanField(default=False, verbose_name='signing out here signs out there, too')),
                ('takes_unasked', models.BooleanField(default=False, verbose_name='sign-ins may begin there')),
                ('adds_users', models.BooleanField(default=False, verbose_name='adds people')),
                ('group_claim', models.CharField(blank=True, default='groups', max_length=200, verbose_name='name of the groups')),
                ('role_by_group', models.JSONField(blank=True, default=list)),
                ('default_role', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='accounts.accessrole', verbose_name='role of new people')),
            ],
            options={
                'verbose_name': 'identity provider',
                'verbose_name_plural': 'identity providers',
                'ordering': ('created_at', 'id'),
            },
        ),
        migrations.CreateModel(
            name='PendingAnswer',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('digest', models.CharField(max_length=64, unique=True)),
                ('text', models.TextField(blank=True)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.identityprovider')),
            ],
            options={
                'abstract': False,
            },
        ),
        migrations.CreateModel(
            name='RoleHolding',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('valid_from', models.DateField(blank=True, null=True, verbose_name='from')),
                ('valid_until', models.DateField(blank=True, null=True, verbose_name='until')),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to='accounts.accessrole')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='holdings', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('user', 'role'), name='role_held_once'), models.CheckConstraint(condition=models.Q(('valid_from', None), ('valid_until', None), ('valid_until__gte', models.F('valid_from')), _connector='OR'), name='role_ends_after_it_begins')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='roles',
            field=models.ManyToManyField(blank=True, related_name='users', through='accounts.RoleHolding', to='accounts.accessrole', verbose_name='roles'),
        ),
        migrations.CreateModel(
            name='SecurityEntry',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('event', models.CharField(choices=[('new_device', 'Sign-in from a new device'), ('password_changed', 'Password changed'), ('sessions_ended', 'Signed out everywhere by an administrator'), ('totp_added', 'Second factor set up'), ('totp_removed', 'Second factor switched off'), ('codes_renewed', 'New recovery codes made'), ('code_used', 'Recovery code used'), ('passkey_added', 'Passkey added'), ('passkey_removed', 'Passkey removed'), ('factors_reset', 'Second factor and passkeys removed by an administrator')], editable=False, max_length=30)),
                ('detail', models.CharField(blank=True, editable=False, max_length=200)),
                ('device', models.CharField(blank=True, editable=False, max_length=400)),
                ('address', models.GenericIPAddressField(blank=True, editable=False, null=True)),
                ('by', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='security_entries', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'security entry',
                'verbose_name_plural': 'security entries',
                'ordering': ('-created_at', '-id'),
                'indexes': [models.Index(fields=['user', '-created_at'], name='security_entry_by_user')],
            },
        ),
        migrations.CreateModel(
            name='SignInRules',
            fields=[
                ('id', models.SmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('passwords', models.BooleanField(default=True, verbose_name='passwords')),
                ('passkeys', models.BooleanField(default=True, verbose_name='passkeys')),
                ('second_factor_roles', models.ManyToManyField(blank=True, related_name='+', to='accounts.accessrole')),
            ],
            options={
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='sign_in_rules_only_one')],
            },
        ),
        migrations.CreateModel(
            name='SpentAssertion',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('digest', models.CharField(max_length=64)),
                ('ends_at', models.DateTimeField()),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='+', to='accounts.identityprovider')),
            ],
            options={
                'indexes': [models.Index(fields=['ends_at'], name='spent_assertion_by_end')],
                'constraints': [models.UniqueConstraint(fields=('provider', 'digest'), name='assertion_spent_once')],
            },
        ),
        migrations.CreateModel(
            name='Team',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('name', models.CharField(max_length=80, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='name')),
            ],
            options={
                'verbose_name': 'team',
                'verbose_name_plural': 'teams',
                'ordering': ('name',),
                'constraints': [models.UniqueConstraint(django.db.models.functions.text.Lower('name'), name='team_name_unique')],
            },
        ),
        migrations.CreateModel(
            name='Membership',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('is_lead', models.BooleanField(default=False, verbose_name='leads the team')),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to=settings.AUTH_USER_MODEL)),
                ('team', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='memberships', to='accounts.team')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'team'), name='membership_once')],
            },
        ),
        migrations.AddField(
            model_name='user',
            name='teams',
            field=models.ManyToManyField(blank=True, related_name='members', through='accounts.Membership', to='accounts.team', verbose_name='teams'),
        ),
        migrations.CreateModel(
            name='Deputyship',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('starts_on', models.DateField(verbose_name='from')),
                ('ends_on', models.DateField(verbose_name='until')),
                ('deputy', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='stands_in', to=settings.AUTH_USER_MODEL, verbose_name='deputy')),
                ('named_by', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to=settings.AUTH_USER_MODEL)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='deputyships', to=settings.AUTH_USER_MODEL, verbose_name='who is away')),
            ],
            options={
                'verbose_name': 'deputy',
                'verbose_name_plural': 'deputies',
                'ordering': ('starts_on', 'id'),
                'constraints': [models.CheckConstraint(condition=models.Q(('ends_on__gte', models.F('starts_on'))), name='deputyship_ends_after_it_begins'), models.CheckConstraint(condition=models.Q(('user', models.F('deputy')), _negated=True), name='deputy_is_somebody_else')],
            },
        ),
        migrations.CreateModel(
            name='FieldGrant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object', models.CharField(max_length=60)),
                ('field', models.CharField(max_length=60)),
                ('right', models.SmallIntegerField(choices=[(0, 'hidden'), (1, 'read only'), (2, 'read and write')])),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='field_grants', to='accounts.accessrole')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('role', 'object', 'field'), name='field_grant_once'), models.CheckConstraint(condition=models.Q(models.Q(('object__contains', '|'), _negated=True), models.Q(('field__contains', '|'), _negated=True)), name='field_grant_names_are_names'), models.CheckConstraint(condition=models.Q(('right__in', [0, 1, 2])), name='field_grant_right_known')],
            },
        ),
        migrations.CreateModel(
            name='Grant',
            fields=[
                ('id', models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name='ID')),
                ('object', models.CharField(max_length=60)),
                ('action', models.CharField(choices=[('read', 'Read'), ('create', 'Create'), ('change', 'Change'), ('delete', 'Delete'), ('export', 'Export'), ('bulk', 'In bulk'), ('administer', 'Administer')], max_length=12)),
                ('scope', models.SmallIntegerField(choices=[(0, 'never'), (1, 'own'), (2, 'team'), (3, 'all')])),
                ('condition', models.TextField(blank=True, default='', validators=[django.core.validators.ProhibitNullCharactersValidator()])),
                ('role', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='grants', to='accounts.accessrole')),
            ],
            options={
                'ordering': ('id',),
                'constraints': [models.UniqueConstraint(fields=('role', 'object', 'action'), name='grant_once'), models.CheckConstraint(condition=models.Q(('object__contains', '|'), _negated=True), name='grant_object_is_a_name'), models.CheckConstraint(condition=models.Q(('action__in', ['read', 'create', 'change', 'delete', 'export', 'bulk', 'administer'])), name='grant_action_known'), models.CheckConstraint(condition=models.Q(('scope__in', [0, 1, 2, 3])), name='grant_scope_known'), models.CheckConstraint(condition=models.Q(('condition', ''), models.Q(('object', '*'), _negated=True), _connector='OR'), name='grant_condition_is_about_one_object')],
            },
        ),
        migrations.CreateModel(
            name='Identity',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('subject', models.CharField(max_length=300)),
                ('user', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to=settings.AUTH_USER_MODEL)),
                ('provider', models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name='identities', to='accounts.identityprovider')),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('provider', 'subject'), name='identity_once')],
            },
        ),
        migrations.CreateModel(
            name='KnownDevice',
            fields=[
                ('id', models.UUIDField(default=kundig.platform.ids.uuid7, editable=False, primary_key=True, serialize=False)),
                ('created_at', models.DateTimeField(auto_now_add=True, verbose_name='created')),
                ('changed_at', models.DateTimeField(auto_now=True, verbose_name='changed')),
                ('digest', models.CharField(editable=False, max_length=64)),
                ('seen_on', models.DateField(editable=False)),
                ('user', models.ForeignKey(editable=False, on_delete=django.db.models.deletion.CASCADE, related_name='devices', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'constraints': [models.UniqueConstraint(fields=('user', 'digest'), name='device_known_once')],
            },
        ),
        migrations.CreateModel(
            name='Letterhead',
            fields=[
                ('id', models.SmallIntegerField(default=1, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(blank=True, max_length=160, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='name on paper')),
                ('street', models.CharField(blank=True, max_length=160, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='street and number')),
                ('postal_code', models.CharField(blank=True, max_length=12, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='postal code')),
                ('city', models.CharField(blank=True, max_length=100, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='town')),
                ('phone', models.CharField(blank=True, max_length=40, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='phone')),
                ('mail', models.EmailField(blank=True, max_length=254, verbose_name='mail address')),
                ('website', models.CharField(blank=True, max_length=160, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='website')),
                ('vat_id', models.CharField(blank=True, max_length=20, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='VAT number')),
                ('tax_number', models.CharField(blank=True, max_length=30, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='tax number')),
                ('register', models.CharField(blank=True, max_length=120, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='commercial register')),
                ('managers', models.CharField(blank=True, max_length=200, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='management')),
                ('bank', models.CharField(blank=True, max_length=100, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='bank')),
                ('iban', models.CharField(blank=True, max_length=34, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='IBAN')),
                ('bic', models.CharField(blank=True, max_length=11, validators=[django.core.validators.ProhibitNullCharactersValidator()], verbose_name='BIC')),
                ('accent', models.CharField(default='#0f5c5e', max_length=7, validators=[django.core.validators.RegexValidator('^#[0-9a-fA-F]{6}$', 'Write the colour as # and six digits from 0 to f.')], verbose_name='colour')),
                ('logo', models.ForeignKey(blank=True, null=True, on_delete=django.db.models.deletion.SET_NULL, related_name='+', to='platform.storedfile', verbose_name='logo')),
            ],
            options={
                'verbose_name': 'letterhead',
                'verbose_name_plural': 'letterheads',
                'constraints': [models.CheckConstraint(condition=models.Q(('id', 1)), name='letterhead_only_one')],
            },
        ),
        migrations.CreateModel(
            name='OpenSession',
            fields=[
                ('session_key', models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name='session key')),
                ('session_data', models.TextField(verbose_name='session data')),
                ('expire_date', models.DateTimeField(db_index=True, verbose_name='expire date')),
                ('ref', models.UUIDField(db_index=True, default=kundig.platform.ids.uuid7, editable=False)),
                ('began_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('seen_at', models.DateTimeField(default=django.utils.timezone.now, editable=False)),
                ('device', models.CharField(blank=True, editable=False, max_length=400)),
                ('address', models.GenericIPAddressField(blank=True, editable=False, null=True)),
                ('name_there', models.CharField(blank=True, editable=False, max_length=64)),
                ('session_there', models.CharField(blank=True, editable=False, max_length=64)),
                ('user', models.ForeignKey(editable=False, null=True, on_delete=django.db.models.deletion.CASCADE, related_name='sessions', to=settings.AUTH_USER_MODEL)),
            ],
            options={
                'verbose_name': 'session',
                'verbose_name_plural': 'sessions',
                'ordering': ('-seen_at',),
                'indexes': [models.Index(condition=models.Q(('name_there', ''), _negated=True), fields=['name_there'], name='session_by_name_there')],
            },
        ),
    ]
