"""The server sends by itself, and stops when it is asked to."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from app.clock import clock
from app.notices.enums import Kind
from app.notices.telling import tell
from tests.notices.post import ADDRESS, SENDER, MailServer, free_port
from tests.world import KEY, World

pytestmark = pytest.mark.served


def test_serve_sends_what_waits_and_stops_cleanly(told: World, server: MailServer, tmp_path: Path) -> None:
    clock.set(None)
    settings = {
        "DATABASE_URL": told.database.engine.url.render_as_string(hide_password=False),
        "CASEWORK_AUDIT_DATA_DIR": str(tmp_path),
        "CASEWORK_AUDIT_EVENT_KEY": KEY.decode(),
        "CASEWORK_AUDIT_ADDRESS": ADDRESS,
        "CASEWORK_AUDIT_SMTP_URL": server.mail.smtp_url,
        "CASEWORK_AUDIT_MAIL_FROM": SENDER,
    }
    command = [sys.executable, "-m", "app.cli", "serve", "--port", str(free_port())]
    with subprocess.Popen(
        command, env={**os.environ, **settings}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    ) as process:
        with told.database.writing() as session:
            tell(session, frozenset({told.viewer("im1").id}), Kind.REMINDER, about="x", by_mail=True)
        for _ in range(600):
            if server.texts_for("im1") or process.poll() is not None:
                break
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(20) in {0, -signal.SIGTERM}, process.stdout and process.stdout.read()
    assert len(server.texts_for("im1")) == 1
