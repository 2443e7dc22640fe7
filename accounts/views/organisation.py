"""The organisation's own pages, for moderators and admins: who has which role is asked for here."""

from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from accounts import appointing, deciding, record
from accounts.deciding import DecisionRefused
from accounts.forms import RoleForm
from accounts.gates import MemberRequest, fresh_proof_required, trusted_or_404
from accounts.models import Account, Decision
from accounts.vocabulary import Act, Role

TYPED = "typed role"
ENTRIES_SHOWN = 100


@trusted_or_404
@require_safe
def organisation(request: MemberRequest) -> HttpResponse:
    return render(request, "accounts/organisation.html")


@trusted_or_404
@fresh_proof_required
@require_safe
def acts(request: MemberRequest) -> HttpResponse:
    """The record: what was done, on which day and by whom, and not to whom."""
    told = record.latest(ENTRIES_SHOWN)
    by = {
        str(one.pk): one.pseudonym
        for one in Account.objects.filter(pk__in={f["by"] for f in told if f["by"]})
    }
    rows = [
        {
            "on": datetime.fromisoformat(facts["at"]).date(),
            "label": Act(facts["kind"]).label,
            "what": deciding.label_of(facts["said"].get("what", "")),
            "by": by.get(facts["by"], ""),
        }
        for facts in told
    ]
    return render(request, "accounts/acts.html", {"acts": rows})


@trusted_or_404
@fresh_proof_required
@require_http_methods(["GET", "HEAD", "POST"])
def roles(request: MemberRequest) -> HttpResponse:
    if request.method != "POST":
        form = RoleForm(initial=request.session.pop(TYPED, None))
        return render(request, "accounts/roles.html", {"form": form})
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Type her pseudonym and pick a role."))
        return _again(request)
    account = Account.objects.named(form.cleaned_data["pseudonym"])
    if account is None:
        messages.error(request, _("Nobody has this pseudonym."))
        return _again(request)
    try:
        decision = _asked(request, account, Role(form.cleaned_data["role"]), form.cleaned_data["group"])
    except DecisionRefused as refusal:
        messages.error(request, str(refusal.sentence))
        return _again(request)
    _tell(request, decision)
    return redirect("accounts:moderation")


def _asked(request: MemberRequest, account: Account, role: Role, group: str) -> Decision:
    now = timezone.now()
    if request.POST.get("act") == "take":
        return appointing.ask_to_take(account, role, by=request.user, now=now)
    return appointing.ask_to_give(account, role, by=request.user, now=now, group=group)


def _tell(request: HttpRequest, decision: Decision) -> None:
    if decision.facts["alone_until"]:
        said = _(
            "Asked. Nobody else can agree, so it is done in 24 hours. Everybody is shown it, and one moderator or "
            "three members can stop it."
        )
    else:
        said = _("Asked. It is done when somebody else agrees, within 7 days.")
    messages.success(request, said)


def _again(request: HttpRequest) -> HttpResponse:
    typed = {name: request.POST.get(name, "")[:100] for name in ("pseudonym", "role", "group")}
    request.session[TYPED] = typed
    return redirect("accounts:roles")
