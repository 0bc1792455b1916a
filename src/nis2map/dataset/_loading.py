"""`load`: the bundled dataset, alone or extended by plugins that the caller names."""

from __future__ import annotations

from collections.abc import Iterable

from .._shared import expect, texts
from ..data import table
from ..errors import DatasetError, quote
from ._dataset import Dataset
from ._store import Packaged

__all__ = ["bundled", "given", "load", "plugins"]


def given(dataset: Dataset | None) -> Dataset:
    """Return the dataset that a caller handed in, the bundled one for None; `InputError` for anything else."""
    if dataset is None:
        return load()
    expect(dataset, Dataset, "dataset")
    return dataset


def bundled() -> Dataset:
    """Return the bundled dataset, the same object at every call and in every thread."""
    if not _bundled:
        manifest = table("MANIFEST")
        made = Dataset(Packaged(), version=manifest["version"], digest=manifest["digest"])
        _bundled.setdefault("", made)  # of threads that come at once, all get the first one's
    return _bundled[""]


_bundled: dict[str, Dataset] = {}


def load(*, plugins: Iterable[str] = ()) -> Dataset:
    """Return the bundled dataset, the same object at every call and in every thread.

    Plugins are never looked for unless named: each is an entry point of the group `nis2map.datasets` whose function
    takes a dataset and returns one.

    Raises `DatasetError` if a named plugin is not installed, fails, or does not return a dataset.

    >>> import nis2map
    >>> ds = nis2map.load()
    >>> ds["A.8.24"].title, len(ds.controls())
    ('Use of cryptography', 123)
    """
    names = texts(plugins)
    loaded = _loaded.get(names)
    return _loaded.setdefault(names, _build(names)) if loaded is None else loaded


_loaded: dict[tuple[str, ...], Dataset] = {}


def _build(plugins: tuple[str, ...]) -> Dataset:
    dataset = bundled()
    for name in plugins:
        dataset = _plugged(name, dataset)
    return dataset


def plugins() -> tuple[str, ...]:
    """Return the names of installed dataset plugins, without importing any.

    >>> import nis2map
    >>> nis2map.plugins()
    ()
    """
    from importlib.metadata import entry_points

    return tuple(sorted({point.name for point in entry_points(group="nis2map.datasets")}))


def _plugged(name: str, dataset: Dataset) -> Dataset:
    from importlib.metadata import entry_points

    points = [point for point in entry_points(group="nis2map.datasets") if point.name == name]
    if not points:
        raise DatasetError(
            f"no dataset plugin {quote(name)} is installed", hint=f"installed: {', '.join(plugins()) or 'none'}"
        )
    try:
        extended = points[0].load()(dataset)
    except Exception as error:
        raise DatasetError(f"dataset plugin {quote(name)} failed: {error}") from error
    if not isinstance(extended, Dataset):
        raise DatasetError(f"dataset plugin {quote(name)} returned {type(extended).__name__}, not a Dataset")
    return extended
