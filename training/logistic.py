"""A logistic model of named signals: its weights, and none with the wrong sign.

It knows which signals speak against an answer, and nothing of where they come from.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from index.errors import EvaluationError

# The other signals are evidence for an answer. How high the search ranks a passage is none of them: its
# weight depends on how many articles a folder holds and how alike they are, which the fit cannot know.
AGAINST = frozenset({"wrong_figure", "follows"})
PENALTY = 0.001  # L2, on standardised signals


def fit(signals: Sequence[Mapping[str, float]], right: Sequence[bool]) -> dict[str, float]:
    """Weights of a logistic model by signal name; a weight with the wrong sign becomes 0.

    Evidence against an answer must never raise its confidence, even if signals correlate in one set.
    """
    _expect_both(right)
    counted = list(signals[0])
    while True:
        found = _logistic(signals, right, counted)
        wrong = {
            name: found[name] for name in counted if (found[name] < 0) is not (name in AGAINST)
        }
        wrong = {name: weight for name, weight in wrong.items() if weight}
        if not wrong:
            return {name: found.get(name, 0.0) for name in ("bias", *signals[0])}
        counted.remove(max(wrong, key=lambda name: abs(wrong[name])))


def _logistic(
    signals: Sequence[Mapping[str, float]], right: Sequence[bool], names: Sequence[str]
) -> dict[str, float]:
    """Weights of the signals `names` and a bias, by Newton's method with a little L2."""
    values = np.array([[row[name] for name in names] for row in signals])
    mean, scale = values.mean(axis=0), np.maximum(values.std(axis=0), 1e-6)
    rows = np.column_stack([np.ones(len(values)), (values - mean) / scale])
    target, weights = np.array(right, float), np.zeros(len(names) + 1)
    ridge = PENALTY * np.eye(len(weights)) * (np.arange(len(weights)) > 0)
    for _ in range(50):
        p = 1 / (1 + np.exp(-rows @ weights))
        slope = rows.T @ (target - p) / len(rows) - ridge @ weights
        curve = (rows * (p * (1 - p))[:, None]).T @ rows / len(rows) + ridge
        weights = weights + np.linalg.solve(curve, slope)
    plain = weights[1:] / scale
    fitted = {"bias": weights[0] - float(plain @ mean), **dict(zip(names, plain, strict=True))}
    return {name: round(float(value), 4) for name, value in fitted.items()}


def offset(log_odds: Sequence[float], right: Sequence[bool]) -> float:
    """What to add to all `log_odds`, so that they are as sure on average as they are right."""
    _expect_both(right)
    odds, share = np.array(log_odds), float(np.mean(right))
    low, high = -50.0, 50.0  # the mean of the probabilities rises with the offset
    while high - low > 1e-6:
        found = (low + high) / 2
        if float(np.mean(1 / (1 + np.exp(-(odds + found))))) < share:
            low = found
        else:
            high = found
    return round(high, 4)


def _expect_both(right: Sequence[bool]) -> None:
    if len(set(right)) < 2:
        raise EvaluationError(
            "all answers were right, or all wrong: expected both; give more questions"
        )
