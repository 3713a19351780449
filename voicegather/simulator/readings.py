"""What parameters that several commands share mean."""

from __future__ import annotations

from typing import Any

from voicegather.simulator import errors
from voicegather.simulator.causes import NO_ANSWER, TIMED_OUT
from voicegather.simulator.legs import Route
from voicegather.simulator.loopback import require_loopback
from voicegather.simulator.recorder import Recording
from voicegather.simulator.ringing import Limits
from voicegather.simulator.tables import WEBHOOKS

Params = dict[str, Any]

#: Parameters that Telnyx takes and that would have effects which are not simulated: refused, so
#: that nobody waits for them. Everything else in the tables has an effect, or none that is seen.
UNSIMULATED = (
    "assistant",
    "conference_config",
    "conversation_relay_config",
    "enable_dialogflow",
    "queue",
    "stream_url",
    "supervise_call_control_id",
    "transcription",
    "video_room_id",
)


def refuse_unsimulated(params: Params) -> None:
    """Raise `Refused` when a command asks for something whose effects are not simulated."""
    asked = [name for name in UNSIMULATED if params.get(name)]
    if params.get("answering_machine_detection") == "premium_ios_call_screening_detection":
        asked.append("answering_machine_detection")
    if asked:
        raise errors.unprocessable(
            errors.BAD_REQUEST,
            "Not simulated",
            f"The simulator does not simulate {', '.join(asked)}; leave it out.",
            f"/{asked[0]}",
        )


def recording_from_answer(params: Params) -> Recording | None:
    """The recording that `record` asks for; the caller counts as silent for its time-out."""
    if params.get("record") is None:
        return None
    bounds = [
        params[name] for name in ("record_max_length", "record_timeout_secs") if params.get(name)
    ]
    return Recording(
        params.get("record_format", "mp3"),
        params.get("record_channels", "dual"),
        min(bounds, default=None),
    )


def route(params: Params, standing: Route) -> Route:
    """The route that a command sets; `standing` when it says nothing of webhooks.

    Raises `Refused` for a URL off this machine and for deliveries by GET.
    """
    if not any(params.get(name) for name in WEBHOOKS):
        return standing
    if "GET" in {params.get("webhook_url_method"), params.get("webhook_urls_method")}:
        raise errors.unprocessable(
            errors.BAD_REQUEST, "Bad Request", "The simulator delivers webhooks by POST alone."
        )
    urls = params.get("webhook_urls", {})
    overrides = [url for addresses in urls.values() for url in addresses]
    if params.get("webhook_url"):
        overrides.append(params["webhook_url"])
    for url in overrides:
        try:
            require_loopback(url)
        except errors.NotLoopbackError as error:
            raise errors.unprocessable(errors.INVALID_URL, "Invalid URL", str(error)) from error
    policies = params.get("webhook_retries_policies", {})
    return Route(
        params.get("webhook_url"),
        urls,
        {name: policy.get("retries_ms", []) for name, policy in policies.items()},
    )


def limits(params: Params) -> Limits:
    """How long a target rings and talks at most (Telnyx docs: dial, transfer)."""
    return Limits(
        ring_seconds=params.get("timeout_secs", 30),
        talk_seconds=params.get("time_limit_secs", 14_400),
        unanswered=TIMED_OUT if params.get("retry_on_timeout", True) else NO_ANSWER,
    )


def only_destination(to: str | list[str]) -> str:
    """Whom to dial, without the digits to send that may follow; raises `Refused` for several."""
    destinations = [to] if isinstance(to, str) else to
    if len(destinations) > 1:
        raise errors.unprocessable(
            errors.BAD_REQUEST,
            "Bad Request",
            "The simulator rings one destination at a time.",
            "/to",
        )
    return destinations[0].partition(",")[0]
