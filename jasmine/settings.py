"""Settings, from the environment alone. With nothing set: SQLite, keys and all else under `var/`, loopback only.

The README has a table of the variables.
"""

import os
import secrets
from datetime import timedelta
from pathlib import Path
from typing import Literal

import environ
from django.core.exceptions import ImproperlyConfigured

env = environ.Env()

BASE_DIR = Path(__file__).resolve().parent.parent
VAR = Path(env.str("JASMINE_VAR", default=str(BASE_DIR / "var"))).absolute()
VAR.mkdir(parents=True, exist_ok=True, mode=0o700)

PRODUCTION = env.bool("JASMINE_PRODUCTION", default=False)
DEBUG = False  # never: its error pages quote what was typed

# --- keys ---------------------------------------------------------------------------------------------------

KEYRING = Path(env.str("JASMINE_KEYRING", default=str(VAR / "keyring")))
_copy = env.str("JASMINE_KEYRING_COPY", default="")
KEYRING_COPY = Path(_copy) if _copy else None  # the embedded default has no second place
NAMED_ROOT_KEY = "JASMINE_ROOT_KEY_FILE" in os.environ
ROOT_KEY_FILE = Path(env.str("JASMINE_ROOT_KEY_FILE", default=str(VAR / "root.key")))
NAMED_SECRET_KEY = "JASMINE_SECRET_KEY_FILE" in os.environ
SECRET_KEY_FILE = Path(env.str("JASMINE_SECRET_KEY_FILE", default=str(VAR / "secret.key")))


def _secret(path: Path) -> str:
    """The secret in that file. The embedded default makes it at the first start, for its owner alone."""
    if not path.exists() and not NAMED_SECRET_KEY:
        try:
            with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_urlsafe(48))
        except FileExistsError:
            pass  # another process was first
    try:
        return path.read_text().strip()
    except OSError:
        raise ImproperlyConfigured("JASMINE_SECRET_KEY_FILE names a file that cannot be read") from None


SECRET_KEY = _secret(SECRET_KEY_FILE)

# --- who is served, and what it is called -------------------------------------------------------------------

NAMED_HOSTS = "JASMINE_HOSTS" in os.environ
ALLOWED_HOSTS = env.str("JASMINE_HOSTS", default="127.0.0.1 localhost").split()
CSRF_TRUSTED_ORIGINS = [f"https://{host}" for host in ALLOWED_HOSTS] if PRODUCTION else []
SITE_NAME = env.str("JASMINE_SITE_NAME", default="Jasmine")
COUNTRY = env.str("JASMINE_COUNTRY", default="FR")
EXIT_URL = env.str("JASMINE_EXIT_URL", default="https://www.meteofrance.com/")
NAMED_RP_ID = "JASMINE_RP_ID" in os.environ
RP_ID = env.str("JASMINE_RP_ID", default="localhost")  # of passkeys; they are lost if it changes
SHARE_NUISANCE = env.bool(
    "JASMINE_SHARE_NUISANCE", default=False
)  # the first value; then the policy row decides

# --- the house ----------------------------------------------------------------------------------------------

OUR_APPS = ["jasmine.apps.JasmineConfig", "accounts.apps.AccountsConfig", "alerts.apps.AlertsConfig"]
INSTALLED_APPS = [
    *OUR_APPS,
    "django.contrib.contenttypes",
    "django.contrib.auth",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_otp",
]
ROOT_URLCONF = "jasmine.urls"
WSGI_APPLICATION = "jasmine.wsgi.application"
AUTH_USER_MODEL = "accounts.Account"
AUTHENTICATION_BACKENDS = ["accounts.signing_in.PassphraseBackend"]
LOGIN_URL = "accounts:sign_in"
APPEND_SLASH = True
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

MIDDLEWARE = [
    "jasmine.middleware.Headers",
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "jasmine.middleware.SeeOther",
    "jasmine.middleware.Closed",
    "jasmine.middleware.FixedSizes",
    "django.middleware.gzip.GZipMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django_otp.middleware.OTPMiddleware",
    "jasmine.middleware.SessionLimits",
    "django.contrib.messages.middleware.MessageMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": False,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "jasmine.views.on_every_page",
                "accounts.views.moderation.on_every_page",
            ],
            "libraries": {"shown": "jasmine.templatetags.shown"},
            "builtins": [
                "django.templatetags.i18n",
                "django.templatetags.static",
                "jasmine.templatetags.shown",
            ],
        },
    }
]
FORM_RENDERER = "django.forms.renderers.TemplatesSetting"

# --- where rows, counters and jobs live ---------------------------------------------------------------------

REDIS_URL = env.str("JASMINE_REDIS_URL", default="")
DATABASE_URL = env.str("JASMINE_DATABASE_URL", default="")
DATABASES = {"default": env.db_url_config(DATABASE_URL or f"sqlite:///{VAR / 'jasmine.sqlite3'}")}
if DATABASE_URL:
    DATABASES["default"]["OPTIONS"] = {
        "pool": {"min_size": 1, "max_size": 16},
        "options": "-c statement_timeout=30s",  # a check that hangs is a check that failed
    }
else:
    DATABASES["default"]["OPTIONS"] = {
        "transaction_mode": "IMMEDIATE",
        "timeout": 20,  # seconds that a writer waits for another
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA secure_delete=ON;",
    }
    DATABASES["default"]["TEST"] = {"NAME": str(VAR / "test.sqlite3")}

CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": REDIS_URL}
    if REDIS_URL
    else {"BACKEND": "django.core.cache.backends.locmem.LocMemCache", "OPTIONS": {"MAX_ENTRIES": 1_000_000}}
}

CELERY_BROKER_URL = REDIS_URL or "memory://"
CELERY_TASK_ALWAYS_EAGER = not REDIS_URL  # the embedded default: beat runs the tasks in its own process
CELERY_TASK_IGNORE_RESULT = True
CELERY_TASK_ACKS_LATE = True
CELERY_TIMEZONE = "UTC"
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BEAT_SCHEDULER = "celery.beat.Scheduler"  # in memory: what is due is read from the rows
CELERY_BEAT_SCHEDULE = {
    "keys of coming weeks": {"task": "jasmine.tasks.top_up_keys", "schedule": timedelta(hours=6)},
    "keys that were retired": {"task": "jasmine.tasks.destroy_retired_keys", "schedule": timedelta(hours=6)},
    "copy of the ring": {"task": "jasmine.tasks.copy_ring", "schedule": timedelta(hours=1)},
    "sessions that are over": {"task": "jasmine.tasks.forget_sessions", "schedule": timedelta(hours=1)},
    "reports that wait for their day": {
        "task": "alerts.tasks.show_waiting_reports",
        "schedule": timedelta(hours=1),
    },
    "reports held or refused": {"task": "alerts.tasks.moderation_due", "schedule": timedelta(minutes=15)},
    "rows past their day": {"task": "alerts.tasks.purge", "schedule": timedelta(hours=1)},
    "pauses and newcomers": {"task": "accounts.tasks.standings_due", "schedule": timedelta(minutes=15)},
    "accounts that nobody comes to": {
        "task": "accounts.tasks.close_idle_accounts",
        "schedule": timedelta(hours=6),
    },
    "what takes two": {"task": "accounts.tasks.decisions_due", "schedule": timedelta(minutes=15)},
}

RECORD = "accounts.record.write_terminal"  # where commands say what they did

# --- passphrases, sessions, cookies -------------------------------------------------------------------------

PASSWORD_HASHERS = ["accounts.passphrases.PassphraseHasher"]
_workers = env.str("JASMINE_WORKERS", default="")
WORKERS = int(_workers) if _workers.isdecimal() else 2 if REDIS_URL else 1  # web processes
PROXY = env.str("JASMINE_PROXY", default="")  # the one address whose X-Forwarded-For is believed
SESSION_ENGINE = "jasmine.sessions"
SESSION_SERIALIZER = "django.contrib.sessions.serializers.JSONSerializer"
SESSION_COOKIE_NAME = "__Host-session" if PRODUCTION else "session"
SESSION_COOKIE_AGE = int(timedelta(hours=8).total_seconds())
SESSION_IDLE = timedelta(minutes=15)
SESSION_LONGEST = timedelta(hours=8)
SESSION_LONGEST_OF = {"moderator": timedelta(hours=2), "admin": timedelta(hours=2)}  # by the role of now
SESSION_EXPIRE_AT_BROWSER_CLOSE = True
SESSION_COOKIE_SECURE = PRODUCTION
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"  # links from messages must work
OWN_PHONE_COOKIE_NAME = "__Host-phone" if PRODUCTION else "phone"
CSRF_COOKIE_NAME = "__Host-csrf" if PRODUCTION else "csrf"
CSRF_COOKIE_SECURE = PRODUCTION
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_AGE = None
CSRF_FAILURE_VIEW = "jasmine.views.page_too_old"
LANGUAGE_COOKIE_NAME = "language"
LANGUAGE_COOKIE_AGE = int(timedelta(days=365).total_seconds())
LANGUAGE_COOKIE_SECURE = PRODUCTION
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE: Literal["Lax"] = "Lax"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"

# --- headers ------------------------------------------------------------------------------------------------

# Shaped as Django 6's setting of this name, so that the move is a deletion.
SECURE_CSP = {
    "default-src": ["'none'"],
    "style-src": ["'self'"],
    "script-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "font-src": ["'self'"],
    "connect-src": ["'self'"],
    "manifest-src": ["'self'"],
    "form-action": ["'self'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
    "require-trusted-types-for": ["'script'"],
}
_MAY_ITSELF = ["publickey-credentials-get", "publickey-credentials-create", "clipboard-write"]
_MAY_NOBODY = (  # noqa: SIM905  (a list of thirty quoted names is harder to read)
    "accelerometer autoplay camera clipboard-read display-capture encrypted-media fullscreen gamepad "
    "geolocation gyroscope hid identity-credentials-get idle-detection keyboard-map local-fonts magnetometer "
    "microphone midi otp-credentials payment picture-in-picture screen-wake-lock serial storage-access usb "
    "window-management xr-spatial-tracking"
).split()
PERMISSIONS_POLICY = {**dict.fromkeys(_MAY_NOBODY, "()"), **dict.fromkeys(_MAY_ITSELF, "(self)")}
SECURE_REFERRER_POLICY = (
    "same-origin"  # `no-referrer` would send `Origin: null`, which Django's CSRF check refuses
)
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_CONTENT_TYPE_NOSNIFF = True
X_FRAME_OPTIONS = "DENY"
SECURE_SSL_REDIRECT = False  # the proxy in front does it; a server behind an onion address has no TLS
SECURE_HSTS_SECONDS = int(timedelta(days=730).total_seconds()) if PRODUCTION else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = SECURE_HSTS_PRELOAD = PRODUCTION
SILENCED_SYSTEM_CHECKS = [
    "security.W002",  # X-Frame-Options: `frame-ancestors 'none'` says it
    "security.W008",  # SSL redirect: see above
]

# --- what may come in ---------------------------------------------------------------------------------------

DATA_UPLOAD_MAX_MEMORY_SIZE = 64 * 1024  # bytes of a form
DATA_UPLOAD_MAX_NUMBER_FIELDS = 300
DATA_UPLOAD_MAX_NUMBER_FILES = 1
FILE_UPLOAD_HANDLERS = ["jasmine.uploads.Refusing"]

# --- languages and time -------------------------------------------------------------------------------------

LANGUAGE_CODE = "en"
LANGUAGES = [("en", "English"), ("fr", "Français")]  # the other eight come with their catalogues
LOCALE_PATHS = [BASE_DIR / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = "UTC"

# --- files --------------------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = VAR / "static"
STATICFILES_DIRS = [BASE_DIR / "jasmine" / "static"]
STATICFILES_FINDERS = ["django.contrib.staticfiles.finders.FileSystemFinder"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}

# --- logs: they count, and never quote ----------------------------------------------------------------------

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"()": "jasmine.logs.OneLine"}},
    "handlers": {"out": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["out"], "level": "WARNING"},
    "loggers": {
        "jasmine": {"level": "INFO"},
        "django": {"handlers": [], "level": "ERROR", "propagate": True},
        "django.server": {
            "handlers": [],
            "level": "CRITICAL",
            "propagate": False,
        },  # it quotes addresses and paths
    },
}
