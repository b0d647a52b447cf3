"""What can be built on `autograd.Value`: neurons, layers and networks, losses and optimisers.

All public names, by what they are for; `help(nn.MLP)` says more of one:

- Networks: `Neuron`, `Layer`, `MLP`, `Sequential`, `Residual`, `Softmax`, `Module`
- Sequences: `RNNCell`, `LSTMCell`, `LSTM`, `GRUCell`, `GRU`, `Embedding`, `CausalSelfAttention`
- Normalisation and penalties: `BatchNorm`, `LayerNorm`, `RMSNorm`, `Dropout`, `l1_penalty`,
  `l2_penalty`
- Losses of numbers: `mean_squared_error`, `half_squared_error`, `mean_absolute_error`, `huber`,
  `smooth_l1`
- Losses of classes: `binary_cross_entropy`, `binary_cross_entropy_with_logits`, `cross_entropy`,
  `nll`, `kl_divergence`, `hinge`
- Optimisers: `SGD`, `AdaGrad`, `RMSProp`, `Adam`, `AdamW`, `Groups`, `clip_grad_norm`,
  `clip_grad_value`
- Schedules of the learning rate: `StepDecay`, `MultiStep`, `ExponentialDecay`, `InverseTimeDecay`,
  `CosineDecay`, `LambdaDecay`, `WarmUp`, `OneCycle`, `ReduceOnPlateau`
- Training: `fit`, `History`, `diagnose`

Read in this order: `namesake` (whether the `autograd` beside it is ours), `module` (what owns
parameters), `init`, `selection` (by an index that is a Value), `layers`, then the rooms `losses`
(how far a prediction is off), `optim` (how parameters move), `diagnostics` (how a run is read) and
`training` (the loop `fit`), each of which gives the order of its modules; then what you need of
`regularization`, `normalization`, `recurrent`, `gru`, `embedding`, `attention` and `linear`.
`worked_example` is a room and a program: ``python -m nn.worked_example``. `microgpt` is one too, a
language model that makes up names: ``python -m nn.microgpt``. `course` has what the notebooks need.
"""

from pathlib import Path

from nn.namesake import check_engine

check_engine(Path(__file__).parent)  # before anything of `autograd` is used

from nn.attention import CausalSelfAttention
from nn.diagnostics import History, diagnose
from nn.embedding import Embedding
from nn.gru import GRU, GRUCell
from nn.layers import MLP, Layer, Neuron, Residual, Sequential, Softmax
from nn.losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    half_squared_error,
    hinge,
    huber,
    kl_divergence,
    mean_absolute_error,
    mean_squared_error,
    nll,
    smooth_l1,
)
from nn.module import Module
from nn.normalization import BatchNorm, LayerNorm, RMSNorm
from nn.optim import (
    SGD,
    AdaGrad,
    Adam,
    AdamW,
    CosineDecay,
    ExponentialDecay,
    Groups,
    InverseTimeDecay,
    LambdaDecay,
    MultiStep,
    OneCycle,
    ReduceOnPlateau,
    RMSProp,
    StepDecay,
    WarmUp,
    clip_grad_norm,
    clip_grad_value,
)
from nn.recurrent import LSTM, LSTMCell, RNNCell
from nn.regularization import Dropout, l1_penalty, l2_penalty
from nn.training import fit

__all__ = ["MLP", "Layer", "Module", "Neuron", "Residual", "Sequential", "Softmax"]
__all__ += ["GRU", "LSTM", "CausalSelfAttention", "Embedding", "GRUCell", "LSTMCell", "RNNCell"]
__all__ += ["BatchNorm", "Dropout", "LayerNorm", "RMSNorm", "l1_penalty", "l2_penalty"]
__all__ += ["binary_cross_entropy", "binary_cross_entropy_with_logits", "cross_entropy"]
__all__ += ["half_squared_error", "hinge", "huber", "kl_divergence", "mean_absolute_error"]
__all__ += ["mean_squared_error", "nll", "smooth_l1"]
__all__ += ["SGD", "AdaGrad", "Adam", "AdamW", "Groups", "RMSProp"]
__all__ += ["clip_grad_norm", "clip_grad_value"]
__all__ += ["CosineDecay", "ExponentialDecay", "InverseTimeDecay", "LambdaDecay", "MultiStep"]
__all__ += ["OneCycle", "ReduceOnPlateau", "StepDecay", "WarmUp"]
__all__ += ["History", "diagnose", "fit"]
