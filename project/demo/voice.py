"""The demo's callers who speak, and the assistant they speak with."""

from __future__ import annotations

from typing import Any

from project.demo.callers import DemoCaller, press
from voicegather.simulator import Assistant

VOICE = "+13125550102"

#: The account's assistants, as project/sample/clinic_voice.yaml names them.
ASSISTANTS = {
    "assistant-00000000-0000-4000-8000-000000000001": Assistant(
        name="Front desk", greeting="This is the front desk's assistant. What is it about?"
    )
}

OPENED = ("member", "visit")
OFFERED = (*OPENED, "offer", "tell", "goodbye")
AGREES = press("1")
WEDNESDAY, SATURDAY = "2026-12-02", "2026-12-05"
CHECK_UP = {"reason": "check-up", "day": WEDNESDAY, "first_visit": True}


def answer(**values: Any) -> dict[str, Any]:
    return {"answer": values}


SPEAKERS: tuple[DemoCaller, ...] = (
    DemoCaller(
        "agrees, and makes an appointment by speech",
        [press("004711#"), AGREES, answer(**CHECK_UP)],
        OFFERED,
        to=VOICE,
        results={
            "member": ("valid", "4711"),
            "visit.reason": ("valid", "check-up"),
            "visit.day": ("valid", WEDNESDAY),
            "visit.first_visit": ("valid", "true"),
        },
        heard=["To agree, press 1", "What is your visit about", f"on {WEDNESDAY} at 9 30"],
    ),
    DemoCaller(
        "an unknown member number, then a right one; a weekend, then a day that is open",
        [
            *(press("9111#"), press("4711#"), AGREES),
            *(answer(reason="vaccination", day=SATURDAY), answer(day=WEDNESDAY)),
        ],
        OFFERED,
        to=VOICE,
        results={"member": ("valid", "4711"), "visit.day": ("valid", WEDNESDAY)},
        attempts={"member": ["invalid", "valid"]},
        heard=["We do not know this number", "We are open from Monday", "at 14 15"],
    ),
    DemoCaller(
        "does not agree that a computer listens",
        [press("4711#"), press("2")],
        (*OPENED, "goodbye"),
        to=VOICE,
        results={"member": ("valid", "4711")},
    ),
    DemoCaller(
        "is handed to the assistant, who ends the conversation",
        [
            *(press("4711#"), AGREES, answer(reason="other", day=WEDNESDAY)),
            {
                "converse": ["I lost my card.", "We will send you a new one. Goodbye."],
                "ends": "assistant",
            },
        ],
        (*OPENED, "assistant", "goodbye"),
        to=VOICE,
        results={"visit.reason": ("valid", "other")},
        heard=["front desk's assistant", "Thank you for calling"],
    ),
    DemoCaller(
        "hangs up while the model asks",
        [press("4711#"), AGREES, answer(reason="check-up"), {"wait": 3}, "hang_up"],
        OPENED,
        outcome="caller_hung_up",
        to=VOICE,
        results={"member": ("valid", "4711"), "visit.reason": ("valid", "check-up")},
    ),
)
