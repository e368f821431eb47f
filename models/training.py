"""Truncated backpropagation through time over contiguous streams: the loop, and all that it keeps.

Axes: `time`, `batch` (streams), `vocab`; `process` where several share the work.
"""

import dataclasses
import math
import shutil
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any, Protocol, runtime_checkable

import numpy as np
import torch
from jaxtyping import Int64
from lightning_fabric import Fabric
from torch import Tensor, nn
from torch.nn import functional

from corpora import Corpus, InputError
from models.averaging import AveragedWeights
from models.checkpoint import CHECKPOINT, Position, load_checkpoint, save_checkpoint
from models.config import TrainingConfig
from models.device import hardware_of, mean_of_processes, new_fabric, of_all_processes, resolve_precision
from models.evaluate import evaluate
from models.history import LOG, SAMPLES, append_line, append_row, forget_after
from models.network import CharRNN, State
from models.optimizer import new_optimizers, share_of_peak
from models.run import Run
from models.sample import sample
from models.snapshots import forget_snapshots_after, passage_of, save_snapshot
from models.streams import Streams, cold_streams, spread_excerpt

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
    fabric: Fabric = field(default=None)  # pyright: ignore[reportAssignmentType]  made below
    position: Position = field(default_factory=Position)

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
        self.total_steps = max(1, round(config.epochs * self.streams.chunks))
        self.sample_at = sample_steps(self.total_steps)
        self.forward, *self.optimizers = self.fabric.setup(self.network, *new_optimizers(self.network, config))
        self.averaged = AveragedWeights(self.network, config.ema) if config.ema else None
        self.carried: State = self.network.initial_state(self._own_streams)
        if (self.run.folder / CHECKPOINT).exists():
            self._restore()
        if self.fabric.is_global_zero:
            forget_after(self.run.folder, self.position.step or -1)
            forget_snapshots_after(self.run.folder, self.position.step or -1)
        self.assembler = ThreadPoolExecutor(1)
        self.ahead: tuple[int, Future[tuple[Tensor, Tensor]]] | None = None
        self._begin_interval()

    @property
    def _own_streams(self) -> int:
        return self.config.streams // self.fabric.world_size

    @property
    def judged(self) -> CharRNN:
        """The network that is evaluated and kept: the averaged one, where an average is kept."""
        return self.averaged.network if self.averaged else self.network

    def run_to_end(self, watcher: Watcher) -> Position:
        """All steps that are left."""
        validation = spread_excerpt(
            self.run.vocabulary.encode(self.corpus.split("validation")), self.config.validation_chars
        )
        if self.position.step == 0:
            self._show_progress(watcher)
        while self.position.step < self.total_steps and self.position.stale_evaluations < self.config.patience:
            self.step()
            if self.position.step in self.sample_at:  # before the checkpoint, so that a killed run has it too
                self._show_progress(watcher)
            at_end = self.position.step == self.total_steps
            row = None
            if self.position.step % self.config.evaluate_every == 0 or at_end:
                row = self._log(self._evaluate(validation))
                self._checkpoint()
            elif self.position.step % self.config.log_every == 0:
                row = self._log(None)
            watcher.advanced(self.position.step, self.total_steps, row)
            if not at_end and self._asked_to_stop(watcher, row):
                self._stop(watcher)
                return self.position
        self._finish()
        return self.position

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
        step = self.position.step
        ready = self.ahead[1].result() if self.ahead and self.ahead[0] == step else self._assemble(step)
        self.ahead = (step + 1, self.assembler.submit(self._assemble, step + 1))
        inputs, targets = (self.fabric.to_device(ids) for ids in ready)
        return inputs, targets

    def _assemble(self, step: int) -> tuple[Tensor, Tensor]:
        inputs, targets = self.streams.chunk(*divmod(step, self.streams.chunks))
        if self.fabric.device.type == "cuda":  # copied without waiting
            return inputs.pin_memory(), targets.pin_memory()
        return inputs, targets

    def _begin_interval(self) -> None:
        self.loss_sum, self.interval_steps = torch.zeros((), device=self.fabric.device), 0
        self.grad_norm: Any = 0.0
        self.interval_began = time.perf_counter()

    def _evaluate(self, ids: Int64[np.ndarray, " time"]) -> float:
        """Nats per character on validation text; better weights than all before are kept."""
        position = self.position
        loss = self.fabric.broadcast(evaluate(self.judged, ids).nats if self.fabric.is_global_zero else 0.0)
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
                f"The loss became {train_loss:.4g} before step {self.position.step}: the training diverged. Lower "
                "--learning-rate, --matrix-learning-rate or --clip, or raise --warm-up, under another --run name."
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

    def _checkpoint(self) -> None:
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
                f"Resume with torchrun --nproc_per_node {saved} -m -- models resume {self.run.name}"
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

    def _show_progress(self, watcher: Watcher) -> None:
        """Write a sample and a snapshot of the states."""
        if not self.fabric.is_global_zero:
            return
        step, network = self.position.step, self.judged
        network.eval()
        ids = sample(network, [], SAMPLE_LENGTH, SAMPLE_TEMPERATURE, self.config.seed)
        text = self.run.vocabulary.decode(np.fromiter(ids, dtype=np.int64))
        save_snapshot(self.run.folder, step, network, self.run.vocabulary, passage_of(self.corpus))
        network.train()
        chars = step * self.config.streams * self.config.steps
        line = {"step": step, "chars": chars, "temperature": SAMPLE_TEMPERATURE, "text": text}
        append_line(self.run.folder / SAMPLES, line)
        watcher.sampled(step, text)

    def _asked_to_stop(self, watcher: Watcher, row: dict[str, Any] | None) -> bool:
        """Several processes agree on it whenever they log."""
        if self.fabric.world_size == 1:
            return watcher.stop_requested()
        return row is not None and mean_of_processes(self.fabric, torch.tensor(watcher.stop_requested())) > 0

    def _stop(self, watcher: Watcher) -> None:
        """Leave all that is needed to go on, and weights to use even if none were evaluated yet."""
        if self.interval_steps:
            watcher.advanced(self.position.step, self.total_steps, self._log(None))
        self._checkpoint()
        if self.fabric.is_global_zero and not (self.run.folder / "model.safetensors").exists():
            self.run.save_weights(self.judged.state_dict())

    def _finish(self) -> None:
        """Say in config.json how the run ended, and drop the checkpoint."""
        device, processes = self.fabric.device.type, self.fabric.world_size
        ended = {
            "steps_done": self.position.step,
            "best_step": self.position.best_step,
            "validation_loss": round(self.position.best_loss, 5),
            "seconds": round(self.position.seconds),
            "precision_used": resolve_precision(self.config.precision, device, self.run.model.cell),
            "hardware": hardware_of(device) + f", {processes} processes" * (processes > 1),
            "torch": torch.__version__,
        }
        if self.fabric.is_global_zero:
            dataclasses.replace(self.run, training=dataclasses.asdict(self.config) | ended).save_config()
            shutil.rmtree(self.run.folder / CHECKPOINT.parent, ignore_errors=True)
        self.fabric.barrier()
