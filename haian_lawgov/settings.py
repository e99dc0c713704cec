"""Django settings.  What a bureau may change comes from the environment (``env.py``)."""

import datetime as dt
import os
from pathlib import Path

from csp.constants import NONE, SELF
from redis.backoff import NoBackoff
from redis.retry import Retry

from haian_lawgov import env_kinds, logs
from haian_lawgov.env import load

BASE_DIR = Path(__file__).resolve().parent.parent
RUN_DIR = BASE_DIR / ".run"

env = load(os.environ)
MODE = env["PORTAL_MODE"]
IS_PRODUCTION = MODE == "production"

# --- Identity ---------------------------------------------------------------------------------

DEBUG = MODE == "development"
# Development and tests sign nothing that matters; production cannot reach this default.
SECRET_KEY = env["SECRET_KEY"] or "only-for-development-and-tests"
# Production and demo name their own keys; what development and tests store is invented.
DATA_KEYS = env["DATA_KEYS"] or [f"personal data of {SECRET_KEY}"]
REVEAL_MINUTES = env["REVEAL_MINUTES"]
ALLOWED_HOSTS = env["ALLOWED_HOSTS"]
CSRF_TRUSTED_ORIGINS = env["CSRF_TRUSTED_ORIGINS"]

ROOT_URLCONF = "haian_lawgov.urls"
WSGI_APPLICATION = "haian_lawgov.wsgi.application"
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

INSTALLED_APPS = [
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "pgtrigger",
    "pghistory",
    "django_filters",
    "django_htmx",
    "csp",
    "axes",
    "django_otp",
    "django_otp.plugins.otp_totp",
    "django_otp.plugins.otp_static",
    "django_structlog",
    "kernel.search",
    "kernel.privacy",
    "kernel.records",
    "kernel.registers",
    "kernel.exchange",
    "kernel.attachments",
    "kernel.collaboration",
    "kernel.indicators",
    "kernel.jobs",
    "kernel.typesetting",
    "organization",
    "powers",
    "enforcement",
    "petitions",
    "disclosures",
    "governance",
    "schools",
    "reports",
    "haian_lawgov",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "csp.middleware.CSPMiddleware",
    "organization.accounts.middleware.AccountMiddleware",
    "haian_lawgov.request_log.RequestLogMiddleware",
    "kernel.records.middleware.HistoryContextMiddleware",
]

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "kernel.registers.context.navigation",
                "organization.context.bureau",
            ],
            "builtins": ["kernel.registers.templatetags.icons"],
        },
    },
]

# --- Database and history -----------------------------------------------------------------------

DATABASES = {
    "default": {
        "ENGINE": "django.db.backends.postgresql",
        **env["DATABASE_URL"],
        "CONN_MAX_AGE": env["DATABASE_MAX_AGE"],
        "CONN_HEALTH_CHECKS": True,
        # Tests build their tables straight from the models, which takes seconds instead of a
        # minute; one test compares the outcome with that of the migrations.
        "TEST": {"MIGRATE": False},
    }
}

RECORD_UNIT_MODEL = "organization.Unit"
FILTERS_EMPTY_CHOICE_LABEL = "不限"

# Row history outlives its rows and is never edited; event models declare their foreign keys
# without a database constraint, which is pghistory's own default.
PGHISTORY_APPEND_ONLY = True
# Without migrations nobody else brings the triggers into a test database.
PGTRIGGER_INSTALL_ON_MIGRATE = MODE == "test"
PGHISTORY_INSTALL_CONTEXT_FUNC_ON_MIGRATE = MODE == "test"
# Reading changes nothing, so it needs no context.
PGHISTORY_MIDDLEWARE_METHODS = ("POST", "PUT", "PATCH", "DELETE")

# --- Cache and sessions -------------------------------------------------------------------------

REDIS_URL = env["REDIS_URL"]
#: Seconds after which a web request gives up on a broker or cache that is down.
BROKER_PATIENCE = 1

CACHES = {
    "default": {
        "BACKEND": "django.core.cache.backends.redis.RedisCache",
        "LOCATION": REDIS_URL,
        "KEY_PREFIX": "haian",
        "OPTIONS": {
            "socket_connect_timeout": BROKER_PATIENCE,
            "socket_timeout": BROKER_PATIENCE,
            # By itself the client would try four times, for several seconds on every page.
            "retry": Retry(NoBackoff(), retries=0),
        },
    }
}
# In the database alone: cached sessions make every page fail while the cache is down.
SESSION_ENGINE = "django.contrib.sessions.backends.db"
SESSION_COOKIE_AGE = 8 * 3600
SESSION_SAVE_EVERY_REQUEST = False
SESSION_IDLE_SECONDS = env["SESSION_IDLE_MINUTES"] * 60

# --- Accounts -----------------------------------------------------------------------------------

AUTH_USER_MODEL = "organization.StaffAccount"
# The first refuses who is locked, the second knows the passwords.
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "organization.backends.StaffBackend",
]
LOGIN_URL = "organization-login"
LOGIN_REDIRECT_URL = "home"
LOGOUT_REDIRECT_URL = "organization-login"
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",
]
if MODE == "test":
    PASSWORD_HASHERS[0] = "tests.hashers.LightArgon2"
_VALIDATORS = "django.contrib.auth.password_validation"
AUTH_PASSWORD_VALIDATORS = [
    {
        "NAME": f"{_VALIDATORS}.UserAttributeSimilarityValidator",
        "OPTIONS": {
            "user_attributes": ("username", "display_name", "employee_number", "phone", "email")
        },
    },
    {"NAME": f"{_VALIDATORS}.MinimumLengthValidator", "OPTIONS": {"min_length": 10}},
    {"NAME": f"{_VALIDATORS}.CommonPasswordValidator"},
    {"NAME": f"{_VALIDATORS}.NumericPasswordValidator"},
    {"NAME": "organization.accounts.passwords.KindsValidator"},
    {"NAME": "organization.accounts.passwords.HistoryValidator"},
]
PASSWORD_MAX_AGE_DAYS = env["PASSWORD_MAX_AGE_DAYS"]

# Five wrong passwords for one name from one address lock it for a quarter of an hour. Kept in the
# database, so the lock holds while the cache is away.
AXES_HANDLER = "axes.handlers.database.AxesDatabaseHandler"
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_RESET_COOL_OFF_ON_FAILURE_DURING_LOCKOUT = False
AXES_DISABLE_ACCESS_LOG = True  # the security log keeps this
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_USERNAME_CALLABLE = "organization.accounts.network.login_name"
AXES_CLIENT_IP_CALLABLE = "organization.accounts.network.client_ip"
# The login form itself tells that it is locked; no middleware takes the page away from it.
SILENCED_SYSTEM_CHECKS = ["axes.W002"]

#: Roles that must use a second factor.
_TOTP_IN_PRODUCTION = ["administrator", "security_administrator", "auditor", "leader"]
TOTP_ROLES = [role for role in env["TOTP_ROLES"] if role not in ("auto", "none")]
if "auto" in env["TOTP_ROLES"] and IS_PRODUCTION:
    TOTP_ROLES += _TOTP_IN_PRODUCTION
#: How the portal calls itself in the list of an authenticator app.
OTP_TOTP_ISSUER = "法治政府建设门户"

#: A record's form with a hundred rows of a dozen fields sends more than Django's thousand.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5_000

# --- Language and time --------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
TIME_ZONE = "Asia/Shanghai"
USE_I18N = True
USE_TZ = True
# Official Chinese writes 20895, not 20,895.
USE_THOUSAND_SEPARATOR = False

# --- Files --------------------------------------------------------------------------------------

STATIC_URL = "static/"
STATIC_ROOT = (env["STATIC_ROOT"] or RUN_DIR / "static") if IS_PRODUCTION else None
STATICFILES_DIRS = [BASE_DIR / "static"]
# Only production runs collectstatic; elsewhere whitenoise reads the source folders.
WHITENOISE_USE_FINDERS = not IS_PRODUCTION
MEDIA_ROOT = env["MEDIA_ROOT"] or RUN_DIR / "media"
FONT_DIR = env["FONT_DIR"] or RUN_DIR / "fonts"
_STATIC_STORAGE = (
    "whitenoise.storage.CompressedManifestStaticFilesStorage"
    if IS_PRODUCTION
    else "django.contrib.staticfiles.storage.StaticFilesStorage"
)
_OBJECT_STORE = {
    "BACKEND": "kernel.records.object_storage.ObjectStorage",
    "OPTIONS": {
        "bucket_name": env["AWS_STORAGE_BUCKET_NAME"],
        "endpoint_url": env["AWS_S3_ENDPOINT_URL"] or None,
        "region_name": env["AWS_S3_REGION_NAME"],
        "access_key": env["AWS_ACCESS_KEY_ID"],
        "secret_key": env["AWS_SECRET_ACCESS_KEY"],
    },
}
_DISK = {"BACKEND": "kernel.records.storage.AtomicFileStorage"}
STORAGES = {
    "default": _OBJECT_STORE if env["AWS_STORAGE_BUCKET_NAME"] else _DISK,
    "staticfiles": {"BACKEND": _STATIC_STORAGE},
}
# Files are private: views check who may read them, no URL leads to MEDIA_ROOT.
MEDIA_URL = ""
FILE_UPLOAD_PERMISSIONS = 0o600
ATTACHMENT_MAX_MB = env["ATTACHMENT_MAX_MB"]
ATTACHMENT_MAX_FILES = env["ATTACHMENT_MAX_FILES"]
ATTACHMENT_TYPES = env["ATTACHMENT_TYPES"]
#: Bytes after which no upload of any kind is received further.
UPLOAD_CEILING = max(ATTACHMENT_MAX_MB + 1, 64) * 1024 * 1024
FILE_UPLOAD_HANDLERS = [
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "kernel.attachments.uploads.LimitedUploadHandler",
]

# --- Browser security ---------------------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [SELF],
        "img-src": [SELF, "data:"],
        "object-src": [NONE],
        "frame-ancestors": [NONE],
        "form-action": [SELF],
        "base-uri": [NONE],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SESSION_COOKIE_HTTPONLY = True
CSRF_COOKIE_HTTPONLY = True
_ONLY_HTTPS = IS_PRODUCTION and env["HTTPS"]
SESSION_COOKIE_SECURE = _ONLY_HTTPS
CSRF_COOKIE_SECURE = _ONLY_HTTPS
SECURE_SSL_REDIRECT = _ONLY_HTTPS
# Health checks come from inside, over plain HTTP.
SECURE_REDIRECT_EXEMPT = [r"^health/"]
SECURE_HSTS_SECONDS = 31_536_000 if _ONLY_HTTPS else 0
BEHIND_PROXY = env["BEHIND_PROXY"]
if BEHIND_PROXY:
    SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")

# --- Mail ---------------------------------------------------------------------------------------

#: Without a server nothing is put into the outbox.
MAIL_ON = bool(env["EMAIL_URL"])
EMAIL_HOST = env["EMAIL_URL"].get("EMAIL_HOST", "localhost")
EMAIL_PORT = env["EMAIL_URL"].get("EMAIL_PORT", 25)
EMAIL_HOST_USER = env["EMAIL_URL"].get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = env["EMAIL_URL"].get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = env["EMAIL_URL"].get("EMAIL_USE_TLS", False)
EMAIL_USE_SSL = env["EMAIL_URL"].get("EMAIL_USE_SSL", False)
EMAIL_TIMEOUT = 10
DEFAULT_FROM_EMAIL = env["EMAIL_FROM"]
SITE_URL = env["SITE_URL"]

# --- Celery -------------------------------------------------------------------------------------

CELERY_BROKER_URL = env_kinds.broker_url(REDIS_URL)
CELERY_BROKER_CONNECTION_RETRY_ON_STARTUP = True
CELERY_BROKER_TRANSPORT_OPTIONS = {
    "visibility_timeout": env["BROKER_VISIBILITY_TIMEOUT"],
    # Look for unacknowledged tasks at every scan instead of every tenth (about 100 s).
    "unacked_restore_throttle": 1,
    "socket_connect_timeout": BROKER_PATIENCE,
    # A click does not wait for the broker to come back: by default it would for six seconds.
    "max_retries": 1,
    "interval_start": 0,
    "connect_retries_timeout": BROKER_PATIENCE,
}
CELERY_TASK_ACKS_LATE = True
CELERY_TASK_REJECT_ON_WORKER_LOST = True
CELERY_TASK_TIME_LIMIT = env["TASK_TIME_LIMIT"]
CELERY_TASK_IGNORE_RESULT = True  # jobs live in the database, where people can see them
# A click must be answered at once even when the broker is down; the sweep sends the job later.
CELERY_TASK_PUBLISH_RETRY = False
CELERY_WORKER_PREFETCH_MULTIPLIER = 1
CELERY_TASK_DEFAULT_QUEUE = "default"
CELERY_TASK_ROUTES = {"reports.*": {"queue": "reports"}}
DAILY = 86_400.0
CELERY_BEAT_SCHEDULE = {
    "jobs.sweep": {"task": "jobs.sweep", "schedule": 30.0},
    "collaboration.send_mails": {"task": "collaboration.send_mails", "schedule": 30.0},
    "collaboration.forget_read": {"task": "collaboration.forget_read", "schedule": DAILY},
    "exchange.remove_old_files": {"task": "exchange.remove_old_files", "schedule": DAILY},
    "organization.forget_expired_sessions": {
        "task": "organization.forget_expired_sessions",
        "schedule": DAILY,
    },
    "schools.drill_obligations": {"task": "schools.refresh_drill_obligations", "schedule": DAILY},
}
CELERY_TIMEZONE = TIME_ZONE
CELERY_WORKER_HIJACK_ROOT_LOGGER = False

# --- Log ----------------------------------------------------------------------------------------

LOGGING = logs.configuration(as_json=IS_PRODUCTION, level=env["LOG_LEVEL"])
