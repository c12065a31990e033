"""Settings of the whole program; what differs between installations comes from the environment."""

import os
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

ROOT = Path(__file__).resolve().parents[3]
DATA = Path(os.environ.get("KUNDIG_DATA", ROOT / ".data"))
# Large uploads wait beside the files they become: /tmp may be memory, and is another disk.
FILE_UPLOAD_TEMP_DIR = DATA / "tmp" if (DATA / "tmp").is_dir() else None
DATA_UPLOAD_MAX_MEMORY_SIZE = 8_000_000  # a call of the API with a thousand records
FILES_URL = os.environ.get("KUNDIG_FILES_URL", "")
BIGGEST_FILE = int(os.environ.get("KUNDIG_BIGGEST_FILE", "100000000"))
MAP_TILES, MAP_CREDIT = os.environ.get("KUNDIG_MAP_TILES", ""), os.environ.get("KUNDIG_MAP_CREDIT", "")
EXPORT_DAYS = int(os.environ.get("KUNDIG_EXPORT_DAYS", "3"))
BACKUPS = int(os.environ.get("KUNDIG_BACKUPS", "7"))
PRIVATE_ADDRESSES = os.environ.get("KUNDIG_PRIVATE_ADDRESSES") == "1"
DEBUG = os.environ.get("KUNDIG_DEBUG") == "1"
SECRET_KEY = os.environ.get("KUNDIG_SECRET_KEY", "not-secret-only-for-commands-without-a-data-folder")
ALLOWED_HOSTS = os.environ.get("KUNDIG_HOSTS", "localhost,127.0.0.1,[::1]").split(",")
CSRF_TRUSTED_ORIGINS = [o for o in os.environ.get("KUNDIG_ORIGINS", "").split(",") if o]

INSTALLED_APPS = [
    # Ours first: their words and templates win over those of the libraries.
    "kundig.platform",
    "kundig.accounts",
    "kundig.records",
    "kundig.automation",
    "kundig.webhooks",
    "kundig.assistants",
    "kundig.notices",
    "kundig.parties",
    "kundig.privacy",
    "kundig.timeline",
    "kundig.catalog",
    "kundig.sales",
    "kundig.orders",
    "kundig.web",
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.postgres",
    "django_htmx",
    "django_cotton",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "procrastinate.contrib.django",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "kundig.platform.middleware.CompressionMiddleware",
    "django.middleware.http.ConditionalGetMiddleware",
    "csp.middleware.CSPMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "kundig.accounts.middleware.SignInsMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "kundig.accounts.middleware.PersonMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "kundig.accounts.middleware.LanguageMiddleware",
    "kundig.records.custom.loading.AddedFieldsMiddleware",
    "kundig.records.ledger.middleware.ChangeSetMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "kundig.platform.middleware.PartsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "kundig.web.urls"
WSGI_APPLICATION = "kundig.web.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": False,
        "OPTIONS": {
            "loaders": [
                (
                    "django.template.loaders.cached.Loader",
                    ["django_cotton.cotton_loader.Loader", "django.template.loaders.app_directories.Loader"],
                )
            ],
            "builtins": ["django_cotton.templatetags.cotton", "kundig.platform.templatetags.ui"],
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kundig.web.shell.shell",
            ],
        },
    }
]


def _database(url: str, *, is_ours: bool = False) -> dict:
    """Django's dictionary for a `postgresql://` address; a host that is a folder comes as `?host=/path`. Before our own
    server stands no pooler, so that it may keep statements."""
    parts = urlsplit(url)
    query = dict(pair.split("=", 1) for pair in parts.query.split("&") if "=" in pair)
    # What is kept is planned once, not five times and then compared: lists of ids would be planned each time.
    plans = "-c plan_cache_mode=force_generic_plan" if is_ours else ""
    return {
        "ENGINE": "kundig.platform.connections",
        "NAME": unquote(parts.path.lstrip("/")) or "kundig",
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "HOST": unquote(query.pop("host", "")) or parts.hostname or "",
        "PORT": str(parts.port or query.pop("port", "")),
        "CONN_MAX_AGE": None,
        "CONN_HEALTH_CHECKS": True,
        # Searching reads what an index of words has not sorted in yet; imports allow themselves more (records.search).
        "OPTIONS": {
            **query,
            "options": f"{unquote(query.get('options', ''))} -c gin_pending_list_limit=128 {plans}".strip(),
            "prepare_threshold": 2 if is_ours else None,  # see platform.prepared
        },
        "TEST": {"TEMPLATE": "template0"},
    }


def _mail(url: str) -> dict:
    """Settings for `smtp://user:password@host:587?tls=starttls` (`ssl`, `none`); without it mails become files."""
    parts = urlsplit(url)
    if not url:
        return {"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend", "EMAIL_FILE_PATH": DATA / "mail"}
    if parts.scheme != "smtp" or not parts.hostname:
        raise ImproperlyConfigured(f"KUNDIG_MAIL_URL looks like smtp://user:password@host:587, not {parts.scheme}://…")
    tls = dict(parse_qsl(parts.query)).get("tls", "starttls")
    return {
        "EMAIL_BACKEND": "django.core.mail.backends.smtp.EmailBackend",
        "EMAIL_HOST": parts.hostname,
        "EMAIL_PORT": parts.port or (465 if tls == "ssl" else 587),
        "EMAIL_HOST_USER": unquote(parts.username or ""),
        "EMAIL_HOST_PASSWORD": unquote(parts.password or ""),
        "EMAIL_USE_TLS": tls == "starttls",
        "EMAIL_USE_SSL": tls == "ssl",
        "EMAIL_TIMEOUT": 20,
    }


globals().update(_mail(os.environ.get("KUNDIG_MAIL_URL", "")))
DEFAULT_FROM_EMAIL = os.environ.get("KUNDIG_MAIL_FROM", "Kundig <kundig@localhost>")

DATABASES = {
    "default": _database(
        os.environ.get("DATABASE_URL", "postgresql:///kundig"), is_ours=os.environ.get("KUNDIG_EMBEDDED") == "1"
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "accounts.User"
AUTHENTICATION_BACKENDS = ["axes.backends.AxesStandaloneBackend", "kundig.accounts.backends.AccessBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": "kundig.accounts.passwords.ObviousPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
PASSWORD_RESET_TIMEOUT = 3 * 24 * 3600  # an invitation of Friday still works on Monday

ACCOUNT_ADAPTER = "kundig.accounts.adapter.AccountAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # administrators enter the addresses
ACCOUNT_LOGIN_ON_PASSWORD_RESET = True
ACCOUNT_PASSWORD_RESET_TOKEN_GENERATOR = "django.contrib.auth.tokens.PasswordResetTokenGenerator"  # noqa: S105
ACCOUNT_LOGOUT_REDIRECT_URL = LOGIN_URL
ACCOUNT_FORMS = {"user_token": "kundig.accounts.forms.LinkForm"}
# Attempts at what opens something are counted in the database, for all processes together; failed passwords by axes,
# the rest here (docs/decisions/attempts-are-counted-in-the-database.md). Nothing else is cached.
CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.db.DatabaseCache",
        "LOCATION": "accounts_attempt",
        "OPTIONS": {"MAX_ENTRIES": 20_000},
    }
}
ACCOUNT_RATE_LIMITS = {
    "login_failed": None,
    "setup": "20/m/ip",
    "lead_form": "10/m/ip",
    "second_factor": "6/5m/key",
    "passkey": "20/m/ip",
    "provider": "30/m/ip",
    "quote_page": "120/m/ip",
    "quote_picture": "600/m/ip",
    "quote_paper": "20/m/ip",
    "quote_deed": "20/m/ip",
}

MFA_ADAPTER = "kundig.accounts.adapter.FactorAdapter"
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False  # the time we told stays true
AXES_USERNAME_CALLABLE = "kundig.accounts.backends.attempted_email"
AXES_CLIENT_IP_CALLABLE = "kundig.accounts.addresses.client_address"
AXES_LOCKOUT_CALLABLE = "kundig.accounts.views.locked_out"
AXES_DISABLE_ACCESS_LOG = True  # who signed in when is nobody's business
AXES_VERBOSE = False

LANGUAGE_CODE = "de"
LANGUAGES = [("de", "Deutsch"), ("en", "English")]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Europe/Berlin"

STATIC_URL = "/static/"
STATIC_ROOT = ROOT / "static-root"
STATICFILES_DIRS = [ROOT / "frontend" / "dist"]
WHITENOISE_USE_FINDERS = DEBUG

# Vite puts a fingerprint into the names; such files never change.
WHITENOISE_IMMUTABLE_FILE_TEST = r"-[\w-]{8}\.\w+$"

BEHIND_HTTPS = os.environ.get("KUNDIG_HTTPS") == "1"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_HTTPS else None
SESSION_COOKIE_SECURE = CSRF_COOKIE_SECURE = BEHIND_HTTPS
TRUSTED_PROXIES = int(os.environ.get("KUNDIG_PROXIES", "0"))
SESSION_ENGINE = "kundig.accounts.sessions"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "kundig.platform.errors.csrf_failure"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],
        "style-src": ["'self'"],
        "script-src": ["'self'"],
        "img-src": ["'self'", "data:"],
        "object-src": ["'none'"],
        "base-uri": ["'none'"],
        "form-action": ["'self'"],
        "frame-ancestors": ["'none'"],
    }
}

# A domain's jobs are in its room `jobs`.
PROCRASTINATE_AUTODISCOVER_MODULE_NAME = "jobs"

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "kundig.platform.logs.DiscreetFormatter",
            "format": "{asctime} {levelname} {name}: {message}",
            "style": "{",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "kundig": {"level": "INFO"},
        "django": {"handlers": [], "level": "WARNING", "propagate": True},
        "django.request": {"level": "ERROR"},
        # Anybody can send a wrong name, as often as they like; the answer says what is wrong.
        "django.security.DisallowedHost": {"level": "CRITICAL"},
        # Failed jobs are told by kundig.jobs, without the values an exception carries.
        "procrastinate.worker": {"level": "CRITICAL"},
    },
}
