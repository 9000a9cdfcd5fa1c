"""The report of a path: its rounds, its states, its planes, its figures."""

from __future__ import annotations

import math
import re
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from frame2frame.report.page import page
from frame2frame.runs.read import read_run
from frame2frame.runs.write import write_run
from frame2frame.values import Choice

from ..finished import a_round, a_step, drawn, finished, walked
from .pages import Reader, report_of


def test_every_step_of_a_path_has_its_strip(tmp_path: Path) -> None:
    steps = tuple(a_step(Choice(2, "why"), drawn(5), seed) for seed in (1, 2, 3))
    reader = Reader(report_of(replace(finished(), steps=steps), tmp_path))
    assert len(reader.named("button", "frame")) == 15
    assert sum("data-first" in frame for frame in reader.named("button", "frame")) == 1


def test_a_path_shows_its_states_from_the_source_to_the_end(tmp_path: Path) -> None:
    reader = Reader(report_of(walked((3,), (), (2,)), tmp_path))
    assert "2 states in 3 rounds, 1 of them rolled back" in reader.text
    labels = [frame["data-label"] or "" for frame in reader.named("button", "frame")]
    expected = ["State 0 · source", "State 1 · round 1, frame 3", "State 2 · round 3, frame 2"]
    assert [label for label in labels if label.startswith("State")] == expected
    home = [frame for frame in reader.named("button", "frame") if "data-first" in frame]
    assert [frame["data-label"] for frame in home] == expected[-1:]


def test_each_round_shows_its_energies_and_what_it_came_to(tmp_path: Path) -> None:
    reader = Reader(report_of(walked((3,), ()), tmp_path))
    assert reader.text.count("Rolled back") == 1
    assert "Seed 1 costs least." in reader.text and "It stays." in reader.text
    alts = [image["alt"] for image in reader.named("img") if image["alt"]]
    assert "Round 1, frame 3, energy 0.750" in alts and "Round 2, frame 1, energy 0.850" in alts


def test_bars_and_energies_of_a_round_grow_together_and_less_is_said_to_be_better(tmp_path: Path) -> None:
    html = report_of(walked((3,)), tmp_path)
    shown = re.findall(r"<b>(0\.\d+)</b></span><span class=\"meter\"><i style=\"width:(\d+)%", html)
    energies, widths = [float(energy) for energy, _ in shown], [int(width) for _, width in shown]
    assert energies == [0.9, 0.85, 0.8, 0.75, 0.7] and widths == [100, 75, 50, 25, 0]
    assert "energy, less is better" in html


def test_a_round_says_why_none_follows(tmp_path: Path) -> None:
    whole = walked((3,))
    step = replace(whole.steps[0], ended="The path stopped after round 1 of 5.")
    folder = write_run(tmp_path, replace(whole, steps=(step,)))
    assert read_run(folder).steps[0].ended == step.ended
    html = page(read_run(folder))
    assert f"Seed 1 costs least. {step.ended}" in html
    assert f'Why it went no further</h3><p class="wrap" dir="auto">{step.ended}</p>' in html


def test_the_other_candidates_of_a_round_are_listed_with_their_least_energy(tmp_path: Path) -> None:
    html = report_of(walked((3,)), tmp_path)
    rows = re.findall(r"Seed 101</th><td>(.*?)</td><td>(.*?)</td>", html)
    assert rows == [("0.700", "4")]


def test_the_result_of_a_path_is_that_of_its_last_kept_round(tmp_path: Path) -> None:
    reader = Reader(report_of(walked((3,), (2,), ()), tmp_path))
    assert "Edit found" in reader.text and "never left" not in reader.text
    assert "After · round 2, frame 2" in reader.text


def test_a_path_that_ends_before_the_edit_does_not_claim_it(tmp_path: Path) -> None:
    whole = walked((3,))
    step = replace(whole.steps[0], scores=replace(whole.steps[0].scores, threshold=0.9))
    text = Reader(report_of(replace(whole, steps=(step,)), tmp_path)).text
    assert "The path ended before the edit" in text and "Edit found" not in text


def test_a_path_that_never_left_the_source_says_so(tmp_path: Path) -> None:
    text = Reader(report_of(walked((), ()), tmp_path)).text
    assert text.count("The path never left the source") == 1 and "States" not in text


def test_the_figures_of_a_path_are_told_in_words(tmp_path: Path) -> None:
    metrics: dict[str, float | tuple[float, ...]] = {"path_length": 1.25, "straightness": math.inf}
    metrics["semantic_scores"] = (-0.25, 0.5)
    text = Reader(report_of(replace(walked((3,)), metrics=metrics), tmp_path)).text
    for words in ("1.250", "how far the path goes", "not known", "−0.250 → 0.500"):
        assert words in text


def test_every_frame_of_every_candidate_is_a_dot_in_both_planes(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    reader = Reader(report_of(walked((3,), ()), tmp_path))
    planes = reader.named("svg", "path-plot")
    assert [plane["aria-label"] for plane in planes] == [
        "21 frames in the plane, and the path over 2 of them"
    ] * 2
    assert "PCA" in reader.text and "t-SNE" in reader.text


def test_one_shot_is_shown_in_the_cheap_plane_only_unless_the_other_is_asked_for(tmp_path: Path) -> None:
    pytest.importorskip("sklearn")
    run = read_run(write_run(tmp_path, walked((3,), strategy="one-shot")))
    assert "PCA" in page(run) and "t-SNE" not in page(run)
    assert "t-SNE" in page(run, tsne=True)


def test_without_scikit_learn_a_line_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("sklearn", "sklearn.decomposition", "sklearn.manifold"):
        monkeypatch.setitem(sys.modules, name, None)
    reader = Reader(report_of(walked((3,)), tmp_path))
    assert "frame2frame[eval]" in reader.text and not reader.named("svg", "path-plot")


def test_without_features_there_is_no_projection_and_no_hint(tmp_path: Path) -> None:
    folder = write_run(tmp_path, walked((3,)))
    (folder / "vectors.npz").unlink()
    reader = Reader(page(read_run(folder)))
    assert "scikit-learn" not in reader.text and not reader.named("svg", "path-plot")


def test_the_route_of_a_path_is_a_strip_of_its_own(tmp_path: Path) -> None:
    reader = Reader(report_of(replace(walked((3,)), route=tuple(drawn(5)[1:4])), tmp_path))
    assert "The least-energy route" in reader.text
    assert sum("of the route" in (picture["alt"] or "") for picture in reader.named("img")) == 3
    itself = replace(walked((3,)), route=walked((3,)).path)
    assert "The least-energy route" not in Reader(report_of(itself, tmp_path)).text


def test_the_geometry_of_a_one_shot_run_is_folded_away(tmp_path: Path) -> None:
    step = a_round(5, 1, (1, 2, 3))
    step = replace(step, scores=replace(step.scores, columns={"semantic": (0.1,) * 5}), others=())
    reader = Reader(report_of(replace(finished(), steps=(step,)), tmp_path))
    (folded,) = reader.named("details")
    assert "open" not in folded and "The path through feature space" in reader.text
