"""Results of the network, of replays and of forecasts made again from their provenance."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from hashfall.cli.again import Maker, Progress

__all__ = ["forecast_again", "network_again", "replay_again"]


def network_again(origin: Mapping[str, Any]) -> Maker:
    """What runs a network again.

    Parameters
    ----------
    origin : mapping
        Its provenance.
    """
    from hashfall.cli.network_inputs import asked_again, check_options

    asked = asked_again(origin)
    check_options(asked, None)

    def make(threads: int | None, progress: Progress | None) -> dict[str, Any]:
        from hashfall.cli.network import answer

        return answer(asked, threads=threads, progress=None if progress is None else
                      lambda done: progress("paths", done))

    return make


def replay_again(origin: Mapping[str, Any]) -> Maker:
    """What replays events again; files of the user stand in a folder of their own meanwhile.

    Parameters
    ----------
    origin : mapping
        Its provenance.
    """
    given, seed = origin["options"], int(origin["seed"])
    options: dict[str, Any] = {
        "view": given["view"], "draws": int(given["draws"]), "inner": int(given["inner"]),
        "planted": bool(given["planted"]), "seed": seed,
    }
    events = [(str(row["name"]), row["text"]) for row in origin["events"]]
    _check_shape(options["draws"], options["inner"])
    for name, text in events:
        _check_event(name, text)

    def make(threads: int | None, progress: Progress | None) -> dict[str, Any]:
        from pathlib import Path
        from tempfile import TemporaryDirectory

        from hashfall.cli.replay import document

        with TemporaryDirectory() as folder:
            names = []
            for i, (name, text) in enumerate(events):
                file = Path(folder, f"{i}.toml")
                if text is not None:
                    file.write_text(text, encoding="utf-8", newline="")
                names.append(name if text is None else str(file))
            now = document(names, report=progress, **options)
        now["provenance"]["events"] = [{"name": name, "text": text} for name, text in events]
        return now

    return make


def forecast_again(origin: Mapping[str, Any]) -> Maker:
    """What scores forecasts again.

    Parameters
    ----------
    origin : mapping
        Its provenance.
    """
    given = origin["options"]
    if given["what"] != "difficulty":
        raise ValueError("what")
    inside = bool(given["inside"])

    def make(threads: int | None, progress: Progress | None) -> dict[str, Any]:
        from hashfall.cli.forecast import document

        return document(inside=inside, report=progress)

    return make


def _check_shape(draws: int, inner: int) -> None:
    if not (1 <= draws <= 1024 and 128 <= inner <= 10_000_000 and inner % 128 == 0):
        raise ValueError("draws, inner")


def _check_event(name: str, text: str | None) -> None:
    """Refuse an event that is not shipped and whose file is not carried."""
    from hashfall.ingest.events import event_ids, parse_event

    if text is not None:
        parse_event(text, name)
    elif name not in event_ids():
        raise ValueError("events")
