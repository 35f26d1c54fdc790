"""Writes random score matrices and what rliable, SciPy and NumPy say of them, for StatisticsReferenceTests.

    python make_rliable.py OUTPUT [--matrices N] [--intervals N] [--seed N]

`rliable.json` was made with the defaults. Scores are normal, heavy-tailed, rounded so that many are
equal, or all the same. An interval is given as the values between which its ends must lie: the
quantiles of rliable's own resamples, 4 standard errors of both programs' quantiles to either side.
"""
import argparse
import json

import numpy as np
import scipy.stats
from rliable import library, metrics

REPS = 4_000
IMPROVEMENT_REPS = 1_000
MOST_TASKS_WITH_INTERVALS = 5
THRESHOLDS = [-0.5, 0.0, 0.1, 0.25, 0.5, 0.75, 0.9, 1.0, 1.5]


def scores(rng, runs, tasks):
    kind = rng.integers(4)
    values = rng.normal(0.6, 0.4, (runs, tasks)) + rng.normal(0, 0.2, tasks)
    if kind == 1:
        values = rng.standard_t(2, (runs, tasks))
    elif kind == 2:
        values = np.round(values * 4) / 4
    elif kind == 3 and rng.random() < 0.2:
        values = np.full((runs, tasks), rng.normal())
    return values


AGGREGATES = {
    "mean": metrics.aggregate_mean, "median": metrics.aggregate_median,
    "iqm": metrics.aggregate_iqm, "optimalityGap": metrics.aggregate_optimality_gap,
}


def bounds(draws):
    """Where the 2.5 % and 97.5 % quantiles of another bootstrap as long may lie."""
    reach = 4 * np.sqrt(2 * 0.025 * 0.975 / len(draws))
    return [[float(np.quantile(draws, max(p - reach, 0))), float(np.quantile(draws, min(p + reach, 1)))]
            for p in (0.025, 0.975)]


def intervals(x, y):
    found = {name: bounds(library.StratifiedBootstrap(x).apply(lambda s, f=f: np.array([f(s)]), REPS))
             for name, f in AGGREGATES.items()}
    found["improvement"] = bounds(library.StratifiedIndependentBootstrap(x, y).apply(
        lambda a, b: np.array([metrics.probability_of_improvement(a, b)]), IMPROVEMENT_REPS))
    found["profile"] = bounds(library.StratifiedBootstrap(x).apply(
        lambda s: np.array([library.run_score_deviation(s, 0.5)]), REPS))
    return found


def matrix_case(rng, with_intervals):
    tasks = int(rng.integers(1, 60 if rng.random() < 0.1 else 9))
    if with_intervals:
        tasks = min(tasks, MOST_TASKS_WITH_INTERVALS)
    x = scores(rng, int(rng.integers(1, 40 if rng.random() < 0.1 else 12)), tasks)
    y = x.copy() if rng.random() < 0.1 else scores(rng, int(rng.integers(1, 12)), tasks)
    case = {"x": x.tolist(), "y": y.tolist(), "thresholds": THRESHOLDS,
            "improvement": float(metrics.probability_of_improvement(x, y)),
            "profile": library.score_distributions(x, THRESHOLDS).tolist(),
            "profileMeans": library.average_score_distributions(x, THRESHOLDS).tolist()}
    case.update({name: float(f(x)) for name, f in AGGREGATES.items()})
    if with_intervals:
        case["intervals"] = intervals(x, y)
    return case


def pair_case(rng):
    n = int(rng.integers(3, 11))
    x, y = rng.normal(0.5, 1, n), rng.normal(0, 1, n)
    if rng.random() < 0.4:
        x, y = np.round(x), np.round(y)
    if len(set(x)) == 1 or len(set(y)) == 1:
        return pair_case(rng)
    test = scipy.stats.permutation_test(
        (x - y,), np.mean, permutation_type="samples", n_resamples=np.inf)
    return {"x": x.tolist(), "y": y.tolist(), "pearson": float(scipy.stats.pearsonr(x, y)[0]),
            "spearman": float(scipy.stats.spearmanr(x, y)[0]), "pValue": float(test.pvalue),
            "meanAbsoluteError": float(np.mean(np.abs(x - y)))}


def forecast_case(rng):
    n = int(rng.integers(4, 200))
    p = rng.random(n)
    if rng.random() < 0.4:
        p = np.round(p, 1)
    y = rng.random(n) < p
    y[:2] = [True, False]
    bins = np.minimum((p * 10).astype(int), 9)
    error = sum(np.mean(bins == b) * abs(np.mean(y[bins == b]) - np.mean(p[bins == b]))
                for b in set(bins))
    u = scipy.stats.mannwhitneyu(p[y], p[~y]).statistic
    return {"probabilities": p.tolist(), "outcomes": y.tolist(), "brier": float(np.mean((p - y) ** 2)),
            "calibrationError": float(error), "roc": float(u / (y.sum() * (~y).sum()))}


def power_case(effect, power):
    """The fewest pairs with which a two-sided t-test at 5 % finds the effect."""
    n = 2
    while True:
        critical = scipy.stats.t.ppf(0.975, n - 1)
        reached = scipy.stats.nct.sf(critical, n - 1, effect * np.sqrt(n)) \
            + scipy.stats.nct.cdf(-critical, n - 1, effect * np.sqrt(n))
        if reached >= power:
            return {"effect": effect, "power": power, "seeds": n}
        n += 1


def make(matrices=60, with_intervals=8, seed=0):
    rng = np.random.default_rng(seed)
    np.random.seed(seed)  # rliable's resamples come from the global generator
    return {
        "matrices": [matrix_case(rng, i < with_intervals) for i in range(matrices)],
        "pairs": [pair_case(rng) for _ in range(max(20, matrices // 10))],
        "forecasts": [forecast_case(rng) for _ in range(max(20, matrices // 10))],
        "powers": [power_case(effect, power) for effect in (0.3, 0.5, 0.8, 1.0, 1.5, 2.5)
                   for power in (0.5, 0.8, 0.95)],
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("output")
    parser.add_argument("--matrices", type=int, default=60)
    parser.add_argument("--intervals", type=int, default=8)
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    with open(options.output, "w") as file:
        json.dump(make(options.matrices, options.intervals, options.seed), file)
        file.write("\n")
