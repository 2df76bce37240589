/* Which files does code come from that `exec` is given? An audit hook says it: in C it makes no frame, so a recursion
   has all its room, and `id`, `open` and the like, which are audited too, are as quick as they were. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#include <string.h>

static PyObject *executed;          /* a set of file names, the caller's */
static PyInterpreterState *watched; /* hooks are called in every interpreter of the process */

static int audited(const char *event, PyObject *args, void *data)
{
    (void)data;
    if (executed == NULL || event[0] != 'e' || strcmp(event, "exec") != 0 || !Py_IsInitialized()
        || PyInterpreterState_Get() != watched || !PyTuple_Check(args) || PyTuple_GET_SIZE(args) < 1) {
        return 0;
    }
    PyObject *code = PyTuple_GET_ITEM(args, 0);
    if (PyCode_Check(code)) {
        PyObject *name = ((PyCodeObject *)code)->co_filename;
        if (PyUnicode_CheckExact(name) && PySet_Add(executed, name) < 0) {
            PyErr_Clear();
        }
    }
    return 0;
}

static PyObject *watch(PyObject *module, PyObject *set)
{
    (void)module;
    if (!PySet_Check(set)) {
        PyErr_SetString(PyExc_TypeError, "a set is needed");
        return NULL;
    }
    PyObject *before = executed;
    Py_INCREF(set);
    executed = set;
    watched = PyInterpreterState_Get();
    if (before != NULL) {
        Py_DECREF(before);
    }
    else if (PySys_AddAuditHook(audited, NULL) < 0) {
        return NULL;
    }
    Py_RETURN_NONE;
}

static PyMethodDef methods[] = {
    {"watch", watch, METH_O, "From now on the file of all code that `exec` is given is put into a set."},
    {NULL, NULL, 0, NULL},
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "tracec.runtime.launch._executed", NULL, -1, methods, NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__executed(void)
{
    return PyModule_Create(&definition);
}
