"""One person's machine: the demo, `make serve`, and trying things out."""

from portal.settings.base import *  # noqa: F403 -- a settings module is its base plus what differs

# Pages look as in production, errors too; static files come from their sources, nobody collects them.
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
SECRET_KEY = SECRET_KEY or "only-for-this-machine"
