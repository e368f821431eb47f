"""Truncated backpropagation through time over contiguous streams: the loop, and all that it keeps.

Axes: `time`, `batch` (streams), `vocab`; `process` where several share the work.
"""

import math
import time
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Int64
from torch import Tensor, nn
from torch.nn import functional

from corpora import Corpus, InputError
from models.averaging import AveragedWeights
from models.checkpoint import CHECKPOINT, Position, load_checkpoint, save_checkpoint
from models.checkpoints import forget_checkpoints_after, keep_checkpoint
from models.config import TrainingConfig
from models.device import mean_of_processes, new_fabric, of_all_processes
from models.ending import keep_end
from models.evaluate import evaluate
from models.history import LOG, SAMPLES, append_line, append_row, forget_after
from models.jobs import WISHES, Wish
from models.network import CharRNN, State
from models.optimizer import new_optimizers, share_of_peak
from models.run import Run
from models.sample import sample
from models.snapshots import forget_snapshots_after, passage_of, save_snapshot
from models.streams import ReadAhead, Streams, cold_streams, spread_excerpt, steps_in
from models.work import Work

if TYPE_CHECKING:
    from lightning_fabric import Fabric

SAMPLE_COUNT, SAMPLE_LENGTH, SAMPLE_TEMPERATURE = 20, 300, 0.8
EXPLODED = 2.0  # times a uniform prediction's loss: beyond it, a loss does not recover


@runtime_checkable
class Watcher(Protocol):
    """The messages of training to its observer."""

    def advanced(self, step: int, total: int, row: dict[str, Any] | None) -> None: ...
    def sampled(self, step: int, text: str) -> None: ...
    def stop_requested(self) -> bool: ...


def sample_steps(total: int) -> set[int]:
    """Steps at which a sample is written: the very first, then about evenly spaced on a log scale."""
    return {0, total, *(round(step) for step in np.geomspace(1, max(1, total), SAMPLE_COUNT))}


@dataclass
class Training:
    """One run being trained."""

    run: Run
    corpus: Corpus
    config: TrainingConfig
    fabric: "Fabric" = field(default=None)  # pyright: ignore[reportAssignmentType]  made below
    position: Position = field(default_factory=Position)
    work: Work | None = None
    """The job that this process reports to, and that others ask for something; the first of several has it."""

    def __post_init__(self) -> None:
        config, self.fabric = self.config, self.fabric or new_fabric(self.config, self.run.model.cell)
        self.fabric.seed_everything(config.seed, verbose=False)
        self.network = CharRNN(self.run.model, len(self.run.vocabulary))
        if self.fabric.global_rank:  # each process drops other outputs
            torch.manual_seed(config.seed + self.fabric.global_rank)
        self.streams = Streams(
            self.corpus.split("training"),
            self.run.vocabulary,
            config.streams,
            config.steps,
            config.seed,
            self.fabric.global_rank,
            self.fabric.world_size,
        )
        self.total_steps = steps_in(len(self.streams.characters), config.streams, config.steps, config.epochs)
        self.sample_at = sample_steps(self.total_steps)
        self.forward, *self.optimizers = self.fabric.setup(self.network, *new_optimizers(self.network, config))
        self.averaged = AveragedWeights(self.network, config.ema) if config.ema else None
        self.carried: State = self.network.initial_state(self._own_streams)
        if (self.run.folder / CHECKPOINT).exists():
            self._restore()
        if self.fabric.is_global_zero:
            forget_after(self.run.folder, self.position.step or -1)
            forget_snapshots_after(self.run.folder, self.position.step or -1)
            forget_checkpoints_after(self.run.folder, self.position.step or -1)
        self.ahead = ReadAhead(self.streams, pinned=self.fabric.device.type == "cuda")
        self._begin_interval()

    @property
    def _own_streams(self) -> int:
        return self.config.streams // self.fabric.world_size

    @property
    def judged(self) -> CharRNN:
        """The network that is evaluated and kept: the averaged one, where an average is kept."""
        return self.averaged.network if self.averaged else self.network

    @property
    def _is_done(self) -> bool:
        return self.position.step >= self.total_steps or self.position.stale_evaluations >= self.config.patience

    def run_to_end(self, watcher: Watcher) -> Position:
        """All steps that are left, unless somebody asks to pause, or to finish now."""
        if self.position.step == 0:
            self.show_progress(watcher)
        wish = None
        while not (wish or self._is_done):
            self.step()
            if self.position.step in self.sample_at:  # before the checkpoint, so that a killed run has it too
                self.show_progress(watcher)
            at_end = self.position.step == self.total_steps
            row = None
            if self.position.step % self.config.evaluate_every == 0 or at_end:
                row = self._log(self.evaluate_now())
                self.checkpoint()
            elif self.position.step % self.config.log_every == 0:
                row = self._log(None)
            self._tell(watcher, row)
            wish = None if at_end else self._wish(watcher, row)
        if wish == "pause":
            self._stop(watcher)
        else:
            self.end_now(watcher)
        return self.position

    def end_now(self, watcher: Watcher) -> None:
        """End with the best weights so far, among them those of the last step.

        Raises:
            InputError: no step was done yet.
        """
        if not self.position.step:
            raise InputError(f"The run {self.run.name} has done no step yet, so it cannot end. Resume or delete it.")
        if self.position.step % self.config.evaluate_every and self.position.step < self.total_steps:
            loss = self.evaluate_now()
            if self.interval_steps:
                self._tell(watcher, self._log(loss))
        if self.fabric.is_global_zero:
            keep_end(self.run, self.config, self.position, self.fabric)
        self.fabric.barrier()

    def close(self) -> None:
        """Let go of what exchanges the gradients; to be called before the processes leave each other.

        Its destructor would end their connections while it holds Python's lock, and wait for a thread that may be
        waiting for that lock (github.com/pytorch/pytorch/issues/56297).
        """
        self.forward = self.network

    def _tell(self, watcher: Watcher, row: dict[str, Any] | None) -> None:
        self._require_folder()
        self._report("training")
        watcher.advanced(self.position.step, self.total_steps, row)

    def _report(self, stage: str) -> None:
        if self.work:
            self.work.report(self.position.step, self.total_steps, stage)

    def _require_folder(self) -> None:
        """Nothing is written into a run that was deleted while it trains."""
        if self.fabric.is_global_zero and not (self.run.folder / "config.json").exists():
            raise InputError(f"The run {self.run.name} was deleted while it trained. Train it again if you want it.")

    def step(self) -> None:
        """One step of the optimizers, on the next chunk of every stream."""
        config, position = self.config, self.position
        if position.step % self.streams.chunks == 0:
            self.carried = self.network.initial_state(self._own_streams)
        elif config.reset:
            self._forget_some()
        share = share_of_peak(position.step, self.total_steps, self.streams.chunks, config)
        for optimizer in self.optimizers:
            for group in optimizer.param_groups:
                group["lr"] = share * group["peak"]
        self.learning_rate = share * config.learning_rate
        inputs, targets = self.next_chunk()
        logits, carried = self.forward(inputs, self.carried)
        loss = functional.cross_entropy(logits.flatten(0, 1), targets.flatten())
        self.fabric.backward(loss)
        self.grad_norm = nn.utils.clip_grad_norm_(  # of both optimizers' parameters; Fabric clips for one
            self.network.parameters(), config.clip or math.inf
        )
        for optimizer in self.optimizers:
            optimizer.step()
            optimizer.zero_grad()
        if self.averaged:
            self.averaged.update(position.step)
        self.carried = tuple(part.detach().float() for part in carried)
        self.loss_sum = self.loss_sum + loss.detach()
        self.interval_steps += 1
        position.step += 1

    def _forget_some(self) -> None:
        """Start some streams from the zero state."""
        cold = cold_streams(self.config.seed, self.position.step, self.config.streams, self.config.reset)
        keep = torch.from_numpy(~cold[self.streams.share]).to(self.fabric.device)
        self.carried = tuple(part * keep[None, :, None] for part in self.carried)

    def next_chunk(self) -> tuple[Tensor, Tensor]:
        """This step's inputs and targets on the device; the next step's are assembled meanwhile."""
        inputs, targets = (self.fabric.to_device(ids) for ids in self.ahead.chunk(self.position.step))
        return inputs, targets

    def _begin_interval(self) -> None:
        self.loss_sum, self.interval_steps = torch.zeros((), device=self.fabric.device), 0
        self.grad_norm: Any = 0.0
        self.interval_began = time.perf_counter()

    @cached_property
    def _validation(self) -> Int64[np.ndarray, " time"]:
        return spread_excerpt(self.run.vocabulary.encode(self.corpus.split("validation")), self.config.validation_chars)

    def evaluate_now(self) -> float:
        """Nats per character on validation text; better weights than all before are kept."""
        position = self.position
        self._report("evaluating")
        nats = evaluate(self.judged, self._validation).nats if self.fabric.is_global_zero else 0.0
        loss = self.fabric.broadcast(nats)
        self._require_folder()
        if loss < position.best_loss:
            position.best_loss, position.best_step, position.stale_evaluations = loss, position.step, 0
            if self.fabric.is_global_zero:
                self.run.save_weights(self.judged.state_dict())
        else:
            position.stale_evaluations += 1
        return loss

    def _log(self, validation_loss: float | None) -> dict[str, Any]:
        """Close an interval with a row of log.csv."""
        elapsed = time.perf_counter() - self.interval_began
        train_loss = mean_of_processes(self.fabric, self.loss_sum) / max(1, self.interval_steps)
        if not train_loss < EXPLODED * math.log(len(self.run.vocabulary)):  # also where it is no number
            raise InputError(
                f"The loss became {train_loss:.4g} before step {self.position.step}: the training diverged. Start "
                "another one with lower learning rates, a lower clip or a longer warm-up."
            )
        per_step = self.config.streams * self.config.steps
        self.position.seconds += elapsed
        row = {
            "step": self.position.step,
            "epoch": round(self.position.step / self.streams.chunks, 4),
            "chars": self.position.step * per_step,
            "train_loss": round(train_loss, 5),
            "validation_loss": "" if validation_loss is None else round(validation_loss, 5),
            "learning_rate": f"{self.learning_rate:.3e}",
            "grad_norm": round(float(self.grad_norm), 4),
            "chars_per_second": round(self.interval_steps * per_step / elapsed),
        }
        if self.fabric.is_global_zero:
            append_row(self.run.folder / LOG, row)
        self._begin_interval()
        return row

    def checkpoint(self) -> None:
        """Keep all that is needed to go on from this step."""
        carried = tuple(torch.cat(list(of_all_processes(self.fabric, part)), dim=1) for part in self.carried)
        random = {"cpu": of_all_processes(self.fabric, torch.get_rng_state())}
        if torch.cuda.is_available():
            random["cuda"] = of_all_processes(self.fabric, torch.cuda.get_rng_state())
        if self.fabric.is_global_zero:
            save_checkpoint(self.run.folder, self._networks, self._plain_optimizers, carried, random, self.position)
        self.fabric.barrier()

    def _restore(self) -> None:
        carried, random, self.position = load_checkpoint(self.run.folder, self._networks, self._plain_optimizers)
        saved, wanted = len(random["cpu"]), self.fabric.world_size
        if saved != wanted:
            raise InputError(
                f"Wanted the {saved} processes that this run was trained with, got {wanted}. "
                f"Resume with torchrun --nproc_per_node {saved} -m -- models resume {self.run.shell_name}"
            )
        own = {device: states[self.fabric.global_rank].clone() for device, states in random.items()}
        torch.set_rng_state(own["cpu"])  # a clone: it reads a view from the start of what it is a view of
        if torch.cuda.is_available() and "cuda" in own:
            torch.cuda.set_rng_state(own["cuda"])
        self.carried = tuple(part[:, self.streams.share].to(self.fabric.device) for part in carried)

    @property
    def _networks(self) -> dict[str, CharRNN]:
        return {"network": self.network} | ({"averaged": self.averaged.network} if self.averaged else {})

    @property
    def _plain_optimizers(self) -> list[torch.optim.Optimizer]:
        return [optimizer.optimizer for optimizer in self.optimizers]

    def show_progress(self, watcher: Watcher) -> None:
        """Write a sample and a snapshot of the states, and keep the weights where that is asked for."""
        if not self.fabric.is_global_zero:
            return
        step, network = self.position.step, self.judged
        network.eval()
        ids = sample(network, [], SAMPLE_LENGTH, SAMPLE_TEMPERATURE, self.config.seed)
        text = self.run.vocabulary.decode(np.fromiter(ids, dtype=np.int64))
        save_snapshot(self.run.folder, step, network, self.run.vocabulary, passage_of(self.corpus))
        network.train()
        if self.config.keep_checkpoints != "no":
            keep_checkpoint(self.run.folder, step, network, self.config.keep_checkpoints)
        chars = step * self.config.streams * self.config.steps
        line = {"step": step, "chars": chars, "temperature": SAMPLE_TEMPERATURE, "text": text}
        append_line(self.run.folder / SAMPLES, line)
        watcher.sampled(step, text)

    def _wish(self, watcher: Watcher, row: dict[str, Any] | None) -> Wish | None:
        """What the watcher or somebody else asks for. Several processes agree on it whenever they log."""
        wish = "pause" if watcher.stop_requested() else self.work.wish() if self.work else None
        if self.fabric.world_size == 1 or row is None:
            return wish if self.fabric.world_size == 1 else None
        number = torch.tensor(0.0 if wish is None else 1.0 + WISHES.index(wish))
        agreed = int(of_all_processes(self.fabric, number).max())
        return WISHES[agreed - 1] if agreed else None

    def _stop(self, watcher: Watcher) -> None:
        """Leave all that is needed to go on, and weights to use even if none were evaluated yet."""
        if self.interval_steps:
            self._tell(watcher, self._log(None))
        self.checkpoint()
        if self.fabric.is_global_zero and not (self.run.folder / "model.safetensors").exists():
            self.run.save_weights(self.judged.state_dict())
