"""What can be built on `autograd.Value`: neurons, layers and networks, losses and optimisers.

Read in this order: `module`, `layers`, `init`, `losses`, `optim`, and `worked_example`, which is a
program too: ``python -m nn.worked_example``.
"""

from nn.layers import MLP, Layer, Neuron
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

__all__ = [
    "MLP",
    "SGD",
    "AdaGrad",
    "Adam",
    "AdamW",
    "CosineDecay",
    "ExponentialDecay",
    "InverseTimeDecay",
    "Layer",
    "Module",
    "Neuron",
    "RMSProp",
    "StepDecay",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "clip_grad_norm",
    "clip_grad_value",
    "cross_entropy",
    "half_squared_error",
    "hinge",
    "mean_absolute_error",
    "mean_squared_error",
]
