"""Which lessons explain what a view shows: the ways from each view to the course."""

from dashboard.lessons import Lesson, course

EXPLAINED: dict[str, tuple[str, ...]] = {
    "read": ("what-fires", "softmax", "language-model"),
    "find": ("what-fires", "evidence"),
    "unit": ("what-fires", "evidence"),
    "unit-cause": ("cause",),
    "unit-predictions": ("softmax",),
    "unit-inputs": ("gates", "cell-path"),
    "compare": ("language-model", "what-fires"),
    "generate": ("language-model", "temperature", "cause"),
    "train": ("truncated", "overfitting", "optimizers"),
    "models-card": ("layers", "truncated"),
    "models-learning": ("evolution", "optimizers", "overfitting"),
    "models-gates": ("gates", "initialisation"),
    "models-comparison": ("cells", "language-model"),
    "models-errors": ("language-model", "softmax"),
}
"""A view or a part of it -> the names of lessons."""


def lessons_about(place: str) -> list[Lesson]:
    """The lessons about what is shown at a place, a key of `EXPLAINED`; in the order of the course."""
    return [lesson for lesson in course() if lesson.name in EXPLAINED[place]]
