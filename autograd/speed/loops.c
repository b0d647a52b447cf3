/* The engine's inner loops in C: recording a node, the order of a graph, and the chain rule's sum.

   No operation and no derivative is known here: what is computed, and the local gradients, come
   from the row of the table, whose two Python functions are called. Each function below has a twin
   in Python, which says what it does and which serves where this file is not built:

       record_call          operation.unary, binary, reflected, record
       topological_order    graph.topological_order
       accumulate           backward.accumulate
       add_to_grads         backward.add_to_grads

   Whatever is not ordinary (an error to be put into words, a number that is no int or float) is left to
   the twin. Both give the same bits: tests/autograd/speed holds them to that over the table.

   Python's cyclic collector does not follow what is recorded here ("untrack" below). Parents are
   there before the node that has them, so no cycle can come about, and the collector, which would
   otherwise go through a growing graph again and again, finds nothing to do. Only by hand can a
   cycle be made (x.grad = a Value that depends on x); it is kept until that grad is set anew. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <structmember.h>
#include <stdbool.h>

/* --------------------------------------------------------------- what the engine tells: `use` */

static PyTypeObject *node_class, *value_class, *constant_class;
static PyObject *paused_threads;  /* a dict, empty where every thread records */
static PyObject *no_parents, *zero, *no_label;

/* Where in a node each of its __slots__ lies. */
static Py_ssize_t data_at, grad_at, parents_at, operation_at, local_at, label_at;

#define SLOT(node, at) (*(PyObject **)((char *)(node) + (at)))

static bool
is_node(PyObject *x)
{
    return PyObject_TypeCheck(x, node_class);
}

static Py_ssize_t
find_slot(PyObject *cls, const char *name)
{
    PyObject *slot = PyObject_GetAttrString(cls, name);
    Py_ssize_t at = -1;
    if (slot != NULL && Py_IS_TYPE(slot, &PyMemberDescr_Type))
        at = ((PyMemberDescrObject *)slot)->d_member->offset;
    else if (!PyErr_Occurred())
        PyErr_Format(PyExc_TypeError, "%s is not a slot of %R", name, cls);
    Py_XDECREF(slot);
    return at;
}

/* use(Node, Value, Constant, paused_threads): until it is called, the twins serve. */
static PyObject *
use(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyTypeObject *node, *value, *constant;
    PyObject *paused;
    if (!PyArg_ParseTuple(arguments, "O!O!O!O!", &PyType_Type, &node, &PyType_Type, &value,
                          &PyType_Type, &constant, &PyDict_Type, &paused))
        return NULL;
    if (!PyType_IsSubtype(value, node) || !PyType_IsSubtype(constant, node)) {
        PyErr_SetString(PyExc_TypeError, "the classes of nodes must be subclasses of Node");
        return NULL;
    }
    struct { const char *name; Py_ssize_t *at; } slots[] = {
        {"_data", &data_at}, {"grad", &grad_at}, {"parents", &parents_at},
        {"operation", &operation_at}, {"_local", &local_at}, {"_label", &label_at},
    };
    for (size_t i = 0; i < Py_ARRAY_LENGTH(slots); i++)
        if ((*slots[i].at = find_slot((PyObject *)node, slots[i].name)) < 0)
            return NULL;
    Py_XSETREF(node_class, (PyTypeObject *)Py_NewRef(node));
    Py_XSETREF(constant_class, (PyTypeObject *)Py_NewRef(constant));
    Py_XSETREF(paused_threads, Py_NewRef(paused));
    Py_XSETREF(value_class, (PyTypeObject *)Py_NewRef(value));
    Py_RETURN_NONE;
}

/* -------------------------------------------------------------------------- recording a node */

/* Make a node of what is given. It takes over the references to data, parents and local. */
static PyObject *
make_node(PyTypeObject *kind, PyObject *data, PyObject *parents, PyObject *operation,
          PyObject *local)
{
    PyObject *node = kind->tp_alloc(kind, 0);
    if (node == NULL) {
        Py_DECREF(data);
        Py_DECREF(parents);
        Py_DECREF(local);
        return NULL;
    }
    SLOT(node, data_at) = data;
    SLOT(node, grad_at) = Py_NewRef(zero);
    SLOT(node, parents_at) = parents;
    SLOT(node, operation_at) = Py_NewRef(operation);
    SLOT(node, local_at) = local;
    SLOT(node, label_at) = Py_NewRef(no_label);
    PyObject_GC_UnTrack(node);
    if (Py_REFCNT(local) == 1 && PyTuple_CheckExact(local))  /* a constant of the rule is shared */
        PyObject_GC_UnTrack(local);
    return node;
}

/* Give the number that an argument stands for, or NULL where the twin has to look at it. */
static PyObject *
number_of(PyObject *argument)
{
    if (is_node(argument))
        return Py_XNewRef(SLOT(argument, data_at));
    if (PyFloat_CheckExact(argument))
        return Py_NewRef(argument);
    if (!PyLong_CheckExact(argument) && !PyFloat_Check(argument))  /* NumPy's is a float, too */
        return NULL;
    PyObject *number = PyNumber_Float(argument);
    if (number == NULL)  /* larger than any float */
        PyErr_Clear();
    return number;
}

/* Tell whether this thread is inside `no_grad`; -1 for an error. */
static int
is_paused(void)
{
    if (PyDict_GET_SIZE(paused_threads) == 0)
        return 0;
    PyObject *thread = PyLong_FromUnsignedLong(PyThread_get_thread_ident());
    int paused = thread == NULL ? -1 : PyDict_Contains(paused_threads, thread);
    Py_XDECREF(thread);
    return paused;
}

/* Make the tuple of parents; a number among the arguments gets a leaf of its own. */
static PyObject *
parents_of(PyObject *const *arguments, PyObject *const *numbers, Py_ssize_t count)
{
    PyObject *parents = PyTuple_New(count);
    if (parents == NULL)
        return NULL;
    PyObject_GC_UnTrack(parents);
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *parent =
            is_node(arguments[i])
                ? Py_NewRef(arguments[i])
                : make_node(constant_class, Py_NewRef(numbers[i]), Py_NewRef(no_parents), Py_None,
                            Py_NewRef(no_parents));
        if (parent == NULL) {
            Py_DECREF(parents);
            return NULL;
        }
        PyTuple_SET_ITEM(parents, i, parent);
    }
    return parents;
}

typedef struct {
    PyObject_HEAD
    vectorcallfunc call;
    PyObject *twin, *forward, *local, *operation;
    Py_ssize_t inputs;  /* how many the operation takes; 0 for any number */
    bool is_operator;   /* a method such as __add__: the first argument is a node */
    bool is_reflected;  /* a method such as __rsub__: the inputs come in the other order */
    PyObject *dict, *weak_references;
} Recorder;

/* Apply a row to inputs. `numbers` has room for the output and then the inputs' numbers.
   NULL without an error set: the twin has to do it. */
static PyObject *
apply(Recorder *self, PyObject *const *inputs, Py_ssize_t count, PyObject **numbers)
{
    bool nodes = false;
    for (Py_ssize_t i = 0; i < count; i++) {
        numbers[i + 1] = number_of(inputs[i]);
        if (numbers[i + 1] == NULL)
            return NULL;
        nodes = nodes || is_node(inputs[i]);
    }
    numbers[0] = PyObject_Vectorcall(self->forward, numbers + 1, (size_t)count, NULL);
    if (!nodes || numbers[0] == NULL)
        return Py_XNewRef(numbers[0]);
    int paused = is_paused();
    if (paused < 0)
        return NULL;
    if (paused)
        return make_node(value_class, Py_NewRef(numbers[0]), Py_NewRef(no_parents), Py_None,
                         Py_NewRef(no_parents));
    PyObject *local = PyObject_Vectorcall(self->local, numbers, (size_t)count + 1, NULL);
    if (local == NULL)
        return NULL;
    PyObject *parents = parents_of(inputs, numbers + 1, count);
    if (parents == NULL) {
        Py_DECREF(local);
        return NULL;
    }
    return make_node(value_class, Py_NewRef(numbers[0]), parents, self->operation, local);
}

static PyObject *
record_call(PyObject *callable, PyObject *const *arguments, size_t flags, PyObject *keywords)
{
    Recorder *self = (Recorder *)callable;
    Py_ssize_t count = PyVectorcall_NARGS(flags);
    bool ordinary = value_class != NULL && keywords == NULL && count > 0 &&
                    (self->inputs == 0 || count == self->inputs) &&
                    (!self->is_operator || is_node(arguments[0]));
    if (!ordinary)
        return PyObject_Vectorcall(self->twin, arguments, flags, keywords);

    PyObject *swapped[2], *few[8] = {NULL}, **numbers = few;
    PyObject *const *inputs = arguments;
    if (self->is_reflected) {
        swapped[0] = arguments[1];
        swapped[1] = arguments[0];
        inputs = swapped;
    }
    if (count + 1 > (Py_ssize_t)Py_ARRAY_LENGTH(few)) {
        numbers = PyMem_Calloc((size_t)count + 1, sizeof(*numbers));
        if (numbers == NULL)
            return PyErr_NoMemory();
    }
    PyObject *result = apply(self, inputs, count, numbers);
    for (Py_ssize_t i = 0; i <= count; i++)
        Py_XDECREF(numbers[i]);
    if (numbers != few)
        PyMem_Free(numbers);
    if (result != NULL)
        return result;
    if (PyErr_Occurred()) {
        if (!PyErr_ExceptionMatches(PyExc_ArithmeticError) &&
            !PyErr_ExceptionMatches(PyExc_ValueError))
            return NULL;
        PyErr_Clear();  /* the twin meets it again, and says in words what is wrong */
    }
    return PyObject_Vectorcall(self->twin, arguments, flags, keywords);
}

/* Recorder(twin, operation, inputs, role): as a function or a method, it does what `twin` does. */
static PyObject *
recorder_new(PyTypeObject *type, PyObject *arguments, PyObject *Py_UNUSED(keywords))
{
    PyObject *twin, *operation;
    Py_ssize_t inputs;
    const char *role;
    if (!PyArg_ParseTuple(arguments, "OOns", &twin, &operation, &inputs, &role))
        return NULL;
    Recorder *self = (Recorder *)type->tp_alloc(type, 0);
    if (self == NULL)
        return NULL;
    self->call = record_call;
    self->twin = Py_NewRef(twin);
    self->operation = Py_NewRef(operation);
    self->forward = PyObject_GetAttrString(operation, "forward");
    self->local = PyObject_GetAttrString(operation, "local");
    self->inputs = inputs;
    self->is_reflected = strcmp(role, "reflected") == 0;
    self->is_operator = self->is_reflected || strcmp(role, "operator") == 0;
    if (self->forward == NULL || self->local == NULL)
        Py_CLEAR(self);
    return (PyObject *)self;
}

static void
recorder_dealloc(PyObject *object)
{
    Recorder *self = (Recorder *)object;
    PyObject_ClearWeakRefs(object);
    Py_XDECREF(self->twin);
    Py_XDECREF(self->forward);
    Py_XDECREF(self->local);
    Py_XDECREF(self->operation);
    Py_XDECREF(self->dict);
    Py_TYPE(object)->tp_free(object);
}

static PyObject *
recorder_repr(PyObject *self)
{
    PyObject *name = PyObject_GetAttrString(self, "__qualname__");
    PyObject *text = name == NULL ? NULL : PyUnicode_FromFormat("<function %U>", name);
    Py_XDECREF(name);
    return text;
}

static PyObject *
recorder_get(PyObject *self, PyObject *object, PyObject *Py_UNUSED(type))
{
    return object == NULL ? Py_NewRef(self) : PyMethod_New(self, object);
}

/* Pickled and copied by name, as a function is. */
static PyObject *
recorder_reduce(PyObject *self, PyObject *Py_UNUSED(nothing))
{
    return PyObject_GetAttrString(self, "__qualname__");
}

static PyMethodDef recorder_methods[] = {
    {"__reduce__", recorder_reduce, METH_NOARGS, NULL},
    {0},
};

static PyGetSetDef recorder_attributes[] = {
    {"__dict__", PyObject_GenericGetDict, PyObject_GenericSetDict, NULL, NULL},
    {0},
};

static PyTypeObject recorder_class = {
    PyVarObject_HEAD_INIT(NULL, 0)
    .tp_name = "autograd.speed._loops.Recorder",
    .tp_basicsize = sizeof(Recorder),
    .tp_flags =
        Py_TPFLAGS_DEFAULT | Py_TPFLAGS_HAVE_VECTORCALL | Py_TPFLAGS_METHOD_DESCRIPTOR,
    .tp_new = recorder_new,
    .tp_vectorcall_offset = offsetof(Recorder, call),
    .tp_call = PyVectorcall_Call,
    .tp_descr_get = recorder_get,
    .tp_repr = recorder_repr,
    .tp_methods = recorder_methods,
    .tp_getset = recorder_attributes,
    .tp_dictoffset = offsetof(Recorder, dict),
    .tp_weaklistoffset = offsetof(Recorder, weak_references),
    .tp_dealloc = recorder_dealloc,
};

/* ---------------------------------------------------------------------- the order of a graph */

static PyObject *
parents_slot(PyObject *node)
{
    PyObject *parents = is_node(node) ? SLOT(node, parents_at) : NULL;
    if (parents == NULL || !PyTuple_Check(parents)) {
        PyErr_Format(PyExc_AttributeError, "%R is no Value with a tuple of parents", node);
        return NULL;
    }
    return parents;
}

typedef struct {
    PyObject *node, *parents;
    Py_ssize_t next;  /* which parent comes next */
} Visit;

/* Tell whether a node is met for the first time and was computed: 1, 0, or -1 for an error. */
static int
is_new(PyObject *node, PyObject *seen)
{
    PyObject *parents = parents_slot(node);
    if (parents == NULL)
        return -1;
    if (PyTuple_GET_SIZE(parents) == 0)
        return 0;
    Py_ssize_t before = PySet_GET_SIZE(seen);
    if (PySet_Add(seen, node) < 0)
        return -1;
    return PySet_GET_SIZE(seen) > before;
}

/* List in `order` what `root` depends on, depth first, on a stack of our own. */
static int
visit_all(PyObject *root, PyObject *order, PyObject *seen, Visit **stack)
{
    size_t room = 0, depth = 0;
    PyObject *node = root;
    for (;;) {
        int new = is_new(node, seen);
        if (new < 0)
            return -1;
        if (new) {
            if (depth == room) {
                room = room ? 2 * room : 64;
                Visit *larger = PyMem_Realloc(*stack, room * sizeof(Visit));
                if (larger == NULL) {
                    PyErr_NoMemory();
                    return -1;
                }
                *stack = larger;
            }
            (*stack)[depth++] = (Visit){node, SLOT(node, parents_at), 0};
        }
        while (depth > 0 && (*stack)[depth - 1].next ==
                                PyTuple_GET_SIZE((*stack)[depth - 1].parents))
            if (PyList_Append(order, (*stack)[--depth].node) < 0)  /* its parents are in there */
                return -1;
        if (depth == 0)
            return 0;
        Visit *top = &(*stack)[depth - 1];
        node = PyTuple_GET_ITEM(top->parents, top->next++);
    }
}

static PyObject *
topological_order(PyObject *Py_UNUSED(module), PyObject *root)
{
    PyObject *order = PyList_New(0), *seen = PySet_New(NULL);
    Visit *stack = NULL;
    if (order == NULL || seen == NULL || visit_all(root, order, seen, &stack) < 0)
        Py_CLEAR(order);
    PyMem_Free(stack);
    Py_XDECREF(seen);
    return order;
}

/* ----------------------------------------------------------------------------- the chain rule */

/* parent.grad += upstream * local */
static int
add_contribution(PyObject *parent, PyObject *upstream, PyObject *local)
{
    PyObject *grad = is_node(parent) ? SLOT(parent, grad_at) : NULL, *sum;
    if (grad == NULL) {
        PyErr_Format(PyExc_AttributeError, "%R has no grad", parent);
        return -1;
    }
    if (PyFloat_CheckExact(grad) && PyFloat_CheckExact(upstream) && PyFloat_CheckExact(local)) {
        /* volatile: rounded, not fused with the addition */
        volatile double contribution = PyFloat_AS_DOUBLE(upstream) * PyFloat_AS_DOUBLE(local);
        sum = PyFloat_FromDouble(PyFloat_AS_DOUBLE(grad) + contribution);
    } else {
        PyObject *contribution = PyNumber_Multiply(upstream, local);
        sum = contribution == NULL ? NULL : PyNumber_InPlaceAdd(grad, contribution);
        Py_XDECREF(contribution);
    }
    if (sum == NULL)
        return -1;
    Py_SETREF(SLOT(parent, grad_at), sum);
    return 0;
}

/* Pass a node's gradient on to its parents. */
static int
pass_on(PyObject *node, PyObject *upstream)
{
    PyObject *parents = parents_slot(node), *local = SLOT(node, local_at);
    if (parents == NULL)
        return -1;
    if (local == NULL || !PyTuple_Check(local) ||
        PyTuple_GET_SIZE(local) < PyTuple_GET_SIZE(parents)) {
        PyErr_Format(PyExc_TypeError, "%R needs a tuple with a local gradient for each parent",
                     node);
        return -1;
    }
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(parents); i++)
        if (add_contribution(PyTuple_GET_ITEM(parents, i), upstream,
                             PyTuple_GET_ITEM(local, i)) < 0)
            return -1;
    return 0;
}

/* Tell whether there is nothing to add to but Python's own numbers; -1 for an error. */
static int
all_ordinary(PyObject *order)
{
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(order); i++) {
        PyObject *parents = parents_slot(PyList_GET_ITEM(order, i));
        if (parents == NULL)
            return -1;
        for (Py_ssize_t k = 0; k < PyTuple_GET_SIZE(parents); k++) {
            PyObject *parent = PyTuple_GET_ITEM(parents, k);
            PyObject *grad = is_node(parent) ? SLOT(parent, grad_at) : NULL;
            if (grad == NULL || !(PyFloat_CheckExact(grad) || PyLong_CheckExact(grad)))
                return 0;
        }
    }
    return 1;
}

/* accumulate(order, root, gradient, untouched): False, with nothing done, where the twin must do
   it: it can put back what it has changed, when something is met that cannot be added to. */
static PyObject *
accumulate(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *order, *root, *gradient, *untouched;
    if (!PyArg_ParseTuple(arguments, "O!O!OO", &PyList_Type, &order, node_class, &root, &gradient,
                          &untouched))
        return NULL;
    int ordinary = all_ordinary(order);
    if (ordinary < 0)
        return NULL;
    if (!ordinary || SLOT(root, grad_at) == NULL || !PyFloat_CheckExact(SLOT(root, grad_at)))
        Py_RETURN_FALSE;
    for (Py_ssize_t i = 0; i < PyList_GET_SIZE(order); i++) {
        Py_XSETREF(SLOT(PyList_GET_ITEM(order, i), grad_at), Py_NewRef(untouched));
    }
    PyObject *start = PyNumber_InPlaceAdd(SLOT(root, grad_at), gradient);
    if (start == NULL)
        return NULL;
    Py_SETREF(SLOT(root, grad_at), start);
    for (Py_ssize_t i = PyList_GET_SIZE(order) - 1; i >= 0; i--) {
        PyObject *node = PyList_GET_ITEM(order, i);
        PyObject *upstream = Py_NewRef(SLOT(node, grad_at));
        int failed = upstream != untouched && pass_on(node, upstream) < 0;
        Py_DECREF(upstream);
        if (failed)
            return NULL;
    }
    Py_RETURN_TRUE;
}

/* add_to_grads(leaves, amounts): False, with nothing done, where the twin must do it. */
static PyObject *
add_to_grads(PyObject *Py_UNUSED(module), PyObject *arguments)
{
    PyObject *leaves, *amounts;
    if (!PyArg_ParseTuple(arguments, "O!O!", &PyTuple_Type, &leaves, &PyList_Type, &amounts))
        return NULL;
    Py_ssize_t count = PyTuple_GET_SIZE(leaves);
    if (PyList_GET_SIZE(amounts) != count)
        Py_RETURN_FALSE;
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *leaf = PyTuple_GET_ITEM(leaves, i);
        PyObject *grad = is_node(leaf) ? SLOT(leaf, grad_at) : NULL;
        if (grad == NULL || !PyFloat_CheckExact(grad) ||
            !PyFloat_CheckExact(PyList_GET_ITEM(amounts, i)))
            Py_RETURN_FALSE;
    }
    for (Py_ssize_t i = 0; i < count; i++) {
        PyObject *leaf = PyTuple_GET_ITEM(leaves, i);
        double amount = PyFloat_AS_DOUBLE(PyList_GET_ITEM(amounts, i));
        PyObject *sum = PyFloat_FromDouble(PyFloat_AS_DOUBLE(SLOT(leaf, grad_at)) + amount);
        if (sum == NULL)
            return NULL;
        Py_SETREF(SLOT(leaf, grad_at), sum);
    }
    Py_RETURN_TRUE;
}

/* --------------------------------------------------------------------------------- the module */

static PyMethodDef functions[] = {
    {"use", use, METH_VARARGS, NULL},
    {"topological_order", topological_order, METH_O, NULL},
    {"accumulate", accumulate, METH_VARARGS, NULL},
    {"add_to_grads", add_to_grads, METH_VARARGS, NULL},
    {0},
};

static struct PyModuleDef module = {
    PyModuleDef_HEAD_INIT, .m_name = "_loops", .m_size = -1, .m_methods = functions,
};

PyMODINIT_FUNC
PyInit__loops(void)
{
    no_parents = PyTuple_New(0);
    zero = PyFloat_FromDouble(0.0);
    no_label = PyUnicode_FromString("");
    PyObject *made = PyModule_Create(&module);
    if (made == NULL || no_parents == NULL || zero == NULL || no_label == NULL ||
        PyModule_AddType(made, &recorder_class) < 0 ||
        PyModule_AddIntConstant(made, "SOURCE", SOURCE) < 0)
        Py_CLEAR(made);
    return made;
}
