"""Compiled training gives the numbers of eager training."""

import math

import pytest

from autograd import Value
from nn import (
    MLP,
    SGD,
    Adam,
    BatchNorm,
    Layer,
    Module,
    Sequential,
    StepDecay,
    binary_cross_entropy_with_logits,
    cross_entropy,
    hinge,
    l2_penalty,
    mean_squared_error,
)
from nn.training.compiled import _compiled_mean_loss, _program
from nn.training.errors import DivergenceError
from nn.training.run import mean_loss
from nn.training.step import Step
from tests.nn.training.problem import Recall, X, Y, dropout_model, model, recall_task, run, weights


def both(make_module, **options):
    """Train eagerly and compiled; return modules, optimisers and histories."""
    results = []
    make = options.pop("make", lambda p: Adam(p, lr=0.05))
    make_schedule = options.pop("schedule", None)
    for compiled in (False, True):
        module = make_module()
        optimizer = make(module.parameters())
        schedule = make_schedule(optimizer) if make_schedule else None
        history = run(module, optimizer=optimizer, schedule=schedule, compiled=compiled, **options)
        results.append((module, optimizer, history))
    return results


def same(first, second):
    """Compare runs to 1e-9: weights, the optimiser's state and all figures of the history."""
    (module, optimizer, history), (other, other_optimizer, other_history) = first, second
    near = {"rel": 1e-9, "abs": 1e-12}
    assert weights(other) == pytest.approx(weights(module), **near)
    assert other_optimizer.steps == optimizer.steps
    for slots, other_slots in zip(optimizer.state, other_optimizer.state, strict=True):
        assert other_slots == pytest.approx(slots, **near)
    for name in ("losses", "validation_losses", "learning_rates", "gradient_norms"):
        assert getattr(other_history, name) == pytest.approx(getattr(history, name), **near)
    assert other_history.best_epoch == history.best_epoch
    assert other_history.ended == history.ended
    assert (history.engine, other_history.engine) == ("eager", "compiled")


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"batch_size": 3, "epochs": 5, "seed": 4},
        {"batch_size": 1, "make": lambda p: SGD(p, lr=0.1, momentum=0.9, nesterov=True)},
        {"clip": 0.2, "penalty": lambda parameters: 0.1 * l2_penalty(parameters)},
        {"schedule": lambda optimizer: StepDecay(optimizer, 1, 0.5), "validation": (X[:4], Y[:4])},
        {
            "epochs": 60,
            "validation": (X[:3], [-y for y in Y[:3]]),
            "early_stopping": 5,
            "batch_size": 4,
        },
    ],
    ids=lambda options: "-".join(options) or "plain",
)
def test_compiled_training_gives_the_numbers_of_eager_training(options):
    same(*both(model, **options))


@pytest.mark.parametrize(
    ("loss", "outputs", "targets"),
    [
        (cross_entropy, 3, [i % 3 for i in range(10)]),
        (hinge, 1, [2 * (i % 2) - 1 for i in range(10)]),
        (binary_cross_entropy_with_logits, 1, [i % 2 for i in range(10)]),
    ],
)
def test_classes_can_be_compiled(loss, outputs, targets):
    same(*both(lambda: MLP(2, [4, outputs], seed=1), loss=loss, Y=targets, batch_size=4))


def test_a_recurrent_model_can_be_compiled():
    rows, bits = recall_task(6, steps=5, seed=1)
    same(
        *both(
            lambda: Recall(3, seed=2),
            loss=binary_cross_entropy_with_logits,
            X=rows,
            Y=bits,
            batch_size=2,
        )
    )


def test_auto_compiles_where_it_can():
    assert run(model(), compiled="auto").engine == "compiled"


class Branching(Module):
    """Does something else for negative inputs, by Python's own control flow."""

    def __init__(self):
        self.w = Value(0.5)

    def __call__(self, row):
        x = self.w * row[0]
        return [x if x > 0 else 0.1 * x]


@pytest.mark.parametrize(
    ("make_module", "options", "reason"),
    [
        (lambda: Sequential(Layer(2, 4), BatchNorm(4), Layer(4, 1)), {}, "rows of a batch touch"),
        (dropout_model, {}, "dropout draws"),
        (Branching, {}, "where"),
        (model, {"penalty": lambda ps: Value(0.0) * float(ps[0])}, "float"),
    ],
    ids=["batch norm", "dropout", "control flow", "penalty"],
)
def test_what_cannot_be_compiled_is_trained_eagerly_and_says_why(make_module, options, reason):
    first, second = make_module(), make_module()
    history = run(first, compiled="auto", **options)
    run(second, compiled=False, **options)
    assert history.engine.startswith("eager: ")
    assert reason in history.engine
    assert first.state_dict() == second.state_dict()
    with pytest.raises(ValueError, match=r"compiled=True is not possible .* would be eager: "):
        run(make_module(), compiled=True, **options)


def test_sequences_of_different_lengths_are_one_program():
    options = {
        "X": [[[0.0, 1.0]], [[0.0, 1.0], [1.0, 0.0]], [[1.0, 1.0]]],
        "Y": [0, 1, 1],
        "loss": binary_cross_entropy_with_logits,
    }
    compiled, eager = Recall(2, seed=1), Recall(2, seed=1)
    assert run(compiled, compiled=True, **options).engine == "compiled"
    run(eager, compiled=False, **options)
    for one, other in zip(compiled.parameters(), eager.parameters(), strict=True):
        assert one.data == pytest.approx(other.data, rel=1e-12, abs=0.0)


class Evaluated(Module):
    """Answers otherwise in eval() mode: by an expression, or by Python's control flow."""

    def __init__(self, branching):
        self.w, self.branching = Value(0.5), branching

    def __call__(self, row):
        y = self.w * row[0]
        if self.training:
            return [y]
        return [y + 2.0 if self.branching and y < -100 else y + 1.0]


@pytest.mark.parametrize("branching", [False, True])
def test_compiled_validation_is_in_eval_mode(branching):
    results = both(lambda: Evaluated(branching), validation=(X, Y))
    same(*results)
    assert results[0][2].validation_losses[0] > results[0][2].losses[0]


def test_a_compiled_validation_that_diverges_says_so():
    with pytest.raises(DivergenceError, match="epoch 1, validation: the loss of example 1 is nan"):
        run(model(), validation=([[0.0, 0.0], [math.nan, 0.0]], [0.0, 0.0]), compiled=True)


def test_a_compiled_divergence_names_epoch_batch_and_node_as_an_eager_one_does():
    messages, finished = [], []
    for compiled in (False, True):
        module = Layer(1, 1, "linear", seed=1)
        with pytest.raises(DivergenceError) as caught:
            run(
                module,
                X=[[10.0], [20.0]],
                Y=[1.0, 2.0],
                make=lambda p: SGD(p, lr=1.0),
                epochs=1000,
                batch_size=1,
                compiled=compiled,
            )
        messages.append(str(caught.value).split(":")[0])
        finished.append((len(caught.value.history), weights(module)))
    assert messages[0] == messages[1]
    assert finished[0][0] == finished[1][0]
    assert finished[1][1] == pytest.approx(finished[0][1], rel=1e-9, abs=0.0)


def test_a_divergence_of_compiled_steps_alone_is_reported_as_such():
    """A loss that is bad where it is recorded, which is told by the target's being a Value."""

    def loss(prediction, target):
        factor = math.nan if isinstance(target, Value) else 1.0
        return factor * mean_squared_error(prediction, target)

    module = model()
    with pytest.raises(DivergenceError, match=r"epoch 1: .* compiled=False") as caught:
        run(module, loss=loss, compiled=True)
    assert len(caught.value.history) == 0
    assert all(math.isfinite(w) for w in weights(module))


def test_a_loss_and_a_norm_whose_sum_overflows_are_finite_both():
    """1e308 each, as large as they come without one of them going bad."""
    results = []
    for compiled in (False, True):
        module = Layer(1, 1, "linear", init="zeros")
        module.neurons[0].bias.data = 1.0
        options = {"X": [[0.0]], "Y": [0.0], "make": lambda p: SGD(p, lr=0.0), "epochs": 2}
        history = run(module, loss=lambda p, t: 1e308 * p[0], compiled=compiled, **options)
        results.append((history.losses, history.gradient_norms))
    assert results == [([1e308] * 2, [1e308] * 2)] * 2


def test_ctrl_c_in_a_compiled_run_keeps_the_last_finished_epoch():
    class Interrupting(StepDecay):
        def step(self):
            if self.steps == 3:
                raise KeyboardInterrupt
            super().step()

    interrupted, whole = model(), model()
    optimizer = Adam(interrupted.parameters(), lr=0.1)
    history = run(
        interrupted,
        optimizer=optimizer,
        schedule=Interrupting(optimizer, 1, 0.5),
        epochs=9,
        compiled=True,
    )
    other = Adam(whole.parameters(), lr=0.1)
    expected = run(whole, optimizer=other, schedule=StepDecay(other, 1, 0.5), compiled=True)
    assert (history.ended, len(history)) == ("interrupted", 3)
    assert history.losses == expected.losses
    assert interrupted.state_dict() == whole.state_dict()
    assert (optimizer.state, optimizer.steps, optimizer.lr) == (other.state, other.steps, other.lr)


@pytest.mark.parametrize(
    ("executor", "missing", "expected"),
    [
        (None, False, [{}]),
        ("an executor", False, [{"backend": "llvm"}]),
        ("an executor", True, [{"backend": "llvm"}, {"backend": "python"}]),
    ],
)
def test_what_a_worker_runs_does_not_depend_on_how_much_it_has_done(
    executor, missing, expected, monkeypatch
):
    step = Step(model(), mean_squared_error, None, None, SGD([Value(1.0)], lr=0.1))
    asked = []

    def compile(loss, **options):
        asked.append(options)
        if options == {"backend": "llvm"} and missing:
            raise ModuleNotFoundError
        return "a program"

    monkeypatch.setattr("autograd.compile", compile)
    assert _program(step, executor) == "a program"
    assert asked == expected


def test_validation_is_a_program_too():
    module = model()
    step = Step(module, mean_squared_error, None, None, SGD(module.parameters(), lr=0.1))
    validate = _compiled_mean_loss(step, (X[:3], Y[:3]))
    assert validate is not None
    expected = mean_loss(module, mean_squared_error, X[:3], Y[:3])
    assert validate(X[:3], Y[:3]) == pytest.approx(expected, rel=1e-12, abs=0.0)
    assert module.training


def test_a_compiled_run_validates_by_that_program_where_there_is_one(monkeypatch):
    place = "nn.training.compiled._compiled_mean_loss"
    options = {"compiled": True, "epochs": 2, "validation": (X[:3], Y[:3])}
    monkeypatch.setattr(place, lambda step, held_out: lambda rows, targets: 7.0)
    assert run(model(), **options).validation_losses == [7.0, 7.0]
    monkeypatch.setattr(place, lambda step, held_out: None)
    module = model()
    *_, last = run(module, **options).validation_losses
    assert last == mean_loss(module, mean_squared_error, X[:3], Y[:3])
