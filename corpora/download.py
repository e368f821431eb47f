"""Downloads a source with pooch: shows progress, checks the sha256, and resumes a broken transfer."""

from pathlib import Path
from typing import IO, Any

import pooch
import requests
from tqdm.auto import tqdm

from corpora.errors import InputError
from corpora.shell import shell_command

TIMEOUT_SECONDS = 30


class ResumingDownloader:
    """A pooch downloader that keeps a partial download in a `.part` file and requests only the rest."""

    def __init__(self, part: Path) -> None:
        self.part = part

    def __call__(self, url: str, output_file: IO[bytes] | str | Path, pooch: Any) -> None:  # noqa: ARG002  pooch's signature
        have = self.part.stat().st_size if self.part.exists() else 0
        headers = {"Range": f"bytes={have}-"} if have else {}
        with requests.get(url, headers=headers, stream=True, timeout=TIMEOUT_SECONDS) as response:
            if response.status_code != requests.codes.requested_range_not_satisfiable:  # else the part is complete
                response.raise_for_status()
                self._receive(response, have if response.status_code == requests.codes.partial_content else 0)
        Path(str(output_file)).write_bytes(b"")
        self.part.replace(str(output_file))

    def _receive(self, response: requests.Response, have: int) -> None:
        length = response.headers.get("Content-Length")
        total = have + int(length) if length else None
        with (
            self.part.open("ab" if have else "wb") as out,
            tqdm(total=total, initial=have, unit="B", unit_scale=True, desc=self.part.stem) as bar,
        ):
            for block in response.iter_content(1 << 16):
                out.write(block)
                bar.update(len(block))


def download(url: str, folder: Path, checksum: str | None = None) -> Path:
    """The file at `url` in `folder`, downloaded unless it is already there.

    Raises:
        InputError: the transfer failed; the partial download is kept, and the next call resumes it. Or the file does
            not match `checksum`, such as `sha256:2ca1…`; it is not kept.
    """
    name = url.rsplit("/", 1)[1]
    pooch.get_logger().setLevel("WARNING")  # else it advises people to change the code
    try:
        folder.mkdir(parents=True, exist_ok=True)
        downloader: Any = ResumingDownloader(folder / f"{name}.part")  # pooch's own type names its arguments wrongly
        path = pooch.retrieve(url, checksum, fname=name, path=folder, downloader=downloader)
    except (requests.RequestException, OSError) as error:
        raise InputError(
            f"Could not download {url} ({type(error).__name__}). What came is kept: fetch it again to resume, or "
            f"download the file by other means and name it: {shell_command('corpora', 'fetch')} NAME --from FILE"
        ) from None
    except ValueError:
        raise InputError(
            f"Wanted {url} with {checksum}, got another file, which was not kept. Fetch it again, or download the file "
            f"by other means and name it: {shell_command('corpora', 'fetch')} NAME --from FILE"
        ) from None
    return Path(path)
