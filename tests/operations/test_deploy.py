"""What is shipped for servers and containers: parsed, and held against what the forum knows."""

import os
import re
import shutil
import subprocess
from dataclasses import fields

import pytest
import yaml

from forum.config import PREFIX, Config
from tests.operations.conftest import ROOT

DEPLOY = ROOT / "deploy"
COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: service for name, service in SERVICES.items() if "build" in service}
DOCKERFILE = (DEPLOY / "Dockerfile").read_text()
EVERYTHING = "".join(path.read_text() for path in DEPLOY.rglob("*") if path.is_file())


def needs(program: str) -> str:
    """Where the program is; without it the test is skipped, and fails where nothing may be."""
    found = shutil.which(program)
    if found is None:
        if os.environ.get("FORUM_TEST_STRICT"):
            pytest.fail(f"{program} is not installed")
        pytest.skip(f"{program} is not installed")
    return found


def test_every_setting_that_is_named_exists():
    known = {PREFIX + field.name for field in fields(Config)}
    assert set(re.findall(rf"{PREFIX}[A-Z_]+", EVERYTHING)) <= known


def test_no_secret_is_written_down():
    for service in SERVICES.values():
        for name, value in (service.get("environment") or {}).items():
            if "KEY" in name or "PASSWORD" in name:
                assert value == "${POSTGRES_PASSWORD:-}"
    assert not re.search(r"(SECRET_KEY|BALLOT_KEY|SEAL_KEY)\s*[=:]\s*\S", EVERYTHING)


def test_the_two_profiles_are_whole():
    profiles = {}
    for name, service in SERVICES.items():
        for profile in service["profiles"]:
            profiles.setdefault(profile, set()).add(name)
    assert profiles == {
        "embedded": {"forum"},
        "postgres+redis": {"web", "worker", "postgres", "redis"},
    }
    for name in profiles["postgres+redis"]:
        assert set(SERVICES[name].get("depends_on", {})) <= profiles["postgres+redis"]


@pytest.mark.parametrize("name", OURS)
def test_our_containers_may_do_little(name):
    service = OURS[name]
    assert service["user"] == "10001:10001"
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["volumes"] == ["data:/data"]
    assert all(port.startswith("127.0.0.1:") for port in service.get("ports", []))


def test_volumes_are_declared_and_images_pinned():
    for service in SERVICES.values():
        for volume in service.get("volumes", []):
            assert volume.split(":")[0] in COMPOSE["volumes"]
        assert re.search(r":\d+\.\d+\.\d+|:\d+\.\d+-", service["image"]), service["image"]
    assert set(re.findall(r"^FROM (\S+)", DOCKERFILE, re.M)) == {"python:3.13.5-slim-bookworm"}


def test_the_image_runs_as_nobody_and_says_how_it_is():
    last = DOCKERFILE.split("\nFROM ")[-1]
    assert re.search(r"^USER 10001", last, re.M)
    assert "HEALTHCHECK" in last
    assert "/healthz" in last
    assert "VOLUME /data" in last
    for copied in re.findall(r"^COPY (?!--from)(.+) \S+$", DOCKERFILE, re.M):
        for source in copied.split():
            assert (ROOT / source).exists()
            assert f"!{source}" in (ROOT / ".dockerignore").read_text()


def test_the_units_hold_before_systemd(tmp_path):
    program = needs("systemd-analyze")
    for unit in (DEPLOY / "systemd").iterdir():
        text = unit.read_text().replace("/opt/forum/bin/forum", "/bin/true")
        (tmp_path / unit.name).write_text(text)
    done = subprocess.run(
        [program, "verify", *tmp_path.iterdir()], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "Unknown" not in done.stderr


def test_the_units_start_what_there_is(forum):
    said = forum("--help").stdout
    for unit in (DEPLOY / "systemd").glob("*.service"):
        [command] = re.findall(r"/opt/forum/bin/forum ([\w-]+)", unit.read_text())
        assert re.search(rf"^  {command} ", said, re.M)


def test_caddy_takes_its_file():
    done = subprocess.run(
        [needs("caddy"), "adapt", "--adapter", "caddyfile", "--config", DEPLOY / "Caddyfile"],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr


def test_nginx_takes_its_file(tmp_path):
    program = needs("nginx")
    text = (DEPLOY / "nginx.conf").read_text()
    text = re.sub(r"^\s*ssl_certificate.*$", "", text, flags=re.M).replace("443 ssl http2", "8443")
    config = tmp_path / "nginx.conf"
    config.write_text(
        f"pid {tmp_path}/pid; error_log stderr; events {{}} http {{ access_log off; {text} }}"
    )
    done = subprocess.run(
        [program, "-t", "-p", tmp_path, "-c", config], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
