"""One contestant in a process of its own: prepares, does the work once, and prints what it took as JSON."""

import importlib
import json
import resource
import sys
import time


def _peak() -> int:
    """Return the most memory that this process ever had, in kilobytes."""
    of = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return of if sys.platform != "darwin" else of // 1024


def main(contestant: str, arguments: list[str | int]) -> None:
    """Run `module:function` with arguments."""
    module, name = contestant.split(":")
    work = getattr(importlib.import_module(f"benchmarks.alone.{module}"), name)(*arguments)
    before, cpu, wall = _peak(), time.process_time(), time.perf_counter()
    found = work()
    wall, cpu = time.perf_counter() - wall, time.process_time() - cpu
    print(
        json.dumps(
            {"wall": wall, "cpu": cpu, "peak": _peak() / 1024, "above": (_peak() - before) / 1024, "found": found}
        )
    )


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
