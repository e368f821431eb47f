"""What a process keeps of memory. The device and its precision are tested where trainings are."""

import platform
import subprocess
import sys

import pytest
import torch

from models.device import hardware_of

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
