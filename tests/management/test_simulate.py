from __future__ import annotations

import io
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command
from django.urls import reverse

from project.samples import load_samples
from voicegather.models import Call
from voicegather.simulator import FakeTelnyx

SCENARIO = Path(__file__).parents[2] / "project" / "scenarios" / "clinic.yaml"


def simulate(*arguments, **options):
    output = io.StringIO()
    call_command("voicegather_simulate", *arguments, port=0, stdout=output, **options)
    return output.getvalue()


def test_the_environment_that_the_site_needs_stays_the_same():
    first, second = simulate("--print-environment"), simulate("--print-environment")
    key = "TELNYX_PUBLIC_KEY="
    assert first.split(key)[1] == second.split(key)[1]
    assert "TELNYX_BASE_URL=http://127.0.0.1:" in first


def test_the_environment_lets_the_site_place_calls():
    with FakeTelnyx() as telnyx:
        assert f"TELNYX_CONNECTION_ID={telnyx.connection_id}\n" in simulate("--print-environment")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([], "--scenario callers.yaml"),
        (["--scenario", "/nowhere/callers.yaml"], "No such file"),
        (["--scenario", str(SCENARIO), "--faults", "dorp=0.1"], "duplicate, delay"),
        (["--scenario", str(SCENARIO), "--faults", "drop=2"], "from 0 to 1"),
        (["--scenario", str(SCENARIO), "--calls", "0"], "at least one call"),
        (
            ["--scenario", str(SCENARIO), "--webhook", "https://telnyx.example/"],
            "this machine alone",
        ),
    ],
)
def test_a_wrong_argument_is_named(arguments, message):
    with pytest.raises(CommandError, match=message):
        simulate(*arguments)


@pytest.mark.django_db(transaction=True)
def test_callers_are_driven_through_a_running_site(live_server, settings):
    load_samples()
    with FakeTelnyx(signing_seed="KEY_fake_for_simulation_only") as probe:
        public_key, port = probe.public_key, int(probe.base_url.split(":")[2].split("/")[0])
    settings.VOICEGATHER = settings.VOICEGATHER | {
        "TELNYX_API_KEY": "KEY_fake_for_simulation_only",
        "TELNYX_BASE_URL": f"http://127.0.0.1:{port}/v2",
        "TELNYX_PUBLIC_KEYS": [public_key],
    }
    output = io.StringIO()
    call_command(
        "voicegather_simulate",
        scenario=SCENARIO,
        calls=4,
        concurrency=2,
        seed=3,
        port=port,
        time_scale=0.1,
        webhook=f"{live_server.url}{reverse('voicegather:webhook')}",
        stdout=output,
    )
    report = output.getvalue()
    assert report.startswith("4 calls in ")
    assert "lost 0, silent 0, unfinished 0, webhooks not acknowledged 0" in report
    assert Call.objects.count() == 4
