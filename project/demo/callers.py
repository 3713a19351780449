"""The demo's callers: what each is told to do, and what must have been kept afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from voicegather.simulator import FakeTelnyx, Target

CLINIC = "+13125550100"
HOURS = "+13125550101"
NOBODYS = "+13125550199"

#: Who is rung: the desk is busy, extensions ring out, the operator talks for three seconds.
TARGETS = {
    "+13125550177": Target(fate="busy", ring_seconds=2),
    "+13125550178": Target(fate="no_answer"),
    "+13125550179": Target(fate="answer", ring_seconds=2, talk_seconds=3),
}

#: The PINs that callers enter: they must be nowhere afterwards.
PINS = ("4821", "9057", "3346")

OPENED = ("language", "opening", "department")
DESK_BUSY = ("desk", "desk_busy", "goodbye")
ACCOUNT = (*OPENED, "account", "account_kind", "pin", "balance", "hold")


@dataclass(frozen=True)
class Trouble:
    """Telnyx answers the caller's next commands of this name badly; status 0: with nothing."""

    action: str
    status: int
    times: int = 1

    def arrange(self, telnyx: FakeTelnyx, leg: str) -> None:
        if self.status:
            telnyx.respond_next(
                self.action, status=self.status, times=self.times, call_control_id=leg
            )
        else:
            telnyx.lose_next_answer(self.action, times=self.times, call_control_id=leg)


@dataclass(frozen=True)
class DemoCaller:
    """One caller and what the site must know of the call when it is over.

    `results` are the last outcome and shown value by step, or by step and field (`visit.day`);
    `attempts` the outcomes by step, in order; `heard` words that the caller must have heard.
    """

    name: str
    script: Sequence[Any]
    steps: Sequence[str]
    outcome: str = "completed"
    to: str = CLINIC
    from_: str = ""
    results: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    attempts: Mapping[str, Sequence[str]] = field(default_factory=dict)
    heard: Sequence[str] = ()
    trouble: Trouble | None = None


def press(keys: str) -> dict[str, Any]:
    return {"press": keys}


def press_now(keys: str) -> dict[str, Any]:
    return {"press_now": keys}


SILENT = "stay_silent"
HANG_UP = "hang_up"
#: Time for the site to hear of a key, in simulated seconds.
WAIT = {"wait": 4}

CALLERS: tuple[DemoCaller, ...] = (
    DemoCaller(
        "English, appointments, the desk is busy",
        [press("1"), press("1")],
        (*OPENED, "appointments", *DESK_BUSY),
        results={"language": ("valid", "1"), "department": ("valid", "1")},
        heard=["Welcome to the clinic", "One moment", "Everybody is speaking"],
    ),
    DemoCaller(
        "Spanish, the pharmacy's audio",
        [press("2"), press("3"), press("2")],
        (*OPENED, "pharmacy", "goodbye"),
        results={"pharmacy": ("valid", "2")},
        heard=["Bienvenido", "pharmacy-es.wav", "Adiós"],
    ),
    DemoCaller(
        "an extension out of a range, nobody answers",
        [press("1"), press("150")],
        (*OPENED, "extension", "desk_no_answer", "goodbye"),
        results={"department": ("valid", "150")},
        heard=["Nobody can take your call"],
    ),
    DemoCaller(
        "account with its ending key, PIN, a question without words",
        [press("1"), press("2"), press("123456#"), press("1"), press(PINS[0]), press("1")],
        (*ACCOUNT, *DESK_BUSY),
        results={"account": ("valid", "123456"), "pin": ("valid", ""), "hold": ("valid", "1")},
        attempts={"account": ["valid", "valid"], "pin": ["valid"]},
        heard=["You entered 1, 2, 3, 4, 5, 6", "account 1, 2, 3, 4, 5, 6"],
    ),
    DemoCaller(
        "the longest account number ends by itself",
        [press("2"), press("2"), press("12345678"), press("1"), press(PINS[1]), SILENT],
        (*ACCOUNT, "goodbye"),
        results={"account": ("valid", "12345678"), "pin": ("valid", ""), "hold": ("no_input", "")},
    ),
    DemoCaller(
        "an account read back wrong, entered again",
        [
            *(press("1"), press("2"), press("111222#"), press("2")),
            *(press("333444#"), press("1"), press(PINS[2]), SILENT),
        ],
        (*ACCOUNT, "goodbye"),
        results={"account": ("valid", "333444"), "pin": ("valid", "")},
    ),
    DemoCaller(
        "an account too short, then right",
        [press("1"), press("2"), press("123#"), press("654321#"), press("1"), WAIT, HANG_UP],
        ACCOUNT[:-2],
        outcome="caller_hung_up",
        results={"account": ("valid", "654321"), "pin": ("hangup", "")},
        attempts={"account": ["invalid", "valid", "valid"], "pin": ["hangup"]},
        heard=["An account number has six to eight digits"],
    ),
    DemoCaller(
        "no account: a branch on what was entered",
        [press("1"), press("2"), press("000000#"), press("1")],
        (*OPENED, "account", "account_kind", *DESK_BUSY),
        results={"account": ("valid", "000000")},
    ),
    DemoCaller(
        "silence at every attempt",
        [press("1"), SILENT, SILENT, SILENT],
        (*OPENED, "goodbye"),
        results={"department": ("no_input", "")},
        attempts={"department": ["no_input", "no_input", "no_input"]},
        heard=["Press 1 for appointments, 2 for billing", "Please press 1, 2 or 3 now"],
    ),
    DemoCaller(
        "silence at the language: it goes on in English",
        [SILENT, SILENT, press("3"), press("2")],
        (*OPENED, "pharmacy", "goodbye"),
        results={"language": ("no_input", ""), "department": ("valid", "3")},
        attempts={"language": ["no_input", "no_input"]},
        heard=["Welcome to the clinic"],
    ),
    DemoCaller(
        "a wrong key at every attempt ends at the operator",
        [press("1"), press("9"), press("8"), press("7")],
        (*OPENED, "operator"),
        outcome="transferred",
        results={"department": ("invalid", "")},
        attempts={"department": ["invalid", "invalid", "invalid"]},
        heard=["That is not one of the choices", "Please press 1, 2 or 3 now"],
    ),
    DemoCaller(
        "a wrong key, then a right one",
        [press("1"), press("9"), press("3"), press("1")],
        (*OPENED, "pharmacy", *DESK_BUSY),
        results={"department": ("valid", "3")},
        attempts={"department": ["invalid", "valid"]},
    ),
    DemoCaller(
        "silence, a wrong key, then a right one: each counts for itself",
        [press("1"), SILENT, press("9"), SILENT, press("3"), press("2")],
        (*OPENED, "pharmacy", "goodbye"),
        attempts={"department": ["no_input", "invalid", "no_input", "valid"]},
    ),
    DemoCaller(
        "types ahead of the prompt",
        [press("1"), {"wait": 0.3}, press_now("3"), {"hear": "pharmacy.wav"}, press("2")],
        (*OPENED, "pharmacy", "goodbye"),
        results={"department": ("valid", "3"), "pharmacy": ("valid", "2")},
    ),
    DemoCaller(
        "hangs up in the middle of a gather",
        [press("1"), {"hang_up_during_gather": 1.0}],
        OPENED,
        outcome="caller_hung_up",
        results={"department": ("hangup", "")},
        attempts={"department": ["hangup"]},
    ),
    DemoCaller(
        "hangs up in the middle of an entry",
        [press("1"), press("2"), press("777"), WAIT, HANG_UP],
        (*OPENED, "account"),
        outcome="caller_hung_up",
        results={"account": ("hangup", "")},
    ),
    DemoCaller(
        "hangs up before the call is answered",
        [HANG_UP],
        (),
        outcome="caller_hung_up",
    ),
    DemoCaller(
        "anonymous",
        [press("1"), press("1")],
        (*OPENED, "appointments", *DESK_BUSY),
        from_="anonymous",
    ),
    DemoCaller(
        "from a SIP address",
        [press("2"), press("1")],
        (*OPENED, "appointments", *DESK_BUSY),
        from_="sip:desk@example.com",
        heard=["Un momento"],
    ),
    DemoCaller(
        "Telnyx answers 500 once",
        [press("1"), press("3"), press("2")],
        (*OPENED, "pharmacy", "goodbye"),
        trouble=Trouble("gather_using_speak", 500),
    ),
    DemoCaller(
        "Telnyx answers 429 once",
        [press("1"), press("3"), press("2")],
        (*OPENED, "pharmacy", "goodbye"),
        trouble=Trouble("gather_using_audio", 429),
    ),
    DemoCaller(
        "Telnyx's answer is lost, the command is repeated",
        [press("1"), press("3"), press("2")],
        (*OPENED, "pharmacy", "goodbye"),
        trouble=Trouble("answer", 0),
    ),
    DemoCaller(
        "a number that nobody owns",
        ["expect_end"],
        (),
        to=NOBODYS,
        outcome="rejected",
    ),
    DemoCaller(
        "asks for the operator",
        [press("1"), press("0")],
        (*OPENED, "operator"),
        outcome="transferred",
        results={"department": ("valid", "")},
    ),
    DemoCaller(
        "has the question repeated",
        [press("1"), press("*"), press("3"), press("2")],
        (*OPENED, "department", "pharmacy", "goodbye"),
    ),
    DemoCaller(
        "goes back, and takes another way",
        [press("1"), press("3"), press("#"), press("1")],
        (*OPENED, "pharmacy", "department", "appointments", *DESK_BUSY),
    ),
    DemoCaller(
        "enters a submenu",
        [press("1"), press("2"), press("3"), press("2")],
        ("hours", "next", "main_menu", *OPENED, "pharmacy", "goodbye"),
        to=HOURS,
        heard=["The clinic is open", "Bienvenido"],
    ),
    DemoCaller(
        "listens to the hours and says nothing",
        [SILENT, SILENT, SILENT],
        ("hours", "next", "goodbye"),
        to=HOURS,
        attempts={"next": ["no_input", "no_input", "no_input"]},
    ),
)


def number_of(position: int) -> str:
    """The number that the caller at this position calls from, unless it has its own."""
    return f"+131255501{position + 20:02d}"
