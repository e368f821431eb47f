"""Turns: first come, first served, one at a time, and each who waits is told the place."""

import threading
import time

import pytest

from dashboard.turns import Turns


def wait_until(true: object) -> None:
    for _ in range(2000):
        if true():  # type: ignore[operator]
            return
        time.sleep(0.005)
    pytest.fail("it did not happen")


def test_each_has_its_turn_in_order_alone_and_knows_how_many_come_before():
    turns, order, told, inside, gates = Turns(), [], {}, [], {}

    def work(name: int) -> None:
        with turns.turn(told.setdefault(name, []).append):
            inside.append(name)
            order.append(tuple(inside))
            assert gates[name].wait(20)
            inside.remove(name)

    threads = []
    for name in range(4):
        gates[name] = threading.Event()
        threads.append(threading.Thread(target=work, args=(name,)))
        threads[-1].start()
        wait_until(lambda name=name: order if name == 0 else told[name] == [name])
    assert turns.waiting == 3
    for name in range(4):
        gates[name].set()
        wait_until(lambda name=name: len(order) > min(name + 1, 3))
    for thread in threads:
        thread.join(20)
    assert order == [(0,), (1,), (2,), (3,)]
    assert told == {0: [], 1: [1, 0], 2: [2, 1, 0], 3: [3, 2, 1, 0]}
    assert turns.waiting == 0


def test_who_has_the_turn_may_take_it_again_and_who_gives_up_leaves_no_gap():
    turns, begun, go_on = Turns(), threading.Event(), threading.Event()

    def holder() -> None:
        with turns.turn(), turns.turn():
            begun.set()
            assert go_on.wait(20)

    thread = threading.Thread(target=holder)
    thread.start()
    assert begun.wait(20)

    def gives_up(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError), turns.turn(gives_up):
        pytest.fail("it had no turn")
    assert turns.waiting == 0
    go_on.set()
    thread.join(20)
    with turns.turn(pytest.fail):
        pass
    with pytest.raises(ValueError, match="inside"), turns.turn():
        raise ValueError("inside")
    with turns.turn(pytest.fail):
        pass
