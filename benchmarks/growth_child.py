"""``python -m benchmarks.growth_child``: one site of the growth benchmark, told what to measure.

Each line that it reads is JSON, a job of benchmarks/growth_jobs.py and its arguments; it answers
each with a line of JSON, what the job returned.
"""

from __future__ import annotations

import json
import sys

import django

if __name__ == "__main__":
    django.setup()

    from benchmarks import growth_jobs

    for line in sys.stdin:
        name, arguments = json.loads(line)
        print(json.dumps(getattr(growth_jobs, name)(**arguments)), flush=True)
