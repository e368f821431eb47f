"""Products of a few vectors with one matrix, compiled: each vector's result has the same bits, however many there are.

A library's product of matrices rounds differently with each number of rows. A recording must not depend on how many
streams are read side by side, so every sum here runs over the columns in one order: 128 products added up one by one,
then the next 128. A tile of the result, six vectors by so many rows as fill the processor's registers, stays there
while its 128 columns pass. What a tile needs of the matrix lies together in memory, in a panel, and comes from there
once for all vectors. While some columns pass, the next 128 are on their way: each six vectors ask for a part of them.

Axes: `vector`, `row` and `column` of the matrix; `panel`, a group of rows, filled up with rows of zeros.
"""

from typing import Any

import llvmlite.binding as llvm
import numpy as np
from jaxtyping import Float32
from llvmlite import ir
from numba.core import cgutils, types
from numba.extending import intrinsic
from numba.np import arrayobj

from models.compiled import compiled

Panels = Float32[np.ndarray, "panel column width"]

_ABLE = llvm.get_host_cpu_features()
LANES = 16 if _ABLE.get("avx512f") else 8 if _ABLE.get("avx2") else 4  # float32 numbers in a register
REGISTERS = 4 if LANES == 16 else 2  # of each vector's sums; times six, and there are 32 or 16 in all
WIDTH = LANES * REGISTERS
COLUMNS = 128  # that pass in one go: what a panel has of them fits the first cache


def pack(matrix: Float32[np.ndarray, "row column"]) -> Panels:
    """A matrix as `multiply` takes it."""
    rows, columns = matrix.shape
    filled = np.zeros((padded(rows), columns), np.float32)
    filled[:rows] = matrix
    return np.ascontiguousarray(filled.reshape(-1, WIDTH, columns).transpose(0, 2, 1))


def padded(rows: int) -> int:
    """How many rows the panels of so many rows have."""
    return rows + -rows % WIDTH


def _tile(vectors: int) -> Any:
    """Adds the products of some columns to one tile: out[v, :WIDTH] += sum over c of x[v, c] panel[c]."""

    @intrinsic
    def add_tile(_context, panels, panels_at, x, x_at, x_step, out, out_at, out_step, columns, ahead):  # noqa: ARG001
        whole = types.intp
        signature = types.void(panels, whole, x, whole, whole, out, whole, whole, whole, whole)

        def generate(context: Any, builder: Any, signature: Any, arguments: Any) -> Any:
            of_array = (arrayobj.make_array(signature.args[k])(context, builder, arguments[k]).data for k in (0, 2, 5))
            panel, x, out = (builder.gep(data, [arguments[at]]) for data, at in zip(of_array, (1, 3, 6), strict=True))
            _write_loop(builder, vectors, (panel, x, out), (arguments[4], arguments[7]), *arguments[8:])
            return context.get_dummy_value()

        return signature, generate

    return add_tile


def _write_loop(
    builder: Any, vectors: int, bases: tuple[Any, ...], steps: tuple[Any, Any], columns: Any, ahead: Any
) -> None:
    """LLVM's code of a tile: sums in registers, one column of the panel and one number of each vector at a time."""
    (panel, x, out), (x_step, out_step) = bases, steps
    whole, lanes = ir.IntType(64), ir.VectorType(ir.FloatType(), LANES)
    first_lane = ir.Constant(ir.VectorType(ir.IntType(32), LANES), [0] * LANES)

    def number(value: int) -> Any:
        return ir.Constant(whole, value)

    def register_at(base: Any, at: Any) -> Any:
        return builder.bitcast(builder.gep(base, [at]), lanes.as_pointer())

    def load(pointer: Any) -> Any:
        loaded = builder.load(pointer)
        loaded.align = 4
        return loaded

    places = [
        [register_at(out, builder.add(builder.mul(out_step, number(v)), number(k * LANES))) for k in range(REGISTERS)]
        for v in range(vectors)
    ]
    starts = [[load(place) for place in row] for row in places]
    before, loop, after = builder.block, builder.append_basic_block("column"), builder.append_basic_block("done")
    builder.branch(loop)
    builder.position_at_end(loop)
    column = builder.phi(whole)
    sums = [[builder.phi(lanes) for _ in range(REGISTERS)] for _ in range(vectors)]
    at = builder.mul(column, number(WIDTH))
    weights = [load(register_at(panel, builder.add(at, number(k * LANES)))) for k in range(REGISTERS)]
    _prefetch(builder, register_at(panel, builder.add(at, ahead)))
    ends = []
    for v in range(vectors):
        one = builder.load(builder.gep(x, [builder.add(builder.mul(x_step, number(v)), column)]))
        undefined = ir.Constant(lanes, ir.Undefined)
        everywhere = builder.insert_element(undefined, one, ir.Constant(ir.IntType(32), 0))
        everywhere = builder.shuffle_vector(everywhere, undefined, first_lane)
        products = (builder.fmul(weight, everywhere, flags=["contract"]) for weight in weights)
        ends.append([builder.fadd(old, new, flags=["contract"]) for old, new in zip(sums[v], products, strict=True)])
    following = builder.add(column, number(1))
    column.add_incoming(number(0), before)
    column.add_incoming(following, loop)
    for of_vector in zip(sums, starts, ends, strict=True):
        for total, start, end in zip(*of_vector, strict=True):
            total.add_incoming(start, before)
            total.add_incoming(end, loop)
    builder.cbranch(builder.icmp_signed("<", following, columns), loop, after)
    builder.position_at_end(after)
    for row, of_vector in zip(places, ends, strict=True):
        for place, end in zip(row, of_vector, strict=True):
            builder.store(end, place).align = 4


def _prefetch(builder: Any, place: Any) -> None:
    """Have what lies at a place brought to the second cache, if it is not there."""
    byte, word = ir.IntType(8).as_pointer(), ir.IntType(32)
    kind = ir.FunctionType(ir.VoidType(), [byte, word, word, word])
    asked = cgutils.get_or_insert_function(builder.module, kind, "llvm.prefetch.p0")
    to_read, near, data = (ir.Constant(word, value) for value in (0, 2, 1))
    builder.call(asked, [builder.bitcast(place, byte), to_read, near, data])


_add_1, _add_2, _add_3, _add_4, _add_5, _add_6 = (_tile(vectors) for vectors in range(1, 7))


@compiled(nogil=True, error_model="numpy")
def multiply(panels: Panels, x: Float32[np.ndarray, "vector column"], out: Float32[np.ndarray, "vector row"]) -> None:
    """Add x @ matrix.T to `out`, whose rows are as many as the panels'; both are contiguous."""
    columns, width = panels.shape[1:]
    vectors, rows = out.shape
    for panel in range(panels.shape[0]):
        for c in range(0, columns, COLUMNS):
            here, count = (panel * columns + c) * width, min(COLUMNS, columns - c)
            ahead = COLUMNS * width
            for v in range(0, vectors - vectors % 6, 6):
                ahead = COLUMNS * width + v // 6 % REGISTERS * LANES
                _add_6(panels, here, x, v * columns + c, columns, out, v * rows + panel * width, rows, count, ahead)
            v, left = vectors - vectors % 6, vectors % 6
            x_at, out_at = v * columns + c, v * rows + panel * width
            if left == 1:
                _add_1(panels, here, x, x_at, columns, out, out_at, rows, count, ahead)
            elif left == 2:
                _add_2(panels, here, x, x_at, columns, out, out_at, rows, count, ahead)
            elif left == 3:
                _add_3(panels, here, x, x_at, columns, out, out_at, rows, count, ahead)
            elif left == 4:
                _add_4(panels, here, x, x_at, columns, out, out_at, rows, count, ahead)
            elif left == 5:
                _add_5(panels, here, x, x_at, columns, out, out_at, rows, count, ahead)
