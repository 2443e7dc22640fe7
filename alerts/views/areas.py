"""Her areas: where she works, picked by herself and sealed with her account."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from accounts.gates import MemberRequest, member_required
from alerts import areas
from alerts.forms import AreasForm
from jasmine.sessions import keep_briefly, kept_briefly

TYPED = "areas"  # in the session: what was typed and could not be read
SHOWN_FOR_SECONDS = 120


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: MemberRequest) -> HttpResponse:
    now = timezone.now()
    if request.method == "POST":
        form = AreasForm(request.POST)
        if form.is_valid():
            request.user.pick_areas(form.cleaned_data["areas"])
            return redirect("alerts:check")
        until = now.timestamp() + SHOWN_FOR_SECONDS
        keep_briefly(request.session, TYPED, form.data.get("areas", ""), until=until)
        return redirect("alerts:areas")
    typed = kept_briefly(request.session, TYPED, now=now.timestamp())
    picked = ", ".join(map(areas.name, request.user.areas))
    form = AreasForm({"areas": typed}) if typed is not None else AreasForm(initial={"areas": picked})
    context = {"form": form, "areas": areas.of_country(settings.COUNTRY)}
    return render(request, "alerts/area_pick.html", context)
