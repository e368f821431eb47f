"""What counts as a fault of an input, and under which name alike faults are counted together."""

import re
import signal
from dataclasses import dataclass
from pathlib import Path

from tests.reliability.cases import Case, path_below
from tests.reliability.children import Outcome
from tests.reliability.commands import RESULTS

LARGE = 1_500_000_000  # bytes of memory beyond the imports
USAGE_BOX = re.compile(r"^Usage: |╭|─{3}", re.MULTILINE)
HALF_MADE = r"\..+\.\d+(\.[0-9a-f]{8}|\.old)?|\..+-[a-z0-9_]{8}|.+\.tmp|\.tmp.+"
MADE = {"work/page.html": "dashboard", "work/table.parquet": "analysis", "work/packed": "models"}
NETWORKED = ("fetch", "share")
ADVICE = re.compile(
    r"[.;:!?)…] [A-Z(]|\b(or|python -m|use|omit|choose|delete|name|check|try|see|copy|wanted .*, got)\b", re.IGNORECASE
)


@dataclass(frozen=True)
class Fault:
    """Something that should not have happened. `what` is its kind, `told` one line of detail."""

    what: str
    told: str

    @property
    def alike(self) -> str:
        """What faults of one cause have in common."""
        return re.sub(r"'[^']*'|\"[^\"]*\"|/\S+|\d+", "…", self.told)[:160]


def faults_of(case: Case, outcome: Outcome, changes: dict[str, str], root: Path) -> list[Fault]:
    """All that is wrong with how a case ended."""
    goes_on = case.serves or (case.words[1] == "sample" and bool(outcome.out))  # it writes as long as it was asked to
    ended = [] if goes_on and outcome.timed_out else _end(outcome)
    found = [*ended, *_message(case, outcome), *_noted(case, outcome), *_files(case, outcome, changes, root)]
    if outcome.peak > LARGE:
        found.append(Fault("memory", f"{outcome.peak / 1e9:.1f} GB"))
    return found


def _end(outcome: Outcome) -> list[Fault]:
    if outcome.timed_out or outcome.signal == signal.SIGXCPU:
        return [Fault("hang", f"no end after {outcome.seconds:.0f} s")]
    if outcome.signal:
        return [Fault("crash", f"ended by {signal.Signals(outcome.signal).name}")]
    if "Traceback (most recent call last)" in outcome.err + outcome.out:
        return [Fault("traceback", cause_of(outcome.err))]
    if outcome.code not in (0, 2):
        return [Fault("exit code", f"{outcome.code}: {(outcome.err.strip().splitlines() or [''])[-1][:100]}")]
    return []


def cause_of(err: str) -> str:
    """The exception, and the last of our own lines that it passed through."""
    lines = err.strip().splitlines()
    last = next(
        (line for line in reversed(lines) if re.match(r"[\w.]+(Error|Exception|Warning|Exit|Interrupt)\b", line)),
        lines[-1],
    )
    frames = re.findall(r'File "([^"]+)", line (\d+), in (\S+)', err)
    ours = [f"{Path(file).parent.name}/{Path(file).name}:{name}" for file, _, name in frames if _is_ours(file)]
    return f"{ours[-1] if ours else '?'}: {last[:140]}"


def _is_ours(file: str) -> bool:
    return (
        any(f"/{package}/" in file for package in ("corpora", "models", "analysis", "dashboard"))
        and "site-packages" not in file
    )


def _message(case: Case, outcome: Outcome) -> list[Fault]:
    """Wrong input is one line that begins with `error: ` and says what to do."""
    if outcome.code != 2 or "--debug" in case.words or "Traceback" in outcome.err:
        return []
    if USAGE_BOX.search(outcome.err):
        return [Fault("message", "a usage error of many lines")]
    lines = [line for line in outcome.err.splitlines() if line.strip()]
    errors = [line for line in lines if line.startswith("error: ")]
    if len(errors) != 1 or not lines[-1].startswith("error: "):
        return [Fault("message", f"not one line of error: {' | '.join(lines)[-150:]}")]
    said = errors[0]
    if len(said) > 1500:
        return [Fault("message", f"{len(said)} characters long: {said[:80]}")]
    if not ADVICE.search(said.removeprefix("error: ")):
        return [Fault("no next step", said[:150])]
    return []


def _noted(case: Case, outcome: Outcome) -> list[Fault]:
    """Nothing but what is asked to goes to the network, and no other program is started."""
    asked = case.words[1] in NETWORKED or any(word.startswith("--scheduler") for word in case.words)
    told = [note for note in outcome.noted if not (asked and not note.startswith("start "))]
    told = [
        note
        for note in told
        if not note.startswith(("start /sbin/ldconfig", "start gcc", "start uname", "start /usr/bin/gcc"))
    ]
    return [Fault("network or process", told[0])] if told else []


def _files(case: Case, outcome: Outcome, changes: dict[str, str], root: Path) -> list[Fault]:
    """Nothing that was there is lost; what is new lies where it was asked for; nothing half-made is left."""
    found = []
    out = path_below(root, root / "work" / case.out) if case.out else ""
    for path, how in sorted(changes.items()):
        if path.startswith(("tmp/", "home/")):
            if how == "new" and not path.startswith("home/"):
                found.append(Fault("left behind", path))
        elif how in ("changed", "gone"):
            if not (owns(case, path) or _may_replace(case, path, out)):
                found.append(Fault("lost file", f"{path} is {how}"))
        elif is_half_made(path):
            found.append(Fault("left behind", path))
        elif outcome.code != 0 and out and path == out and "strange/" not in path:
            found.append(Fault("left behind", f"an output of a command that failed: {path}"))
        elif not (owns(case, path) or _is_below(path, out) or _is_below(out, path) or path.startswith("data")):
            found.append(Fault("escape", f"{path} is new"))
    return found[:3]


def _may_replace(case: Case, path: str, out: str) -> bool:
    """An output of the same command, or whatever `--overwrite` names, but no input."""
    made = next((start for start, command in MADE.items() if path.startswith(start)), "")
    if made and case.words[:1] == MADE[made].split()[:1] and _is_below(path, out):
        return True
    others = [word for word in case.words[2:] if not word.startswith("--out=")]
    return "--overwrite" in case.words and path == out and not any(word.endswith(Path(path).name) for word in others)


def owns(case: Case, path: str) -> bool:
    """Whether a path is what the command is there to change; of a shipped model that is below `runs`."""
    if any(path.startswith(each) for each in case.may_change) or path.removeprefix("runs/") in case.words[2:]:
        return True
    return (
        path.startswith(("runs/", "work/packed/"))
        and any(part in f"/{path}/" or f"/{path}".endswith(part) for part in RESULTS)
    ) or path.endswith("/jobs")


def _is_below(path: str, folder: str) -> bool:
    return bool(folder) and (path == folder or path.startswith(folder.rstrip("/") + "/"))


def is_half_made(path: str) -> bool:
    """A temporary name: a dot, then a name, then the number of a process; or a folder that a corpus is made in."""
    return any(re.fullmatch(HALF_MADE, part) for part in path.split("/"))
