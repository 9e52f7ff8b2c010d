# SPDX-License-Identifier: MIT
"""scikit-learn: estimators that have been fitted, alone, in pipelines and in
searches; trees, neighbours, kernels, texts."""
import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
os.environ.setdefault("OMP_NUM_THREADS", "1")

import warnings

import joblib  # noqa: F401, imported late otherwise
import numpy as np
import pandas  # noqa: F401
import scipy.cluster.hierarchy  # noqa: F401
from scipy import sparse, stats
from sklearn import (cluster, compose, datasets, decomposition, dummy,
                     ensemble, feature_extraction, feature_selection,
                     gaussian_process, impute, isotonic, kernel_approximation,
                     linear_model, manifold, metrics, mixture, model_selection,
                     multiclass, naive_bayes, neighbors, neural_network,
                     pipeline, preprocessing, svm, tree)
from sklearn.base import clone

from applications import held_by_c  # noqa: F401

ESTIMATORS = [
    tree.DecisionTreeClassifier(max_depth=6, random_state=1),
    tree.ExtraTreeClassifier(random_state=1),
    ensemble.RandomForestClassifier(8, random_state=1),
    ensemble.GradientBoostingClassifier(n_estimators=5, random_state=1),
    ensemble.HistGradientBoostingClassifier(max_iter=5, random_state=1),
    ensemble.AdaBoostClassifier(n_estimators=5, random_state=1),
    ensemble.BaggingClassifier(n_estimators=5, random_state=1),
    ensemble.IsolationForest(n_estimators=5, random_state=1),
    linear_model.LogisticRegression(max_iter=50),
    linear_model.SGDClassifier(max_iter=20, random_state=1),
    linear_model.Perceptron(max_iter=20, random_state=1),
    linear_model.Lasso(), linear_model.Ridge(), linear_model.ElasticNetCV(
        cv=3),
    svm.SVC(probability=True, random_state=1), svm.LinearSVC(
        random_state=1), svm.OneClassSVM(),
    neighbors.KNeighborsClassifier(algorithm="kd_tree"),
    neighbors.KNeighborsClassifier(algorithm="ball_tree"),
    neighbors.NearestNeighbors(), neighbors.KernelDensity(),
    neighbors.LocalOutlierFactor(),
    naive_bayes.GaussianNB(), dummy.DummyClassifier(),
    cluster.KMeans(3, n_init=2, random_state=1), cluster.DBSCAN(),
    cluster.AgglomerativeClustering(3), cluster.Birch(), cluster.OPTICS(),
    cluster.SpectralClustering(3, random_state=1),
    decomposition.PCA(2), decomposition.NMF(2, max_iter=50, random_state=1),
    decomposition.TruncatedSVD(2), decomposition.FastICA(2, random_state=1),
    mixture.GaussianMixture(3, random_state=1),
    gaussian_process.GaussianProcessClassifier(max_iter_predict=2),
    neural_network.MLPClassifier((8,), max_iter=10, random_state=1),
    multiclass.OneVsRestClassifier(svm.LinearSVC(random_state=1)),
    manifold.Isomap(), kernel_approximation.Nystroem(random_state=1,
                                                      n_components=20),
    feature_selection.SelectKBest(k=2), preprocessing.PolynomialFeatures(2),
    preprocessing.StandardScaler(), preprocessing.KBinsDiscretizer(3),
    preprocessing.QuantileTransformer(n_quantiles=20),
]


def fitted(data, target):
    kept = []
    for estimator in ESTIMATORS:
        estimator = clone(estimator).fit(data, target)
        kept.append(estimator)
        if hasattr(estimator, "predict"):
            kept.append(estimator.predict(data[:20]))
    return kept


def trees(kept):
    model = kept[0].tree_
    data, target = datasets.load_diabetes(return_X_y=True)
    regression = ensemble.RandomForestRegressor(5, random_state=1)
    regression.fit(data, target)
    space = neighbors.KDTree(data, leaf_size=10)
    ball = neighbors.BallTree(data, metric="manhattan")
    return [model, model.children_left, model.value, regression,
            [t.tree_ for t in regression.estimators_], space, ball,
            space.query(data[:5], k=3), ball.get_tree_stats(),
            metrics.DistanceMetric.get_metric("euclidean"),
            linear_model.SGDRegressor(max_iter=5, loss="huber").fit(
                data, target), isotonic.IsotonicRegression().fit(
                    data[:, 0], target)]


def pipelines(data, target):
    table = np.column_stack([data.astype(object), [
        "k%d" % (i % 5) for i in range(len(data))]])
    columns = compose.ColumnTransformer([
        ("numbers", pipeline.make_pipeline(
            impute.SimpleImputer(), preprocessing.StandardScaler()),
         [0, 1, 2, 3]),
        ("kinds", preprocessing.OneHotEncoder(), [4])])
    whole = pipeline.Pipeline([
        ("columns", columns),
        ("union", pipeline.FeatureUnion([
            ("same", "passthrough"),
            ("few", decomposition.TruncatedSVD(2, random_state=1))])),
        ("model", linear_model.LogisticRegression(max_iter=50))])
    whole.fit(table, target)
    search = model_selection.GridSearchCV(
        whole, {"model__C": [0.1, 1], "union__few__n_components": [1, 2]},
        cv=3, return_train_score=True).fit(table, target)
    random = model_selection.RandomizedSearchCV(
        tree.DecisionTreeClassifier(), {"max_depth": stats.randint(1, 9)},
        n_iter=4, random_state=1).fit(data, target)
    return [table, whole, search, random, model_selection.cross_validate(
        whole, table, target, cv=3, return_estimator=True),
        metrics.make_scorer(metrics.f1_score), ensemble.VotingClassifier(
            [("a", clone(ESTIMATORS[0])), ("b", naive_bayes.GaussianNB())]
        ).fit(data, target), ensemble.StackingClassifier(
            [("a", clone(ESTIMATORS[0]))]).fit(data, target)]


def texts():
    lines = ["the %d order of %s came %s" % (i, "abcdefg"[i % 7], w)
             for i, w in enumerate(["late", "soon", "never"] * 200)]
    counts = feature_extraction.text.CountVectorizer(ngram_range=(1, 2))
    weights = feature_extraction.text.TfidfVectorizer(
        tokenizer=str.split, token_pattern=None)
    matrix = counts.fit_transform(lines)
    topics = decomposition.LatentDirichletAllocation(3, max_iter=2,
                                                     random_state=1)
    records = feature_extraction.DictVectorizer()
    return [lines, counts, weights, matrix, weights.fit_transform(lines),
            topics.fit(matrix), naive_bayes.MultinomialNB().fit(
                matrix, [i % 3 for i in range(600)]), records,
            records.fit_transform([{"a": i, "b": "x%d" % i}
                                   for i in range(50)]),
            feature_extraction.text.HashingVectorizer(n_features=64)
            .transform(lines), sparse.csr_matrix(matrix).tolil()]


def build(size):
    warnings.simplefilter("ignore")
    bunch = datasets.load_iris()
    data, target = bunch.data, bunch.target
    kept = fitted(data, target)
    return [bunch, kept, trees(kept), pipelines(data, target), texts()]
