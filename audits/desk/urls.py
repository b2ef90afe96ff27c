"""Addresses of the desk besides its listings; below /admin/audits/."""

from django.urls import path

from audits.desk.views import cases, dashboard, files, inspector, papers, registry, runs

app_name = "audit_desk"
urlpatterns = [
    path("", dashboard.dashboard, name="dashboard"),
    path("runs/start/", runs.start, name="start_run"),
    path("runs/<int:pk>/<slug:name>/", runs.RunActView.as_view(), name="run_act"),
    path("cases/review/", cases.review, name="review"),
    path("cases/<int:pk>/<slug:name>/", cases.CaseActView.as_view(), name="case_act"),
    path("papers/<int:pk>/<slug:name>/", papers.PaperActView.as_view(), name="paper_act"),
    path("sites/<int:pk>/<slug:name>/", registry.SiteActView.as_view(), name="site_act"),
    path("columns/<int:pk>/<slug:name>/", registry.ColumnActView.as_view(), name="column_act"),
    path("observations/<int:pk>/", inspector.inspect_page, name="inspect_page"),
    path("observations/<int:pk>/page/", inspector.annotated_page, name="annotated_page"),
    path("evidence/<int:pk>/<slug:which>/", files.evidence, name="evidence"),
    path("paper-files/<int:pk>/", files.paper_file, name="paper_file"),
    path("filing/<slug:code>/", files.filing_form, name="filing_form"),
]
