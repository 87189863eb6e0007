"""Programs of ours in processes of their own: each is waited for, so that none stays behind when it has ended."""

import subprocess
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent.parent


def started(
    module: str,
    *arguments: str,
    given: IO[bytes] | None = None,
    errors: IO[bytes] | None = None,
    keeps: Sequence[int] = (),
) -> subprocess.Popen[bytes]:
    """Start a module of ours as a program of its own.

    It reads `given`, writes faults to `errors` (to ours where there is none), and `keeps` some open files, and with
    them the locks on them: whatever ends it, the kernel lets them go.
    """
    process = subprocess.Popen(  # noqa: S603 - a module of ours
        [sys.executable, "-m", module, *arguments],
        cwd=ROOT,
        stdin=subprocess.DEVNULL if given is None else given,
        stdout=subprocess.DEVNULL,
        stderr=errors,
        pass_fds=keeps,
    )
    threading.Thread(target=process.wait, name=f"waits for {module}", daemon=True).start()
    return process
