"""What is to be changed at Telnyx so that a site gets its calls, found out without changing it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _

from voicegather import conf
from voicegather.exceptions import VoicegatherError
from voicegather.models import PhoneNumber
from voicegather.provider import account as telnyx
from voicegather.provider.account import Application, Number
from voicegather.provider.client import Account, RefusedError
from voicegather.services.applications.refusals import advice_on

NEW_NAME = "voicegather"
PATIENCE_SECONDS = 10.0


class PlanError(VoicegatherError):
    """Nothing can be planned, and nothing was changed; the message says what to do."""


@dataclass(frozen=True, slots=True)
class Change:
    """A field by Telnyx's name, as it is and as it will be; `old` is None where nothing was."""

    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class Plan:
    """What there is, and what will be changed of it.

    `application` is None where one will be made. `numbers` are those that will lead to it and do
    not yet, `strange` those that the Telnyx account does not own, `unserved` those without an
    active entry in the site, which would refuse their calls.
    """

    account: Account
    application: Application | None
    changes: tuple[Change, ...]
    numbers: tuple[Number, ...]
    strange: tuple[str, ...]
    unserved: tuple[str, ...]

    @property
    def is_empty(self) -> bool:
        """Whether all is as it should be."""
        return self.application is not None and not self.changes and not self.numbers


def plan_application(
    *, connection: str, url: str, failover_url: str, numbers: Collection[str]
) -> Plan:
    """Compare the account of a connection with what the site needs.

    The application is that of TELNYX_CONNECTION_ID, else the one that posts to `url` already, else
    a new one. `url` and `failover_url` are whole addresses; "" leaves the failover as it is.
    `numbers` are E.164; without any they are the active ones of the site's connection.
    Raises PlanError, also where the account lacks one of the `numbers` that were named.
    """
    api_key, base_url = conf.credentials(connection)
    account = Account(api_key, base_url, PATIENCE_SECONDS)
    served = _served(connection)
    try:
        application = _application(account, connection, url)
        found = {
            each: telnyx.find_number(account, each) for each in dict.fromkeys(numbers or served)
        }
    except RefusedError as refused:
        raise PlanError(advice_on(refused)) from None
    strange = tuple(each for each, number in found.items() if number is None)
    if numbers and strange:
        raise PlanError(
            _("The Telnyx account has no number %s: see that it is written as in the portal.")
            % ", ".join(strange)
        )
    return Plan(
        account=account,
        application=application,
        changes=_changes(application, url, failover_url),
        numbers=tuple(
            number
            for number in found.values()
            if number is not None
            and (application is None or number.connection_id != application.id)
        ),
        strange=strange,
        unserved=tuple(each for each in found if each not in served),
    )


def _served(connection: str) -> list[str]:
    active = PhoneNumber.objects.filter(connection=connection, is_active=True)
    return list(active.order_by("number").values_list("number", flat=True))


def _application(account: Account, connection: str, url: str) -> Application | None:
    id_ = conf.connection_id(connection)
    if id_:
        return _configured(account, id_)
    ours = [
        each for each in telnyx.list_applications(account) if each.fields.get(telnyx.URL) == url
    ]
    if len(ours) > 1:
        raise PlanError(
            _(
                "Several applications post to this site: %s. Set TELNYX_CONNECTION_ID to the one "
                "that is meant, and delete the others in the Telnyx portal."
            )
            % ", ".join(each.id for each in ours)
        )
    return ours[0] if ours else None


def _configured(account: Account, id_: str) -> Application:
    try:
        return telnyx.read_application(account, id_)[0]
    except RefusedError as refused:
        if refused.http_status != 404:
            raise
        raise PlanError(
            _(
                "TELNYX_CONNECTION_ID is %s, which is no Call Control Application of this Telnyx "
                "account: correct it, or remove it to have one made."
            )
            % id_
        ) from None


def _changes(application: Application | None, url: str, failover_url: str) -> tuple[Change, ...]:
    now: Mapping[str, Any] = application.fields if application else {}
    wanted: dict[str, Any] = {telnyx.URL: url, **telnyx.lacking(now)}
    if failover_url:
        wanted[telnyx.FAILOVER_URL] = failover_url
    if application is None:
        wanted = {telnyx.NAME: NEW_NAME, **wanted}
    return tuple(
        Change(field, now.get(field), new) for field, new in wanted.items() if now.get(field) != new
    )
