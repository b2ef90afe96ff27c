"""Groups follow memberships, and an editor of one unit can do nothing in another: three named people."""

from __future__ import annotations

import datetime as dt
import io
import json
from typing import Any

import pytest
from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.management import CommandError, call_command
from django.test import Client
from django.utils import timezone
from PIL import Image as Raster
from wagtail.documents.models import Document
from wagtail.images.models import Image
from wagtail.models import Collection, GroupCollectionPermission, GroupPagePermission, PageViewRestriction
from wagtail.rich_text import RichText

from portal.pages.approval.models import Deputy
from portal.pages.models import ArticlePage, ColumnPage, HomePage, UnitPage
from portal.pages.services import draft_article
from portal.units import groups, queries, services
from portal.units.enums import Role
from portal.units.models import Unit, User
from tests.factories import PersonFactory, UnitFactory, make_article, make_column_page, make_portal, make_unit_page

pytestmark = pytest.mark.django_db
TODAY = dt.date(2026, 11, 18)
DAY = dt.timedelta(days=1)


def signed_in(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def shown(client: Client, address: str) -> str:
    """What a person sees; the choosers send their HTML inside JSON."""
    response = client.get(address, follow=True)
    return response.json()["html"] if "json" in response["content-type"] else response.content.decode()


@pytest.fixture
def qinghe() -> UnitPage:
    return make_unit_page(UnitFactory(code="qinghe", name="清河镇"))


@pytest.fixture
def column(qinghe: UnitPage) -> ColumnPage:
    return make_column_page(qinghe, title="工作动态", slug="gzdt")


@pytest.fixture
def article(column: ColumnPage) -> ArticlePage:
    return make_article(column, title="清河镇的稿件")


def person_in(section: UnitPage, role: Role) -> User:
    person = PersonFactory()
    services.enrol(person=person, unit=section.unit, role=role, day=timezone.localdate() - DAY)
    return person.user


@pytest.fixture
def wang(qinghe: UnitPage) -> User:
    """Information officer of the unit itself."""
    return person_in(qinghe, Role.EDITOR)


@pytest.fixture
def chen() -> User:
    """Information officer of another unit."""
    return person_in(make_unit_page(UnitFactory(code="shiqiao", name="石桥镇")), Role.EDITOR)


@pytest.fixture
def zhao(qinghe: UnitPage) -> User:
    """In the network centre."""
    return person_in(qinghe, Role.NETWORK_CENTRE)


# What is asked of a page; every address is below /admin/.
OF_AN_ARTICLE = [
    "pages/{article}/edit/",
    "pages/{article}/delete/",
    "pages/{article}/copy/",
    "pages/{article}/move/",
    "pages/{article}/move/{column}/confirm/",
    "pages/{article}/unpublish/",
    "pages/{article}/history/",
    "pages/{article}/usage/",
    "pages/{article}/privacy/",
    "pages/{article}/view_draft/",
    "pages/{article}/edit/preview/",
    "pages/{article}/revisions/{revision}/view/",
    "pages/{article}/revisions/{revision}/revert/",
    "pages/{article}/revisions/compare/earliest...latest/",
    "pages/{article}/convert_alias/",
    "pages/add/pages/articlepage/{column}/",
    "pages/{column}/add_subpage/",
    "pages/{column}/edit/",
    "bulk/wagtailcore/page/delete/?id={article}",
    "bulk/wagtailcore/page/move/?id={article}",
    "bulk/wagtailcore/page/unpublish/?id={article}",
    "bulk/wagtailcore/page/publish/?id={article}",
]


@pytest.mark.parametrize("address", OF_AN_ARTICLE)
def test_an_editor_of_another_unit_is_refused(address, article, column, chen):
    revision = article.latest_revision_id
    response = signed_in(chen).get(
        "/admin/" + address.format(article=article.pk, column=column.pk, revision=revision),
        headers={"accept": "text/html"},
    )
    assert response.status_code in (302, 403, 404) or address.startswith("bulk/"), response.status_code
    assert "清河镇的稿件" not in response.content.decode()
    if response.status_code == 302:
        assert response.url in ("/admin/", "/admin/login/"), f"{address} leads to {response.url}"


#: What is asked of a unit's pictures and documents; every address is below /admin/.
OF_FILES = [
    "api/main/images/",
    "api/main/images/{picture}/",
    "api/main/documents/",
    "api/main/documents/{document}/",
    "images/{picture}/",
    "images/usage/{picture}/",
    "images/chooser/",
    "images/chooser/{picture}/",
    "images/chooser/chosen-multiple/?id={picture}",
    "images/chooser/{picture}/select_format/",
    "documents/edit/{document}/",
    "documents/usage/{document}/",
    "documents/chooser/{document}/",
    "documents/chooser/chosen-multiple/?id={document}",
    *(f"bulk/wagtailimages/image/{act}/?id={{picture}}" for act in ("delete", "add_to_collection", "add_tags")),
    *(f"bulk/wagtaildocs/document/{act}/?id={{document}}" for act in ("delete", "add_to_collection", "add_tags")),
    *(f"reports/{name}/" for name in ("page-types-usage", "aging-pages", "site-history", "locked", "workflow")),
    "reports/page-types-usage/results/",
    "reports/workflow_tasks/",
    "api/main/pages/",
]


@pytest.fixture
def files(qinghe: UnitPage) -> dict[str, Any]:
    """A picture and a document of 清河镇, in an article that is not public."""
    collection = services.collection_of(qinghe.unit)
    file = ContentFile(b"text", name="qh.txt")
    document = Document.objects.create(title="清河镇的附件", collection=collection, file=file)
    drawn = io.BytesIO()
    Raster.new("RGB", (8, 8)).save(drawn, "PNG")
    file = ContentFile(drawn.getvalue(), name="qinghe.png")
    picture = Image.objects.create(title="清河镇的照片", collection=collection, file=file)
    return {"document": document, "picture": picture}


@pytest.mark.parametrize("address", OF_FILES)
def test_an_editor_of_another_unit_sees_no_files_and_no_titles(address, files, column, chen, wang):
    draft_article(column=column, title="清河镇的草稿", body=[("attachments", [files["document"]])], owner=wang)
    pks = {name: file.pk for name, file in files.items()}
    response = signed_in(chen).get("/admin/" + address.format(**pks), headers={"accept": "text/html, */*"})
    assert response.status_code in (200, 302, 403, 404)
    words = response.content.decode()
    assert "清河镇" not in words.encode().decode("unicode_escape", "ignore")
    assert "清河镇" not in words


@pytest.mark.parametrize("address", ["api/main/images/{picture}/", "api/main/documents/{document}/"])
def test_the_own_editor_is_answered(address, files, wang):
    pks = {name: file.pk for name, file in files.items()}
    assert signed_in(wang).get("/admin/" + address.format(**pks)).status_code == 200
    assert signed_in(wang).get(f"/admin/images/chooser/{files['picture'].pk}/select_format/").status_code == 200


def test_a_document_is_handed_out_when_a_page_that_the_reader_may_open_uses_it(files, column, chen, wang):
    document = files["document"]
    people = {"visitor": Client(), "stranger": signed_in(chen)}

    def answers() -> dict[str, int]:
        assert signed_in(wang).get(document.url).status_code == 200
        return {name: client.get(document.url).status_code for name, client in people.items()}

    assert answers() == {"visitor": 404, "stranger": 404}
    draft = draft_article(column=column, title="草稿", body=[("attachments", [document])], owner=wang)
    assert answers() == {"visitor": 404, "stranger": 404}
    draft.latest_revision.publish()
    assert answers() == {"visitor": 200, "stranger": 200}
    article = ArticlePage.objects.get()
    article.body = [("text", RichText("<p>没有附件</p>"))]
    article.save_revision()
    assert answers() == {"visitor": 200, "stranger": 200}
    article.get_latest_revision().publish()
    assert answers() == {"visitor": 404, "stranger": 404}
    article.body = [("text", RichText(f'<p><a linktype="document" id="{document.pk}">附件</a></p>'))]
    article.save_revision()
    assert answers() == {"visitor": 404, "stranger": 404}
    article.get_latest_revision().publish()
    PageViewRestriction.objects.create(page=column, restriction_type="login")
    assert answers() == {"visitor": 404, "stranger": 200}
    ArticlePage.objects.get().unpublish()
    assert answers() == {"visitor": 404, "stranger": 404}


def test_a_deputy_reads_what_he_signs(files, column, qinghe):
    leader, deputy = (person_in(qinghe, role) for role in (Role.LEADER, Role.READER))
    today = timezone.localdate()
    assert signed_in(deputy).get(files["document"].url).status_code == 404
    days = {"valid_from": today, "valid_until": today}
    Deputy.objects.create(
        unit=qinghe.unit, leader=leader.person, deputy=deputy.person, created_at=timezone.now(), **days
    )
    assert signed_in(deputy).get(files["document"].url).status_code == 200


@pytest.mark.parametrize("kind", ["picture", "document", "link"])
def test_another_units_files_are_not_put_into_an_article(kind, files, chen, wang, column):
    link = json.dumps(
        {
            "blocks": [
                {
                    "text": "附件",
                    "type": "unstyled",
                    "depth": 0,
                    "key": "a",
                    "inlineStyleRanges": [],
                    "entityRanges": [{"offset": 0, "length": 2, "key": 0}],
                }
            ],
            "entityMap": {"0": {"type": "DOCUMENT", "mutability": "MUTABLE", "data": {"id": files["document"].pk}}},
        }
    )
    block = {
        "picture": {"type": "image", "value-image": files["picture"].pk, "value-caption": "", "value-alt_text": ""},
        "document": {
            "type": "attachments",
            "value-count": 1,
            "value-0-value": files["document"].pk,
            "value-0-order": 0,
            "value-0-deleted": "",
            "value-0-id": "",
        },
        "link": {"type": "text", "value": link},
    }[kind]
    data = {"title": "题目", "body-count": "1", "body-0-order": "0", "body-0-deleted": "", "body-0-id": ""}
    data |= {f"body-0-{name}": value for name, value in block.items()}
    foreign = make_column_page(UnitPage.objects.get(unit__code="shiqiao"), slug="foreign")
    answer = signed_in(chen).post(f"/admin/pages/add/pages/articlepage/{foreign.pk}/", data)
    assert "图片或文件属于其他单位" in answer.content.decode()
    assert not ArticlePage.objects.exists()
    assert signed_in(wang).post(f"/admin/pages/add/pages/articlepage/{column.pk}/", data).status_code == 302
    assert ArticlePage.objects.get().body[0].block_type == block["type"]


def test_what_a_copy_has_already_stays(files, chen):
    foreign = make_column_page(UnitPage.objects.get(unit__code="shiqiao"), slug="foreign")
    draft = draft_article(column=foreign, title="转来", body=[("attachments", [files["document"]])], owner=chen)
    data = {
        "title": "改过的题目",
        "body-count": "1",
        "body-0-order": "0",
        "body-0-deleted": "",
        "body-0-id": "",
        "body-0-type": "attachments",
        "body-0-value-count": 1,
        "body-0-value-0-value": files["document"].pk,
        "body-0-value-0-order": 0,
        "body-0-value-0-deleted": "",
        "body-0-value-0-id": "",
    }
    assert signed_in(chen).post(f"/admin/pages/{draft.pk}/edit/", data).status_code == 302
    assert ArticlePage.objects.get().get_latest_revision_as_object().title == "改过的题目"


def test_changes_by_an_editor_of_another_unit_do_nothing(article, column, chen):
    client = signed_in(chen)
    for address, data in [
        (f"pages/{article.pk}/delete/", {}),
        (f"pages/{article.pk}/unpublish/", {}),
        (f"pages/{article.pk}/edit/", {"title": "改了", "body-count": "0", "action-publish": "1"}),
        (f"pages/add/pages/articlepage/{column.pk}/", {"title": "塞进来", "body-count": "0", "action-publish": "1"}),
        (f"bulk/wagtailcore/page/delete/?id={article.pk}", {}),
        (f"bulk/wagtailcore/page/unpublish/?id={article.pk}", {}),
    ]:
        client.post("/admin/" + address, data)
    article.refresh_from_db()
    assert article.live
    assert article.title == "清河镇的稿件"
    assert list(ArticlePage.objects.child_of(ColumnPage.objects.get())) == [article]


def test_the_own_editor_may_write_but_not_shape_the_tree(article, column, qinghe, wang):
    client = signed_in(wang)
    assert client.get(f"/admin/pages/{article.pk}/edit/").status_code == 200
    assert client.get(f"/admin/pages/add/pages/articlepage/{column.pk}/").status_code == 200
    for address in [
        f"pages/{column.pk}/edit/",
        f"pages/{column.pk}/delete/",
        f"pages/{column.pk}/unpublish/",
        f"pages/{column.pk}/move/",
        f"pages/{column.pk}/copy/",
        f"pages/{qinghe.pk}/edit/",
        f"pages/add/pages/columnpage/{qinghe.pk}/",
    ]:
        assert client.get("/admin/" + address).status_code in (302, 403), address


def test_the_network_centre_opens_columns_everywhere(article, column, qinghe, zhao):
    client = signed_in(zhao)
    for address in [
        f"pages/{article.pk}/edit/",
        f"pages/{column.pk}/edit/",
        f"pages/add/pages/columnpage/{qinghe.pk}/",
        f"pages/{qinghe.pk}/edit/",
    ]:
        assert client.get("/admin/" + address).status_code == 200, address


def test_where_old_addresses_lead_is_the_network_centres_to_say(column, wang, zhao):
    assert signed_in(zhao).get("/admin/redirects/").status_code == 200
    made = signed_in(zhao).post("/admin/redirects/add/", {"old_path": "/old/", "redirect_page": column.pk})
    assert made.status_code == 302
    assert Client().get("/old/").url == column.get_url()
    assert signed_in(wang).get("/admin/redirects/").status_code == 302


def test_a_new_article_offers_a_place_to_write_and_an_old_one_keeps_its_own(article, column, wang):
    new = signed_in(wang).get(f"/admin/pages/add/pages/articlepage/{column.pk}/").context["form"]
    assert [(block.block_type, str(block.value)) for block in new["body"].value()] == [("text", "")]
    assert (new["source"].value(), new["responsible_editor"].value()) == ("清河镇", wang.person.name)
    old = signed_in(wang).get(f"/admin/pages/{article.pk}/edit/").context["form"]
    assert list(old["body"].value().raw_data) == list(article.body.raw_data)
    assert old["responsible_editor"].value() == ""


def test_the_article_form_has_no_address_and_no_dates(article, wang):
    form = signed_in(wang).get(f"/admin/pages/{article.pk}/edit/").content.decode()
    assert 'name="slug"' not in form
    assert "first_published_at" not in form
    assert 'name="seo_title"' not in form


def test_the_explorer_and_the_choosers_show_the_own_unit_only(article, column, wang, chen):
    for user, sees in ((wang, True), (chen, False)):
        client = signed_in(user)
        for address in (
            "/admin/pages/",
            f"/admin/pages/{column.pk}/",
            "/admin/choose-page/",
            f"/admin/choose-page/{column.pk}/",
            "/admin/choose-page/search/?q=稿件",
            "/admin/pages/search/?q=稿件",
        ):
            assert sees or "清河镇" not in shown(client, address), f"{address} shows another unit"
    assert "清河镇的稿件" in shown(signed_in(wang), f"/admin/choose-page/{column.pk}/")


def test_the_page_chooser_tells_of_own_pages_only(article, column, wang, chen):
    article.title = "清河镇的新题目"
    article.save_revision(user=wang)
    for who, told in ((wang, True), (chen, False)):
        for address in (f"choose-page/{column.pk}/", f"choose-page/chosen-multiple/?id={article.pk}"):
            answer = signed_in(who).get(f"/admin/{address}")
            words = answer.json() if answer.status_code == 200 else {}
            assert ("清河镇的新题目" in f"{words}") is told, (who, address)
        link = {"external-link-chooser-url": article.get_url(), "external-link-chooser-link_text": "见此"}
        assert "新题目" not in str(signed_in(who).post("/admin/choose-external-link/", link).json())


def test_files_belong_to_a_unit(qinghe, wang, chen):
    collection = Collection.objects.get(name="清河镇")
    document = Document.objects.create(
        title="清河镇的附件", collection=collection, file=ContentFile(b"text", name="a.txt")
    )
    assert signed_in(wang).get(f"/admin/documents/edit/{document.pk}/").status_code == 200
    assert "清河镇的附件" in shown(signed_in(wang), "/admin/documents/chooser/")
    stranger = signed_in(chen)
    assert stranger.get(f"/admin/documents/edit/{document.pk}/").status_code in (302, 403, 404)
    assert "清河镇的附件" not in shown(stranger, "/admin/documents/")
    assert "清河镇的附件" not in shown(stranger, "/admin/documents/chooser/")
    stranger.post(f"/admin/documents/delete/{document.pk}/")
    assert Document.objects.filter(pk=document.pk).exists()


def test_a_membership_counts_from_its_first_to_its_last_day(qinghe):
    person = PersonFactory()
    membership = services.enrol(person=person, unit=qinghe.unit, role=Role.EDITOR, day=TODAY)
    services.leave(membership=membership, last_day=TODAY + DAY, today=TODAY)
    for day, member in [(TODAY - DAY, False), (TODAY, True), (TODAY + DAY, True), (TODAY + 2 * DAY, False)]:
        services.sync_groups(day=day)
        names = set(person.user.groups.values_list("name", flat=True))
        assert (groups.editors_of(qinghe.unit) in names) is member, day
        assert queries.units_of(person.user, day).filter(pk=qinghe.unit.pk).exists() is member, day
        people = queries.people_answering_for(qinghe.unit, day, Role.EDITOR)
        assert (person in people) is member, day


def test_groups_of_others_are_left_alone(qinghe, wang):
    own = Group.objects.create(name="football")
    wang.groups.add(own)
    services.sync_groups(day=TODAY + 365 * DAY)
    assert own in wang.groups.all()


def test_enrolling_twice_changes_nothing(qinghe):
    person = PersonFactory()
    first = services.enrol(person=person, unit=qinghe.unit, role=Role.LEADER, day=TODAY)
    assert services.enrol(person=person, unit=qinghe.unit, role=Role.LEADER, day=TODAY + DAY) == first


def test_ensure_groups_twice_changes_nothing(qinghe, capsys):
    call_command("ensure_groups")

    def everything() -> list[object]:
        return [
            sorted(Group.objects.values_list("name", "permissions__codename")),
            sorted(GroupPagePermission.objects.values_list("group__name", "page", "permission__codename")),
            sorted(GroupCollectionPermission.objects.values_list("group__name", "collection", "permission__codename")),
            Collection.objects.count(),
        ]

    before = everything()
    call_command("ensure_groups")
    assert everything() == before
    assert capsys.readouterr().out.endswith("0 accounts changed\n")


def test_a_county_begins_with_its_groups_and_its_front_page(capsys):
    call_command("ensure_groups")
    begin = ("ensure_home", "栖云县电子政务网门户", "--county", "栖云县", "--phone", "0000-8230000")
    call_command(*begin)
    home = HomePage.objects.get()
    assert (home.title, home.county, home.contact_phone) == ("栖云县电子政务网门户", "栖云县", "0000-8230000")
    assert home.live
    centre = GroupPagePermission.objects.filter(group__name=groups.NETWORK_CENTRE, page=home)
    assert {each.permission.codename for each in centre} == set(services.CENTRE_PAGE_PERMISSIONS)

    call_command(*begin)
    assert HomePage.objects.get() == home
    assert capsys.readouterr().out.endswith("栖云县电子政务网门户: there already, unchanged\n")


def test_the_network_centre_adds_a_unit_and_who_joins_it_may_write(qinghe, wang, zhao):
    form = {"code": "longtan", "name": "龙潭镇人民政府", "short_name": "龙潭镇", "kind": "township", "is_active": "on"}
    for one, may in ((wang, False), (zhao, True)):
        listing = signed_in(one).get("/admin/snippets/units/unit/")
        assert ("清河镇" in listing.content.decode()) is may, one
        signed_in(one).post("/admin/snippets/units/unit/add/", form)
        assert Unit.objects.filter(code="longtan").exists() is may, one
    unit = Unit.objects.get(code="longtan")
    li = PersonFactory()
    services.enrol(person=li, unit=unit, role=Role.EDITOR, day=TODAY)
    assert list(li.user.groups.values_list("name", flat=True)) == [groups.editors_of(unit)]
    assert signed_in(zhao).get(f"/admin/snippets/units/unit/delete/{unit.pk}/").status_code == 302
    assert Unit.objects.filter(code="longtan").exists()


def test_a_front_page_needs_a_title_that_fits():
    with pytest.raises(CommandError, match="255"):
        call_command("ensure_home", "门" * 256)
    assert not HomePage.objects.exists()


def test_no_group_of_a_bare_wagtail_may_write_everywhere():
    home = make_portal()
    wide = GroupPagePermission.objects.filter(page__depth__lte=home.depth).values_list("group__name", flat=True)
    assert set(wide) == {groups.NETWORK_CENTRE}
