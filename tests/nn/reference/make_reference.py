"""Write the reference figures that the tests of ``nn`` compare with, computed by PyTorch.

PyTorch is needed to run this script, not to run the tests: the figures are kept beside it as JSON.
Everything is computed in float64 and written with as many digits as bring the same float back.
Run it in an environment with PyTorch 2.13 and NumPy:

    python tests/nn/reference/make_reference.py
"""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
from torch import Tensor
from torch.nn import functional

torch.set_default_dtype(torch.float64)

FOLDER = Path(__file__).parent
Figures = dict[str, Any]

START = [0.5, -1.25]
GRADIENTS = [
    [0.3, -2.0],
    [-0.7, 0.01],
    [1.1, 0.5],
    [0.0, 30.0],
    [-0.2, -0.9],
    [0.45, 0.0],
    [2.5, 1e-6],
    [-1.6, 0.3],
    [0.08, -0.75],
    [0.6, 1.2],
]


def leaf(values: Any) -> Tensor:
    """Return a tensor that records its gradient."""
    return torch.tensor(values, requires_grad=True)


def write(name: str, figures: Any) -> None:
    """Write one file of figures, one case per line."""
    if isinstance(figures, list):
        body = "[\n" + ",\n".join(json.dumps(case, allow_nan=False) for case in figures) + "\n]\n"
    else:
        lines = [
            f"{json.dumps(key)}: {json.dumps(value, allow_nan=False)}"
            for key, value in figures.items()
        ]
        body = "{\n" + ",\n".join(lines) + "\n}\n"
    (FOLDER / f"{name}.json").write_text(body, encoding="utf-8")


# ---------------------------------------------------------------------------------------- losses


def hinge(score: Tensor, label: Tensor) -> Tensor:
    """max(0, 1 - label·score), its gradient at the kink that of PyTorch's relu: 0."""
    return torch.relu(1 - label * score).mean()


def half_squared_error(prediction: Tensor, target: Tensor) -> Tensor:
    """½Σ(prediction - target)²."""
    return 0.5 * functional.mse_loss(prediction, target, reduction="sum")


def class_cross_entropy(logits: Tensor, index: int) -> Tensor:
    """PyTorch's cross-entropy of one example."""
    return functional.cross_entropy(logits, torch.tensor(index))


LOSSES: dict[str, tuple[Callable[..., Tensor], list[tuple[list[float], Any]]]] = {
    "mean_squared_error": (
        functional.mse_loss,
        [([0.3], [1.0]), ([0.3, -1.2, 4.0], [1.0, -1.2, 0.5]), ([1e8, -1e-8], [-1e8, 1e-8])],
    ),
    "half_squared_error": (
        half_squared_error,
        [([0.75], [0.01]), ([0.7514, 0.7729], [0.01, 0.99]), ([1e8, -1e-8], [-1e8, 1e-8])],
    ),
    "mean_absolute_error": (
        functional.l1_loss,
        [([0.3], [1.0]), ([0.5], [0.5]), ([0.3, -1.2, 4.0], [1.0, -1.2, 0.5])],
    ),
    "binary_cross_entropy": (
        functional.binary_cross_entropy,
        [
            ([0.3], [1.0]),
            ([0.3], [0.0]),
            ([0.8, 0.1, 0.55], [1.0, 0.0, 0.25]),
            ([1e-5, 1 - 1e-5], [1.0, 0.0]),
            ([0.0], [0.0]),
            ([0.0], [1.0]),
            ([1.0], [0.0]),
            ([1.0], [1.0]),
        ],
    ),
    "binary_cross_entropy_with_logits": (
        functional.binary_cross_entropy_with_logits,
        [
            ([0.3], [1.0]),
            ([-1.7], [0.0]),
            ([0.0], [0.5]),
            ([2.0, -3.0, 0.25], [1.0, 0.0, 0.3]),
            ([40.0], [1.0]),
            ([-40.0], [1.0]),
            ([1000.0], [0.0]),
            ([1000.0], [1.0]),
            ([-1000.0], [1.0]),
            ([-1000.0], [0.0]),
        ],
    ),
    "cross_entropy": (
        class_cross_entropy,
        [
            ([0.2, -1.0, 3.0], 0),
            ([0.2, -1.0, 3.0], 2),
            ([5.0, 5.0], 1),
            ([1000.0, 0.0, -1000.0], 0),
            ([1000.0, 0.0, -1000.0], 2),
            ([-1000.0, -1000.0, -1001.0], 1),
        ],
    ),
    "hinge": (
        hinge,
        [
            ([0.3], [1.0]),
            ([0.3], [-1.0]),
            ([1.0], [1.0]),
            ([2.5], [1.0]),
            ([0.5, -1.0, -4.0], [1.0, -1.0, 1.0]),
        ],
    ),
}


def loss_figures() -> list[Figures]:
    """Value and gradient of every loss, at ordinary places, extreme logits and kinks."""
    cases = []
    for name, (loss, examples) in LOSSES.items():
        for inputs, target in examples:
            prediction = leaf(inputs)
            given = target if isinstance(target, int) else torch.tensor(target)
            value = loss(prediction, given)
            value.backward()
            cases.append(
                {
                    "loss": name,
                    "prediction": inputs,
                    "target": target,
                    "value": value.item(),
                    "gradient": prediction.grad.tolist(),
                }
            )
    return cases


LOGITS = [[0.2, -1.0, 3.0], [1000.0, 0.0, -1000.0], [1e8 + 1, 1e8, 1e8 - 0.5], [5.0, 5.0, 5.0]]
LOG_P = [[-0.25, -2.0, -2.5], [-0.001, -9.0, -30.0]]
WEIGHT = [0.5, 2.0, 3.25]
Options = list[Figures]
ERRORS = [
    ([0.3, -1.2, 4.0], [1.0, -1.2, 0.5]),
    ([1.0, -2.0, 0.0], [0.0, 0.0, 0.0]),
    ([1e150], [0.0]),
]
REDUCTIONS: Options = [{"reduction": "mean"}, {"reduction": "sum"}, {"reduction": "none"}]
OPTIONS: dict[str, tuple[str, list[tuple[list[float], Any]], Options]] = {
    "huber": (
        "huber_loss",
        ERRORS,
        [*REDUCTIONS, {"delta": 0.5}, {"delta": 2.0, "reduction": "sum"}, {"delta": 1e3}],
    ),
    "smooth_l1": (
        "smooth_l1_loss",
        ERRORS,
        [*REDUCTIONS, {"beta": 0.5}, {"beta": 2.0, "reduction": "sum"}, {"beta": 1e-3}],
    ),
    "mean_squared_error": ("mse_loss", ERRORS, REDUCTIONS),
    "mean_absolute_error": ("l1_loss", ERRORS, REDUCTIONS),
    "binary_cross_entropy": (
        "binary_cross_entropy",
        [([0.3, 0.9, 0.5], [1.0, 0.0, 0.25])],
        REDUCTIONS,
    ),
    "binary_cross_entropy_with_logits": (
        "binary_cross_entropy_with_logits",
        [([2.0, -3.0, 0.25], [1.0, 0.0, 0.3]), ([1000.0, -1000.0, 0.0], [0.0, 1.0, 1.0])],
        [*REDUCTIONS, {"pos_weight": 3.0}, {"pos_weight": WEIGHT, "reduction": "none"}],
    ),
    "cross_entropy": (
        "cross_entropy",
        [(logits, target) for logits in LOGITS for target in (0, 2, [0.25, 0.0, 0.75])],
        [
            {"reduction": "sum", "weight": WEIGHT},
            {"reduction": "mean", "weight": WEIGHT},
            {"reduction": "sum", "label_smoothing": 0.1},
            {"reduction": "none", "label_smoothing": 1.0},
            {"reduction": "sum", "label_smoothing": 0.3, "weight": WEIGHT},
            {"reduction": "mean", "label_smoothing": 0.3, "weight": WEIGHT},
        ],
    ),
    "nll": (
        "nll_loss",
        [(logs, target) for logs in LOG_P for target in (0, 1)],
        [{"reduction": "sum"}, *({"reduction": r, "weight": WEIGHT} for r in ("sum", "mean"))],
    ),
    "kl_divergence": (
        "kl_div",
        [(logs, target) for logs in LOG_P for target in ([0.5, 0.25, 0.25], [1.0, 0.0, 0.0])],
        [*REDUCTIONS, {"reduction": "sum", "log_target": True}],
    ),
}


def loss_option_figures() -> list[Figures]:
    """Value and gradient of the losses' options; of several terms, the gradient of their sum."""
    cases = []
    for name, (function, examples, choices) in OPTIONS.items():
        for options in choices:
            for inputs, target in examples:
                prediction = leaf(inputs)
                given = {
                    key: torch.tensor(option) if "weight" in key else option
                    for key, option in options.items()
                }
                value = getattr(functional, function)(prediction, torch.tensor(target), **given)
                value.sum().backward()
                cases.append(
                    {
                        "loss": name,
                        "options": options,
                        "prediction": inputs,
                        "target": target,
                        "value": value.tolist(),
                        "gradient": prediction.grad.tolist(),
                    }
                )
    return cases


# ------------------------------------------------------------------------------------ optimisers

OPTIMIZERS: dict[str, tuple[type[torch.optim.Optimizer], list[Figures]]] = {
    "sgd": (
        torch.optim.SGD,
        [
            {"lr": 0.1},
            {"lr": 0.1, "weight_decay": 0.2},
            {"lr": 0.1, "momentum": 0.9},
            {"lr": 0.1, "momentum": 0.9, "weight_decay": 0.2},
            {"lr": 0.1, "momentum": 0.7, "nesterov": True},
            {"lr": 0.1, "momentum": 0.7, "nesterov": True, "weight_decay": 0.2},
            {"lr": 0.1, "maximize": True, "weight_decay": 0.2},
            {"lr": 0.1, "momentum": 0.9, "dampening": 0.25},
            {"lr": 0.1, "momentum": 0.9, "dampening": 1.0, "weight_decay": 0.2, "maximize": True},
        ],
    ),
    "adagrad": (
        torch.optim.Adagrad,
        [
            {},
            {"lr": 0.3},
            {"lr": 0.3, "lr_decay": 0.1},
            {"lr": 0.3, "weight_decay": 0.2},
            {"lr": 0.3, "initial_accumulator_value": 0.5},
            {"lr": 0.3, "eps": 0.01},
            {
                "lr": 0.3,
                "lr_decay": 0.1,
                "weight_decay": 0.2,
                "initial_accumulator_value": 0.5,
                "eps": 0.01,
            },
            {"lr": 0.3, "weight_decay": 0.2, "maximize": True},
        ],
    ),
    "rmsprop": (
        torch.optim.RMSprop,
        [
            {},
            {"lr": 0.05, "alpha": 0.9},
            {"lr": 0.05, "eps": 0.01},
            {"lr": 0.05, "weight_decay": 0.2},
            {"lr": 0.05, "momentum": 0.9},
            {"lr": 0.05, "centered": True},
            {
                "lr": 0.05,
                "alpha": 0.9,
                "eps": 0.01,
                "weight_decay": 0.2,
                "momentum": 0.9,
                "centered": True,
            },
            {"lr": 0.05, "weight_decay": 0.2, "momentum": 0.9, "maximize": True},
        ],
    ),
    "adam": (
        torch.optim.Adam,
        [
            {},
            {"lr": 0.1},
            {"lr": 0.1, "betas": [0.5, 0.8]},
            {"lr": 0.1, "eps": 0.01},
            {"lr": 0.1, "weight_decay": 0.2},
            {"lr": 0.1, "amsgrad": True},
            {"lr": 0.1, "betas": [0.5, 0.8], "eps": 0.01, "weight_decay": 0.2, "amsgrad": True},
            {"lr": 0.1, "weight_decay": 0.2, "maximize": True},
        ],
    ),
    "adamw": (
        torch.optim.AdamW,
        [
            {},
            {"lr": 0.1},
            {"lr": 0.1, "betas": [0.5, 0.8]},
            {"lr": 0.1, "eps": 0.01},
            {"lr": 0.1, "weight_decay": 0.2},
            {"lr": 0.1, "amsgrad": True},
            {"lr": 0.1, "betas": [0.5, 0.8], "eps": 0.01, "weight_decay": 0.2, "amsgrad": True},
            {"lr": 0.1, "weight_decay": 0.2, "maximize": True},
        ],
    ),
}


def optimizer_figures(make: type[torch.optim.Optimizer], options: Figures) -> Figures:
    """The two parameters after each of ten steps; the rate is halved before each step from the 6th.

    The changing rate shows whether the learning rate enters where PyTorch lets it enter.
    """
    parameter = leaf(START)
    optimizer = make([parameter], **options)
    path = []
    for step, gradient in enumerate(GRADIENTS):
        if step >= 5:
            optimizer.param_groups[0]["lr"] *= 0.5
        parameter.grad = torch.tensor(gradient)
        optimizer.step()
        path.append(parameter.tolist())
    return {"options": options, "path": path}


GROUPS: dict[str, list[Figures]] = {
    "sgd": [{"lr": 0.1}, {"lr": 0.02, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.2}],
    "rmsprop": [{"lr": 0.05}, {"lr": 0.01, "alpha": 0.5, "centered": True, "momentum": 0.5}],
    "adagrad": [{"lr": 0.3}, {"lr": 0.1, "lr_decay": 0.1, "weight_decay": 0.2}],
    "adam": [{"lr": 0.1}, {"lr": 0.02, "betas": [0.5, 0.8], "amsgrad": True}],
    "adamw": [{"lr": 0.1, "weight_decay": 0.0}, {"lr": 0.02, "weight_decay": 0.5}],
}


def group_figures() -> list[Figures]:
    """Two parameters, each a group of its own; the rates are halved as in `optimizer_figures`."""
    cases = []
    for name, options in GROUPS.items():
        parameters = [leaf([start]) for start in START]
        groups = [{"params": [p], **own} for p, own in zip(parameters, options, strict=True)]
        optimizer = OPTIMIZERS[name][0](groups)
        path = []
        for step, gradient in enumerate(GRADIENTS):
            for group, parameter, slope in zip(
                optimizer.param_groups, parameters, gradient, strict=True
            ):
                group["lr"] *= 0.5 if step >= 5 else 1.0
                parameter.grad = torch.tensor([slope])
            optimizer.step()
            path.append([parameter.item() for parameter in parameters])
        cases.append({"optimizer": name, "options": options, "path": path})
    return cases


HUGE = [
    ["1e200", "1e200", "1e200"], ["1e154", "1e155", "1e308", "1"], ["1e308", "-1e307", "1e308"],
    ["1", "1e160", "1"], ["inf", "1", "1"], ["1", "-inf", "2"], ["nan", "1", "1"],
    ["1e-200", "1e-160", "1e-154"], ["1e-320", "0", "5e-324"], ["5", "1e155", "-1e155", "3"],
    ["0", "1e308", "1"], ["1.7e308", "1", "1"],
]  # fmt: skip
MORE_OPTIONS: dict[str, list[Figures]] = {
    "sgd": [{"momentum": 0.9}, {"momentum": 0.9, "nesterov": True}],
    "rmsprop": [{"momentum": 0.9}, {"centered": True}, {"centered": True, "momentum": 0.5}],
    "adam": [{"amsgrad": True}, {"betas": [0.0, 0.5]}],
}


def huge_figures() -> list[Figures]:
    """Paths of one parameter where squares overflow or vanish; text, for JSON has no inf or nan."""
    cases = []
    for name, (make, _) in OPTIMIZERS.items():
        for options in [{}, *MORE_OPTIONS.get(name, [])]:
            for gradients in HUGE:
                parameter = leaf([1.9])
                optimizer = make([parameter], lr=0.1, **options)
                path = []
                for gradient in gradients:
                    parameter.grad = torch.tensor([float(gradient)])
                    optimizer.step()
                    path.append(repr(parameter.item()))
                case = {"optimizer": name, "options": options, "gradients": gradients}
                cases.append({**case, "path": path})
    return cases


def write_optimizers() -> None:
    """One file for each optimiser, and one for the problem that they share."""
    write("optimizer_problem", {"start": START, "gradients": GRADIENTS})
    for name, (make, cases) in OPTIMIZERS.items():
        write(f"optimizer_{name}", [optimizer_figures(make, options) for options in cases])
    write("optimizer_groups", group_figures())


# ---------------------------------------------------------------------------- schedules, clipping


def schedule_figures() -> Figures:
    """The learning rate before the first of 20 steps and after each."""

    def rates(make: Callable[[torch.optim.Optimizer], Any]) -> list[float]:
        optimizer = torch.optim.SGD([leaf(START)], lr=0.8)
        schedule = make(optimizer)
        found = [optimizer.param_groups[0]["lr"]]
        for _ in range(20):
            optimizer.step()
            schedule.step()
            found.append(optimizer.param_groups[0]["lr"])
        return found

    schedules = torch.optim.lr_scheduler
    return {
        "StepDecay": rates(lambda o: schedules.StepLR(o, step_size=6, gamma=0.5)),
        "ExponentialDecay": rates(lambda o: schedules.ExponentialLR(o, gamma=0.9)),
        "InverseTimeDecay": rates(
            lambda o: schedules.LambdaLR(o, lambda step: 1 / (1 + 0.25 * step))
        ),
        "CosineDecay": rates(lambda o: schedules.CosineAnnealingLR(o, T_max=20, eta_min=0.05)),
        "MultiStep": rates(lambda o: schedules.MultiStepLR(o, [12, 3, 3, 0], gamma=0.5)),
        "LambdaDecay": rates(lambda o: schedules.LambdaLR(o, lambda step: 0.9 / (1 + step * step))),
        "WarmUp": rates(lambda o: schedules.LinearLR(o, 0.125, total_iters=6)),
        "WarmUp, then StepDecay": rates(
            lambda o: schedules.SequentialLR(
                o,
                [schedules.LinearLR(o, 0.125, total_iters=6), schedules.StepLR(o, 4, gamma=0.5)],
                milestones=[6],
            )
        ),
        "OneCycle": rates(
            lambda o: schedules.OneCycleLR(o, 1.5, total_steps=21, cycle_momentum=False)
        ),
        "OneCycle, linear, of three phases": rates(
            lambda o: schedules.OneCycleLR(
                o,
                1.5,
                total_steps=21,
                cycle_momentum=False,
                three_phase=True,
                anneal_strategy="linear",
                pct_start=0.4,
                div_factor=10.0,
                final_div_factor=100.0,
            )
        ),
    }


LOSS_PATH = [
    3.0, 2.0, 2.0, 1.9999, 2.5, 1.0, 1.0, 1.0, 1.0, 0.99, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2,
    0.4, 0.4, 0.39, 0.38, 0.37, 0.37, 0.37, 0.37, 0.37, 0.37,
]  # fmt: skip
PLATEAUS: list[Figures] = [
    {"patience": 1, "factor": 0.5},
    {"patience": 0, "factor": 0.5, "cooldown": 2},
    {"patience": 2, "threshold": 0.1, "threshold_mode": "abs", "min_lr": 0.01},
    {"patience": 1, "mode": "max", "threshold": 0.3},
    {"patience": 1, "mode": "max", "threshold": 0.3, "threshold_mode": "abs", "eps": 0.05},
]


def plateau_figures() -> Figures:
    """The learning rate after each loss of a path."""
    cases = []
    for options in PLATEAUS:
        optimizer = torch.optim.SGD([leaf(START)], lr=0.8)
        schedule = torch.optim.lr_scheduler.ReduceLROnPlateau(optimizer, **options)
        rates = []
        for loss in LOSS_PATH:
            schedule.step(loss)
            rates.append(optimizer.param_groups[0]["lr"])
        cases.append({"options": options, "rates": rates})
    return {"losses": LOSS_PATH, "cases": cases}


def clipping_figures() -> list[Figures]:
    """Gradients after clipping, and the norm before where there is one."""
    cases = []
    for gradient in ([0.3, -0.4, 0.0], [3.0, -4.0, 12.0], [0.0, 0.0, 0.0]):
        for limit in (0.1, 1.0, 13.0):
            parameter = leaf([0.0] * 3)
            parameter.grad = torch.tensor(gradient)
            norm = torch.nn.utils.clip_grad_norm_([parameter], limit).item()
            clipped = parameter.grad.tolist()
            parameter.grad = torch.tensor(gradient)
            torch.nn.utils.clip_grad_value_([parameter], limit)
            cases.append(
                {
                    "gradient": gradient,
                    "limit": limit,
                    "norm": norm,
                    "by_norm": clipped,
                    "by_value": parameter.grad.tolist(),
                }
            )
    return cases


# -------------------------------------------------------------------------- batch normalisation


def batch_norm_figures() -> list[Figures]:
    """Three batches in training mode, then one in evaluation mode, with all gradients."""
    batches = [
        [[1.0, -2.0], [0.5, 0.25], [-1.5, 3.0], [2.0, 0.0]],
        [[0.1, 10.0], [0.2, 30.0], [0.4, 20.0]],
        [[5.0, -0.001], [5.0, 0.001]],
        [[0.7, 0.3], [-0.2, 1.1], [1.4, -0.6]],
    ]
    upstream = [
        [[1.0, 0.5], [-0.3, 2.0], [0.7, -1.0], [0.2, 0.1]],
        [[0.4, -0.2], [1.5, 0.3], [-0.6, 0.8]],
        [[1.0, -1.0], [0.25, 0.5]],
        [[0.9, -0.4], [0.1, 0.6], [-1.2, 0.3]],
    ]
    cases = []
    for options in ({}, {"momentum": 0.3, "eps": 0.01}):
        layer = torch.nn.BatchNorm1d(2, **options)
        with torch.no_grad():
            layer.weight.copy_(torch.tensor([1.5, -0.75]))
            layer.bias.copy_(torch.tensor([0.25, 2.0]))
        for number, (rows, weights) in enumerate(zip(batches, upstream, strict=True)):
            training = number < 3
            layer.train(training)
            layer.zero_grad()
            x = leaf(rows)
            y = layer(x)
            y.backward(torch.tensor(weights))
            cases.append(
                {
                    "options": options,
                    "training": training,
                    "x": rows,
                    "upstream": weights,
                    "y": y.tolist(),
                    "x_gradient": x.grad.tolist(),
                    "weight_gradient": layer.weight.grad.tolist(),
                    "bias_gradient": layer.bias.grad.tolist(),
                    "running_mean": layer.running_mean.tolist(),
                    "running_var": layer.running_var.tolist(),
                }
            )
    return cases


# --------------------------------------------------------------------------- what does not count


def ignored_figures() -> list[Figures]:
    """Losses of several examples, some of which have the index that counts for nothing."""
    generator = torch.Generator().manual_seed(13)
    huge = [[1000.0, -1000.0, 0.0], [0.0, 0.0, 0.0], [-1e-9, 1e-9, 800.0]]
    batches = [
        (rounded(generator, 5, 3), [[0, -100, 2, 1, -100], [0, 1, 2, 1, 0]], -100),
        (rounded(generator, 4, 3), [[-100, -100, -100, -100], [2, -100, -100, -100]], -100),
        (huge, [[2, 0, 1], [0, 0, 0]], 0),  # an index of a class that there is
    ]
    options: list[Figures] = [
        {},
        {"weight": [0.5, 2.0, 1.25]},
        {"label_smoothing": 0.2},
        {"weight": [0.5, 0.0, 1.25], "label_smoothing": 0.05},
    ]
    cases = []
    for logits, indices, ignored in batches:
        for index in indices:
            for chosen in options:
                for reduction in ("sum", "mean", "none"):
                    losses = ["cross_entropy"] + ["nll"] * ("label_smoothing" not in chosen)
                    for loss in losses:
                        given = {**chosen, "ignore_index": ignored, "reduction": reduction}
                        cases.append(ignored_case(loss, logits, index, given))
    return cases


def ignored_case(loss: str, logits: Any, index: list[int], options: Figures) -> Figures:
    """One of these losses and its gradient; nan is written as null."""
    z = leaf(logits)
    given = options | {k: torch.tensor(w) for k, w in options.items() if k == "weight"}
    function = functional.nll_loss if loss == "nll" else functional.cross_entropy
    value = function(z, torch.tensor(index), **given)
    value.sum().backward()
    case = {"loss": loss, "logits": logits, "index": index, "options": options}
    return case | {"value": without_nan(value.tolist()), "gradient": without_nan(z.grad.tolist())}


def without_nan(figures: Any) -> Any:
    """Write None for nan, which JSON has not."""
    if isinstance(figures, list):
        return [without_nan(each) for each in figures]
    return None if figures != figures else figures


def ignored_training_figures() -> Figures:
    """Five full-batch steps of an embedding with padding and a linear layer, targets ignored."""
    generator = torch.Generator().manual_seed(7)
    start = {"0.weight": rounded(generator, 4, 2), "1.weight": rounded(generator, 3, 2)}
    start |= {"1.bias": rounded(generator, 3)}
    rows, targets = [0, 1, 2, 3, 1, 2, 0], [2, 0, -100, 1, 1, -100, 0]
    model = torch.nn.Sequential(torch.nn.Embedding(4, 2, padding_idx=1), torch.nn.Linear(2, 3))
    model.load_state_dict({name: torch.tensor(w) for name, w in start.items()})
    optimizer = torch.optim.SGD(model.parameters(), lr=0.5, momentum=0.9, weight_decay=0.01)
    criterion = torch.nn.CrossEntropyLoss(ignore_index=-100)
    losses = []
    for _ in range(5):
        optimizer.zero_grad()
        loss = criterion(model(torch.tensor(rows)), torch.tensor(targets))
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    state = {name: p.tolist() for name, p in model.state_dict().items()}
    return {"start": start, "rows": rows, "targets": targets, "losses": losses, "state": state}


# ------------------------------------------------------------------------------------- recurrent


def rounded(generator: torch.Generator, *shape: int) -> list[Any]:
    """Standard normal numbers with three decimals, which keep the files small."""
    drawn = torch.randn(*shape, generator=generator)
    return [
        [round(x, 3) for x in row] if isinstance(row, list) else round(row, 3)
        for row in drawn.tolist()
    ]


def recurrent_problem(gates: int, steps: int, cells: bool) -> Figures:
    """Weights (2 inputs, 3 hidden units), inputs, initial state and the weights of the objective.

    The objective is the sum of upstream·h over all steps, plus upstream_c·c of the last one.
    """
    generator = torch.Generator().manual_seed(steps + gates)
    problem: Figures = {
        "weight_ih": rounded(generator, gates * 3, 2),
        "weight_hh": rounded(generator, gates * 3, 3),
        "bias_ih": rounded(generator, gates * 3),
        "bias_hh": rounded(generator, gates * 3),
        "x": rounded(generator, steps, 2),
        "h0": rounded(generator, 3),
        "upstream": rounded(generator, steps, 3),
    }
    if cells:
        problem["c0"] = rounded(generator, 3)
        problem["upstream_c"] = rounded(generator, 3)
    return problem


# ---------------------------------------------------------------- what is done to a row by itself


def row_figures(make: Callable[..., torch.nn.Module], cases: list[Figures]) -> list[Figures]:
    """Rows through a normalisation, and the gradients of upstream·y."""
    figures = []
    for options in cases:
        for row in ([1.0, -2.0, 0.5, 4.0], [0.3, 0.3, 0.3, 0.3], [1e-9, 2e-9, 0.0, -3e-9], [5.0]):
            layer = make(len(row), **options)
            weights = {"weight": [1.5, -0.75, 0.5, 2.0], "bias": [0.25, 2.0, -1.0, 0.0]}
            with torch.no_grad():
                for name, parameter in layer.named_parameters():
                    parameter.copy_(torch.tensor(weights[name][: len(row)]))
            x, upstream = leaf(row), [1.0, -0.5, 0.25, 2.0][: len(row)]
            y = layer(x)
            y.backward(torch.tensor(upstream))
            figures.append(
                {
                    "options": options,
                    "x": row,
                    "upstream": upstream,
                    "state": {name: p.tolist() for name, p in layer.named_parameters()},
                    "y": y.tolist(),
                    "x_gradient": x.grad.tolist(),
                    "gradients": {name: p.grad.tolist() for name, p in layer.named_parameters()},
                }
            )
    return figures


LAYER_NORMS: list[Figures] = [{}, {"eps": 0.01}, {"bias": False}, {"elementwise_affine": False}]
RMS_NORMS: list[Figures] = [{}, {"eps": 0.01}, {"eps": 1e-5, "elementwise_affine": False}]


def attention_figures() -> list[Figures]:
    """Four rows of six numbers through causal self-attention, and the gradients of upstream·y."""
    cases = []
    for heads, bias, scale in ((1, False, 1.0), (2, True, 1.0), (3, False, 3.0), (6, True, 1.0)):
        generator = torch.Generator().manual_seed(heads)
        attention = torch.nn.MultiheadAttention(6, heads, bias=bias)
        names = {"in_proj_weight": (18, 6), "out_proj.weight": (6, 6)}
        if bias:
            names |= {"in_proj_bias": (18,), "out_proj.bias": (6,)}
        state = {name: rounded(generator, *shape) for name, shape in names.items()}
        attention.load_state_dict({name: torch.tensor(w) * scale for name, w in state.items()})
        x, upstream = leaf(rounded(generator, 4, 6)), rounded(generator, 4, 6)
        mask = torch.ones(4, 4, dtype=torch.bool).triu(1)
        y, _ = attention(x, x, x, attn_mask=mask, need_weights=False)
        y.backward(torch.tensor(upstream))
        cases.append(
            {
                "heads": heads,
                "bias": bias,
                "x": x.tolist(),
                "upstream": upstream,
                "state": {name: p.tolist() for name, p in attention.named_parameters()},
                "y": y.tolist(),
                "x_gradient": x.grad.tolist(),
                "gradients": {name: p.grad.tolist() for name, p in attention.named_parameters()},
            }
        )
    return cases


WEIGHTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


def load(module: torch.nn.Module, problem: Figures, suffix: str = "") -> None:
    """Copy the problem's weights into a PyTorch module."""
    with torch.no_grad():
        for name in WEIGHTS:
            getattr(module, name + suffix).copy_(torch.tensor(problem[name]))


def gradients(module: torch.nn.Module, leaves: dict[str, Tensor], suffix: str = "") -> Figures:
    """The gradients of all weights and of the given leaves."""
    figures = {name: getattr(module, name + suffix).grad.tolist() for name in WEIGHTS}
    return figures | {name: tensor.grad.tolist() for name, tensor in leaves.items()}


def rnn_figures() -> Figures:
    """Three steps of a tanh RNNCell."""
    problem = recurrent_problem(gates=1, steps=3, cells=False)
    cell = torch.nn.RNNCell(2, 3)
    load(cell, problem)
    leaves = {"x": leaf(problem["x"]), "h0": leaf(problem["h0"])}
    hidden, objective = leaves["h0"], torch.zeros(())
    rows = []
    for x, weights in zip(leaves["x"], problem["upstream"], strict=True):
        hidden = cell(x, hidden)
        rows.append(hidden.tolist())
        objective = objective + (torch.tensor(weights) * hidden).sum()
    objective.backward()
    return problem | {"h": rows, "gradients": gradients(cell, leaves)}


def gru_figures() -> Figures:
    """Ten steps of a GRU."""
    problem = recurrent_problem(gates=3, steps=10, cells=False)
    gru = torch.nn.GRU(2, 3)
    load(gru, problem, "_l0")
    leaves = {"x": leaf(problem["x"]), "h0": leaf(problem["h0"])}
    rows, _ = gru(leaves["x"], leaves["h0"][None])
    (torch.tensor(problem["upstream"]) * rows).sum().backward()
    return problem | {"h": rows.tolist(), "gradients": gradients(gru, leaves, "_l0")}


def lstm_cell_figures() -> Figures:
    """One step of an LSTMCell."""
    problem = recurrent_problem(gates=4, steps=1, cells=True)
    cell = torch.nn.LSTMCell(2, 3)
    load(cell, problem)
    leaves = {name: leaf(problem[name]) for name in ("x", "h0", "c0")}
    h, c = cell(leaves["x"][0], (leaves["h0"], leaves["c0"]))
    objective = (torch.tensor(problem["upstream"][0]) * h).sum()
    objective = objective + (torch.tensor(problem["upstream_c"]) * c).sum()
    objective.backward()
    return problem | {"h": [h.tolist()], "c": c.tolist(), "gradients": gradients(cell, leaves)}


def lstm_figures() -> Figures:
    """Twenty steps of an LSTM."""
    problem = recurrent_problem(gates=4, steps=20, cells=True)
    lstm = torch.nn.LSTM(2, 3)
    load(lstm, problem, "_l0")
    leaves = {name: leaf(problem[name]) for name in ("x", "h0", "c0")}
    rows, (_, c) = lstm(leaves["x"], (leaves["h0"][None], leaves["c0"][None]))
    objective = (torch.tensor(problem["upstream"]) * rows).sum()
    objective = objective + (torch.tensor(problem["upstream_c"]) * c[0]).sum()
    objective.backward()
    return problem | {
        "h": rows.tolist(),
        "c": c[0].tolist(),
        "gradients": gradients(lstm, leaves, "_l0"),
    }


def main() -> None:
    """Write every file."""
    write("losses", loss_figures())
    write("loss_options", loss_option_figures())
    write("ignored", ignored_figures())
    write("ignored_training", ignored_training_figures())
    write_optimizers()
    write("huge_gradients", huge_figures())
    write("schedules", schedule_figures())
    write("plateau", plateau_figures())
    write("clipping", clipping_figures())
    write("batch_norm", batch_norm_figures())
    write("layer_norm", row_figures(torch.nn.LayerNorm, LAYER_NORMS))
    write("rms_norm", row_figures(torch.nn.RMSNorm, RMS_NORMS))
    write("attention", attention_figures())
    write("rnn_cell", rnn_figures())
    write("gru", gru_figures())
    write("lstm_cell", lstm_cell_figures())
    write("lstm", lstm_figures())


if __name__ == "__main__":
    main()
