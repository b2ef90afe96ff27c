"""Settings that every environment shares."""

from pathlib import Path

from portal.settings.env import BASE_DIR, database, env

SECRET_KEY = env("SECRET_KEY")
ALLOWED_HOSTS = env("ALLOWED_HOSTS")
DEBUG = False

INSTALLED_APPS = [
    "portal.units",
    "portal.pages",
    "search",
    "audits",
    "wagtail.contrib.redirects",
    "wagtail.contrib.search_promotions",
    "wagtail.contrib.settings",
    "wagtail.contrib.sitemaps",
    "wagtail.contrib.table_block",
    "wagtail.sites",
    "wagtail.users",
    "wagtail.snippets",
    "wagtail.documents",
    "wagtail.images",
    "wagtail.embeds",
    "wagtail.search",
    "wagtail.admin",
    "wagtail",
    "modelcluster",
    "taggit",
    "django_filters",
    "django_q",
    "axes",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.sitemaps",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "portal.pages.reading.cache.WholePages",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "portal.units.middleware.ChangePasswordFirst",
    "wagtail.contrib.redirects.middleware.RedirectMiddleware",
    "axes.middleware.AxesMiddleware",
]

ROOT_URLCONF = "portal.urls"
WSGI_APPLICATION = "portal.wsgi.application"
AUTH_USER_MODEL = "units.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",
    "portal.units.backends.PersonBackend",
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator"},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
# Five wrong passwords from one place lock an account there for half an hour; a whole office shares an address.
AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = 0.5
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]
AXES_RESET_ON_SUCCESS = True
AXES_LOCKOUT_TEMPLATE = "account/locked_out.html"
AXES_VERBOSE = False

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "portal" / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ]
        },
    }
]

# Data

VAR_DIR = Path(env("VAR_DIR"))
DATA_DIR = Path(env("DATA_DIR"))
VAR_DIR.mkdir(parents=True, exist_ok=True)
DATABASES = {"default": database()}
# Opening a connection for every page takes PostgreSQL longer than most pages do.
DATABASES["default"] |= {"CONN_MAX_AGE": 60, "CONN_HEALTH_CHECKS": True}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"
if DATABASES["default"]["ENGINE"] == "django.db.backends.sqlite3":
    # Django's defaults lose writes to "database is locked" as soon as a queue runs beside the portal.
    DATABASES["default"]["OPTIONS"] = {
        "timeout": 20,
        "transaction_mode": "IMMEDIATE",
        "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;",
    }
elif DATABASES["default"]["ENGINE"] == "django.db.backends.postgresql":
    # A statement that comes again is planned once: most are planned longer than they run.
    DATABASES["default"]["OPTIONS"] = {
        "server_side_binding": True,
        "prepare_threshold": 5,
        **DATABASES["default"].get("OPTIONS", {}),
    }

# Whole pages lie where every worker and the queue reach them: publishing in one must purge them for all.
_SHARED_CACHE = (
    {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": env("REDIS_URL")}
    if env("REDIS_URL")
    else {
        "BACKEND": "django.core.cache.backends.filebased.FileBasedCache",
        "LOCATION": str(VAR_DIR / "cache"),
        # To keep one more page the folder is listed: a millisecond for a thousand files, old generations among them.
        "OPTIONS": {"MAX_ENTRIES": 1000},
    }
)
CACHES = {"default": {"BACKEND": "django.core.cache.backends.locmem.LocMemCache"}, "pages": _SHARED_CACHE}

# What a crawl brings home, evidence and papers lie beside MEDIA_ROOT, never below it: MEDIA_ROOT is served by URL.
MEDIA_ROOT = DATA_DIR / "uploads"
MEDIA_URL = "/media/"
STORAGES = {
    "default": {"BACKEND": "portal.pages.storage.Uploads"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
RUNS_DIR = DATA_DIR / "runs"
EVIDENCE_DIR = DATA_DIR / "evidence"
PAPERS_DIR = DATA_DIR / "papers"
SEARCH_INDEX_DIR = VAR_DIR / "search-index"

STATIC_URL = "/static/"
STATIC_ROOT = VAR_DIR / "static"
STATIC_ROOT.mkdir(exist_ok=True)
STATICFILES_DIRS = [BASE_DIR / "portal" / "static"]

# Language and time

# Chinese whatever the browser asks for; a person may choose English for the admin in their account.
LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
WAGTAILADMIN_PERMITTED_LANGUAGES = LANGUAGES
WAGTAIL_CONTENT_LANGUAGES = [("zh-hans", "简体中文")]
# The second one has what Wagtail's own catalogue lacks, on the screens that editors use.
LOCALE_PATHS = [BASE_DIR / "portal" / "locale", BASE_DIR / "portal" / "wagtail_words"]
USE_I18N = True
TIME_ZONE = "Asia/Shanghai"
USE_TZ = True
# Dates on screen are the same in every language: 2026-11-18 09:30.
FORMAT_MODULE_PATH = ["portal.formats"]

# Wagtail

WAGTAIL_SITE_NAME = "电子政务网门户"
WAGTAILADMIN_BASE_URL = env("PORTAL_BASE_URL")
WAGTAILSEARCH_BACKENDS = {"default": {"BACKEND": env("SEARCH_BACKEND")}}
WAGTAILDOCS_DOCUMENT_MODEL = "wagtaildocs.Document"
WAGTAIL_ENABLE_UPDATE_CHECK = False
WAGTAIL_ENABLE_WHATS_NEW_BANNER = False
WAGTAIL_GRAVATAR_PROVIDER_URL = None
WAGTAIL_I18N_ENABLED = False
WAGTAIL_FINISH_WORKFLOW_ACTION = "portal.pages.approval.finish.publish_signed"
WAGTAIL_WORKFLOW_CANCEL_ON_PUBLISH = True
# A link by address stays one: made into a link to a page it would tell the title of a draft, whichever unit's.
WAGTAILADMIN_EXTERNAL_LINK_CONVERSION = "none"
# Addresses stand in papers: short and ASCII.
WAGTAIL_ALLOW_UNICODE_SLUGS = False
# Which files may be attached is kept by the office: portal.pages.files.
WAGTAILDOCS_DOCUMENT_FORM_BASE = "portal.pages.uploads.DocumentForm"
# What pages need and do not know: who reads a file's text, and how often a class of columns must be updated.
ATTACHMENT_TEXTS = "search.attachments"
COLUMN_RULE = "audits.desk.deadlines.rule_for_pages"
WAGTAIL_FRONTEND_LOGIN_URL = "/sign-in/"
LOGIN_URL = "sign_in"
# There is no mail to send a link to: the network centre hands out a one-time password.
WAGTAIL_PASSWORD_RESET_ENABLED = False
WAGTAIL_EMAIL_MANAGEMENT_ENABLED = False
# Deadlines are days of one county: nobody reads them in another zone.
WAGTAIL_USER_TIME_ZONES = [TIME_ZONE]
LOGIN_REDIRECT_URL = "wagtailadmin_home"
# A pdf opens inside the page that it is attached to.
X_FRAME_OPTIONS = "SAMEORIGIN"

# Queue

Q_CLUSTER = {
    "name": "portal",
    "workers": env("QUEUE_WORKERS"),
    "timeout": 3600,
    "retry": 3900,  # above timeout, else a long audit would be started twice
    "max_attempts": 1,
    "catch_up": False,
    "label": "django-q",
}
if env("REDIS_URL"):
    Q_CLUSTER["redis"] = env("REDIS_URL")
else:
    Q_CLUSTER["orm"] = "default"

# Audit

PORTAL_BASE_URL = env("PORTAL_BASE_URL")
AUDIT_ALLOW_LOOPBACK = env("AUDIT_ALLOW_LOOPBACK")
AUDIT_CONTACT = env("AUDIT_CONTACT")
AUDIT_SCHEDULE = env("AUDIT_SCHEDULE")
AUDIT_PROFILE = env("AUDIT_PROFILE")
CHROMIUM_PATH = env("CHROMIUM_PATH")
CENTRE_PHONE = env("CENTRE_PHONE")
# Papers: who issues them and the 机关代字 in their numbers.
PAPER_AUTHORITY = env("PAPER_AUTHORITY")
PAPER_AUTHORITY_CODE = env("PAPER_AUTHORITY_CODE")
PAPER_FANGSONG_FONT = env("PAPER_FANGSONG_FONT")

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["console"], "level": env("LOG_LEVEL")},
    # A line for every page and every index task: the database keeps who did what.
    "loggers": {
        **{name: {"level": "WARNING"} for name in ("wagtail", "django_tasks", "axes", "weasyprint", "fontTools")},
        "django.request": {"level": "ERROR"},  # a page that is not there is the reader's affair
    },
}
