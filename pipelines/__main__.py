"""``python -m pipelines``: the ``gongkai`` command."""

from pipelines.cli import main

if __name__ == "__main__":
    main()
