"""What is asked of the words that go into the registry, and the error when they do not fit."""

from __future__ import annotations

from audits.registry.models import Column, Site
from portal.pages.enums import ColumnClass


class RegistryError(ValueError):
    """What was asked for does not fit the registry; the message is one line for a person."""


def known_class(code: str) -> str:
    if code not in ColumnClass.values:
        raise RegistryError(f"class {code!r} is none of {', '.join(ColumnClass.values)}")
    return code


def in_one_line(text: str) -> str:
    """White space folded, nothing that cannot be printed: it may come from a stranger's page, and goes into papers."""
    return " ".join("".join(each for each in text if each.isprintable() or each.isspace()).split())


def stated(reason: str) -> str:
    """A reason as it is kept: it stands in sentences. Raises RegistryError for none."""
    reason = in_one_line(reason)
    if not reason:
        raise RegistryError("a reason is needed")
    return reason


def check_length(model: type[Site] | type[Column], **values: str) -> None:
    lengths = {field.name: field.max_length for field in model._meta.fields}
    for field, value in values.items():
        longest = lengths[field]
        if longest is not None and len(value) > longest:
            raise RegistryError(f"{field}: {len(value)} characters are more than {longest}: {value[:60]}…")
