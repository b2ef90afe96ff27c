"""Writes of the registry. Each may be called twice; the second call changes nothing."""

from audits.registry.services.checks import RegistryError
from audits.registry.services.columns import (
    add_column,
    change_class,
    clear_override,
    confirm_columns,
    confirm_retirement,
    exempt,
    location_of,
    propose_retirement,
    set_override,
    turn_down,
    withdraw_retirement,
)
from audits.registry.services.pages import forget_column_page, sync_column_page
from audits.registry.services.sites import (
    PORTAL_CODE,
    add_outside_site,
    change_site,
    code_of,
    file_downtime,
    outside_site,
    page_path,
    register_portal,
    register_section,
    split_address,
)

__all__ = [
    "PORTAL_CODE",
    "RegistryError",
    "add_column",
    "add_outside_site",
    "change_class",
    "change_site",
    "clear_override",
    "code_of",
    "confirm_columns",
    "confirm_retirement",
    "exempt",
    "file_downtime",
    "forget_column_page",
    "location_of",
    "outside_site",
    "page_path",
    "propose_retirement",
    "register_portal",
    "register_section",
    "set_override",
    "split_address",
    "sync_column_page",
    "turn_down",
    "withdraw_retirement",
]
