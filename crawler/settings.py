"""Scrapy's settings for one plan."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from crawler.plan import Plan

LOG_NAME = "crawl.log"
#: Requests under way at once, over all hosts; one host's share is in the plan.
_CONCURRENCY = 32


def scrapy_settings(plan: Plan, out: Path) -> dict[str, Any]:
    """What Scrapy may do for this plan; everything it would do of its own accord is off."""
    limits = plan.limits
    return {
        "BOT_NAME": "county-column-audit",
        "USER_AGENT": plan.user_agent,
        # The sites are registered by the units that run them and audited by agreement: robots.txt is
        # written for search engines, and a column it hides from them is still to be kept fresh.
        "ROBOTSTXT_OBEY": False,
        # One door for http and https; no other scheme has one.
        "DOWNLOAD_HANDLERS": {
            "http": "crawler.downloader.GuardedDownloadHandler",
            "https": "crawler.downloader.GuardedDownloadHandler",
            "data": None,
            "file": None,
            "ftp": None,
            "s3": None,
        },
        "HTTPPROXY_ENABLED": False,  # a proxy from the environment would go round the guard
        "REDIRECT_ENABLED": False,  # crawler.downloader follows redirects, and unpacks bodies
        "METAREFRESH_ENABLED": False,
        "COMPRESSION_ENABLED": False,
        "DOWNLOAD_VERIFY_CERTIFICATES": True,
        "DOWNLOAD_MAXSIZE": limits.max_bytes,
        "DOWNLOAD_WARNSIZE": 0,
        "DOWNLOAD_TIMEOUT": limits.timeout,
        "DOWNLOAD_DELAY": limits.delay,
        "DOWNLOAD_DELAY_JITTER": 0,
        "CONCURRENT_REQUESTS": _CONCURRENCY,
        "CONCURRENT_REQUESTS_PER_DOMAIN": limits.concurrency_per_host,
        "DEFAULT_REQUEST_HEADERS": {
            "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
            "Accept-Language": "zh-CN,zh;q=0.9",
            "Accept-Encoding": "gzip",
        },
        "COOKIES_ENABLED": False,
        "RETRY_TIMES": 2,
        "RETRY_HTTP_CODES": [],  # what a server answers is a fact; only lost connections are tried again
        "RETRY_EXCEPTIONS": [
            "scrapy.exceptions.DownloadConnectionRefusedError",
            "scrapy.exceptions.DownloadFailedError",
            "scrapy.exceptions.ResponseDataLossError",
            "twisted.internet.error.ConnectError",
            "twisted.internet.error.ConnectionDone",
            "twisted.internet.error.ConnectionLost",
        ],
        "RETRY_GIVE_UP_LOG_LEVEL": "INFO",
        "HTTPERROR_ALLOW_ALL": True,
        "URLLENGTH_LIMIT": 0,
        "REFERER_ENABLED": False,
        "ITEM_PIPELINES": {"crawler.pipelines.RecordsPipeline": 0},
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
        "MEMUSAGE_ENABLED": False,
        "LOG_FILE": str(out / LOG_NAME),
        "LOG_LEVEL": "WARNING",
    }
