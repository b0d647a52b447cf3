"""Groups of parameters against the figures of reference/make_reference.py, eager and compiled."""

import pickle

import pytest

from autograd import Value, compile
from autograd.compiler.train.plan import options_of
from nn import MLP, fit, mean_squared_error
from nn.optim import SGD, AdaGrad, Adam, AdamW, CosineDecay, Groups, RMSProp
from tests.nn.optim.problem import close, figures, leaves

OPTIMIZERS = {"sgd": SGD, "adagrad": AdaGrad, "rmsprop": RMSProp, "adam": Adam, "adamw": AdamW}
PROBLEM = figures("optimizer_problem")
every_case = pytest.mark.parametrize(
    "case", figures("optimizer_groups"), ids=lambda case: case["optimizer"]
)


def groups_of(case, parameters):
    make = OPTIMIZERS[case["optimizer"]]
    pairs = zip(parameters, case["options"], strict=True)
    return Groups(*[make([parameter], **options) for parameter, options in pairs])


@every_case
def test_ten_steps_are_those_of_pytorch(case):
    parameters = leaves(PROBLEM["start"])
    optimizer = groups_of(case, parameters)
    for step, (gradients, wanted) in enumerate(
        zip(PROBLEM["gradients"], case["path"], strict=True)
    ):
        optimizer.lr *= 0.5 if step >= 5 else 1.0
        for parameter, gradient in zip(parameters, gradients, strict=True):
            parameter.grad = gradient
        optimizer.step()
        assert [p.data for p in parameters] == close(wanted)
    assert optimizer.rates(optimizer.lr) == close([o["lr"] / 32 for o in case["options"]])


@every_case
def test_the_rule_runs_on_values_as_it_does_on_floats(case):
    """What a compiler traces: the group's number is an input as the rest of the state is."""
    optimizer = groups_of(case, leaves())
    for number in range(2):
        parameter = Value(PROBLEM["start"][number])
        state = tuple(Value(slot) for slot in optimizer.state[number])
        lr = optimizer.lr
        for step, wanted in enumerate(case["path"]):
            lr = lr * 0.5 if step >= 5 else lr
            numbers = optimizer.coefficients(Value(lr), Value(step + 1))
            gradient = Value(PROBLEM["gradients"][step][number])
            parameter, state = optimizer.update(parameter, gradient, state, numbers)
            assert parameter.data == close(wanted[number])


def mixed(model):
    """Three rules with states of three widths, and rates of their own."""
    first, last = (layer.parameters() for layer in model.layers)
    return Groups(
        Adam(first, lr=0.02),
        SGD(last[:2], lr=0.1, momentum=0.9, dampening=0.5, weight_decay=0.01),
        AdaGrad(last[2:], lr=0.05, initial_accumulator_value=0.1),
    )


@pytest.mark.parametrize("batch_size", [None, 2])
def test_fit_gives_the_same_numbers_eager_and_compiled(batch_size):
    X, Y = [[0.1, 1.0], [-0.4, 0.3], [1.2, -0.8], [0.0, 0.5]], [0.3, -0.2, 0.9, 0.1]
    results = []
    for compiled in (False, True):
        model = MLP(2, [3, 1], seed=1)
        optimizer = mixed(model)
        schedule = CosineDecay(optimizer, 8)
        options = {"optimizer": optimizer, "schedule": schedule, "epochs": 6, "clip": 0.5}
        history = fit(
            model,
            mean_squared_error,
            X,
            Y,
            batch_size=batch_size,
            compiled=compiled,
            progress=False,
            **options,
        )
        assert history.engine == ("compiled" if compiled else "eager")
        state = [slot for slots in optimizer.state for slot in slots]
        results.append([*model.state_dict().values(), *history.losses, *state])
        assert optimizer.rates(optimizer.lr)[1] == close(5.0 * optimizer.lr)
    assert results[1] == pytest.approx(results[0], rel=1e-9, abs=1e-12)


def test_a_group_that_stands_still_has_the_rate_0():
    a, b = leaves([1.0, 1.0])
    optimizer = Groups(SGD([a], lr=0.5), SGD([b], lr=0.0))
    compile(lambda: (a + b) ** 2, backend="python").train(optimizer=optimizer, epochs=1)
    assert (a.data, b.data) == (-1.0, 1.0)


def test_the_rate_of_one_group_can_be_changed():
    optimizer = Groups(SGD(leaves([1.0]), lr=0.5), SGD(leaves([1.0]), lr=0.25))
    optimizer.optimizers[1].lr = 1.0
    optimizer.lr = 0.25
    assert optimizer.rates(optimizer.lr) == [0.25, 0.5]


def test_a_program_plans_again_only_where_the_rule_has_changed():
    a, b = leaves([1.0, 1.0])
    optimizer = Groups(SGD([a], lr=0.5), Adam([b], lr=0.25))
    rule = options_of(optimizer)
    assert rule is not None
    compile(lambda: (a + b) ** 2, backend="python").train(optimizer=optimizer, epochs=1)
    optimizer.lr *= 0.5
    assert options_of(optimizer) == rule
    optimizer.optimizers[1].lr = 0.125
    assert options_of(optimizer) != rule
    assert options_of(Groups(SGD([a], lr=0.5, momentum=0.9), Adam([b], lr=0.25))) != rule


def test_a_pickled_optimizer_goes_on_as_the_original():
    parameters = leaves([1.0, 2.0])
    original = Groups(Adam(parameters[:1], lr=0.1), SGD(parameters[1:], lr=0.1, momentum=0.9))
    for parameter in parameters:
        parameter.grad = 1.0
    original.step()
    copied = pickle.loads(pickle.dumps(original))
    original.step()
    copied.step()
    assert [p.data for p in copied.parameters] == [p.data for p in parameters]


def test_groups_go_on_from_where_their_optimizers_are():
    numbers = []
    for later in (False, True):
        a, b = leaves([1.0, 1.0])
        parts = SGD([a], lr=0.1, momentum=0.9), Adam([b], lr=0.1)
        a.grad = b.grad = 0.5
        whole = None if later else Groups(*parts)
        for optimizer in parts if later else [whole]:
            optimizer.step()
        (Groups(*parts) if later else whole).step()
        numbers.append((a.data, b.data))
    assert numbers[0] == numbers[1]


def test_wrong_groups_are_refused():
    a, b = leaves()
    with pytest.raises(ValueError, match="there are no groups"):
        Groups()
    with pytest.raises(TypeError, match="Groups are made of optimisers, such as SGD"):
        Groups([a])
    with pytest.raises(ValueError, match=r"'w0'.*comes twice"):
        Groups(SGD([a], lr=0.1), SGD([a, b], lr=0.1))
    with pytest.raises(ValueError, match="the first group has lr=0"):
        Groups(SGD([a], lr=0.0), SGD([b], lr=0.1))
    ahead = SGD([a], lr=0.1)
    ahead.step()
    with pytest.raises(ValueError, match=r"different numbers of steps, \[1, 0\]"):
        Groups(ahead, SGD([b], lr=0.1))


def test_pytorch_s_form_is_told_where_to_go():
    with pytest.raises(TypeError, match=r"put together by Groups: Groups\(SGD\("):
        SGD([{"params": leaves()}], lr=0.1)


def test_one_group_is_its_optimizer():
    (a,) = leaves([1.0])
    optimizer = Groups(SGD([a], lr=0.5))
    a.grad = 1.0
    optimizer.step()
    assert (a.data, optimizer.steps, repr(optimizer)) == (0.5, 1, "Groups(SGD)")


def test_every_state_is_as_wide_as_the_widest_and_filled_with_0():
    a, b = leaves()
    optimizer = Groups(SGD([a], lr=0.5, momentum=0.5), Adam([b], lr=0.1))
    assert optimizer.initial_state == (0.0, 0.0, 0.0, 0.0)
    assert optimizer.state == [(0.0, 0.0, 0.0, 0.0), (1.0, 0.0, 0.0, 0.0)]
    a.grad = 2.0
    optimizer.step()
    assert optimizer.state[0] == (0.0, 2.0, 0.0, 0.0)
    assert repr(optimizer) == "Groups(SGD, Adam)"
