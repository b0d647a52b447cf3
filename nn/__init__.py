"""What can be built on `autograd.Value`: neurons, layers and networks, losses and optimisers.

Read in this order: `module` (what owns parameters), `init`, `layers`, `losses`, then the rooms
`optim` (how parameters move), `diagnostics` (how a run is read) and `training` (the loop `fit`),
each of which gives the order of its modules; then what you need of `regularization`,
`normalization`, `recurrent` and `linear`. `worked_example` is a room and a program:
``python -m nn.worked_example``.
"""

from nn.diagnostics import History, diagnose
from nn.layers import MLP, Layer, Neuron, Residual, Sequential, Softmax
from nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    half_squared_error,
    hinge,
    mean_absolute_error,
    mean_squared_error,
)
from nn.module import Module
from nn.normalization import BatchNorm
from nn.optim import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    CosineDecay,
    ExponentialDecay,
    InverseTimeDecay,
    RMSProp,
    StepDecay,
    clip_grad_norm,
    clip_grad_value,
)
from nn.recurrent import LSTM, LSTMCell, RNNCell
from nn.regularization import Dropout, l1_penalty, l2_penalty
from nn.training import fit

__all__ = [
    "LSTM",
    "MLP",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "BatchNorm",
    "CosineDecay",
    "Dropout",
    "ExponentialDecay",
    "History",
    "InverseTimeDecay",
    "LSTMCell",
    "Layer",
    "Module",
    "Neuron",
    "RMSProp",
    "RNNCell",
    "Residual",
    "Sequential",
    "Softmax",
    "StepDecay",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "clip_grad_norm",
    "clip_grad_value",
    "cross_entropy",
    "diagnose",
    "fit",
    "half_squared_error",
    "hinge",
    "l1_penalty",
    "l2_penalty",
    "mean_absolute_error",
    "mean_squared_error",
]
