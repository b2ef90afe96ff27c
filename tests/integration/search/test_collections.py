"""Documents in collections: what is written in one that not everybody may read tells nothing."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from wagtail.documents import get_document_model
from wagtail.models import Collection, CollectionViewRestriction, Page

from portal.pages.models import ArticlePage
from search import services, tasks
from search.backends.base import Engine
from tests.factories import make_article
from tests.integration.search.attached import found, in_docx, upload

pytestmark = pytest.mark.django_db


@pytest.fixture
def in_a_collection(committed):
    """An article with one attachment in a collection below the one that is given back."""
    archive = Collection.get_first_root_node().add_child(name="档案")
    document = upload("read.docx", in_docx())
    document.collection = archive.add_child(name="内部")
    with committed():
        document.save()
        make_article(title="汛期工作", body=[("attachments", [document])])
        services.rebuild()
    return archive


def test_a_closed_collections_documents_find_no_article_and_stand_in_no_snippet(in_a_collection, committed) -> None:
    assert "<mark>" in found()[0]
    restriction = CollectionViewRestriction(collection=in_a_collection, restriction_type="login")

    restriction.save()  # the queue has not worked yet
    assert found() == []
    assert len(found("汛期工作")) == 1
    services.index_changes()
    assert found() == []
    assert len(found("read.docx")) == 1  # the title stands on the article's page

    with committed():
        restriction.delete()
    assert "<mark>" in found()[0]


def in_desk(text: str = "隐患点排查", **asked: Any) -> int:
    """How many pages Wagtail's own search finds, as its listings and choosers ask."""
    assert Page.objects.search(text, **asked).count() == ArticlePage.objects.search(text, **asked).count()
    return Page.objects.search(text, **asked).count()


def test_the_desks_search_for_pages_tells_as_little_of_a_closed_attachment(
    in_a_collection, closed, committed, monkeypatch
) -> None:
    assert in_desk() == 1
    with monkeypatch.context() as damaged:
        damaged.setattr(Engine, "is_damaged", True)
        assert (in_desk(), in_desk("汛期工作")) == (0, 1)

    move(in_a_collection, closed)
    assert (in_desk(), in_desk("汛期工作")) == (0, 1)  # nobody was told
    services.note_opened_or_closed()
    assert (in_desk(), in_desk("汛期工作")) == (0, 1)  # the queue has not worked yet
    services.index_changes()
    assert (in_desk(), in_desk("汛期工作")) == (0, 1)

    with committed():
        CollectionViewRestriction.objects.get().delete()
    assert in_desk() == 1


def test_whether_attachments_were_closed_is_asked_only_where_they_are_searched(in_a_collection) -> None:
    asked = [{}, {"fields": ["title"]}]
    for each in asked:  # what is asked once is asked here
        list(Page.objects.search("汛期工作", **each))
    counts = []
    for each in asked:
        with CaptureQueriesContext(connection) as queries_asked:
            list(Page.objects.search("汛期工作", **each))
        counts.append(len(queries_asked))

    assert counts[0] == counts[1] + 2


def test_a_document_that_is_moved_or_renamed_is_found_by_what_it_is_now(in_a_collection, committed) -> None:
    document = get_document_model().objects.get()
    closed = Collection.get_first_root_node().add_child(name="密")
    CollectionViewRestriction.objects.create(collection=closed, restriction_type="login")
    with committed():
        document.title = "林长名册"
        document.save()
    assert len(found("林长名册")) == 1

    with committed():
        document.collection = closed
        document.save()
    assert found() == []


@pytest.fixture
def closed() -> Collection:
    """A collection beside the others that only who signs in may read."""
    collection = Collection.get_first_root_node().add_child(name="密")
    CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
    return collection


def test_a_collection_that_the_desk_moves_is_found_or_not_by_where_it_stands_then(
    in_a_collection, closed, committed, admin_client
) -> None:
    edit = reverse("wagtailadmin_collections:edit", args=[in_a_collection.pk])
    assert "<mark>" in found()[0]

    with committed():
        admin_client.post(edit, {"name": "档案", "parent": closed.pk})
    assert Collection.objects.get(pk=in_a_collection.pk).is_descendant_of(Collection.objects.get(pk=closed.pk))
    assert found() == []

    with committed():
        admin_client.post(edit, {"name": "档案", "parent": Collection.get_first_root_node().pk})
    assert "<mark>" in found()[0]


def test_documents_that_the_desk_moves_together_are_noticed(in_a_collection, closed, committed, admin_client) -> None:
    document = get_document_model().objects.get()
    move = reverse("wagtail_bulk_action", args=["wagtaildocs", "document", "add_to_collection"])

    with committed():
        admin_client.post(f"{move}?id={document.pk}", {"collection": closed.pk})

    assert get_document_model().objects.get().collection == closed
    assert found() == []


def move(collection: Collection, target: Collection) -> None:
    """As a program does it; both are looked up, because a new sibling's name may have shifted their places."""
    target = Collection.objects.get(pk=target.pk)
    Collection.objects.get(pk=collection.pk).move(target, "sorted-child")


def test_a_collection_that_a_program_moves_is_noticed_by_the_queue(in_a_collection, closed) -> None:
    move(in_a_collection, closed)
    assert found() == []  # nobody was told

    tasks.look_at_attachments()
    assert found() == []
    assert services.note_opened_or_closed() == 0

    move(in_a_collection, Collection.get_first_root_node())
    tasks.look_at_attachments()
    assert "<mark>" in found()[0]
    assert services.note_opened_or_closed() == 0


def test_a_document_read_in_a_closed_collection_is_found_once_that_opens(in_a_collection, closed, committed) -> None:
    move(in_a_collection, closed)
    services.read_attachment(get_document_model().objects.get().pk)
    services.index_changes()
    assert found() == []
    assert services.note_opened_or_closed() == 0

    with committed():
        CollectionViewRestriction.objects.get().delete()
    assert "<mark>" in found()[0]


def test_a_closed_document_that_its_article_lost_is_not_found_before_the_queue_has_run(in_a_collection, closed) -> None:
    move(in_a_collection, closed)
    article = ArticlePage.objects.get()
    article.body = []
    article.save_revision().publish()
    services.note_opened_or_closed()

    assert found() == []
    services.index_changes()
    assert found() == []


SECRETS = ("甲区隐患名册", "乙片核查底稿", "丙段约谈纪要")


@pytest.fixture
def documents():
    """Each says something that no other does, and is read."""
    uploaded = [upload(f"{number}.txt", f"附件正文{secret}".encode()) for number, secret in enumerate(SECRETS)]
    for document in uploaded:
        services.read_attachment(document.pk)
    return uploaded


def told_by(secret: str) -> list[str]:
    """Snippets of what is found with a secret; the pages that Wagtail's search finds are the same."""
    assert in_desk(secret) == len(found(secret))
    return found(secret)


@pytest.mark.usefixtures("data_folders")
@hypothesis_settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_nothing_that_is_shown_tells_of_a_closed_collection(documents, data) -> None:
    """Random trees of collections, restrictions and moves; before the queue has heard of them and after."""
    with transaction.atomic():
        collections = [Collection.get_first_root_node().add_child(name="档案")]
        for number in range(data.draw(st.integers(1, 4))):
            above = Collection.objects.get(pk=data.draw(st.sampled_from(collections)).pk)
            collections.append(above.add_child(name=f"集合{number}"))
        for document in documents:
            document.collection = data.draw(st.sampled_from(collections))
            document.save()
            make_article(title="汛期工作", body=[("attachments", [document])])
        services.rebuild()
        for collection in data.draw(st.lists(st.sampled_from(collections), unique=True, max_size=3)):
            CollectionViewRestriction.objects.create(collection=collection, restriction_type="login")
        for _ in range(data.draw(st.integers(0, 2))):
            moved, target = (Collection.objects.get(pk=data.draw(st.sampled_from(collections)).pk) for _ in range(2))
            if not (target == moved or target.is_descendant_of(moved)):
                move(moved, target)

        for queue_has_run in (False, True):
            for document, secret in zip(documents, SECRETS, strict=True):
                place = Collection.objects.get(pk=document.collection_id)
                is_open = not place.get_view_restrictions()
                # until then, what attachments say may not be searched at all
                assert len(told_by(secret)) == is_open or (is_open and not queue_has_run and not told_by(secret))
                assert all("<mark>" in snippet for snippet in told_by(secret))
            assert len(found("汛期工作")) == len(documents)
            assert not any(secret in snippet for secret in SECRETS for snippet in found("汛期工作"))
            services.note_opened_or_closed()
            services.index_changes()
        transaction.set_rollback(True)


def test_an_index_that_stands_in_for_a_damaged_one_is_not_asked_what_attachments_say(
    in_a_collection, monkeypatch
) -> None:
    assert len(found()) == 1
    monkeypatch.setattr(Engine, "is_damaged", True)

    assert found() == []
    assert len(found("汛期工作")) == 1


def test_a_deleted_document_finds_its_article_no_longer(in_a_collection, committed) -> None:
    get_document_model().objects.get().delete()
    assert found() == []

    services.index_changes()
    assert found() == found("read.docx") == []
    assert len(found("汛期工作")) == 1
