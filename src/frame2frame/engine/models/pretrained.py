"""Networks that are published as transformers checkpoints: found on this computer, checked, and read.

A checkpoint is a hub id or a folder. It is read from this computer only, from safetensors only, and no code
that comes with it is run.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from ...errors import Frame2FrameError, ModelError
from ..device.placement import quiet_loading
from ..files.building import check_building
from ..files.folder import check_folder
from ..files.reading import AGAIN
from ..files.weights import check_weights, count_entries, weight_files
from ..files.words import loaded
from . import catalogue

Found = TypeVar("Found")

Source = Mapping[str, Any]
"""What `from_pretrained` of transformers wants to know."""


@dataclass(frozen=True)
class Pretrained:
    """Where a checkpoint comes from."""

    what: str
    """What errors call it: `encoder`."""
    repository: str
    revision: str | None = None
    cache_dir: str | None = None

    def place(self) -> Path | None:
        """The folder that it is read from, if it is here."""
        from huggingface_hub import try_to_load_from_cache
        from huggingface_hub.errors import HFValidationError

        if os.path.isdir(self.repository):
            return Path(self.repository)
        try:
            found = try_to_load_from_cache(
                self.repository, "config.json", cache_dir=self.cache_dir, revision=self.revision
            )
        except HFValidationError:  # it is no hub id at all
            return None
        return Path(found).parent if isinstance(found, str) else None

    def folder(self) -> Path:
        """The same; raises ModelError, which says how to get it, if it is not here."""
        place = self.place()
        if place is None:
            remedy = self._again()
            if self.repository.startswith("facebook/dinov3"):
                remedy = f"ask for access on its page, log in with `hf auth login`, then {remedy}"
            raise ModelError(f"the {self.what} {self.repository} is not here", remedy=remedy)
        return place

    def check_whole(self) -> Path:
        """The folder; raises ModelError unless all its files are here in full. Nothing is loaded."""
        place = self.folder()
        try:
            check_folder(place)
            check_weights(place)
        except ModelError as error:
            raise self._told(error) from error
        return place

    def entries(self) -> int:
        """The numbers in its weights. Raises ModelError."""
        return count_entries(self.folder())

    def read(self, read: Callable[[Source], Found]) -> Found:
        """What `read` makes of the checkpoint, once its small files were looked at. Raises ModelError."""
        place = self.folder()
        source = {
            "pretrained_model_name_or_path": str(place),
            "local_files_only": True,  # nothing is fetched unless it was asked for by name
            "trust_remote_code": False,
        }
        try:
            check_folder(place)
            with quiet_loading():
                return read(source)
        except Frame2FrameError as error:
            if error.remedy != AGAIN:
                raise
            raise self._told(error) from error
        except Exception as error:  # transformers raises OSError, ValueError, SafetensorError and more
            what = f"the {self.what} in {self.repository} cannot be loaded"
            raise ModelError(what, got=f"{error!s:.200}", remedy=self._again()) from error

    def _told(self, error: Frame2FrameError) -> ModelError:
        return ModelError(error.what, got=error.got, remedy=self._again())

    def _again(self) -> str:
        """How to get the files anew."""
        if os.path.isdir(self.repository):
            return "copy its folder again"
        return f"fetch it with: {catalogue.pull_command(self.repository, self.revision, self.cache_dir)}"


def read_model(
    source: Source, kinds: Mapping[str, str], what: str = "encoder", dtype: Any = "float32"
) -> Any:
    """The network of a checkpoint, by the class that `kinds` has for its model type, in this number format.

    Raises ModelError for a checkpoint of another kind, or one that lacks weights.
    """
    import transformers

    configuration = read_configuration(source, kinds, what)
    network = getattr(transformers, kinds[configuration.model_type])
    place = Path(name_of(source))
    check_weights(place)
    check_building(lambda: network(configuration), weight_files(place), place)
    model, report = network.from_pretrained(
        **without_code(source),
        config=configuration,
        dtype=dtype,
        use_safetensors=True,
        output_loading_info=True,
    )
    if report["missing_keys"]:  # transformers would go on with random numbers in their place
        raise ModelError(
            f"the {what} {name_of(source)} lacks weights",
            got=f"none for {min(report['missing_keys'])}",
            remedy=AGAIN,
        )
    return model.eval()


def read_configuration(source: Source, kinds: Mapping[str, str], what: str) -> Any:
    """The configuration of a checkpoint; raises ModelError unless `kinds` has its model type."""
    import transformers

    configuration = transformers.AutoConfig.from_pretrained(**source)
    if configuration.model_type not in kinds:
        reads = f" ({', '.join(kinds)})" if len(kinds) <= _FEW else ""
        raise ModelError(
            f"the model {name_of(source)} is not of the kind that this {what} reads{reads}",
            got=configuration.model_type,
            remedy=f"name another model, or the {what} that goes with this one",
        )
    return configuration


_FEW = 10
"""Kinds that one line can name."""


def read_tokenizer(source: Source, words: int) -> Any:
    """The checkpoint's own tokenizer, for a network that knows so many words.

    Raises ModelError for one that knows no words, which transformers makes up where its files are missing.
    """
    from transformers import AutoTokenizer

    return loaded(lambda: AutoTokenizer.from_pretrained(**source), name_of(source), words)


def without_code(source: Source) -> dict[str, Any]:
    """For classes that are named here, which never run a stranger's code and do not take the option."""
    return {name: value for name, value in source.items() if name != "trust_remote_code"}


def name_of(source: Source) -> str:
    """The folder that is read."""
    return str(source["pretrained_model_name_or_path"])
