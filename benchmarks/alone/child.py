"""One contestant in a process of its own: prepares, and works whenever it is sent a line of how many seconds at least.

What the work took, once, it prints as a line of JSON.
"""

import importlib
import json
import resource
import sys
import time

from benchmarks.alone import TOOK


def _peak() -> float:
    """Return the most memory that this process ever had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main(contestant: str, arguments: list[str | int]) -> None:
    """Run `module:function` with arguments."""
    module, name = contestant.split(":")
    work = getattr(importlib.import_module(f"benchmarks.alone.{module}"), name)(*arguments)
    for seconds in sys.stdin:
        before, began, times = _peak(), time.process_time(), 0
        while not times or time.process_time() - began < float(seconds):
            found, times = work(), times + 1
        cpu = (time.process_time() - began) / times
        print(TOOK + json.dumps({"cpu": cpu, "added": _peak() - before, "found": found}), flush=True)


if __name__ == "__main__":
    main(sys.argv[1], json.loads(sys.argv[2]))
