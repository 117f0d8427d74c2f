"""A training run: updates, checkpoints and the moving average of the weights.

It does not know the data and the loss; both are arguments.
"""

import logging
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import torch

from index.state.replacing import replacing
from training.networks.work import EARLY, STATE

EARLY_SHARE = 0.2  # of everything; the averaged weights at this point are also saved
WARM_UP = 0.05  # of everything
LAYER_DECAY = 0.9  # the learning rate of a layer is this times that of the one above
AVERAGED = 0.998  # of the moving average of the weights, which is the result
CHECKPOINT_STEPS = 250
LOG_STEPS = 50
_log = logging.getLogger("training.networks.run")


class Run:
    """A training run; a stop loses at most CHECKPOINT_STEPS updates of it."""

    def __init__(
        self,
        network: torch.nn.Module,
        loss: Callable[[Any, Any], Any],
        work: Path,
        total: int,
        rate: float,
    ) -> None:
        """`loss` takes the network and a batch; `total` counts examples; `rate` is the highest one."""
        self._network, self._loss, self._file = network, loss, work / STATE
        self._total = total
        self._optimizer = torch.optim.AdamW(groups(network, rate), fused=True, betas=(0.9, 0.98))
        self._average = {k: v.detach().clone() for k, v in network.state_dict().items()}
        self.seen = self.steps = 0
        if self._file.is_file():
            state = torch.load(self._file)
            network.load_state_dict(state["network"])
            self._optimizer.load_state_dict(state["optimizer"])
            self._average, self.seen, self.steps = state["average"], state["seen"], state["steps"]
            _log.info("going on from %d examples", self.seen)

    def go(self, batches: Iterable[Sequence[Any]]) -> None:
        """Trains on `batches` until `total` is reached; skips the batches done before an interruption."""
        first, began, loss, passed = self.seen, time.monotonic(), 0.0, 0
        for batch in batches:
            if self.seen >= self._total:
                break
            passed += len(batch)
            if passed <= first:
                continue
            loss = 0.98 * loss + 0.02 * self.step(batch)
            if self.steps % LOG_STEPS == 0:
                speed = (self.seen - first) / (time.monotonic() - began)
                report = self.seen, self._total, loss, speed
                _log.info("%d of %d examples, loss %.4f, %.1f a second", *report)
        self.save()

    def step(self, batch: Sequence[Any]) -> float:
        """One update of the weights; returns the loss before it."""
        done = self.seen / self._total
        for group in self._optimizer.param_groups:
            group["lr"] = group["top"] * min(1.0, done / WARM_UP) * max(0.02, 1.0 - done)
        loss = self._loss(self._network, batch)
        self._optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(self._network.parameters(), 1.0)
        self._optimizer.step()
        self.steps += 1
        self.seen += len(batch)
        self._keep_average()
        if self.seen - len(batch) < EARLY_SHARE * self._total <= self.seen:
            torch.save({"average": self._average}, self._file.with_name(EARLY))
        if self.steps % CHECKPOINT_STEPS == 0:
            self.save()
        return float(loss.item())

    def _keep_average(self) -> None:
        weight = 1 - min(AVERAGED, (1 + self.steps) / (10 + self.steps))
        with torch.no_grad():
            for name, value in self._network.state_dict().items():
                if value.dtype.is_floating_point:
                    self._average[name].lerp_(value, weight)

    def save(self) -> None:
        """Writes the checkpoint atomically."""
        state = {
            "network": self._network.state_dict(),
            "optimizer": self._optimizer.state_dict(),
            "average": self._average,
            "seen": self.seen,
            "steps": self.steps,
        }
        with replacing(self._file) as fresh:
            torch.save(state, fresh)


def groups(network: torch.nn.Module, top: float) -> list[dict[str, Any]]:
    """Parameter groups for AdamW: the rate `top` falls layer by layer; biases and norms do not decay."""
    found = []
    for name, parameter in network.named_parameters():
        if not parameter.requires_grad:
            continue
        below = 0
        if name.startswith("encoder."):
            below = 5 - int(name.split("layer.")[1].split(".")[0]) if "layer." in name else 6
        rate = top * LAYER_DECAY**below
        decay = 0.01 if parameter.ndim > 1 else 0.0
        found.append({"params": [parameter], "lr": rate, "top": rate, "weight_decay": decay})
    return found
