"""Run a replica until interrupted: ``python -m crawler.replica --port 0``."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from threading import Event

from crawler.replica.build import load_world
from crawler.replica.server import running_replica


def main(arguments: list[str] | None = None) -> int:
    """Serve a world; the proxy's address is the one line on standard output.

    Args:
        arguments: Command-line arguments; those of the process when left out.
    """
    parser = argparse.ArgumentParser(prog="python -m crawler.replica", description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="port on 127.0.0.1, 0 for any")
    parser.add_argument("--seed", help="draw with another seed")
    parser.add_argument("--world", default="demo", help="a world's name or a YAML file")
    parser.add_argument("--write-sites", type=Path, help="also write the registry to this folder")
    options = parser.parse_args(arguments)
    world = load_world(options.world, seed=options.seed)
    if options.write_sites:
        world.write_sites(options.write_sites)
    with running_replica(world, options.port) as replica:
        sys.stdout.write(f"{replica.proxy_url}\n")
        sys.stdout.flush()
        try:
            Event().wait()
        except KeyboardInterrupt:
            return 0
    return 0


if __name__ == "__main__":
    sys.exit(main())
