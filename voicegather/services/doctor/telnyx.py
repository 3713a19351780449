"""The account at Telnyx: whether the key is good, and the application posts to this site."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from urllib.parse import urlsplit

from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.provider import account as telnyx
from voicegather.provider.account import Application
from voicegather.provider.client import Account, RefusedError, warm
from voicegather.services import moments
from voicegather.services.applications import advice_on
from voicegather.services.doctor.findings import (
    LONGEST_LOOK,
    Finding,
    failed,
    ok,
    warning,
    within,
)

#: A clock that is so far off is not kept by anybody.
NOTABLE_SKEW = timedelta(seconds=5)
#: Without these no call is served as it should be; the others are wise.
_NEEDED = frozenset({"active", "webhook_api_version"})
_CONNECT = "python manage.py voicegather_connect"


def look_at_account(connection: str, webhook: str) -> Iterator[Finding]:
    """One small request with the connection's key; nothing for a connection without a key.

    `webhook` is where the application must post to, "" where that is not known.
    """
    api_key, base_url = conf.credentials(connection)
    if not api_key:
        return
    account = Account(api_key, base_url, LONGEST_LOOK)
    # To load the SDK takes longer than to ask.
    warm(account)
    what = _("account %s") % connection
    id_ = conf.connection_id(connection)
    application = None
    asked_at = moments.now()
    try:
        if id_:
            application, clock = within(LONGEST_LOOK, lambda: telnyx.read_application(account, id_))
        else:
            clock = within(LONGEST_LOOK, lambda: telnyx.read_clock(account))
    except TimeoutError:
        yield failed(
            what, _("Telnyx did not answer in time"), _("See that this machine reaches it.")
        )
        return
    except RefusedError as refused:
        if not id_ or refused.http_status != 404:
            yield failed(what, _("could not be asked"), advice_on(refused))
            return
        yield ok(what, _("Telnyx takes the API key"))
        yield failed(
            _("application"),
            _("the account has no application %s") % id_,
            _("Correct TELNYX_CONNECTION_ID, or remove it and run: %s") % _CONNECT,
        )
        return
    yield ok(what, _("Telnyx takes the API key"))
    yield from _time(clock, asked_at)
    yield from _application(application, webhook)


def _time(clock: datetime | None, asked_at: datetime) -> Iterator[Finding]:
    """This machine's time beside Telnyx's, which is told in whole seconds."""
    if clock is None:
        return
    # Telnyx told its time at some moment between the question and now.
    skew = max(asked_at - clock - timedelta(seconds=1), clock - moments.now(), timedelta())
    what, detail = _("time"), _("differs from Telnyx's by %d s") % skew.total_seconds()
    advice = _("Have NTP set this machine's clock: webhooks that seem old or early are refused.")
    if skew.total_seconds() >= conf.get("WEBHOOK_TOLERANCE_SECONDS"):
        yield failed(what, detail, advice)
    elif skew >= NOTABLE_SKEW:
        yield warning(what, detail, advice)
    else:
        yield ok(what, _("agrees with Telnyx's"))


def _application(application: Application | None, webhook: str) -> Iterator[Finding]:
    what = _("application")
    if application is None:
        yield warning(
            what,
            _("not looked at: TELNYX_CONNECTION_ID is not set, so no call can be placed"),
            _("Run: %s") % _CONNECT,
        )
        return
    troubles = list(_troubles(application, webhook))
    if not troubles:
        yield ok(what, _("%s is as it should be") % application.id)
    yield from troubles


def _troubles(application: Application, webhook: str) -> Iterator[Finding]:
    what = _("application")
    posts_to = application.fields.get(telnyx.URL) or ""
    if webhook and posts_to != webhook:
        yield failed(
            what,
            _("%(id)s posts to %(url)s, not here")
            % {"id": application.id, "url": _without_secrets(posts_to)},
            _("Run: %s") % f"{_CONNECT} --url {webhook}",
        )
    for field, wanted in telnyx.lacking(application.fields).items():
        judged = failed if field in _NEEDED else warning
        yield judged(
            what,
            _("%(field)s is %(value)s, and should be %(wanted)s")
            % {"field": field, "value": application.fields.get(field), "wanted": wanted},
            _("Run: %s") % _CONNECT,
        )
    if not application.outbound_voice_profile_id:
        yield warning(
            what,
            _("it has no outbound voice profile: placed calls and transfers fail"),
            _("Give it one in the Telnyx portal, or leave it if menus never ring anybody."),
        )


def _without_secrets(url: str) -> str:
    """Scheme, host and path alone: others' addresses may hold passwords and tokens."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return _("something else")
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}" if host else _("nowhere")
