"""What a process keeps of memory. The device and its precision are tested where trainings are."""

import os
import platform
import subprocess
import sys

import pytest
import torch

from models.device import hardware_of, resolve_precision

PAGES_OF_A_BLOCK = 64 * 2**20 // 4096
# How many pages are fetched by eight allocations of 64 MiB each, one after the other, once the heap has settled.
COUNT_FAULTS = """
import resource, sys, torch
from models.device import keep_freed_memory

if sys.argv[1] == "keep":
    keep_freed_memory()
for _ in range(8):
    torch.ones(2**24).sum()
before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
for _ in range(8):
    torch.ones(2**24).sum()
print(resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before)
"""

TRAIN_A_STEP = """
import torch
from models.device import resolve_precision

precision = resolve_precision("auto", "cpu")
with torch.autocast("cpu", torch.bfloat16, enabled=precision == "bf16-mixed"):
    torch.nn.LSTM(8, 8)(torch.ones(4, 2, 8))[0].sum().backward()
print(precision)
"""


def test_bf16_is_left_alone_where_onednn_may_not_use_it() -> None:
    """What the processor has is not all: with fewer instructions oneDNN has no LSTM in bf16."""
    environment = os.environ | {"ONEDNN_MAX_CPU_ISA": "AVX2"}
    trained = subprocess.run(
        [sys.executable, "-c", TRAIN_A_STEP], env=environment, capture_output=True, text=True, check=True
    )
    assert trained.stdout.strip() == "32-true"


@pytest.mark.parametrize(("gains", "precision"), [(True, "bf16-mixed"), (False, "32-true")])
def test_bf16_is_taken_where_it_is_faster(gains: bool, precision: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"avx512_bf16": True})
    monkeypatch.setattr(torch.ops.mkldnn, "_is_mkldnn_bf16_supported", lambda: True)
    monkeypatch.setattr("models.device._gains_by_bf16", lambda: gains)
    assert resolve_precision("auto", "cpu") == precision
    assert resolve_precision("auto", "cpu", "gru") == "32-true"


@pytest.mark.skipif(sys.platform != "linux", reason="only glibc lets a process keep what it frees")
def test_freed_memory_is_kept() -> None:
    started = {
        way: subprocess.Popen([sys.executable, "-c", COUNT_FAULTS, way], stdout=subprocess.PIPE, text=True)
        for way in ("keep", "return")
    }
    faults = {way: int(process.communicate()[0]) for way, process in started.items()}
    assert faults["return"] > 6 * PAGES_OF_A_BLOCK
    assert faults["keep"] < PAGES_OF_A_BLOCK


def test_the_hardware_is_named_with_what_it_multiplies_on(monkeypatch: pytest.MonkeyPatch) -> None:
    able = {"cpu_name": "Some CPU", "avx2": True, "avx512_f": True, "avx512_bf16": True, "amx_bf16": False}
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: able)
    monkeypatch.setattr(torch, "get_num_threads", lambda: 1)
    assert hardware_of("cpu") == "1 thread of Some CPU (avx512_bf16)"
    monkeypatch.setattr(torch.cpu, "get_capabilities", lambda: {"architecture": "riscv"})
    monkeypatch.setattr(platform, "machine", lambda: "riscv64")
    assert hardware_of("cpu") == "1 thread of riscv64"
