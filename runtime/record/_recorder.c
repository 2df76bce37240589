/* The recorder in C: hooks that write what they are given into a buffer of bytes, and keep no reference to it.

   One buffer for each thread. A value is written as it is at this moment, bounded in length and depth, and without
   running the code of its class: what is looked into are built-in types, by their own code, and what an object holds
   in its dict or slots. `runtime/record/decode.py` says the format and reads it, `runtime/record/picture.py` does the same in Python. */

#define PY_SSIZE_T_CLEAN
#include <Python.h>
#ifndef SEES_CELLS /* setup.py tries without where it cannot be compiled */
#define SEES_CELLS (PY_VERSION_HEX < 0x030E0000)
#endif
#if SEES_CELLS /* each version lays its frames out in its own way */
#define Py_BUILD_CORE
#include <internal/pycore_code.h>
#include <internal/pycore_frame.h>
#undef Py_BUILD_CORE
#if PY_VERSION_HEX < 0x030D0000
#define RUNNING(state) (state)->cframe->current_frame
#define CODE_OF(frame) (frame)->f_code
#else
#define RUNNING(state) (state)->current_frame
#define CODE_OF(frame) ((PyCodeObject *)(frame)->f_executable)
#endif
#endif
#if PY_VERSION_HEX < 0x030C0000
#include <structmember.h>
#define Py_T_OBJECT_EX T_OBJECT_EX
#endif
#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#ifndef _WIN32
#include <pthread.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#else
#include <direct.h>
#include <io.h>
#define getcwd _getcwd
#define write _write
#endif
#if defined(__GNUC__)
#define APART __attribute__((noinline)) /* what is seldom needed does not make the frame of `value` larger */
#else
#define APART
#endif

enum { SHORT = 32, LONG = 200, MANY = 12, DEEP = 4, ITEMS = 200, FIELDS_DEEP = 2, SLOTS = 512, SHAPES = 256, FULL = 1 << 21,
    FEW = 6, SPARE = 24, WITHIN = 24, BRIEF = 40, PATH_ROOM = 1024,
    ROWS = 3, PRICE = 128, BURST = 1 << 24 }; /* as in picture.py */
enum {
    TOKEN, MARK, NONE, TRUE_, FALSE_, INT, BIG, FLOAT, COMPLEX, STR, LONG_STR, CUT_STR, BYTES, CUT_BYTES,
    LIST, TUPLE, SET, FROZENSET, DICT, INSTANCE, AGAIN, NAMED, ERROR, HUGE_, TURN, SHAPE, FIELDS, MEMBER, MADE, SCALAR, ARRAY,
    CELLS, OPENED, GONE, SWITCH, OBJECT, PLACED, CALLED
};
/* What a token says of its frame: one of a function's or a class's begins, a comprehension's does or goes on; and the
   same of those whose end nobody tells: a lambda's, a generator expression's. */
enum { PLACE, ENTRY, STAGE, LAMBDA, ITERATOR };
enum { MOST_LOOSE = 32, MOST_FRAMES = 512 };

typedef struct { PyObject_HEAD uint32_t module, segment, kind; } Token;
typedef struct { PyObject_HEAD uint64_t number; } Mark;
typedef struct { PyObject *object; PyTypeObject *type; size_t at, size; } Slot; /* at, size: of a string's text */

typedef struct Stream { /* `runtime/record/log.py` reads the first of these fields out of a file */
    struct Stream *next;
    uint64_t thread;      /* the interpreter's id, which no later thread gets */
    int number, cut;      /* cut: events before the first that is kept were dropped */
    unsigned char *bytes; /* what is being written */
    size_t length, room;
    unsigned char *home; /* where `bytes` lie as long as they fit into the file; NULL where there is none */
    unsigned char *before; /* the chunk before it, where only the last events are kept */
    size_t before_length;
    Py_ssize_t events, before_events;
    Slot seen[SLOTS + 1]; /* objects described in this chunk; and what is not to be found again */
    int watched;      /* whether the running frame is looked at before each event */
    int loose, depth; /* frames whose end nobody tells; those, and all that began since the first of them */
    uint64_t opened, ordinals[MOST_LOOSE];
    int places[MOST_LOOSE];
    void *frames[MOST_FRAMES];
    PyObject *greenlet; /* the one that ran at the last event: an address */
} Stream;

static Stream *streams, *current;
static PyThreadState *current_state;
static uint64_t current_thread, marks, turns;
static int threads, spool = -1, on;
static int looking; /* whether greenlet is imported, or about to be */
static Py_ssize_t total, limit, keep;
static int64_t own_bytes, *spooled = &own_bytes, largest; /* bytes written: by this process, or all that share the count */
static size_t full = FULL;
static Py_ssize_t room; /* items that the value at hand may still show */
static Py_ssize_t spare; /* and fields of ordinary objects; none within such an object */
static Py_ssize_t looked_at; /* values within ordinary objects since the last clear; each costs PRICE events */
static int within; /* such an object is being told: what is in it names no slots, so that its bytes say all of it */
static uint64_t layouts; /* of fields that were seen */
static char base[PATH_ROOM]; /* the folder in which the process began, with a slash at its end */

static unsigned char *moved(Stream *s, size_t room);
static Stream *slot_in_file(int number);

/* --- bytes: `malloc`, as a program that asks `tracemalloc` must not see them --- */

static int grow(Stream *s, size_t more)
{
    size_t room = s->room ? s->room : 4096;
    while (room < s->length + more) room *= 2;
    unsigned char *bytes = s->home ? moved(s, room) : realloc(s->bytes, room);
    if (!bytes) return -1;
    s->bytes = bytes;
    s->room = room;
    return 0;
}

#define NEED(s, n) if ((s)->length + (n) > (s)->room && grow((s), (n)) < 0) return

static inline void number(Stream *s, uint64_t n) /* seven bits a byte; the caller has made room for ten */
{
    while (n > 127) { s->bytes[s->length++] = (unsigned char)(n | 128); n >>= 7; }
    s->bytes[s->length++] = (unsigned char)n;
}

static inline void tag(Stream *s, int kind) { s->bytes[s->length++] = (unsigned char)kind; }

static void text(Stream *s, const char *bytes, size_t length)
{
    NEED(s, length + 10);
    number(s, length);
    memcpy(s->bytes + s->length, bytes, length);
    s->length += length;
}

static void unicode(Stream *s, PyObject *value)
{
    Py_ssize_t size;
    const char *bytes = PyUnicode_IS_COMPACT_ASCII(value) ? (size = PyUnicode_GET_LENGTH(value), PyUnicode_DATA(value)) : NULL;
    if (bytes) { text(s, bytes, (size_t)size); return; }
    PyObject *encoded = PyUnicode_AsEncodedString(value, "utf-8", "surrogatepass");
    if (!encoded) { PyErr_Clear(); text(s, "", 0); return; }
    text(s, PyBytes_AS_STRING(encoded), (size_t)PyBytes_GET_SIZE(encoded));
    Py_DECREF(encoded);
}

static void name_of(Stream *s, PyObject *name) /* as much of a name as is shown; nothing where it is no string */
{
    if (!name || !PyUnicode_CheckExact(name)) { text(s, "", 0); return; }
    if (PyUnicode_GET_LENGTH(name) <= LONG) { unicode(s, name); return; }
    PyObject *first = PyUnicode_Substring(name, 0, LONG);
    if (!first) { PyErr_Clear(); text(s, "", 0); return; }
    unicode(s, first);
    Py_DECREF(first);
}

static void name_of_type(Stream *s, PyTypeObject *type)
{
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) { name_of(s, ((PyHeapTypeObject *)type)->ht_name); return; }
    const char *dot = strrchr(type->tp_name, '.');
    const char *name = dot ? dot + 1 : type->tp_name;
    text(s, name, strlen(name));
}

/* --- values --- */

static PyTypeObject TokenType, MarkType;

static void value(Stream *s, PyObject *v, int depth);

static void integer(Stream *s, PyObject *v)
{
    int overflow;
    long long n = PyLong_AsLongLongAndOverflow(v, &overflow);
    NEED(s, 12);
    if (!overflow) {
        tag(s, INT);
        number(s, ((uint64_t)n << 1) ^ (uint64_t)(n >> 63));
        return;
    }
    if (_PyLong_NumBits(v) >= 2000) { tag(s, HUGE_); return; }
    PyObject *digits = PyLong_Type.tp_repr(v);
    if (!digits) { PyErr_Clear(); tag(s, HUGE_); return; }
    tag(s, BIG);
    unicode(s, digits);
    Py_DECREF(digits);
}

static void real(Stream *s, double x)
{
    memcpy(s->bytes + s->length, &x, 8);
    s->length += 8;
}

static APART void complex_(Stream *s, PyObject *v)
{
    tag(s, COMPLEX);
    real(s, ((PyComplexObject *)v)->cval.real);
    real(s, ((PyComplexObject *)v)->cval.imag);
}

/* An object that was described in this chunk already is named by its slot. The object at its address may be another by
   now: of an instance only type and address are told, which are the same; a string's text is compared. */

static inline Slot *slot_of(Stream *s, PyObject *v)
{
    if (!within) return &s->seen[((uintptr_t)v >> 4) % SLOTS];
    s->seen[SLOTS].object = NULL;
    return &s->seen[SLOTS];
}

static int again(Stream *s, PyObject *v, size_t code) /* code: of a function, whose address another soon may have */
{
    Slot *slot = slot_of(s, v);
    if (slot->object == v && slot->type == Py_TYPE(v) && slot->at == code && !slot->size) {
        tag(s, AGAIN);
        number(s, (uint64_t)(slot - s->seen));
        return 1;
    }
    *slot = (Slot){v, Py_TYPE(v), code, 0};
    return 0;
}

static int same_text(Stream *s, PyObject *v, size_t size)
{
    Slot *slot = slot_of(s, v);
    if (slot->object != v || slot->type != &PyUnicode_Type || slot->size != size || !PyUnicode_IS_COMPACT_ASCII(v)) return 0;
    if (memcmp(s->bytes + slot->at, PyUnicode_DATA(v), size < LONG ? size : LONG)) return 0;
    tag(s, AGAIN);
    number(s, (uint64_t)(slot - s->seen));
    return 1;
}

static void cut_string(Stream *s, PyObject *v, Py_ssize_t size, Slot *slot);

static void string(Stream *s, PyObject *v)
{
    Py_ssize_t size = PyUnicode_GET_LENGTH(v);
    if (size < SHORT) { tag(s, STR); unicode(s, v); return; }
    if (same_text(s, v, (size_t)size)) return;
    Slot *slot = slot_of(s, v);
    slot->object = NULL;
    if (size <= (within ? BRIEF : LONG)) {
        tag(s, LONG_STR);
        number(s, (uint64_t)(slot - s->seen));
        unicode(s, v);
    } else cut_string(s, v, size, slot);
    if (within || !PyUnicode_IS_COMPACT_ASCII(v)) return;
    *slot = (Slot){v, &PyUnicode_Type, s->length - (size_t)(size < LONG ? size : LONG), (size_t)size};
}

static void cut_string(Stream *s, PyObject *v, Py_ssize_t size, Slot *slot)
{
    PyObject *first = PyUnicode_Substring(v, 0, within ? BRIEF : LONG);
    if (!first) { PyErr_Clear(); tag(s, NONE); return; }
    tag(s, CUT_STR);
    number(s, (uint64_t)(slot - s->seen));
    number(s, (uint64_t)(uintptr_t)v);
    number(s, (uint64_t)size);
    unicode(s, first);
    Py_DECREF(first);
}

static APART void byte_string(Stream *s, PyObject *v)
{
    Py_ssize_t size = PyBytes_GET_SIZE(v), most = within ? BRIEF : LONG;
    NEED(s, 24);
    tag(s, size <= most ? BYTES : CUT_BYTES);
    if (size > most) { number(s, (uint64_t)(uintptr_t)v); number(s, (uint64_t)size); }
    text(s, PyBytes_AS_STRING(v), (size_t)(size <= most ? size : most));
}


static Py_ssize_t shown_of(Py_ssize_t size, int depth) /* how many items are shown; they are taken from the room */
{
    Py_ssize_t shown = depth >= DEEP ? 0 : size < MANY ? size : MANY;
    if (shown > room) shown = room;
    room -= shown;
    return shown;
}

static APART void container(Stream *s, PyObject *v, int kind, Py_ssize_t size, int depth)
{
    if (depth == 0) { room = ITEMS; spare = SPARE; }
    Py_ssize_t shown = shown_of(size, depth), i = 0, place = 0;
    NEED(s, 34);
    Py_INCREF(v);
    tag(s, kind);
    number(s, (uint64_t)(uintptr_t)v);
    number(s, (uint64_t)size);
    number(s, (uint64_t)shown);
    if (kind == LIST) {
        for (; i < shown && i < PyList_GET_SIZE(v); i++) value(s, PyList_GET_ITEM(v, i), depth + 1);
    } else if (kind == TUPLE) {
        for (; i < shown; i++) value(s, PyTuple_GET_ITEM(v, i), depth + 1);
    } else if (kind == DICT) {
        PyObject *key, *held;
        for (; i < shown && PyDict_Next(v, &place, &key, &held); i++) {
            Py_INCREF(held);
            value(s, key, depth + 1);
            value(s, held, depth + 1);
            Py_DECREF(held);
        }
    } else { /* its table, as an iterator would be an object that the collector knows */
        PySetObject *set = (PySetObject *)v;
        for (; i < shown && place <= set->mask; place++) {
            setentry *entry = &set->table[place];
            if (!entry->key || entry->hash == -1) continue; /* -1: it was taken away */
            value(s, entry->key, depth + 1);
            i++;
        }
    }
    Py_DECREF(v);
    for (; i < shown; i++) { NEED(s, 2); tag(s, NONE); if (kind == DICT) tag(s, NONE); }
}

static void named_as(Stream *s, PyObject *v, int kind) /* a function, class or module, but for its name */
{
    NEED(s, 24);
    tag(s, kind);
    number(s, (uint64_t)(slot_of(s, v) - s->seen));
    number(s, (uint64_t)(uintptr_t)v);
    name_of_type(s, Py_TYPE(v));
}

#define PACKAGES "/site-packages/"

/* --- objects that are more than their type --- */

enum { OTHER, DATACLASS, FROZEN, TUPLE_OF, ENUM_OF, FROM, NUMPY_SCALAR, NUMPY_ARRAY, TABLE, COLUMN };

typedef struct { /* what is known of a class; a version tag never comes again, so neither does another class with it */
    PyTypeObject *type;
    unsigned int version;
    int form, base;  /* base: the kind of what it was made from */
    int has_dict;    /* its objects may have one, that is C's to read */
    PyObject *names; /* of its fields, or slots: a tuple of strings */
    PyObject *last[FEW]; /* what the object of this class that was told last had, and the number of that */
    Py_ssize_t count;
    uint64_t layout;
} Shape;

static Shape shapes[SHAPES];
static struct { PyObject *fields, *params, *frozen, *field_type, *name, *tuple_fields, *members, *member, *item, *tolist,
    *shape, *dtype, *isnative, *type, *dict, *start, *stop, *step,
    *module, *mgr, *axes, *blocks, *values, *places, *indexer, *ndarray, *data, *range, *label, *columns, *dtypes, *head,
    *own_name; } words;

/* What is read of an object makes new ones: with the collector at rest none of a program's finalizers runs meanwhile. And
   should a key of an object's dict have code of its own to compare itself, that is not recorded. */

typedef struct { int collects, on; } Rest;

static Rest rest(void)
{
    Rest before = {PyGC_Disable(), on};
    on = 0;
    return before;
}

static void go_on(Rest before)
{
    on = before.on;
    if (before.collects) PyGC_Enable();
    if (PyErr_Occurred()) PyErr_Clear();
}

static PyObject *own(PyObject *v, PyObject *name) /* a new reference to what an object itself holds; NULL */
{
    PyObject *there = v ? _PyType_Lookup(Py_TYPE(v), name) : NULL;
    if (!v) return NULL;
    if (there && Py_TYPE(there) != &PyMemberDescr_Type && Py_TYPE(there) != &PyFunction_Type
        && (Py_TYPE(there)->tp_descr_get || Py_TYPE(there)->tp_descr_set)) return NULL;
    PyObject *found = PyObject_GenericGetAttr(v, name);
    if (!found) PyErr_Clear();
    return found;
}

static PyObject *computed(PyObject *v, PyObject *name) /* by the C code of the value's class; NULL */
{
    PyObject *there = _PyType_Lookup(Py_TYPE(v), name);
    if (!there || Py_TYPE(there) != &PyGetSetDescr_Type) return NULL;
    return Py_TYPE(there)->tp_descr_get(there, v, (PyObject *)Py_TYPE(v));
}

static PyObject *called(PyObject *v, PyObject *name) /* a method in C without arguments; NULL */
{
    PyObject *there = _PyType_Lookup(Py_TYPE(v), name);
    return there && Py_TYPE(there) == &PyMethodDescr_Type ? PyObject_CallOneArg(there, v) : NULL;
}

static int is_field(PyObject *field) /* not what a dataclass knows of its class variables */
{
    PyObject *kind = own(field, words.field_type), *word = own(kind, words.name);
    int found = word && PyUnicode_CheckExact(word) && PyUnicode_CompareWithASCIIString(word, "_FIELD") == 0;
    Py_XDECREF(kind);
    Py_XDECREF(word);
    return found;
}

static PyObject *names_of(PyObject *fields) /* of a dataclass; NULL */
{
    PyObject *names = PyList_New(0), *name, *field;
    Py_ssize_t place = 0;
    Py_INCREF(fields);
    while (names && PyDict_Next(fields, &place, &name, &field))
        if (PyUnicode_CheckExact(name) && is_field(field) && PyList_Append(names, name) < 0) Py_CLEAR(names);
    Py_DECREF(fields);
    PyObject *found = names ? PyList_AsTuple(names) : NULL;
    Py_XDECREF(names);
    return found;
}

static int are_names(PyObject *names)
{
    if (!names || !PyTuple_CheckExact(names)) return 0;
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(names); i++)
        if (!PyUnicode_CheckExact(PyTuple_GET_ITEM(names, i))) return 0;
    return 1;
}

static int is_told(PyObject *name) /* names that Python itself gives are left out */
{
    return PyUnicode_CheckExact(name) && !(PyUnicode_GET_LENGTH(name) > 1 && PyUnicode_READ_CHAR(name, 0) == '_'
        && PyUnicode_READ_CHAR(name, 1) == '_');
}

static int add_slots(PyObject *names, PyTypeObject *type) /* what the class itself adds; -1 where there is no memory */
{
#if PY_VERSION_HEX >= 0x030C0000
    PyObject *space = PyType_GetDict(type);
#else
    PyObject *space = Py_XNewRef(type->tp_dict);
#endif
    PyObject *name, *there;
    Py_ssize_t place = 0;
    int wrong = 0;
    while (!wrong && space && PyDict_Next(space, &place, &name, &there))
        if (Py_TYPE(there) == &PyMemberDescr_Type && is_told(name)) {
            wrong = PySequence_Contains(names, name); /* strings compare themselves */
            wrong = wrong < 0 || (!wrong && PyList_Append(names, name) < 0);
        }
    Py_XDECREF(space);
    return wrong ? -1 : 0;
}

static PyObject *slots_of(PyTypeObject *type) /* the names of all slots, those of its bases first; NULL */
{
    PyObject *names = PyList_New(0), *mro = type->tp_mro;
    for (Py_ssize_t i = mro ? PyTuple_GET_SIZE(mro) : 0; names && i-- > 0;)
        if (PyType_Check(PyTuple_GET_ITEM(mro, i)) && add_slots(names, (PyTypeObject *)PyTuple_GET_ITEM(mro, i)) < 0)
            Py_CLEAR(names);
    PyObject *found = names ? PyList_AsTuple(names) : NULL;
    Py_XDECREF(names);
    return found;
}

static int is_of_numpy(PyTypeObject *type)
{
    return !(type->tp_flags & Py_TPFLAGS_HEAPTYPE) && !strncmp(type->tp_name, "numpy.", 6) && !strchr(type->tp_name + 6, '.');
}

static void forget_layout(Shape *known)
{
    while (known->count > 0) {
        known->count--;
        Py_DECREF(known->last[known->count]);
    }
    known->layout = 0;
}

static int of_pandas(PyTypeObject *type) /* TABLE, COLUMN or OTHER, by what it was made from */
{
    PyObject *mro = type->tp_mro;
    for (Py_ssize_t i = 0; mro && i < PyTuple_GET_SIZE(mro); i++) {
        PyObject *base = PyTuple_GET_ITEM(mro, i);
        if (!PyType_Check(base) || !(((PyTypeObject *)base)->tp_flags & Py_TPFLAGS_HEAPTYPE)) continue;
        const char *name = ((PyTypeObject *)base)->tp_name;
        int form = !strcmp(name, "DataFrame") ? TABLE : !strcmp(name, "Series") ? COLUMN : OTHER;
        PyObject *module = form == OTHER ? NULL : _PyType_Lookup((PyTypeObject *)base, words.module);
        const char *text = module && PyUnicode_CheckExact(module) ? PyUnicode_AsUTF8(module) : NULL;
        if (text && (!strcmp(text, "pandas") || !strncmp(text, "pandas.", 7))) return form;
    }
    return OTHER;
}

static void describe_object(Shape *known, PyTypeObject *type) /* one that is nothing else */
{
    PyObject *there = _PyType_Lookup(type, words.dict), *mro = type->tp_mro;
    for (Py_ssize_t i = mro ? PyTuple_GET_SIZE(mro) : 0; i-- > 0;) /* what an array holds is not in its dict */
        if (PyType_Check(PyTuple_GET_ITEM(mro, i)) && is_of_numpy((PyTypeObject *)PyTuple_GET_ITEM(mro, i))) return;
    known->form = of_pandas(type);
    /* a class in C that is no heap type, as that of generators, has slots that tell nobody anything */
    known->has_dict = there && (Py_TYPE(there) == &PyGetSetDescr_Type || Py_TYPE(there) == &PyMemberDescr_Type);
    if (type->tp_flags & Py_TPFLAGS_HEAPTYPE) Py_XSETREF(known->names, slots_of(type));
}

static int base_of(PyTypeObject *type) /* the kind of the built-in class that it was made from */
{
    if (PyType_IsSubtype(type, &PyTuple_Type)) return TUPLE;
    if (PyType_IsSubtype(type, &PyList_Type)) return LIST;
    if (PyType_IsSubtype(type, &PyDict_Type)) return DICT;
    if (PyType_IsSubtype(type, &PySet_Type)) return SET;
    if (PyType_IsSubtype(type, &PyFrozenSet_Type)) return FROZENSET;
    if (PyType_IsSubtype(type, &PyUnicode_Type)) return STR;
    if (PyType_IsSubtype(type, &PyBytes_Type)) return BYTES;
    if (PyType_IsSubtype(type, &PyLong_Type)) return INT;
    if (PyType_IsSubtype(type, &PyFloat_Type)) return FLOAT;
    if (PyType_IsSubtype(type, &PyComplex_Type)) return COMPLEX;
    return -1;
}

static void describe(Shape *known, PyTypeObject *type)
{
    PyObject *names = NULL, *found, *frozen = NULL;
    known->form = OTHER;
    known->base = base_of(type);
    found = _PyType_Lookup(type, words.fields); /* which gives the class its version as well */
    if (PyType_IsSubtype(type, &PyType_Type)) ;
    else if (is_of_numpy(type))
        known->form = strcmp(type->tp_name, "numpy.ndarray") ? NUMPY_SCALAR : NUMPY_ARRAY;
    else if (known->base == TUPLE) {
        names = Py_XNewRef(_PyType_Lookup(type, words.tuple_fields));
        known->form = are_names(names) ? TUPLE_OF : FROM;
    } else if (found && PyDict_CheckExact(found)) {
        names = names_of(found);
        frozen = own(_PyType_Lookup(type, words.params), words.frozen);
        known->form = !names ? OTHER : frozen == Py_True ? FROZEN : DATACLASS;
        Py_XDECREF(frozen);
    } else if (Py_TYPE(type) != &PyType_Type && (found = _PyType_Lookup(type, words.members)) && PyDict_CheckExact(found))
        known->form = ENUM_OF;
    else if (known->base >= 0) known->form = FROM;
    Py_XSETREF(known->names, names);
    known->has_dict = 0;
    forget_layout(known);
    if (known->form == OTHER) describe_object(known, type);
    known->type = type;
    known->version = type->tp_version_tag; /* 0 where it has none: it is asked anew each time */
}

static inline Shape *shape_of(PyTypeObject *type)
{
    Shape *known = &shapes[((uintptr_t)type >> 5) % SHAPES];
    if (known->type == type && known->version && known->version == type->tp_version_tag) return known;
    Rest before = rest();
    describe(known, type);
    go_on(before);
    return known;
}

static void instance(Stream *s, PyObject *v);

static void begin(Stream *s, PyObject *v, int kind)
{
    NEED(s, 12);
    tag(s, kind);
    number(s, (uint64_t)(uintptr_t)v);
}

static void fields(Stream *s, PyObject *v, const Shape *shape, int depth)
{
    PyTypeObject *type = shape->type;
    Slot *slot = slot_of(s, (PyObject *)type);
    unsigned int version = shape->version;
    int is_tuple = shape->form == TUPLE_OF;
    PyObject *names = Py_NewRef(shape->names), *held[MANY];
    Py_ssize_t size = PyTuple_GET_SIZE(names), shown = depth >= FIELDS_DEEP ? 0 : shown_of(size, depth);
    NEED(s, 48);
    if (!version || slot->object != (PyObject *)type || slot->type != &TokenType || slot->size != version) {
        tag(s, SHAPE);
        number(s, (uint64_t)(slot - s->seen));
        number(s, shape->form == DATACLASS ? 0 : 1);
        name_of_type(s, type);
        NEED(s, 48);
        number(s, (uint64_t)size);
        for (Py_ssize_t i = 0; i < size && i < MANY; i++) name_of(s, PyTuple_GET_ITEM(names, i));
        *slot = (Slot){(PyObject *)type, &TokenType, 0, version};
    }
    NEED(s, 48);
    tag(s, FIELDS);
    number(s, (uint64_t)(slot - s->seen));
    number(s, (uint64_t)(uintptr_t)v);
    number(s, (uint64_t)shown);
    Rest before = rest();
    for (Py_ssize_t i = 0; i < shown; i++)
        held[i] = is_tuple ? Py_NewRef(PyTuple_GET_ITEM(v, i)) : own(v, PyTuple_GET_ITEM(names, i));
    go_on(before);
    for (Py_ssize_t i = 0; i < shown; i++) {
        if (!held[i]) continue;
        NEED(s, 10);
        number(s, (uint64_t)i + 1);
        value(s, held[i], depth + 1);
        Py_DECREF(held[i]);
    }
    NEED(s, 1);
    number(s, 0);
    Py_DECREF(names);
}

/* --- ordinary objects: what lies in their slots and their dict --- */

typedef struct { PyObject *names[FEW], *values[FEW]; Py_ssize_t count; int more; } Held; /* new references */

static void hold(Held *held, PyObject *name, PyObject *value)
{
    if (!value || !is_told(name)) return;
    if (held->count == FEW) { held->more = 1; return; }
    held->names[held->count] = Py_NewRef(name);
    held->values[held->count++] = Py_NewRef(value);
}

#if PY_VERSION_HEX < 0x030E0000 && !defined(Py_GIL_DISABLED)
/* Attributes lie in an object, or beside it, as long as nobody asks for its dict, which would make one. This is how, as
   `Include/internal/pycore_dict.h` has it. */

typedef struct { Py_ssize_t references; uint8_t size, bytes, kind; uint32_t version; Py_ssize_t usable, count; char indices[]; } Keys;
typedef struct { PyObject *name, *value; } Entry;

static int hold_values(Held *held, PyObject *v, PyObject **dict) /* 0 where there are none, and a dict perhaps */
{
    PyTypeObject *type = Py_TYPE(v);
    const Keys *keys = (const Keys *)((PyHeapTypeObject *)type)->ht_cached_keys;
    const uint8_t *order;
    PyObject **values;
    int size;
    *dict = ((PyObject **)v)[-3];
#if PY_VERSION_HEX < 0x030D0000
#if PY_VERSION_HEX < 0x030C0000
    values = ((PyObject ***)v)[-4];
    if (*dict || !values) return 0;
#else
    if (!((uintptr_t)*dict & 1)) return 0;
    values = (PyObject **)((char *)*dict + 1);
    *dict = NULL;
#endif
    order = (const uint8_t *)values - 2; /* how many there are; before it their places, backward */
    size = *order;
#define PLACE_OF(i) order[-1 - (i)]
#else
    const uint8_t *head = (const uint8_t *)v + type->tp_basicsize; /* how many fit, how many there are, 1, whether they count */
    if (*dict || !(type->tp_flags & Py_TPFLAGS_INLINE_VALUES) || !head[3]) return 0;
    values = (PyObject **)(head + sizeof(PyObject *));
    order = (const uint8_t *)(values + head[0]);
    size = head[1];
#define PLACE_OF(i) order[i]
#endif
    const Entry *entries = keys ? (const Entry *)(keys->indices + ((size_t)1 << keys->bytes)) : NULL;
    for (int i = 0; entries && i < size && !held->more; i++) hold(held, entries[PLACE_OF(i)].name, values[PLACE_OF(i)]);
    return 1;
}
#else
static int hold_values(Held *held, PyObject *v, PyObject **dict)
{
    *dict = PyObject_GenericGetDict(v, NULL);
    if (*dict) Py_DECREF(*dict); /* the object has it */
    else PyErr_Clear();
    return 0;
}
#endif

static void hold_dict(Held *held, PyObject *v)
{
    PyObject *dict = NULL, **there, *name, *value;
    Py_ssize_t place = 0;
    if (Py_TYPE(v)->tp_flags & Py_TPFLAGS_MANAGED_DICT) {
        if (hold_values(held, v, &dict)) return;
    } else if ((there = _PyObject_GetDictPtr(v))) dict = *there;
    if (!dict || !PyDict_CheckExact(dict)) return;
    while (!held->more && PyDict_Next(dict, &place, &name, &value)) hold(held, name, value);
}

static void hold_slots(Held *held, PyObject *v, PyObject *names)
{
    for (Py_ssize_t i = 0; names && i < PyTuple_GET_SIZE(names) && !held->more; i++) {
        PyObject *name = PyTuple_GET_ITEM(names, i), *there = _PyType_Lookup(Py_TYPE(v), name);
        if (!there || Py_TYPE(there) != &PyMemberDescr_Type) continue;
        PyMemberDef *member = ((PyMemberDescrObject *)there)->d_member;
        PyObject *found;
        if (member->type == Py_T_OBJECT_EX) found = Py_XNewRef(*(PyObject **)((char *)v + member->offset));
        else if (!(found = PyMember_GetOne((const char *)v, member))) PyErr_Clear();
        hold(held, name, found);
        Py_XDECREF(found);
    }
}

static void hold_all(Held *held, PyObject *v, const Shape *shape)
{
    held->count = held->more = 0;
    hold_slots(held, v, shape->names);
    if (shape->has_dict) hold_dict(held, v);
}

static uint64_t layout_of(Shape *shape, const Held *held) /* the number of these names, a new one where they are others */
{
    if (shape->layout && shape->count == held->count && !memcmp(shape->last, held->names, sizeof(PyObject *) * (size_t)held->count))
        return shape->layout;
    forget_layout(shape);
    for (; shape->count < held->count; shape->count++) shape->last[shape->count] = Py_NewRef(held->names[shape->count]);
    return shape->layout = ++layouts;
}

static void put_layout(Stream *s, PyTypeObject *type, const Held *held, uint64_t layout) /* once in each chunk */
{
    Slot *slot = slot_of(s, (PyObject *)type);
    if (slot->object == (PyObject *)type && slot->type == &TokenType && slot->size == layout) return;
    NEED(s, 48);
    tag(s, SHAPE);
    number(s, SLOTS + layout);
    number(s, 0);
    name_of_type(s, type);
    NEED(s, 10);
    number(s, (uint64_t)held->count);
    for (Py_ssize_t i = 0; i < held->count; i++) name_of(s, held->names[i]);
    *slot = (Slot){(PyObject *)type, &TokenType, 0, (size_t)layout};
}

static void put_held(Stream *s, PyObject *v, const Held *held, uint64_t layout, int depth)
{
    Py_ssize_t before = room, left = spare - held->count, items;
    NEED(s, 48);
    tag(s, OBJECT);
    number(s, SLOTS + layout);
    number(s, (uint64_t)(slot_of(s, v) - s->seen));
    number(s, (uint64_t)(uintptr_t)v);
    number(s, (uint64_t)held->more);
    if (room > WITHIN) room = WITHIN;
    before -= items = room;
    spare = 0;
    within = 1;
    for (Py_ssize_t i = 0; i < held->count; i++) value(s, held->values[i], depth + 1);
    within = 0;
    looked_at += held->count + items - room;
    spare = left;
    room += before;
}

/* --- pandas: by the C code of its managers, blocks and of numpy --- */

static int is_array(PyObject *v) { return v && is_of_numpy(Py_TYPE(v)) && !strcmp(Py_TYPE(v)->tp_name, "numpy.ndarray"); }

static PyObject *array_in(PyObject *v) /* what an array, an index or an extension's array keeps: ndarray or range; NULL */
{
    if (!v || is_array(v) || PyRange_Check(v)) return Py_XNewRef(v);
    PyObject *found = computed(v, words.ndarray);
    if (!found) PyErr_Clear();
    if (is_array(found)) return found;
    Py_XDECREF(found);
    return NULL;
}

static int is_readable(PyObject *v) /* what an array in it keeps are its values, and no codes for them */
{
    if (!v || is_array(v) || PyRange_Check(v)) return v != NULL;
    const char *name = strrchr(Py_TYPE(v)->tp_name, '.');
    name = name ? name + 1 : Py_TYPE(v)->tp_name;
    return !strcmp(name, "StringArray") || !strcmp(name, "NumpyExtensionArray");
}

static PyObject *data_of(PyObject *index)
{
    PyObject *data = own(index, words.data);
    return data ? data : own(index, words.range);
}

static PyObject *part_of(PyObject *array, PyObject *key) /* the plain items of a part of an array; NULL */
{
    PyObject *part = array && key ? PyObject_GetItem(array, key) : NULL;
    PyObject *found = !part ? NULL : PyRange_Check(part) ? PySequence_List(part) : is_array(part) ? called(part, words.tolist) : NULL;
    Py_XDECREF(part);
    if (!found) PyErr_Clear();
    return found;
}

static PyObject *dtype_of(PyObject *values) /* the name of what an array holds */
{
    PyObject *dtype = is_array(values) ? computed(values, words.dtype) : NULL, *type = own(dtype, words.type), *found;
    found = type && PyType_Check(type) ? PyType_GetName((PyTypeObject *)type) : PyType_GetName(Py_TYPE(values));
    Py_XDECREF(dtype);
    Py_XDECREF(type);
    if (!found) PyErr_Clear();
    return found;
}

static PyObject *first(Py_ssize_t most) /* slice(0, most) */
{
    PyObject *end = PyLong_FromSsize_t(most), *found = end ? PySlice_New(NULL, end, NULL) : NULL;
    Py_XDECREF(end);
    return found;
}

static PyObject *row_of(PyObject *values, Py_ssize_t row, Py_ssize_t most) /* the first items of a column; NULL */
{
    PyObject *array = array_in(values), *dtype = dtype_of(array ? array : values), *found = NULL, *start = first(most);
    const char *name = dtype ? PyUnicode_AsUTF8(dtype) : NULL;
    if (array && is_readable(values) && start && name && strncmp(name, "datetime", 8) && strncmp(name, "timedelta", 9)) {
        PyObject *shape = is_array(array) ? computed(array, words.shape) : NULL;
        int flat = !shape || (PyTuple_CheckExact(shape) && PyTuple_GET_SIZE(shape) == 1);
        PyObject *key = flat ? Py_NewRef(start) : Py_BuildValue("(nO)", row, start);
        found = part_of(array, key);
        Py_XDECREF(key);
        Py_XDECREF(shape);
    }
    Py_XDECREF(array);
    Py_XDECREF(dtype);
    Py_XDECREF(start);
    return found;
}

static PyObject *places_of(PyObject *block) /* which columns a block has: a list; NULL */
{
    PyObject *places = computed(block, words.places), *indexer = places ? computed(places, words.indexer) : NULL, *found = NULL;
    Py_ssize_t from, to, step;
    if (indexer && PySlice_Check(indexer) && PySlice_Unpack(indexer, &from, &to, &step) == 0 && step > 0) {
        found = PyList_New(0);
        for (Py_ssize_t n = from; found && n < to && n < MANY; n += step) {
            PyObject *number = PyLong_FromSsize_t(n);
            if (!number || PyList_Append(found, number) < 0) Py_CLEAR(found);
            Py_XDECREF(number);
        }
    } else if (is_array(indexer)) found = called(indexer, words.tolist);
    Py_XDECREF(places);
    Py_XDECREF(indexer);
    if (!found) PyErr_Clear();
    return found;
}

typedef struct { PyObject *dtypes[MANY], *cells[MANY]; } Columns;

static void read_block(Columns *columns, PyObject *block, Py_ssize_t size)
{
    PyObject *values = computed(block, words.values), *places = values ? places_of(block) : NULL;
    for (Py_ssize_t row = 0; places && row < PyList_GET_SIZE(places); row++) {
        Py_ssize_t place = PyLong_AsSsize_t(PyList_GET_ITEM(places, row));
        if (place < 0 || place >= size || columns->dtypes[place]) continue;
        columns->dtypes[place] = dtype_of(values);
        columns->cells[place] = row_of(values, row, ROWS);
    }
    Py_XDECREF(values);
    Py_XDECREF(places);
}

static PyObject *listed(PyObject **items, Py_ssize_t size) /* a list of them; NULL where one is missing */
{
    PyObject *found = PyList_New(size);
    for (Py_ssize_t i = 0; found && i < size; i++) {
        if (!items[i]) { Py_CLEAR(found); break; }
        PyList_SET_ITEM(found, i, Py_NewRef(items[i]));
    }
    return found;
}

static PyObject *turned(PyObject **columns, Py_ssize_t size) /* rows of columns; NULL where one is missing, or shorter */
{
    Py_ssize_t high = size && columns[0] ? PyList_GET_SIZE(columns[0]) : 0;
    for (Py_ssize_t i = 0; i < size; i++)
        if (!columns[i]) return NULL;
    PyObject *found = PyList_New(0);
    for (Py_ssize_t row = 0; found && row < high; row++) {
        PyObject *cells[MANY], *made = NULL;
        Py_ssize_t i = 0;
        for (; i < size && row < PyList_GET_SIZE(columns[i]); i++) cells[i] = PyList_GET_ITEM(columns[i], row);
        if (i < size || !(made = listed(cells, size)) || PyList_Append(found, made) < 0) Py_CLEAR(found);
        Py_XDECREF(made);
    }
    return found;
}

static void hold_new(Held *held, PyObject *name, PyObject *value) /* takes the reference; nothing where it is NULL */
{
    if (value) hold(held, name, value);
    Py_XDECREF(value);
}

static Py_ssize_t length_of(PyObject *data) /* -1 where it is not known */
{
    PyObject *array = array_in(data);
    Py_ssize_t found = array ? PyObject_Size(array) : -1;
    Py_XDECREF(array);
    if (found < 0) PyErr_Clear();
    return found;
}

static void hold_table(Held *held, PyObject *axes, PyObject *blocks)
{
    if (PyList_GET_SIZE(axes) != 2) return;
    PyObject *names = data_of(PyList_GET_ITEM(axes, 0)), *rows = data_of(PyList_GET_ITEM(axes, 1));
    Py_ssize_t wide = length_of(names), high = length_of(rows), size = wide < 0 ? 0 : wide < MANY ? wide : MANY;
    Columns columns = {{NULL}, {NULL}};
    for (Py_ssize_t i = 0; i < PyTuple_GET_SIZE(blocks); i++) read_block(&columns, PyTuple_GET_ITEM(blocks, i), size);
    if (wide >= 0 && high >= 0) hold_new(held, words.shape, Py_BuildValue("(nn)", high, wide));
    hold_new(held, words.columns, names ? row_of(names, 0, MANY) : NULL);
    hold_new(held, words.dtypes, listed(columns.dtypes, size));
    hold_new(held, words.head, turned(columns.cells, size));
    for (Py_ssize_t i = 0; i < MANY; i++) { Py_XDECREF(columns.dtypes[i]); Py_XDECREF(columns.cells[i]); }
    Py_XDECREF(names);
    Py_XDECREF(rows);
}

static void hold_column(Held *held, PyObject *v, PyObject *axes, PyObject *blocks)
{
    if (PyTuple_GET_SIZE(blocks) != 1 || PyList_GET_SIZE(axes) != 1) return;
    PyObject *values = computed(PyTuple_GET_ITEM(blocks, 0), words.values), *rows = data_of(PyList_GET_ITEM(axes, 0));
    hold_new(held, words.own_name, own(v, words.label));
    if (length_of(rows) >= 0) hold_new(held, words.shape, Py_BuildValue("(n)", length_of(rows)));
    if (values) hold_new(held, words.dtype, dtype_of(values));
    if (values) hold_new(held, words.head, row_of(values, 0, MANY));
    Py_XDECREF(values);
    Py_XDECREF(rows);
}

static PyObject *kept(PyObject *manager, PyObject *name) /* which some managers keep in C */
{
    PyObject *found = manager ? computed(manager, name) : NULL;
    if (!found) PyErr_Clear();
    return found ? found : own(manager, name);
}

static void hold_pandas(Held *held, PyObject *v, int form)
{
    Rest before = rest();
    PyObject *mgr = own(v, words.mgr), *axes = kept(mgr, words.axes), *blocks = kept(mgr, words.blocks);
    held->count = held->more = 0;
    if (axes && PyList_CheckExact(axes) && blocks && PyTuple_CheckExact(blocks)) {
        if (form == TABLE) hold_table(held, axes, blocks); else hold_column(held, v, axes, blocks);
    }
    Py_XDECREF(mgr);
    Py_XDECREF(axes);
    Py_XDECREF(blocks);
    go_on(before);
}

static inline int may_tell(int depth)
{
    return depth < FIELDS_DEEP && spare >= FEW && !within && looked_at * PRICE <= total + BURST;
}

static APART int told(Stream *s, PyObject *v, Shape *shape, int depth) /* 0 where there is nothing to tell */
{
    Held held;
    if (shape->form == OTHER) hold_all(&held, v, shape); else hold_pandas(&held, v, shape->form);
    if (!held.count) return 0;
    uint64_t layout = layout_of(shape, &held);
    put_layout(s, Py_TYPE(v), &held, layout);
    size_t start = s->length;
    put_held(s, v, &held, layout, depth);
    size_t size = s->length - start;
    Slot *slot = slot_of(s, v);
    if (slot->object == v && slot->type == Py_TYPE(v) && slot->size == size && !memcmp(s->bytes + slot->at, s->bytes + start, size)) {
        s->length = start; /* nothing changed since it was told last */
        tag(s, AGAIN);
        number(s, (uint64_t)(slot - s->seen));
    } else *slot = (Slot){v, Py_TYPE(v), start, size};
    for (Py_ssize_t i = 0; i < held.count; i++) {
        Py_DECREF(held.names[i]);
        Py_DECREF(held.values[i]);
    }
    return 1;
}

static void made_from(Stream *s, PyObject *v, int base, int depth)
{
    begin(s, v, MADE);
    name_of_type(s, Py_TYPE(v));
    NEED(s, 24);
    if (base == LIST) container(s, v, LIST, PyList_GET_SIZE(v), depth);
    else if (base == TUPLE) container(s, v, TUPLE, PyTuple_GET_SIZE(v), depth);
    else if (base == DICT) container(s, v, DICT, PyDict_GET_SIZE(v), depth);
    else if (base == SET || base == FROZENSET) container(s, v, base, PySet_GET_SIZE(v), depth);
    else if (base == STR) string(s, v);
    else if (base == BYTES) byte_string(s, v);
    else if (base == INT) integer(s, v);
    else if (base == FLOAT) { tag(s, FLOAT); real(s, PyFloat_AS_DOUBLE(v)); }
    else complex_(s, v);
}

static void numpy_scalar(Stream *s, PyObject *v, int depth)
{
    Rest before = rest();
    PyObject *plain = called(v, words.item);
    go_on(before);
    if (plain && (PyLong_CheckExact(plain) || PyBool_Check(plain) || PyFloat_CheckExact(plain) || PyComplex_CheckExact(plain)
        || PyUnicode_CheckExact(plain) || PyBytes_CheckExact(plain) || plain == Py_None)) {
        begin(s, v, SCALAR);
        name_of_type(s, Py_TYPE(v));
        value(s, plain, depth);
    } else instance(s, v);
    Py_XDECREF(plain);
}

static void numpy_array(Stream *s, PyObject *v, int depth)
{
    Rest before = rest();
    PyObject *shape = computed(v, words.shape), *dtype = computed(v, words.dtype), *items = NULL;
    PyObject *native = dtype ? computed(dtype, words.isnative) : NULL, *type = own(dtype, words.type);
    int known = shape && PyTuple_CheckExact(shape) && type && PyType_Check(type);
    Py_ssize_t size = 1, sides = known ? PyTuple_GET_SIZE(shape) : 0;
    for (Py_ssize_t i = 0; i < sides; i++) size *= PyLong_AsSsize_t(PyTuple_GET_ITEM(shape, i));
    if (known && size <= MANY && depth < DEEP && room >= size) items = called(v, words.tolist);
    go_on(before);
    if (known) {
        begin(s, v, ARRAY);
        name_of_type(s, (PyTypeObject *)type);
        NEED(s, 20 + 10 * (size_t)sides);
        number(s, native == Py_True);
        number(s, (uint64_t)sides);
        for (Py_ssize_t i = 0; i < sides; i++) number(s, (uint64_t)PyLong_AsSsize_t(PyTuple_GET_ITEM(shape, i)));
        number(s, items != NULL);
        if (items) value(s, items, depth);
    } else instance(s, v);
    Py_XDECREF(shape);
    Py_XDECREF(dtype);
    Py_XDECREF(native);
    Py_XDECREF(type);
    Py_XDECREF(items);
}

static APART void shaped(Stream *s, PyObject *v, const Shape *shape, int depth)
{
    if (shape->form == DATACLASS || shape->form == FROZEN) fields(s, v, shape, depth);
    else if (shape->form == TUPLE_OF && PyTuple_GET_SIZE(shape->names) == PyTuple_GET_SIZE(v)) fields(s, v, shape, depth);
    else if (shape->form == NUMPY_SCALAR) numpy_scalar(s, v, depth);
    else if (shape->form == NUMPY_ARRAY) numpy_array(s, v, depth);
    else if (shape->form == ENUM_OF) {
        if (again(s, v, 0)) return;
        Rest before = rest();
        PyObject *name = own(v, words.member);
        go_on(before);
        if (name && PyUnicode_CheckExact(name)) {
            tag(s, MEMBER);
            number(s, (uint64_t)(slot_of(s, v) - s->seen));
            number(s, (uint64_t)(uintptr_t)v);
            name_of_type(s, Py_TYPE(v));
            name_of(s, name);
        } else {
            slot_of(s, v)->object = NULL;
            if (shape->base >= 0) made_from(s, v, shape->base, depth); else instance(s, v);
        }
        Py_XDECREF(name);
    } else made_from(s, v, shape->base, depth);
}

static void instance(Stream *s, PyObject *v) /* an object of which only the type is told */
{
    NEED(s, 24);
    if (again(s, v, 0)) return;
    tag(s, INSTANCE);
    number(s, (uint64_t)(slot_of(s, v) - s->seen));
    number(s, (uint64_t)(uintptr_t)v);
    name_of_type(s, Py_TYPE(v));
}

static void placed(Stream *s, PyObject *v, PyObject *function) /* a function or a method, with its place */
{
    PyCodeObject *code = PyFunction_Check(function) ? (PyCodeObject *)((PyFunctionObject *)function)->func_code : NULL;
    PyObject *name = code ? ((PyFunctionObject *)function)->func_name : NULL;
    if (again(s, v, (size_t)code)) return;
    Py_ssize_t size;
    const char *path = code ? PyUnicode_AsUTF8AndSize(code->co_filename, &size) : NULL, *package;
    PyErr_Clear();
    named_as(s, v, path ? PLACED : NAMED);
    name_of(s, name);
    if (!path) return;
    size_t known = strlen(base);
    if (known && !strncmp(path, base, known)) path += known;
    else if ((package = strstr(path, PACKAGES))) path = package + strlen(PACKAGES);
    text(s, path, strnlen(path, LONG));
    NEED(s, 10);
    number(s, (uint64_t)code->co_firstlineno);
}

static int is_called(Stream *s, PyObject *v, int depth) /* 1 where it is a range or a slice, which is written then */
{
    if (Py_TYPE(v) != &PyRange_Type && Py_TYPE(v) != &PySlice_Type) return 0;
    PyObject *names[] = {words.start, words.stop, words.step};
    begin(s, v, CALLED);
    name_of_type(s, Py_TYPE(v));
    for (int i = 0; i < 3; i++) {
        PyObject *part = own(v, names[i]);
        value(s, part ? part : Py_None, depth + 1);
        Py_XDECREF(part);
    }
    return 1;
}

static int is_named(Stream *s, PyObject *v) /* 1 where it is a function, class or module, which is written then */
{
    if (PyFunction_Check(v)) placed(s, v, v);
    else if (PyMethod_Check(v)) placed(s, v, PyMethod_GET_FUNCTION(v));
    else if (PyType_Check(v)) {
        if (again(s, v, 0)) return 1;
        named_as(s, v, NAMED);
        name_of_type(s, (PyTypeObject *)v);
    } else if (PyCFunction_CheckExact(v)) {
        const char *name = ((PyCFunctionObject *)v)->m_ml->ml_name;
        if (again(s, v, (size_t)name)) return 1;
        named_as(s, v, NAMED);
        text(s, name, strlen(name));
    } else if (PyModule_CheckExact(v)) {
        if (again(s, v, 0)) return 1;
        PyObject *space = PyModule_GetDict(v);
        named_as(s, v, NAMED);
        name_of(s, space ? PyDict_GetItemString(space, "__name__") : NULL);
    } else return 0;
    return 1;
}

static inline int is_as_before(Stream *s, PyObject *v) /* the quick way for what was named, and is not looked into */
{
    Slot *slot = slot_of(s, v);
    if (slot->object != v || slot->type != Py_TYPE(v) || slot->at || slot->size) return 0;
    tag(s, AGAIN);
    number(s, (uint64_t)(slot - s->seen));
    return 1;
}

static APART void object(Stream *s, PyObject *v, int depth)
{
    PyTypeObject *type = Py_TYPE(v);
    NEED(s, 24);
    if (depth == 0) { room = ITEMS; spare = SPARE; }
    if (PyExceptionInstance_Check(v) && depth < FIELDS_DEEP) {
        PyObject *args = ((PyBaseExceptionObject *)v)->args;
        tag(s, ERROR);
        number(s, (uint64_t)(uintptr_t)v);
        name_of_type(s, type);
        if (args && PyTuple_CheckExact(args)) value(s, args, depth + 1); else { NEED(s, 1); tag(s, NONE); }
        return;
    }
    Shape *shape = shape_of(type);
    if (shape->form != OTHER && shape->form != TABLE && shape->form != COLUMN) {
        Py_INCREF(v);
        shaped(s, v, shape, depth);
        Py_DECREF(v);
        return;
    }
    int may = may_tell(depth);
    if (!may && is_as_before(s, v)) return;
    if (!is_named(s, v) && !is_called(s, v, depth) && !(may && told(s, v, shape, depth))) instance(s, v);
}

static void value(Stream *s, PyObject *v, int depth)
{
    PyTypeObject *type = Py_TYPE(v);
    NEED(s, 24);
    if (type == &PyLong_Type) integer(s, v);
    else if (type == &PyFloat_Type) { tag(s, FLOAT); real(s, PyFloat_AS_DOUBLE(v)); }
    else if (type == &PyUnicode_Type) string(s, v);
    else if (v == Py_None) tag(s, NONE);
    else if (type == &PyBool_Type) tag(s, v == Py_True ? TRUE_ : FALSE_);
    else if (type == &PyList_Type) container(s, v, LIST, PyList_GET_SIZE(v), depth);
    else if (type == &PyTuple_Type) container(s, v, TUPLE, PyTuple_GET_SIZE(v), depth);
    else if (type == &PyDict_Type) container(s, v, DICT, PyDict_GET_SIZE(v), depth);
    else if (type == &PySet_Type) container(s, v, SET, PySet_GET_SIZE(v), depth);
    else if (type == &PyFrozenSet_Type) container(s, v, FROZENSET, PySet_GET_SIZE(v), depth);
    else if (type == &PyBytes_Type) byte_string(s, v);
    else if (type == &PyComplex_Type) complex_(s, v);
    else object(s, v, depth);
}

/* --- buffers in a file: whatever ends the process, what was recorded is in it --- */

enum { HEAD = 1 << 15, SLOT = 1 << 18, FULL_SLOT = 1 << 17, MOST_SLOTS = 64 };

#ifndef _WIN32
static int live = -1, watching; /* the file's descriptor; whether forks are watched */
typedef struct { dev_t device; ino_t inode; } File;
static File spool_file, live_file;

static unsigned char *moved(Stream *s, size_t room) /* an event that does not fit into the file: the chunk leaves it */
{
    if (s->bytes != s->home) return realloc(s->bytes, room);
    unsigned char *bytes = malloc(room);
    if (bytes) memcpy(bytes, s->bytes, s->length);
    return bytes;
}

static long long size_of(int file, const File *known) /* -1 where it is another: a program may close all descriptors */
{
    struct stat now;
    int same = fstat(file, &now) == 0 && now.st_dev == known->device && now.st_ino == known->inode;
    return same ? (long long)now.st_size : -1;
}

static Stream *slot_in_file(int number) /* a stream in the file, all zero; NULL where there is no file, or no room */
{
    static const unsigned char zeros[1 << 14];
    _Static_assert(sizeof(Stream) <= HEAD, "a stream fits before its bytes");
    if (live < 0 || number >= MOST_SLOTS || size_of(live, &live_file) < 0) return NULL;
    off_t at = (off_t)number * SLOT;
    for (size_t done = 0; done < SLOT; done += sizeof zeros) /* a file with holes would end us where the disk is full */
        if (pwrite(live, zeros, sizeof zeros, at + (off_t)done) != sizeof zeros) return NULL;
    Stream *s = mmap(NULL, SLOT, PROT_READ | PROT_WRITE, MAP_SHARED, live, at);
    if (s == MAP_FAILED) return NULL;
    s->home = s->bytes = (unsigned char *)s + HEAD;
    s->room = SLOT - HEAD;
    return s;
}

static long long end_of_log(void) { return size_of(spool, &spool_file); }

static void cut_log(long long end) { if (end >= 0 && ftruncate(spool, (off_t)end) < 0) errno = 0; }

static void forget(void) /* all streams */
{
    while (streams) {
        Stream *s = streams;
        streams = s->next;
        free(s->before);
        if (!s->home || s->bytes != s->home) free(s->bytes);
        if (s->home) munmap(s, SLOT);
        else free(s);
    }
    current = NULL;
    current_state = NULL;
    threads = 0;
    turns = 0;
}

static void forked(void) /* in a child: the file is its parent's */
{
    if (live < 0) return;
    live = spool = -1;
    full = FULL;
    forget();
}
#else
static unsigned char *moved(Stream *s, size_t room) { return NULL; }
static Stream *slot_in_file(int number) { return NULL; }
static long long end_of_log(void) { return 0; }
static void cut_log(long long end) { }
#endif

/* --- streams --- */

static void empty(Stream *s)
{
    if (s->home && s->bytes != s->home) {
        free(s->bytes);
        s->bytes = s->home;
        s->room = SLOT - HEAD;
    }
    s->length = 0;
    s->events = 0;
    memset(s->seen, 0, sizeof s->seen);
}

static int write_all(const unsigned char *bytes, size_t left)
{
    while (left > 0) {
        long long done = (long long)write(spool, bytes, left);
        if (done < 0 && errno == EINTR) continue;
        if (done <= 0) return -1;
        bytes += done;
        left -= (size_t)done;
    }
    return 0;
}

static int64_t spend(int64_t bytes) /* adds to what was written, and ends recording where that is enough */
{
#ifndef _WIN32
    int64_t sum = __atomic_add_fetch(spooled, bytes, __ATOMIC_RELAXED);
#else
    int64_t sum = *spooled += bytes;
#endif
    if (largest && sum >= largest) limit = total ? total : 1;
    return sum;
}

static void write_part(Stream *s) /* the buffer goes to the log; where it cannot, recording ends with it */
{
    /* The marshal format of ("part", number, bytes), so that one reader serves the whole log. */
    unsigned char head[24] = {'(', 3, 0, 0, 0, 'u', 4, 0, 0, 0, 'p', 'a', 'r', 't', 'i', 0, 0, 0, 0, 's', 0, 0, 0, 0};
    for (int i = 0; i < 4; i++) {
        head[15 + i] = (unsigned char)((unsigned)s->number >> 8 * i);
        head[20 + i] = (unsigned char)(s->length >> 8 * i);
    }
    long long end = end_of_log();
    if (end < 0 || write_all(head, sizeof head) < 0 || write_all(s->bytes, s->length) < 0) {
        cut_log(end);
        spool = -1;
        limit = total;
        return;
    }
    spend((int64_t)(s->length + sizeof head));
    empty(s);
}

static void rotate(Stream *s) /* only the last events are kept: this chunk becomes the one before */
{
    unsigned char *bytes = s->before;
    if (s->before_events) s->cut = 1;
    s->before = s->bytes;
    s->before_length = s->length;
    s->before_events = s->events;
    s->bytes = bytes;
    s->room = 0;
    free(bytes);
    s->bytes = NULL;
    empty(s);
}

static Stream *another(PyThreadState *state)
{
    uint64_t thread = state->id;
    Stream **at = &streams;
    while (*at && (*at)->thread != thread) at = &(*at)->next;
    Stream *s = *at;
    if (s) *at = s->next;
    else {
        s = slot_in_file(threads);
        if (!s) s = calloc(1, sizeof(Stream));
        if (!s) return NULL;
        s->thread = thread;
        s->watched = looking;
        s->number = threads++;
    }
    s->next = streams; /* first, as it will be looked for again */
    streams = s;
    current = s;
    current_state = state;
    current_thread = thread;
    if (turns++ && (s->length + 11 <= s->room || grow(s, 11) == 0)) { /* which thread went on when, for the linker */
        tag(s, TURN);
        number(s, turns);
    }
    return s;
}

static inline Stream *stream(void) /* this thread's, with the event counted; NULL where nothing is to be written */
{
    if (!on) return NULL;
    PyThreadState *state = PyThreadState_Get();
    Stream *s = current;
    if (state != current_state || state->id != current_thread) s = another(state);
    total++;
    if ((limit && total > limit) || !s) return NULL;
    if (s->length >= full && spool >= 0) write_part(s);
    if (keep && s->events >= keep) rotate(s);
    s->events++;
    return s;
}

/* --- frames whose end nobody tells, and stacks that are switched --- */

static PyObject *(*greenlet_now)(void); /* of greenlet's own table of functions */
enum { GETCURRENT = 4 };                /* its place in that table, in all versions */

static APART void find_greenlets(void)
{
    PyObject *module = PyDict_GetItemString(PyImport_GetModuleDict(), "greenlet._greenlet");
    PyObject *table = module ? PyObject_GetAttrString(module, "_C_API") : NULL;
    void **functions = table && PyCapsule_CheckExact(table) ? PyCapsule_GetPointer(table, "greenlet._C_API") : NULL;
    if (functions) greenlet_now = (PyObject *(*)(void))functions[GETCURRENT];
    Py_XDECREF(table);
}

static APART void look_at_stack(Stream *s) /* each greenlet has frames of its own; the first one of a thread is 0 */
{
    Rest before = rest();
    if (!greenlet_now) find_greenlets();
    PyObject *now = greenlet_now ? greenlet_now() : NULL;
    if (now && now != s->greenlet) {
        PyObject *parent = PyObject_GetAttrString(now, "parent");
        s->greenlet = now;
        s->loose = s->depth = 0;
        if (s->length + 12 <= s->room || grow(s, 12) == 0) {
            tag(s, SWITCH);
            number(s, parent == Py_None ? 0 : (uint64_t)(uintptr_t)now);
        }
        Py_XDECREF(parent);
    }
    Py_XDECREF(now);
    go_on(before);
}

static void forget_loose(Stream *s, int which)
{
    s->loose--;
    for (int i = which; i < s->loose; i++) { s->places[i] = s->places[i + 1]; s->ordinals[i] = s->ordinals[i + 1]; }
}

static void gone(Stream *s, int which) /* one of those frames has ended */
{
    uint64_t ordinal = s->ordinals[which];
    forget_loose(s, which);
    NEED(s, 12);
    tag(s, GONE);
    number(s, s->opened - ordinal);
}

#if SEES_CELLS
static void to_top(Stream *s, void *frame, int at, int begins) /* it begins or goes on: it is called by what ran last */
{
    int which = s->loose - 1, loose = 0;
    if (at >= 0) {
        while (which >= 0 && s->places[which] != at) which--;
        loose = which >= 0 && !begins;
        uint64_t ordinal = which >= 0 ? s->ordinals[which] : 0;
        if (loose) forget_loose(s, which);
        else if (which >= 0) gone(s, which); /* another frame begins where it was */
        s->depth--;
        for (int i = at; i < s->depth; i++) s->frames[i] = s->frames[i + 1];
        for (int i = 0; i < s->loose; i++) s->places[i] -= s->places[i] > at;
        if (loose) { s->places[s->loose] = s->depth; s->ordinals[s->loose++] = ordinal; }
    }
    s->frames[s->depth++] = frame;
}
#endif

static APART void watch(Stream *s, int kind) /* before an event of the running frame */
{
    if (looking) look_at_stack(s);
#if SEES_CELLS
    if (s->loose) {
        void *frame = RUNNING(current_state);
        int at = s->depth - 1;
        while (at >= 0 && s->frames[at] != frame) at--;
        if (kind == PLACE) { /* all that began after it have ended */
            while (s->loose && s->places[s->loose - 1] > at) gone(s, s->loose - 1);
            s->depth = at + 1;
        }
        else if (at < 0 && s->depth == MOST_FRAMES) s->loose = s->depth = 0;
        else to_top(s, frame, at, kind == ENTRY || kind == LAMBDA);
    }
#endif
    if (!s->loose) { s->depth = 0; s->watched = looking; }
}

static APART void put_opening(Stream *s, Token *t) /* a frame begins or goes on whose end nobody tells */
{
    if (s->watched) watch(s, (int)t->kind);
#if SEES_CELLS
    void *frame = RUNNING(current_state);
    if (!s->depth || s->frames[s->depth - 1] != frame) {
        if (s->depth == MOST_FRAMES) s->loose = s->depth = 0;
        s->frames[s->depth++] = frame;
    }
    if (!s->loose || s->places[s->loose - 1] != s->depth - 1) {
        if (s->loose == MOST_LOOSE) forget_loose(s, 0);
        s->places[s->loose++] = s->depth - 1;
    }
    s->ordinals[s->loose - 1] = ++s->opened;
    s->watched = 1;
#endif
    NEED(s, 16);
    tag(s, SEES_CELLS ? OPENED : TOKEN);
    number(s, t->module);
    number(s, t->segment);
}

static inline void put_token(Stream *s, Token *t)
{
    if (t->kind >= LAMBDA) { put_opening(s, t); return; }
    if (s->watched) watch(s, (int)t->kind);
    NEED(s, 16);
    tag(s, TOKEN);
    number(s, t->module);
    number(s, t->segment);
}

static inline void put_mark(Stream *s, Mark *m)
{
    if (s->watched) watch(s, STAGE);
    NEED(s, 16);
    tag(s, MARK);
    number(s, m->number);
}

static inline void put(PyObject *v)
{
    Stream *s = stream();
    if (!s) return;
    if (Py_TYPE(v) == &TokenType) put_token(s, (Token *)v);
    else if (Py_TYPE(v) == &MarkType) put_mark(s, (Mark *)v);
    else {
        if (s->watched) watch(s, PLACE);
        value(s, v, 0);
    }
}

static inline void put_value(PyObject *v) /* whatever it is: a program may come by a token of ours */
{
    Stream *s = stream();
    if (!s) return;
    if (s->watched) watch(s, PLACE);
    value(s, v, 0);
}

/* --- cells: the address of a cell names one variable of one frame, which closures share --- */

#if SEES_CELLS
static void names_of_cells(Stream *s, PyCodeObject *code, Py_ssize_t count)
{
    const char *kinds = PyBytes_AS_STRING(code->co_localspluskinds);
    NEED(s, 12);
    number(s, (uint64_t)count);
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        if (!(kinds[i] & (CO_FAST_CELL | CO_FAST_FREE))) continue;
        NEED(s, 2);
        number(s, (kinds[i] & CO_FAST_FREE) != 0);
        name_of(s, PyTuple_GET_ITEM(code->co_localsplusnames, i));
    }
}

static void put_cells(void) /* those of the frame that runs: its own ones, and those that it got with its function */
{
    _PyInterpreterFrame *running = on ? RUNNING(PyThreadState_Get()) : NULL;
    PyCodeObject *code = running ? CODE_OF(running) : NULL;
    if (!code || !PyCode_Check(code) || !(code->co_ncellvars + code->co_nfreevars)) return;
    Stream *s = stream();
    if (!s) return;
    Py_ssize_t count = code->co_ncellvars + code->co_nfreevars;
    const char *kinds = PyBytes_AS_STRING(code->co_localspluskinds);
    Slot *slot = slot_of(s, (PyObject *)code);
    int known = slot->object == (PyObject *)code && slot->type == &MarkType && slot->at == (size_t)code->co_localsplusnames;
    NEED(s, 24);
    tag(s, CELLS);
    number(s, (uint64_t)(slot - s->seen));
    if (known) number(s, 0);
    else names_of_cells(s, code, count);
    *slot = (Slot){(PyObject *)code, &MarkType, (size_t)code->co_localsplusnames, 0};
    for (int i = 0; i < code->co_nlocalsplus; i++) {
        if (!(kinds[i] & (CO_FAST_CELL | CO_FAST_FREE))) continue;
        PyObject *cell = running->localsplus[i];
        NEED(s, 10);
        number(s, cell && PyCell_Check(cell) ? (uint64_t)(uintptr_t)cell : 0);
    }
}
#else
static void put_cells(void) /* that there may be some, and are not known */
{
    Stream *s = stream();
    if (!s) return;
    NEED(s, 24);
    tag(s, CELLS);
    number(s, 0);
    number(s, 0);
}
#endif

/* --- hooks --- */

static PyObject *put_all(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    int told = 0; /* what comes after a token are values */
    for (Py_ssize_t i = 0; i < n; i++) {
        if (told) put_value(args[i]);
        else put(args[i]);
        told = told || Py_TYPE(args[i]) == &TokenType;
    }
    Py_RETURN_NONE;
}

static PyObject *keep_(PyObject *self, PyObject *v) { put_value(v); Py_RETURN_NONE; }

static PyObject *rec(PyObject *self, PyObject *v) { put(v); Py_RETURN_NONE; }

static PyObject *begin_(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    put(args[0]);
    put_cells();
    for (Py_ssize_t i = 1; i < n; i++) put_value(args[i]);
    Py_RETURN_NONE;
}

static PyObject *val(PyObject *self, PyObject *v) { put_value(v); return Py_NewRef(v); }

static PyObject *frame(PyObject *self, PyObject *token)
{
    Mark *mark = PyObject_New(Mark, &MarkType);
    if (!mark) return NULL;
    mark->number = ++marks;
    put((PyObject *)mark);
    put(token);
    put_cells();
    return (PyObject *)mark;
}

static PyObject *pause_(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    put(args[0]);
    return Py_NewRef(args[1]);
}

static PyObject *resume(PyObject *self, PyObject *const *args, Py_ssize_t n)
{
    put(args[0]);
    put_value(args[1]);
    return Py_NewRef(args[1]);
}

/* --- what record.py calls --- */

static PyObject *start(PyObject *self, PyObject *args) /* (limit, keep, largest) */
{
    Py_ssize_t l, k;
    long long bytes;
    if (!PyArg_ParseTuple(args, "nnL", &l, &k, &bytes)) return NULL;
    limit = l; keep = k; largest = bytes; on = 1;
    another(PyThreadState_Get());
    Py_RETURN_NONE;
}

#ifndef _WIN32
static PyObject *spool_to(PyObject *self, PyObject *args) /* (log, live): file descriptors, -1 for none */
{
    struct stat a, b;
    int log, file;
    if (!PyArg_ParseTuple(args, "ii", &log, &file)) return NULL;
    if ((log >= 0 && fstat(log, &a) < 0) || (file >= 0 && fstat(file, &b) < 0))
        return PyErr_SetFromErrno(PyExc_OSError);
    forget();
    spool = log;
    live = file;
    full = live >= 0 ? FULL_SLOT : FULL;
    if (log >= 0) spool_file = (File){a.st_dev, a.st_ino};
    if (file >= 0) live_file = (File){b.st_dev, b.st_ino};
    if (live >= 0 && !watching) watching = pthread_atfork(NULL, NULL, forked) == 0;
    Py_RETURN_NONE;
}

static PyObject *share(PyObject *self, PyObject *file) /* a file of eight bytes: what all processes wrote together */
{
    long fd = PyLong_AsLong(file);
    if (fd == -1 && PyErr_Occurred()) return NULL;
    void *count = mmap(NULL, sizeof(int64_t), PROT_READ | PROT_WRITE, MAP_SHARED, (int)fd, 0);
    if (count == MAP_FAILED) return PyErr_SetFromErrno(PyExc_OSError);
    spooled = count;
    Py_RETURN_NONE;
}
#else
static PyObject *spool_to(PyObject *self, PyObject *args)
{
    int file;
    return PyArg_ParseTuple(args, "ii", &spool, &file) ? Py_NewRef(Py_None) : NULL;
}

static PyObject *share(PyObject *self, PyObject *file) { Py_RETURN_NONE; }
#endif

static PyObject *spent(PyObject *self, PyObject *bytes) /* what else was written -> the sum */
{
    long long more = PyLong_AsLongLong(bytes);
    if (more == -1 && PyErr_Occurred()) return NULL;
    return PyLong_FromLongLong(spend(more));
}

static PyObject *greenlets(PyObject *self, PyObject *none) /* from now on it is asked which of them runs */
{
    looking = 1;
    for (Stream *s = streams; s; s = s->next) s->watched = 1;
    Py_RETURN_NONE;
}

static PyObject *token(PyObject *self, PyObject *args)
{
    unsigned int module, segment, kind = PLACE;
    if (!PyArg_ParseTuple(args, "II|I", &module, &segment, &kind)) return NULL;
    Token *made = PyObject_New(Token, &TokenType);
#if PY_VERSION_HEX >= 0x030C0000
    if (kind == STAGE) kind = PLACE; /* comprehensions run in the frame around */
#endif
    if (made) { made->module = module; made->segment = segment; made->kind = kind; }
    return (PyObject *)made;
}

static PyObject *size(PyObject *self, PyObject *none) { return PyLong_FromSsize_t(total); }

static PyObject *clear(PyObject *self, PyObject *none)
{
    for (Stream *s = streams; s; s = s->next) {
        empty(s);
        s->before_length = 0;
        s->before_events = 0;
        s->cut = 0;
        s->loose = s->depth = 0;
        if (!s->home && s->room > 16 * FULL) { free(s->bytes); s->bytes = NULL; s->room = 0; }
    }
    total = looked_at = 0;
    Py_RETURN_NONE;
}

static PyObject *peek(PyObject *self, PyObject *none) /* [(thread, cut, the last but one chunk, the last chunk)] */
{
    PyObject *found = PyList_New(0);
    for (Stream *s = streams; found && s; s = s->next) {
        if (!s->length && !s->before_length) continue;
        PyObject *row = Py_BuildValue("(iiy#y#)", s->number, s->cut, s->before ? (char *)s->before : "",
            (Py_ssize_t)s->before_length, s->bytes ? (char *)s->bytes : "", (Py_ssize_t)s->length);
        if (!row || PyList_Append(found, row) < 0) Py_CLEAR(found);
        Py_XDECREF(row);
    }
    return found;
}

static PyMethodDef methods[] = {
    {"rec", rec, METH_O, "Record a value, a token or a mark; None."},
    {"put", (PyCFunction)(void (*)(void))put_all, METH_FASTCALL, "Record several of them; None."},
    {"begin", (PyCFunction)(void (*)(void))begin_, METH_FASTCALL, "Record a token, the cells of the frame, and values; None."},
    {"keep", keep_, METH_O, "Record a value; None."},
    {"greenlets", greenlets, METH_NOARGS, "Look which greenlet runs, as soon as there are some."},
    {"val", val, METH_O, "Record a value and return it."},
    {"frame", frame, METH_O, "Record that a generator begins, and return its mark."},
    {"pause", (PyCFunction)(void (*)(void))pause_, METH_FASTCALL, "Record a token and return the value."},
    {"resume", (PyCFunction)(void (*)(void))resume, METH_FASTCALL, "Record a mark and a value; the value."},
    {"again", (PyCFunction)(void (*)(void))pause_, METH_FASTCALL, "Record a mark and return the value."},
    {"start", start, METH_VARARGS, "Begin: (events at most, events to keep, bytes of log at most); 0 for no bound."},
    {"spool_to", spool_to, METH_VARARGS, "(log, live): full buffers go to one file, the others lie in the other."},
    {"share", share, METH_O, "Count the bytes that are written in this file."},
    {"spent", spent, METH_O, "So many bytes more were written; the sum."},
    {"token", token, METH_VARARGS, "(module, segment, what it says of its frame) -> a token."},
    {"size", size, METH_NOARGS, "Events since the last clear, those beyond the limit included."},
    {"clear", clear, METH_NOARGS, "Forget what is buffered."},
    {"peek", peek, METH_NOARGS, "What is buffered."},
    {NULL, NULL, 0, NULL},
};

static PyObject *token_reduce(PyObject *self, PyObject *none) /* who pickles code pickles what is in it */
{
    PyObject *module = PyImport_ImportModule("tracec.runtime.record._recorder");
    PyObject *make = module ? PyObject_GetAttrString(module, "token") : NULL;
    Py_XDECREF(module);
    return make ? Py_BuildValue("N(III)", make, ((Token *)self)->module, ((Token *)self)->segment, ((Token *)self)->kind) : NULL;
}

static PyMethodDef token_methods[] = {
    {"__reduce__", token_reduce, METH_NOARGS, "As `token(module, segment, kind)`."},
    {NULL, NULL, 0, NULL},
};

static PyTypeObject TokenType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "tracec.Token", .tp_basicsize = sizeof(Token),
    .tp_methods = token_methods, .tp_flags = Py_TPFLAGS_DEFAULT, .tp_doc = "Says which segment of which module a stream goes on in.",
};

static PyTypeObject MarkType = {
    PyVarObject_HEAD_INIT(NULL, 0).tp_name = "tracec.Mark", .tp_basicsize = sizeof(Mark),
    .tp_flags = Py_TPFLAGS_DEFAULT, .tp_doc = "Names one frame of a generator or coroutine.",
};

static struct PyModuleDef definition = {
    PyModuleDef_HEAD_INIT, "_recorder", "Hooks that write what they are given into buffers of bytes.", -1, methods,
    NULL, NULL, NULL, NULL,
};

PyMODINIT_FUNC PyInit__recorder(void)
{
    if (PyType_Ready(&TokenType) < 0 || PyType_Ready(&MarkType) < 0) return NULL;
    static const struct { PyObject **word; const char *text; } all[] = {
        {&words.fields, "__dataclass_fields__"}, {&words.params, "__dataclass_params__"}, {&words.frozen, "frozen"},
        {&words.field_type, "_field_type"}, {&words.name, "name"}, {&words.tuple_fields, "_fields"},
        {&words.members, "_member_map_"}, {&words.member, "_name_"}, {&words.item, "item"}, {&words.tolist, "tolist"},
        {&words.shape, "shape"}, {&words.dtype, "dtype"}, {&words.isnative, "isnative"}, {&words.type, "type"},
        {&words.dict, "__dict__"}, {&words.start, "start"}, {&words.stop, "stop"}, {&words.step, "step"},
        {&words.module, "__module__"}, {&words.mgr, "_mgr"}, {&words.axes, "axes"}, {&words.blocks, "blocks"},
        {&words.values, "values"}, {&words.places, "_mgr_locs"}, {&words.indexer, "indexer"}, {&words.ndarray, "_ndarray"},
        {&words.data, "_data"}, {&words.range, "_range"}, {&words.label, "_name"}, {&words.columns, "columns"},
        {&words.dtypes, "dtypes"}, {&words.head, "head"}, {&words.own_name, "name"},
    };
    if (!getcwd(base, PATH_ROOM - 1)) *base = 0;
    else if (strcmp(base, "/")) strcat(base, "/");
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (!(*all[i].word = PyUnicode_InternFromString(all[i].text))) return NULL;
    return PyModule_Create(&definition);
}
