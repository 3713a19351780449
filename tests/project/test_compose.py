"""docker-compose.yml, Dockerfile and .env.example agree with each other and with the settings."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from project.gunicorn import FAKES
from tests.project.deployment import (
    COMPOSE,
    ENVIRONMENT,
    command_of,
    health_check_of,
    interpolated_names,
)
from tests.wheel import ROOT

EXAMPLE = (ROOT / ".env.example").read_text()
DOCKERFILE = (ROOT / "Dockerfile").read_text().replace("\\\n", " ")
SERVICES: dict[str, Any] = COMPOSE["services"]
OWN = sorted(name for name in SERVICES if "build" in SERVICES[name])

#: Loads the site, asks for what placing a call does, and prints the variables that our own modules
#: asked for meanwhile.
READ = """
import json, os, sys
read = set()
getitem = os._Environ.__getitem__
def noting(self, name):
    frame = sys._getframe(1)
    while frame.f_code.co_filename.startswith("<frozen "):
        frame = frame.f_back
    file = frame.f_code.co_filename
    if file.startswith(os.getcwd()) and "site-packages" not in file:
        read.add(name)
    return getitem(self, name)
os._Environ.__getitem__ = noting
import project.wsgi, project.gunicorn, project.probe
from django.core.management import call_command
call_command("check", "--deploy")
project.probe.main()
from voicegather import conf
conf.connection_id("default")
print(json.dumps(sorted(read)))
"""


def example() -> dict[str, str]:
    """The variables that .env.example sets."""
    return dict(re.findall(r"^([A-Z_]+)=(.*)$", EXAMPLE, re.MULTILINE))


def run(*command: str, **changes: str) -> subprocess.CompletedProcess[str]:
    """Run Python in the example's environment; "" unsets a variable."""
    environment = {"PATH": os.environ["PATH"], "PORT": "1", **example(), **changes}
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )


def deploy_check(**changes: str) -> subprocess.CompletedProcess[str]:
    return run("manage.py", "check", "--deploy", "--fail-level", "WARNING", **changes)


def test_the_example_names_every_variable_that_is_read_and_no_other() -> None:
    named = set(re.findall(r"^#?([A-Z_]+)=", EXAMPLE, re.MULTILINE))

    ran = run("-c", READ)

    assert ran.returncode == 0, ran.stderr
    assert named == set(json.loads(ran.stdout.splitlines()[-1])) | interpolated_names()


def test_a_shell_can_read_the_example() -> None:
    ran = subprocess.run(
        ["sh", "-euc", "set -a; . ./.env.example; env"],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"]},
        capture_output=True,
        text=True,
        check=True,
    )

    assert example().items() <= dict(re.findall(r"^(\w+)=(.*)$", ran.stdout, re.MULTILINE)).items()
    assert ran.stderr == ""


def test_the_check_for_deployment_is_clean_with_the_example() -> None:
    checked = deploy_check()

    assert (checked.returncode, checked.stderr) == (0, "")


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({"VOICEGATHER_ENCRYPTION_KEYS": ""}, "VOICEGATHER_ENCRYPTION_KEYS  seal what"),
        ({"DJANGO_SECRET_KEY": "short"}, "security.W009"),
    ],
)
def test_the_check_for_deployment_is_not_clean_without(changes: dict[str, str], found: str) -> None:
    checked = deploy_check(**changes)

    assert checked.returncode != 0
    assert found in checked.stderr


def serve(**changes: str) -> subprocess.CompletedProcess[str]:
    """Start the web server in the example's environment; it must not serve."""
    site = ("--config", "python:project.gunicorn", "project.wsgi:application")
    return run("-m", "gunicorn", *site, GUNICORN_CMD_ARGS="--bind 127.0.0.1:0", **changes)


def test_the_web_server_refuses_the_examples_secrets() -> None:
    ran = serve()

    assert ran.returncode == 1
    assert ran.stderr.splitlines()[-1] == (
        "DJANGO_SECRET_KEY and VOICEGATHER_ENCRYPTION_KEYS and TELNYX_API_KEY and "
        "TELNYX_PUBLIC_KEY: still the fake of .env.example. Make your own, or copy it from the "
        "Telnyx portal."
    )


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("VOICEGATHER_ENCRYPTION_KEYS", "too short", "voicegather.E004"),
        ("TELNYX_PUBLIC_KEY", "too short", "voicegather.E005"),
        ("CELERY_BROKER_URL", "http://127.0.0.1", "voicegather.E017"),
        ("WEB_CONCURRENCY", "0", "WEB_CONCURRENCY must be 1 or more, not 0."),
    ],
)
def test_the_web_server_says_what_keeps_it_from_serving(name: str, value: str, told: str) -> None:
    own = {variable: ENVIRONMENT[variable] for variable in FAKES}

    ran = serve(**{**own, name: value})

    assert ran.returncode == 1
    assert told in ran.stderr
    assert "Traceback" not in ran.stderr


def test_only_the_proxy_of_this_machine_reaches_a_web_server_outside_of_a_container() -> None:
    show = "import project.gunicorn; print(project.gunicorn.bind)"
    (inside,) = re.findall(r"WEB_ADDRESS=(\S+)", DOCKERFILE)

    assert run("-c", show).stdout == "127.0.0.1:1\n"
    assert run("-c", show, WEB_ADDRESS=inside).stdout == "0.0.0.0:1\n"


def test_every_secret_of_the_example_is_plainly_fake() -> None:
    assert all(example()[name].startswith(fake) for name, fake in FAKES.items())
    assert "fake" in example()["POSTGRES_PASSWORD"]
    assert example()["DATABASE_URL"].count(example()["POSTGRES_PASSWORD"]) == 1


@pytest.mark.parametrize("client", [["docker", "compose"], ["docker-compose"]])
def test_docker_compose_reads_it(client: list[str], tmp_path: Path) -> None:
    if (
        not shutil.which(client[0])
        or subprocess.run([*client, "version"], capture_output=True, check=False).returncode
    ):
        pytest.skip(f"{' '.join(client)} is not installed")
    shutil.copy(ROOT / "docker-compose.yml", tmp_path)
    shutil.copy(ROOT / ".env.example", tmp_path / ".env")

    read = subprocess.run(
        [*client, "config", "--services"],
        cwd=tmp_path,
        env={"PATH": os.environ["PATH"], "COMPOSE_PROFILES": "second-web"},
        capture_output=True,
        text=True,
        check=False,
    )

    assert read.returncode == 0, read.stderr
    assert sorted(read.stdout.split()) == sorted(SERVICES)


def test_the_image_starts_and_probes_the_site_as_the_compose_file_does() -> None:
    (command,) = re.findall(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)
    (probe,) = re.findall(r"^HEALTHCHECK .* CMD (.*)$", DOCKERFILE, re.MULTILINE)

    assert json.loads(command) == command_of("web", {})
    assert json.loads(probe) == health_check_of("web", {})


def test_the_image_runs_without_roots_rights() -> None:
    *_, last = re.split(r"^FROM ", DOCKERFILE, flags=re.MULTILINE)

    assert re.findall(r"^USER (.*)$", last, re.MULTILINE) == ["voicegather"]
    assert last.index("USER voicegather") < last.index("CMD")


def test_the_image_gets_nothing_that_is_not_named() -> None:
    lines = (ROOT / ".dockerignore").read_text().splitlines()

    assert "*" in lines
    assert "!.env" not in lines
    copied = re.findall(r"^COPY (?!--from)(.*) \S+$", DOCKERFILE, re.MULTILINE)
    wanted = {name for names in copied for name in names.split()}
    assert {f"!{name}" for name in wanted} == {line for line in lines if line.startswith("!")}


@pytest.mark.parametrize("name", sorted(set(SERVICES) - {"migrate"}))
def test_a_service_is_watched_and_started_again(name: str) -> None:
    assert SERVICES[name]["restart"] == "unless-stopped"
    assert SERVICES[name]["healthcheck"]["test"]


@pytest.mark.parametrize("name", sorted(set(OWN) - {"migrate"}))
def test_a_service_waits_for_the_tables_and_is_given_time_to_end(name: str) -> None:
    awaited = SERVICES[name]["depends_on"]["migrate"]

    assert awaited == {"condition": "service_completed_successfully"}
    assert SERVICES[name]["stop_grace_period"]


@pytest.mark.parametrize("name", OWN)
def test_a_service_can_write_to_its_uploads_alone(name: str) -> None:
    service = SERVICES[name]

    assert (service["read_only"], service["cap_drop"]) == (True, ["ALL"])
    assert (service["tmpfs"], service["volumes"]) == (["/tmp"], ["media:/app/media"])


def test_only_the_site_is_reached_from_outside_and_only_from_this_machine() -> None:
    ports = {name: service["ports"] for name, service in SERVICES.items() if "ports" in service}

    assert ports == {"web": ["127.0.0.1:8000:8000"], "web-b": ["127.0.0.1:8001:8000"]}
