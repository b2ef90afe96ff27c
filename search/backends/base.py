"""What the engines share: the framework's queries -> `search.wanted`, ranked keys -> objects.

The engine proposes keys; the database decides: filters, order, counts and facets are the queryset's own. So whatever a
queryset excludes is excluded, however late the index is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from copy import copy
from functools import cached_property
from typing import Any

from django.db import models
from django.db.models import Count
from django.utils import timezone
from modelsearch.backends.base import (
    BaseIndex,
    BaseSearchBackend,
    BaseSearchQueryCompiler,
    BaseSearchResults,
    FilterFieldError,
)
from modelsearch.query import And, Boost, Fuzzy, MatchAll, Not, Or, Phrase, PlainText, SearchQuery

from search import lexicon, outbox, tasks, wanted
from search.analysis import runs
from search.documents import (
    COMPLETION,
    WORDS,
    Document,
    beyond_the_framework,
    closable_fields,
    fields_of,
    key_of,
    objects_of,
)
from search.errors import IndexUnavailable
from search.keys import among, best_first
from search.parsing import alternatives, terms_of
from search.wanted import Wanted


class Engine(ABC):
    """Holds documents and says which match; knows nothing of models, readers or permissions."""

    @abstractmethod
    def scores(self, asked: Wanted, *, root: str) -> dict[str, float]:
        """Primary key (as text) -> score, in no order, of the documents whose keys begin with `root:`."""

    #: Set when the index that should have been read could not be.
    is_damaged = False

    @abstractmethod
    def write_lock(self) -> AbstractContextManager[None]:
        """One writer at a time; the others wait in line."""

    @abstractmethod
    def write(self, *, remove: Iterable[str], add: Iterable[Document]) -> None:
        """Remove documents by key, then add others; both or neither become visible."""

    @abstractmethod
    def start_rebuild(self) -> None:
        """Begin an index beside the current one; `write_aside` fills it, nobody reads it yet.

        Raises:
            RebuildRunning: another process is at it.
        """

    @abstractmethod
    def write_aside(self, *, remove: Iterable[str] = (), add: Iterable[Document]) -> None:
        """`write` for the index that is being built."""

    @abstractmethod
    def finish_rebuild(self) -> None:
        """Take the new index into use at once. Under `write_lock`."""

    @abstractmethod
    def abandon_rebuild(self) -> None:
        """Throw the unfinished index away; the current one stays."""

    @abstractmethod
    def reset(self) -> None:
        """Start over with an empty index."""

    @abstractmethod
    def size(self) -> int:
        """How many documents the index holds; 0 where there is none yet.

        Raises:
            IndexUnavailable: there is one, and it cannot be read.
        """

    def look_through(self) -> bool:
        """Whether all that the index holds is what was written; nobody reads one that is not any more."""
        return True

    def claim_rebuild(self, *, now: float) -> bool:
        """Whether the caller is the one to ask for a rebuild at `now` (seconds since 1970): nobody has lately."""
        return True


class QueryCompiler(BaseSearchQueryCompiler):
    """A query of the framework over the fields that hold whole words."""

    DEFAULT_OPERATOR = "and"
    HANDLES_ORDER_BY_EXPRESSIONS = True
    PREFIX = WORDS

    @cached_property
    def asked_fields(self) -> dict[str, float]:
        known = fields_of(self.queryset.model, self.PREFIX)
        if self.fields is None:
            return known
        names = [self.PREFIX + name for name in self.fields]
        return {name: known[name] for name in names if name in known}

    @cached_property
    def wanted(self) -> Wanted:
        lexicon.refresh()
        asked = {
            may_tell for name, may_tell in closable_fields(self.queryset.model).items() if name in self.asked_fields
        }
        return self.sure if any(may_tell() for may_tell in asked) else self._compile(self.query, 1.0)

    @cached_property
    def sure(self) -> Wanted:
        """`wanted` without the fields whose words may be closed by now: for an index that lags, or is an older one."""
        closable = closable_fields(self.queryset.model)
        other = copy(self)
        other.__dict__["asked_fields"] = {name: own for name, own in self.asked_fields.items() if name not in closable}
        return other._compile(self.query, 1.0)

    def _compile(self, query: SearchQuery, boost: float) -> Wanted:
        if isinstance(query, PlainText):
            return self._text(query, boost * query.boost)
        if isinstance(query, Phrase):
            return self._anywhere(
                tuple(token for run, is_han in runs(query.query_string) for token in _tokens(run, is_han)), boost
            )
        if isinstance(query, Fuzzy):
            join = wanted.every if query.operator == "and" else wanted.either
            return join([self._near(term, boost) for term in terms_of(query.query_string)])
        if isinstance(query, Boost):
            return self._compile(query.subquery, boost * query.boost)
        if isinstance(query, And):
            return wanted.every([self._compile(part, boost) for part in query.subqueries])
        if isinstance(query, Or):
            return wanted.either([self._compile(part, boost) for part in query.subqueries])
        if isinstance(query, Not):
            return wanted.without(self._compile(query.subquery, boost))
        if isinstance(query, MatchAll):
            return wanted.Everything()
        raise NotImplementedError(f"{type(query).__name__} is no query of the framework")

    def _text(self, query: PlainText, boost: float) -> Wanted:
        join = wanted.every if query.operator == "and" else wanted.either
        return join(
            [
                wanted.either([self._anywhere(same, boost) for same in alternatives(term)])
                for term in terms_of(query.query_string)
            ]
        )

    def _anywhere(self, tokens: tuple[str, ...], boost: float) -> Wanted:
        if not tokens:
            return wanted.Nothing()
        return wanted.either([wanted.Run(name, tokens, boost * own) for name, own in self.asked_fields.items()])

    def _near(self, tokens: tuple[str, ...], boost: float) -> Wanted:
        if len(tokens) > 1:
            return self._anywhere(tokens, boost)
        return wanted.either([wanted.Near(name, tokens[0], boost * own) for name, own in self.asked_fields.items()])


class AutocompleteQueryCompiler(QueryCompiler):
    """A query over the fields that complete what is being typed: the last word may be unfinished."""

    PREFIX = COMPLETION

    def _text(self, query: PlainText, boost: float) -> Wanted:
        join = wanted.every if query.operator == "and" else wanted.either
        pieces = list(runs(query.query_string))
        return join([self._begun(run, is_han, boost) for run, is_han in pieces])

    def _begun(self, run: str, is_han: bool, boost: float) -> Wanted:
        """Han characters are a token each, so an unfinished word is simply a shorter run."""
        if is_han:
            return self._anywhere(tuple(run), boost)
        return wanted.either([wanted.Beginning(name, run, boost * own) for name, own in self.asked_fields.items()])


def _tokens(run: str, is_han: bool) -> tuple[str, ...]:
    return tuple(run) if is_han else (run,)


class SearchResults(BaseSearchResults):
    """Ranked keys as objects, as far as the queryset holds them."""

    supports_facet = True

    @cached_property
    def _scores(self) -> dict[Any, float]:
        model = self.query_compiler.queryset.model
        root = key_of(model, "").removesuffix(":")
        to_python = model._meta.pk.to_python
        compiler, engine = self.query_compiler, self.backend.engine
        try:
            found = engine.scores(compiler.wanted, root=root)
            if engine.is_damaged and compiler.sure != compiler.wanted:
                found = engine.scores(compiler.sure, root=root)
        except IndexUnavailable:
            # Wagtail's own listings know no such state: they show nothing until the queue has built an index.
            found = {}
            tasks.queue_rebuild()
        else:
            if engine.is_damaged:
                tasks.queue_rebuild()
        scores = {to_python(pk): score for pk, score in found.items()}
        return {pk: scores[pk] for pk in best_first(scores)}

    def _matching(self) -> models.QuerySet:
        queryset = self.query_compiler.queryset
        pks = list(self._scores)
        if not pks:
            return queryset.none()
        return queryset.filter(pk__in=among(_key_field(queryset.model), pks, using=queryset.db))

    def _ordered_pks(self) -> list[Any]:
        """Primary keys of all results, in order; joins of the queryset may name one more than once."""
        matching = self._matching()
        if self.query_compiler.order_by_relevance:
            there = set(matching.order_by().values_list("pk", flat=True))
            return [pk for pk in self._scores if pk in there]
        if not matching.query.order_by:
            matching = matching.order_by("-pk")
        return list(dict.fromkeys(matching.values_list("pk", flat=True)))

    def _clone(self) -> SearchResults:
        clone = super()._clone()
        if "_scores" in self.__dict__:
            clone.__dict__["_scores"] = self._scores
        return clone

    def _do_search(self) -> list[Any]:
        pks = self._ordered_pks()[self.start : self.stop]
        found = {instance.pk: instance for instance in self._instances(pks)}
        instances = [found[pk] for pk in pks if pk in found]
        if self._score_field:
            for instance in instances:
                setattr(instance, self._score_field, self._scores[instance.pk])
        return instances

    def _instances(self, pks: list[Any]) -> Iterable[Any]:
        if not pks:
            return ()
        queryset = self.query_compiler.queryset
        return queryset.order_by().filter(pk__in=among(_key_field(queryset.model), pks, using=queryset.db))

    def _do_count(self) -> int:
        return len(self._ordered_pks()[self.start : self.stop])

    def facet(self, field_name: str) -> OrderedDict[Any, int]:
        """Value -> how many results have it, the commonest first."""
        if self.query_compiler._get_filterable_field(field_name) is None:
            model = self.query_compiler.queryset.model.__name__
            raise FilterFieldError(
                f'Cannot facet search results with field "{field_name}". '
                f"Please add index.FilterField('{field_name}') to {model}.search_fields.",
                field_name=field_name,
            )
        counted = self._matching().order_by().values_list(field_name).annotate(count=Count("pk", distinct=True))
        return OrderedDict(counted.order_by("-count"))


def _key_field(model: type[models.Model]) -> models.Field:
    """The field that holds the key's value: a child's key points to its parent's."""
    field: Any = model._meta.pk
    while field.remote_field:
        field = field.target_field
    return field


class Index(BaseIndex):
    """Writes go to the outbox, in the transaction of what they are about; the queue brings them to the engine."""

    def add_items(self, model: type[models.Model], items: Sequence[Any]) -> None:
        if items:
            outbox.note(model, [item.pk for item in items])
            tasks.queue_index_changes()

    def delete_item(self, item: Any) -> None:
        self.add_items(type(item), [item])

    def refresh(self) -> None:
        """Bring everything that is noted to the engine now."""
        outbox.drain(self.backend.engine)

    def reset(self) -> None:
        outbox.forget()
        self.backend.engine.reset()

    def __str__(self) -> str:
        return "default"


class _IndexAside(BaseIndex):
    """The index that a rebuild fills."""

    def add_items(self, model: type[models.Model], items: Sequence[Any]) -> None:
        work = outbox.Work()
        work.read(model, items)
        outbox.bring(self.backend.engine.write_aside, work)


class Rebuilder:
    """A rebuild as the framework's command drives it; whatever goes wrong leaves the current index."""

    def __init__(self, index: Index) -> None:
        self.engine: Engine = index.backend.engine
        self.aside = _IndexAside(index.backend)

    def start(self) -> BaseIndex:
        """The framework's command fills what this returns; it does not know all models."""
        index = self.start_empty()
        for model in beyond_the_framework():
            index.add_items(model, list(objects_of(model)))
        return index

    def start_empty(self) -> BaseIndex:
        self.started_at = timezone.now()
        lexicon.refresh()
        self.engine.start_rebuild()
        return self.aside

    def finish(self) -> None:
        with self.engine.write_lock():
            lexicon.refresh()
            changes, work = outbox.changed_since(self.started_at)
            outbox.bring(self.engine.write_aside, outbox.Work(remove=work.remove, broken=work.broken))
            for start in range(0, len(work.add), outbox.BATCH):
                some = work.add[start : start + outbox.BATCH]
                outbox.bring(self.engine.write_aside, outbox.Work(add=some))
            self.engine.finish_rebuild()
            outbox.done(changes)

    def abandon(self) -> None:
        self.engine.abandon_rebuild()


class Backend(BaseSearchBackend):
    """A backend of the framework on top of an engine of ours."""

    query_compiler_class = QueryCompiler
    autocomplete_query_compiler_class = AutocompleteQueryCompiler
    index_class = Index
    results_class = SearchResults
    rebuilder_class = Rebuilder
    engine: Engine
