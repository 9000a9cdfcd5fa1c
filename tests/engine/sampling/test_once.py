"""What several stages ask alike is made once."""

from __future__ import annotations

from frame2frame.engine.sampling.once import Once


def test_only_the_last_question_is_remembered() -> None:
    asked, once = list[str](), Once[str]()

    def answer(question: str) -> str:
        return once.of(question, lambda: asked.append(question) or question.upper())  # type: ignore[func-returns-value]

    assert [answer(one) for one in ("a", "a", "b", "a")] == ["A", "A", "B", "A"]
    assert asked == ["a", "b", "a"]
