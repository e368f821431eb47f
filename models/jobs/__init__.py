"""Long work in a process of its own: a command or the app starts it, and whoever opens its folder finds it again.

A job belongs to a folder, mostly that of a run, and to a kind of work: `train`, `search`, `ablate`. In `jobs/` it
leaves what others need to know of it: `KIND.json` says which process works, or how it ended; `KIND.progress.json` how
far it is; `KIND.log` what it printed; `KIND.asked` what somebody asks of it.

The command itself writes all this (`at_work`), so that work started in a terminal is found as well. Times are seconds
since the epoch.
"""

from models.jobs.job import JOBS, WISHES, WORDS, Job, Progress, State, Wish, find_job, find_jobs, last_line
from models.jobs.starting import ask, kill, require_idle, start_job
from models.jobs.work import StoppedError, Work, at_work

__all__ = [
    "JOBS", "WISHES", "WORDS", "Job", "Progress", "State", "StoppedError", "Wish", "Work", "ask", "at_work", "find_job",
    "find_jobs", "kill", "last_line", "require_idle", "start_job",
]  # fmt: skip
