"""Where the columns of the sample's outside sites lie."""

from __future__ import annotations

from audits.management.sample.county import OutsideSite

_PATHS = {"gb2312": "/{}/index.htm", "trs": "/xxgk/{}/", "signin": "/portal/{}"}


def column_path(site: OutsideSite, slug: str) -> str:
    """The path of a column's list on its site."""
    return _PATHS.get(site.style, "/{}/").format(slug)
