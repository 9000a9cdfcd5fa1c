"""One module a part: its episodes, what is looked at, and the figures."""

from __future__ import annotations

from pkgutil import resolve_name

from ..plan import PARTS, Plan
from ..task import Task


def task_of(plan: Plan) -> Task:
    """The part that a plan names."""
    task: Task = resolve_name(f"{__name__}.{PARTS[plan.part]}")(plan)
    return task
