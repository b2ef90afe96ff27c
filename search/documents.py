"""Model instances -> what an index holds of them: texts by field, as the models' `search_fields` say."""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from django.db import models
from django.db.models import Manager
from modelsearch.backends.base import get_model_root
from modelsearch.index import AutocompleteField, Indexed, RelatedFields, SearchField, get_indexed_models

#: Raised by one when the analysis or the files change: an index of another version counts as missing.
VERSION = 6
#: Index fields begin with what they are for, so that completing what is typed never touches a body.
WORDS = "w_"
COMPLETION = "c_"


@dataclass(frozen=True)
class Document:
    """One object in the index: its key and the texts of its fields by index field."""

    key: str
    texts: dict[str, str]


@dataclass(frozen=True)
class Addition:
    """Fields of a model that no attribute of it holds: field -> boost, and a function that reads many at once.

    `read` is given instances and returns primary key -> field -> text. What stands in the fields `closable` may be
    closed to readers later; `may_tell` says whether an index may hold such words now.
    """

    boosts: dict[str, float]
    read: Callable[[Sequence[Any]], dict[Any, dict[str, str]]]
    completion: Sequence[str] = field(default=())
    closable: Sequence[str] = ()
    may_tell: Callable[[], bool] = lambda: False


_additions: dict[Any, Addition] = {}


def add_to_documents(model: type[models.Model], addition: Addition) -> None:
    """Index more of a model than its `search_fields` name; a model without any is indexed by this alone."""
    _additions[model] = addition
    fields_of.cache_clear()
    fingerprint.cache_clear()


def indexed_models() -> list[Any]:
    """Every model that the index holds: the framework's, and those that only have an addition."""
    of_the_framework = get_indexed_models()
    return [*of_the_framework, *(model for model in _additions if model not in of_the_framework)]


def beyond_the_framework() -> list[Any]:
    """Models that the framework's own commands do not know."""
    of_the_framework = get_indexed_models()
    return [model for model in _additions if model not in of_the_framework]


def objects_of(model: Any) -> models.QuerySet:
    """The objects of a model that the index is to hold."""
    return model.get_indexed_objects() if issubclass(model, Indexed) else model._default_manager.all()


def _declarations(model: Any) -> list[Any]:
    return model.get_search_fields() if issubclass(model, Indexed) else []


def key_of(model: type[models.Model], pk: Any) -> str:
    """The key of an object: the same from whichever of its models it is looked at."""
    return f"{get_model_root(model)._meta.label_lower}:{pk}"


def documents(model: Any, objects: Sequence[Any]) -> Iterator[Document]:
    """What the index is to hold of objects of one model."""
    addition = _additions.get(model)
    more = addition.read(objects) if addition else {}
    for instance in objects:
        texts: dict[str, list[str]] = defaultdict(list)
        for name, value in _values(instance, _declarations(model)):
            texts[name].append(value)
        for name, value in more.get(instance.pk, {}).items():
            texts[WORDS + name].append(value)
            if addition and name in addition.completion:
                texts[COMPLETION + name].append(value)
        yield Document(
            key=key_of(model, instance.pk),
            texts={name: "\n".join(filter(None, values)) for name, values in texts.items()},
        )


@cache
def fields_of(model: type[models.Model], prefix: str) -> dict[str, float]:
    """Index field -> boost, of a model and of the models that inherit from it."""
    boosts: dict[str, float] = {}
    for indexed in indexed_models():
        if not issubclass(indexed, model):
            continue
        found = dict(_declared(_declarations(indexed), prefix))
        addition = _additions.get(indexed)
        if addition and prefix == WORDS:
            found.update({WORDS + name: boost for name, boost in addition.boosts.items()})
        if addition and prefix == COMPLETION:
            found.update({COMPLETION + name: addition.boosts[name] for name in addition.completion})
        for name, boost in found.items():
            boosts[name] = max(boost, boosts.get(name, 0.0))
    return boosts


def closable_fields(model: type[models.Model]) -> dict[str, Callable[[], bool]]:
    """Index field -> whether its words may be closed to readers by now; of a model and those that inherit from it."""
    return {
        WORDS + name: addition.may_tell
        for indexed, addition in _additions.items()
        if issubclass(indexed, model)
        for name in addition.closable
    }


def all_fields() -> list[str]:
    """Every field that an index can hold."""
    names = {name for model in indexed_models() for prefix in (WORDS, COMPLETION) for name in fields_of(model, prefix)}
    return sorted(names)


@cache
def fingerprint() -> str:
    """Names an index that this program can use: the version of the analysis and the fields."""
    return f"{VERSION}-{hashlib.sha256(' '.join(all_fields()).encode()).hexdigest()[:8]}"


def _declared(fields: Iterable[Any], prefix: str, way: str = "") -> Iterator[tuple[str, float]]:
    for declared in fields:
        if isinstance(declared, RelatedFields):
            yield from _declared(declared.fields, prefix, f"{way}{declared.field_name}__")
        elif isinstance(declared, SearchField) and prefix == WORDS:
            yield f"{prefix}{way}{declared.field_name}", declared.boost or 1.0
        elif isinstance(declared, AutocompleteField) and prefix == COMPLETION:
            yield f"{prefix}{way}{declared.field_name}", 1.0


def _values(instance: Any, fields: Iterable[Any], way: str = "") -> Iterator[tuple[str, str]]:
    for declared in fields:
        if isinstance(declared, RelatedFields):
            for related in _related(declared.get_value(instance)):
                yield from _values(related, declared.fields, f"{way}{declared.field_name}__")
        elif isinstance(declared, SearchField):
            yield f"{WORDS}{way}{declared.field_name}", _text(declared.get_value(instance))
        elif isinstance(declared, AutocompleteField):
            yield f"{COMPLETION}{way}{declared.field_name}", _text(declared.get_value(instance))


def _related(value: Any) -> Iterable[Any]:
    if value is None:
        return ()
    return value.all() if isinstance(value, Manager) else (value,)


def _text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, (list, tuple)):
        return "\n".join(map(_text, value))
    if isinstance(value, dict):
        return "\n".join(map(_text, value.values()))
    return str(value)
