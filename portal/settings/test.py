"""What the tests run under; every line differs from dev for a reason."""

from portal.settings.base import *  # noqa: F403 -- a settings module is its base plus what differs

SECRET_KEY = "tests"
# Hashing slowly on purpose would be most of the time that creating users takes.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
# Queued work runs in the caller, so that a test sees its effect.
Q_CLUSTER = {**Q_CLUSTER, "sync": True}
# Every page is made anew, and no test reads what another has left behind.
CACHES = {**CACHES, "pages": {"BACKEND": "django.core.cache.backends.dummy.DummyCache"}}
# The tests' sites are served on loopback.
AUDIT_ALLOW_LOOPBACK = True
