"""Parts and models of other packages: found by name, and in one line where they cannot be used."""

import dataclasses
import json
from collections.abc import Mapping
from typing import Any, ClassVar

import pytest

from frame2frame.cli import main
from frame2frame.engine.models import catalogue
from frame2frame.errors import InputError, ModelError, PluginError
from frame2frame.plugins import registry
from frame2frame.plugins.capabilities import EncoderCapabilities, GeneratorCapabilities, of_encoder
from frame2frame.plugins.model import Model

from .strangers import offer

HERE = __name__


@dataclasses.dataclass(frozen=True)
class Middle:
    """A selector of somebody."""

    def choose(self, clip: Any, scores: Any, caption: Any) -> Any: ...

    def enough(self, clip: Any, scores: Any) -> bool:
        return False


@dataclasses.dataclass(frozen=True)
class Drawer:
    """A generator of somebody, for checkpoints of a class of his own."""

    capabilities: ClassVar = GeneratorCapabilities(
        recognises=lambda index: index.get("_class_name") == "DrawerPipeline"
    )
    model: str = ""

    def check(self) -> None: ...

    def sampling(self, picture: Any, frames: Any, steps: Any, guidance: Any) -> Any: ...

    def draft(self, items: Any, sampling: Any) -> Any: ...


class Half:
    """No dataclass, and cannot choose."""


MODELS = (Model("drawn", "", "drawer", encoder="tabletop"), Model("by-hand", "someone/by-hand", "drawer"))


def models() -> tuple[Model, ...]:
    return MODELS


def broken_models() -> tuple[Model, ...]:
    raise RuntimeError("no licence file")


def test_a_part_of_another_package_is_found_by_its_name(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "somebody", selectors={"middle": f"{HERE}:Middle"})
    assert registry.find("selectors", "middle") is Middle
    assert registry.names("selectors")[-1] == "middle"
    assert registry.package("selectors", "middle") == "somebody 0.1"
    assert registry.package("selectors", "earliest") == ""


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("nowhere_at_all:Part", "cannot be loaded; got ModuleNotFoundError"),
        (f"{HERE}:Missing", "cannot be loaded; got AttributeError"),
        (f"{HERE}:Half", "which is no dataclass"),
        (f"{HERE}:Drawer", "which has no choose and no enough"),
    ],
)
def test_a_part_that_cannot_be_used_is_one_line_that_names_its_package(
    monkeypatch: pytest.MonkeyPatch, place: str, said: str
) -> None:
    offer(monkeypatch, "somebody", selectors={"broken": place, "middle": f"{HERE}:Middle"})
    with pytest.raises(PluginError, match=r"the selector 'broken' of somebody 0\.1") as raised:
        registry.find("selectors", "broken")
    assert said in str(raised.value) and "\n" not in str(raised.value)
    assert registry.usable("selectors").keys() == {*registry.BUILT_IN["selectors"], "middle"}
    assert [str(fault) for fault in registry.faults()] == [str(raised.value)]


def test_two_packages_with_one_name_are_told_apart_by_the_user(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "one", selectors={"middle": f"{HERE}:Middle"})
    offer(monkeypatch, "another", selectors={"middle": f"{HERE}:Middle"})
    with pytest.raises(PluginError, match=r"got one 0\.1 and another 0\.1; uninstall one of them"):
        registry.find("selectors", "middle")


def test_no_package_takes_the_place_of_a_built_in_part(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "somebody", selectors={"earliest": f"{HERE}:Middle"})
    assert registry.find("selectors", "earliest") is not Middle
    assert registry.names("selectors").count("earliest") == 1
    (fault,) = registry.faults()
    assert "built in" in str(fault) and "somebody 0.1" in str(fault)


@pytest.mark.parametrize("place", [f"{HERE}:MODELS", f"{HERE}:models"])
def test_a_model_of_another_package_is_found_like_a_built_in_one(
    monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    offer(monkeypatch, "somebody", generators={"drawer": f"{HERE}:Drawer"}, models={"all": place})
    assert catalogue.find("drawn").package == "somebody 0.1"
    assert catalogue.find("Someone/by-hand@v2").label == "by-hand@v2"
    assert list(catalogue.models())[-2:] == ["drawn", "by-hand"]
    with pytest.raises(ModelError, match="did you mean by-hand"):
        catalogue.find("by-hnd")


def test_models_that_cannot_be_used_stop_no_other(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "somebody", models={"all": f"{HERE}:broken_models"})
    offer(monkeypatch, "another", models={"all": f"{HERE}:MODELS", "odd": f"{HERE}:HERE"})
    assert registry.models().keys() == {"drawn", "by-hand"}
    said = [str(fault) for fault in registry.faults()]
    assert "the models of somebody 0.1 cannot be loaded; got RuntimeError: no licence file" in said[0]
    assert "the models of another 0.1 cannot be used" in said[1]


def test_a_checkpoint_that_no_built_in_generator_knows_is_offered_to_the_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    index: Mapping[str, Any] = {"_class_name": "DrawerPipeline"}
    assert catalogue.family_of(index) == ""
    offer(monkeypatch, "somebody", generators={"broken": "nowhere:Part", "drawer": f"{HERE}:Drawer"})
    assert catalogue.family_of(index) == "drawer"
    assert catalogue.family_of({"_class_name": "CogVideoXImageToVideoPipeline"}) == "cogvideox"


def test_capabilities_of_another_kind_are_one_line() -> None:
    class Confused:
        capabilities = GeneratorCapabilities()

    with pytest.raises(PluginError, match="its author gives a EncoderCapabilities"):
        of_encoder(Confused)
    assert of_encoder(Half) == EncoderCapabilities(words=True)


def test_every_shared_option_that_a_built_in_generator_says_it_takes_is_a_field_of_it() -> None:
    shared = ("loras", "memory", "dtype", "precision", "compiled")
    for name in registry.BUILT_IN["generators"]:
        plugin = registry.find("generators", name)
        own = {entry.name for entry in dataclasses.fields(plugin)}
        said = plugin.capabilities
        assert {option for option in shared if getattr(said, option)} == own & set(shared), name
        assert said.guidance_shapes == ("guidance_shape" in own), name
        assert said.loads == hasattr(plugin, "load"), name
        assert said.usual_steps == hasattr(plugin, "usual_steps"), name
        assert said.several_devices <= (said.loads and said.usual_steps), name


def test_the_models_commands_say_in_one_line_what_they_can_do_for_a_model_without_weights(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(monkeypatch, "somebody", generators={"drawer": f"{HERE}:Drawer"}, models={"all": f"{HERE}:MODELS"})

    def f2f(*words: str) -> tuple[int, str]:
        monkeypatch.setattr("sys.argv", ["f2f", "models", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        said = capsys.readouterr()
        return int(ended.value.code or 0), said.out + said.err

    rows = json.loads(f2f("list", "--json")[1])
    (row,) = [row for row in rows if row["name"] == "drawn"]
    assert (row["state"], row["package"], row["family"]) == ("here", "somebody 0.1", "drawer")
    code, said = f2f("pull", "drawn")
    assert code == 2 and "'drawn', which has no weights; it comes with somebody 0.1" in said
    code, said = f2f("verify", "drawn")
    assert code == 0 and "drawn has no weights to read; it comes with somebody 0.1" in said
    code, said = f2f("path", "drawn")
    assert code == 2 and "the model has no weights" in said and len(said.splitlines()) == 1
    code, said = f2f("use", "drawn")
    assert code == 0 and catalogue.chosen() == "drawn"


def test_the_help_works_beside_a_package_that_is_broken(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    offer(monkeypatch, "somebody", selectors={"broken": "nowhere:Part"}, models={"all": "nowhere:MODELS"})
    for words in (["--help"], ["edit", "--help"], ["models", "list"]):
        monkeypatch.setattr("sys.argv", ["f2f", *words])
        with pytest.raises(SystemExit) as ended:
            main()
        assert not ended.value.code
        assert "Traceback" not in capsys.readouterr().err


def test_an_unknown_name_says_so_whatever_other_packages_offer(monkeypatch: pytest.MonkeyPatch) -> None:
    offer(monkeypatch, "somebody", selectors={"broken": "nowhere:Part"})
    with pytest.raises(InputError, match="there is no selector of this name"):
        registry.find("selectors", "nothing")
