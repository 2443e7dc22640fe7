"""Her areas: where she works, picked by herself and sealed with her account."""

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from accounts.gates import MemberRequest, member_required
from alerts import areas
from alerts.forms import AreasForm

TYPED = "areas"  # in the session: what was typed and could not be read


@member_required
@require_http_methods(["GET", "HEAD", "POST"])
def pick(request: MemberRequest) -> HttpResponse:
    if request.method == "POST":
        form = AreasForm(request.POST)
        if form.is_valid():
            request.user.pick_areas(form.cleaned_data["areas"])
            return redirect("alerts:check")
        request.session[TYPED] = form.data.get("areas", "")
        return redirect("alerts:areas")
    typed = request.session.pop(TYPED, None)
    picked = ", ".join(map(areas.name, request.user.areas))
    form = AreasForm({"areas": typed}) if typed is not None else AreasForm(initial={"areas": picked})
    context = {"form": form, "areas": areas.of_country(settings.COUNTRY)}
    return render(request, "alerts/area_pick.html", context)
