"""What somebody sent when she had first to show who she is: kept, and sent on once she has.

Her session was over, or a page asks for a fresh proof. The form waits in the session, sealed, for her account alone; a
question to the check two minutes, all else half an hour. It has passed every check that does not ask who she is (size,
no files, the token of the form) before it is kept. Sent on, its view is called with the same path and the same fields.
It answers the form with which she showed who she is: so never with a page, also where there is nothing any more.
"""

from copy import copy
from datetime import datetime, timedelta
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.urls import resolve
from django.utils import timezone
from django.utils.translation import gettext as _

from jasmine.sessions import forget_kept, keep_briefly, kept_briefly

CARRIED = "carried"  # in the session
KEPT_FOR = timedelta(minutes=30)
A_CHECK_KEPT_FOR = timedelta(minutes=2)
CHECK = "alerts:check"
TOKEN = "csrfmiddlewaretoken"  # noqa: S105  (the name of a field)
NEVER = {
    "language",
    "accounts:proof",
    "accounts:sign_in",
    "accounts:sign_in_passkey",
    "accounts:sign_in_second_step",
    "accounts:sign_out",
}
SECRETS = {"passphrase", "spare_key", "digits"}  # names of fields
LONGEST = 64 * 1024  # bytes of the fields, as they are sent


def carry(request: HttpRequest, account_id: str, *, now: datetime) -> bool:
    """Keep what was sent until the account of that id has shown who she is. Says whether it is kept.

    Not kept: more than 64 KiB, and what holds a passphrase or the like.
    """
    forget(request)
    typed = request.POST.copy()
    typed.pop(TOKEN, None)
    body, page = typed.urlencode(), resolve(request.path_info).view_name
    if len(body) > LONGEST or page in NEVER or SECRETS & set(typed):
        return False
    kept_for = A_CHECK_KEPT_FOR if page == CHECK else KEPT_FOR
    what = {"account": account_id, "path": request.path_info, "body": body}
    keep_briefly(request.session, CARRIED, what, until=(now + kept_for).timestamp())
    return True


def is_carried(request: HttpRequest, *, path: str | None = None) -> bool:
    """Whether something waits; with `path`: for that page."""
    kept = kept_briefly(request.session, CARRIED, now=timezone.now().timestamp())
    return kept is not None and path in (None, kept["path"])


def forget(request: HttpRequest) -> None:
    """Keep nothing any more."""
    forget_kept(request.session, CARRIED)


def carry_on(request: HttpRequest) -> HttpResponse | None:
    """Send on what waits, and give its answer: a redirect.

    None if nothing waits, if it was somebody else who sent it, or if its page is not there for her (any more).
    """
    kept = kept_briefly(request.session, CARRIED, now=timezone.now().timestamp())
    forget(request)
    if kept is None or kept["account"] != str(request.user.pk):
        return None
    answer = _answered(_as_sent(request, kept))
    if answer is None:
        messages.error(request, _("What you sent could not be done any more. Nothing was changed."))
    return answer


def _answered(sent: Any) -> HttpResponse | None:
    page = sent.resolver_match
    try:
        answer: HttpResponse = page.func(sent, *page.args, **page.kwargs)
    except Http404:
        return None
    return answer if isinstance(answer, HttpResponseRedirect) else None


def _as_sent(request: HttpRequest, kept: dict[str, str]) -> Any:
    """The request of now, with path and fields of the one that was carried."""
    sent: Any = copy(request)
    sent.method = "POST"
    sent.path = sent.path_info = kept["path"]
    sent.resolver_match = resolve(kept["path"])
    sent.GET = QueryDict()
    sent.POST = QueryDict(kept["body"])
    return sent
