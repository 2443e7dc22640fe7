from django.urls import path

from accounts.views import (
    account,
    leaving,
    moderation,
    newcomers,
    organisation,
    second_step,
    signing_in,
    standing,
    vouching,
    waiting,
)

app_name = "accounts"
urlpatterns = [
    path("sign-in/", signing_in.sign_in, name="sign_in"),
    path("sign-out/", signing_in.sign_out, name="sign_out"),
    path("sign-in/second-step/", second_step.sign_in_second_step, name="sign_in_second_step"),
    path("sign-in/passkey/", second_step.sign_in_passkey, name="sign_in_passkey"),
    path("account/second-step/", second_step.steps, name="second_step"),
    path("account/second-step/app/", second_step.add_app, name="second_step_app"),
    path("account/second-step/passkey/", second_step.add_passkey, name="second_step_passkey"),
    path("account/second-step/codes/", second_step.recovery_codes, name="second_step_codes"),
    path("account/", account.account, name="account"),
    path("account/sessions/", account.sessions, name="sessions"),
    path("account/proof/", account.proof, name="proof"),
    path("moderation/", moderation.moderation, name="moderation"),
    path("decisions/", moderation.decisions, name="decisions"),
    path("decisions/<uuid:pk>/", moderation.decide, name="decide"),
    path("organisation/", organisation.organisation, name="organisation"),
    path("organisation/roles/", organisation.roles, name="roles"),
    path("waiting/", waiting.waiting, name="waiting"),
    path("vouch/", vouching.vouch, name="vouch"),
    path("account/standing/", standing.standing, name="standing"),
    path("account/close/", leaving.close, name="close"),
    path("moderation/newcomers/<uuid:pk>/", newcomers.decide, name="newcomer"),
    path("moderation/members/", standing.members, name="members"),
    path("moderation/limited/<uuid:pk>/", standing.limited, name="limited"),
    path("moderation/notes/<uuid:pk>/", standing.note, name="note"),
]
