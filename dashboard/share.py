"""Serves the dashboard to the local network.

The server listens only on this machine's addresses on that network, answers only under those addresses and the
machine's names, and writes nothing to disk for visitors.
"""

import contextlib
import os
import socket
from collections.abc import Iterable
from ipaddress import IPv6Address, ip_address

import typer
import uvicorn

from corpora import InputError
from corpora.places import READ_ONLY
from dashboard.hosts import HOSTS
from dashboard.network import Address, host_names, is_on_local_network, own_addresses

LOOPBACK = ip_address("127.0.0.1")
SECONDS_TO_STOP = 3
LARGEST_UPLOAD = 5  # MB: visitors read texts, they do not train on them
LARGEST_MESSAGE = 2**24  # bytes of a websocket message; uploads do not use it
MEANS = """
Everyone on this network can open it. Visitors see all models and runs. They can paste or upload texts and search them;
this machine does the work and keeps the texts in memory. They cannot train, fetch a corpus or change a file.
Nothing is encrypted, and there is no password.

Stop sharing: Ctrl-C."""


def share(wanted: Iterable[str], port: int, own: list[Address] | None = None) -> None:
    """Serve until Ctrl-C on the addresses wanted, or on all addresses of this machine on the local network.

    Raises:
        InputError: this machine has no such address, or the port is taken.
    """
    addresses = addresses_to_serve(wanted, own_addresses() if own is None else own)
    with contextlib.ExitStack() as held:
        served = dict.fromkeys([LOOPBACK, *addresses])
        sockets = [held.enter_context(_listen(address, port)) for address in served]
        os.environ[HOSTS] = ",".join(filter(None, [os.environ.get(HOSTS, ""), *hosts_of(addresses)]))
        os.environ[READ_ONLY] = "1"
        typer.echo(announcement(addresses, port))
        with contextlib.suppress(KeyboardInterrupt):
            uvicorn.Server(_configuration()).run(sockets=sockets)
    typer.echo("Stopped.")


def _configuration() -> uvicorn.Config:
    from streamlit import config

    from streamlit_app import app  # only now: it reads the allowed hosts, and Streamlit sets up logs before uvicorn

    config.set_option("server.maxUploadSize", LARGEST_UPLOAD)
    return uvicorn.Config(
        app,
        log_level="warning",
        access_log=False,
        timeout_graceful_shutdown=SECONDS_TO_STOP,
        ws_max_size=LARGEST_MESSAGE,
    )


def addresses_to_serve(wanted: Iterable[str], own: list[Address]) -> list[Address]:
    """The addresses wanted, else those of `own` that are on the local network.

    Raises:
        InputError: there is none, or a wanted one is not an address of one interface.
    """
    if chosen := [_parse(written) for written in wanted]:
        return list(dict.fromkeys(chosen))
    if found := [address for address in own if is_on_local_network(address)]:
        return found
    others = ", ".join(str(address) for address in own if not address.is_loopback) or "none"
    raise InputError(
        f"Wanted an address of this machine on a local network, found none; others: {others}. Connect to a network, or "
        "choose one of these: --address ADDRESS."
    )


def _parse(written: str) -> Address:
    try:
        address = ip_address(written)
    except ValueError:
        raise InputError(f"Wanted an IP address of this machine, got {written!r}.") from None
    if address.is_unspecified:
        raise InputError(
            f"Wanted one address of this machine, got {written}, which stands for all of them. Name the ones you mean."
        )
    return address


def hosts_of(addresses: list[Address]) -> list[str]:
    """The hosts allowed in a request: the addresses and the names of this machine."""
    return [*(_host(address) for address in addresses), *host_names()]


def _host(address: Address) -> str:
    return f"[{address}]" if isinstance(address, IPv6Address) else str(address)


def _listen(address: Address, port: int) -> socket.socket:
    family = socket.AF_INET6 if isinstance(address, IPv6Address) else socket.AF_INET
    try:
        return socket.create_server((str(address), port), family=family)
    except OSError as error:
        raise InputError(
            f"Cannot serve on {_host(address)}:{port} ({error.strerror}). Stop what uses this port, or choose another "
            "--port; an --address must be one of this machine."
        ) from None


def announcement(addresses: list[Address], port: int) -> str:
    """The address to give out, who can open it, what visitors can do, and how to stop."""
    first, *others = [f"http://{_host(address)}:{port}" for address in addresses]
    lines = ["Charscope is shared. Give out this address:", "", f"    {first}", ""]
    lines += [f"Or this one: {other}" for other in others]
    lines += [f"On this machine: http://localhost:{port}"]
    lines += [f"{address} is public: the Internet can open it too." for address in addresses if address.is_global]
    return "\n".join([*lines, MEANS])
