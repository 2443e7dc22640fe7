from django.urls import path

from alerts.views import areas, check, moderation, reports

app_name = "alerts"
urlpatterns = [
    path("check/", check.check, name="check"),
    path("check/areas/", areas.pick, name="areas"),
    path("reports/new/", reports.report_new, name="report_new"),
    path("reports/mine/", reports.report_mine, name="report_mine"),
    path("reports/<uuid:report_id>/", reports.report, name="report"),
    path("reports/<uuid:report_id>/correct/", reports.report_correct, name="report_correct"),
    path("reports/<uuid:report_id>/withdraw/", reports.report_withdraw, name="report_withdraw"),
    path("reports/<uuid:report_id>/moderators/", moderation.author, name="report_moderators"),
    path("moderation/reports/<uuid:report_id>/", moderation.moderate, name="moderate"),
    path("moderation/languages/", moderation.languages, name="moderation_languages"),
    path("moderation/more/", moderation.more, name="more_stories"),
]
