"""A site in a frame -> the nodes that its operands are: variables, parts of objects, earlier sites; and its effects."""

from __future__ import annotations

from typing import Any

from tracec.passes.link.imports import Imports, Inputs
from tracec.passes.link.plan import NEW_CELL, READS, STORES, Step
from tracec.passes.link.state import GENERATIONS, Live
from tracec.passes.link.variables import is_same, may_be
from tracec.passes.nouns.mutations import INITIAL, first_changed, makes
from tracec.passes.nouns.trace import Ref

KEYED = frozenset(["list", "dict"])  # types whose items are told apart by their keys
MOST_CLASSES = 20  # of one name; chosen
MOST_BASES = 20  # classes that are looked through for an attribute; chosen


class Operands(Imports):
    """Finds the nodes behind a site's operands, and notes what a node stores or changes."""

    def operands(self, frame: Live, step: Step) -> Inputs:
        """Find the nodes of a site's operands, and of the last change to the objects that they hold."""
        inputs: list[int] = []
        labels: list[int] = []
        whole = step.site.kind not in READS
        for ref, label in step.pairs:
            node = self.node_of(frame, step, ref)
            if node < 0:
                continue
            inputs.append(node)
            labels.append(label)
            if whole:
                value = self.values[node]
                changed = self.last_change(node, value[2]) if type(value) is tuple else -1
                if changed >= 0 and changed != node and changed not in inputs:
                    inputs.append(changed)
                    labels.append(self.graph.word("changed"))
        return inputs, labels

    def kept_in(self, step: Step, inputs: list[int], labels: list[int]) -> None:
        """Make a store an input of `obj.f(x)`, where `f` was stored in the object."""
        key = self.identity(inputs[0]) if inputs else 0
        stored = self.heap.get(key, {}).get(step.site.attr, -1) if key else -1
        if stored >= 0 and stored not in inputs:
            inputs.append(stored)
            labels.append(self.graph.word("stored"))

    def seen(self, frame: Live, inputs: list[int], labels: list[int]) -> None:
        """Make every variable that the frame has an input, as of `locals()`."""
        nodes = [node for name, node in frame.env.items() if isinstance(name, str) and node not in inputs]
        inputs += nodes
        labels += [self.graph.word("seen")] * len(nodes)

    def node_of(self, frame: Live, step: Step, ref: Ref) -> int:
        """Return the node of an operand; -1 where it was not evaluated."""
        if isinstance(ref, str):
            node = frame.env.get(ref, -1)
            return node if node >= 0 else self.variable(frame, ref, step.site)
        node = frame.env.get(ref, -1)
        if node < 0 and frame.function.kind == "comp" and frame.outer is not None:
            return frame.outer.env.get(ref, -1)  # the iterable of its first loop
        stale = step.skips and ref not in step.read and node < frame.env.get(step.number, -1)
        return -1 if stale else node

    # --- the heap ---

    def read(self, frame: Live, step: Step, value: object) -> Inputs:
        """Find the inputs of an attribute or an item: what it is read of, and the node that stored it there."""
        inputs, labels = self.operands(frame, step)
        held = self.values[inputs[0]] if inputs else None
        stored, word = -1, "stored"
        if step.site.kind == "attr":
            stored = self.attribute(held, inputs[0], step.site.attr, value) if inputs else -1
        elif type(held) is tuple and held[2]:
            key = self.key(held, inputs)
            stored = self.heap.get(held[2], {}).get(key, -1) if key is not None else -1
            if stored >= 0 and not self.could_be(stored, value):
                stored = -1  # something that is not recorded has set it since, or the address is another object's
            changed = (self.shuffled if key is not None else self.touched).get(held[2], -1)
            if changed > stored:
                stored, word = changed, "stored" if held[0] in KEYED else "changed"
        if stored >= 0 and stored not in inputs:
            inputs.append(stored)
            labels.append(self.graph.word(word))
        elif stored < -1 and -2 - stored not in inputs:
            inputs.append(-2 - stored)
            labels.append(self.graph.word("of"))
        return inputs, labels

    def attribute(self, held: Any, of: int, name: str, value: object) -> int:
        """Find the node that an attribute's value comes from, -1 where that is not known.

        -2 - n: node n of a class body, out of which a metaclass or a descriptor made the value.
        """
        module = self.imported.get(of)
        if module is not None:
            node = module.env.get(name, -1)
            return node if node >= 0 and self.agrees(node, value) else -1
        identity = self.identity(of)
        stored = self.heap.get(identity, {}).get(name, -1) if identity else -1
        if stored >= 0:
            return stored if may_be(self.values[stored], value) else -1
        if type(held) is not tuple:
            return -1
        kind = held[1][6:-1] if held[0] == "type" else held[0]
        todo, seen = [kind], 0
        while todo and seen < MOST_BASES:
            bodies = self.classes.get(todo.pop(0), ())
            nodes = {env[name] for env, _ in bodies if name in env}
            if nodes:
                found = [node for node in nodes if self.held_by_class(node, value)]
                if len(found) == 1 and len(bodies) < MOST_CLASSES:
                    return found[0]
                (node, *others) = nodes
                return -2 - node if not (found or others) and self.makes(node, value) else -1
            todo += [base for _, bases in bodies for base in bases]
            seen += 1
        return -1

    def identity(self, node: int) -> int:
        """Return what tells the object that is a node's value from others, 0 where nothing does.

        A definition has that of what was read by its name; a module that is not recorded one by its name, below 0.
        """
        held = self.noted.get(node, self.values[node])
        if type(held) is not tuple or held[2]:
            return int(held[2]) if type(held) is tuple else 0
        site = self.graph.columns.table[self.graph.site_of(node)]
        if site.kind != "import" or site.attr.startswith(".") or ":" in site.attr:
            return 0
        return self.names.setdefault(site.attr, -1 - len(self.names))

    def key(self, held: Any, inputs: list[int]) -> Any:
        """Return what tells an item of a list or dict from others; None where nothing does."""
        if held[0] not in KEYED or len(inputs) != 2:
            return None
        key = self.values[inputs[1]]
        if type(key) is tuple or (held[0] == "list" and (type(key) is not int or key < 0)):
            return None
        return (key,)

    def stores(self, step: Step, node: int, inputs: list[int], labels: list[int]) -> None:
        """Note what a `store` or `delete` changes."""
        on = [i for i, label in zip(inputs, labels) if self.graph.columns.words[label] == "on"]
        held = self.values[on[0]] if on else None
        module = self.imported.get(on[0]) if on else None
        if module is not None and step.site.attr and step.site.kind == "store":
            module.env[step.site.attr] = node
        identity = self.identity(on[0]) if on else 0
        if not identity:
            return
        self.set_cell(identity, step.site.attr, node)
        if step.site.attr:
            self.heap.setdefault(identity, {})[step.site.attr] = node
        else:
            key = self.key(held, on) if step.site.kind == "store" else None
            if key is None:
                self.shuffled[identity] = node
            else:
                self.heap.setdefault(identity, {})[key] = node
        self.touched[identity] = node

    def set_cell(self, identity: int, name: Any, node: int) -> None:
        """Note what becomes of the variable of a frame whose cell is stored to."""
        if name == "cell_contents" and identity in self.owners:
            live, variable = self.owners[identity]
            live.env[variable] = node

    def is_new(self, frame: Live, step: Step, value: Any) -> bool:
        """Tell whether a value is an object that was just made: what was known of its address is of another one."""
        site = step.site
        if site.kind == "param":
            called = frame.call is not None and frame.call.site.attr in INITIAL  # as by a subclass's own
            first = site.attr == frame.function.params[0]
            return first and not called and frame.function.qualname.rpartition(".")[2] in INITIAL
        return makes(site, value[0]) and not (frame.entered and site.kind == "call")

    def forget(self, identity: int) -> None:
        """Note that an address is another object's from the next node on."""
        past = self.past.setdefault(identity, [])
        past.append((len(self.values), self.touched.get(identity, -1)))
        del past[:-GENERATIONS]
        self.touched[identity] = -1
        self.shuffled.pop(identity, None)
        self.heap.pop(identity, None)

    def changes(self, step: Step, node: int, inputs: list[int], labels: list[int]) -> None:
        """Note a call that changes its object or its first argument."""
        words = self.graph.columns.words
        place = first_changed(step.site, [words[label] for label in labels])
        value = self.values[inputs[place]] if place < len(inputs) else None
        if type(value) is tuple and value[2]:
            self.touched[value[2]] = self.shuffled[value[2]] = node
            plain = [node for node, label in zip(inputs, labels) if not words[label]]
            if step.site.attr == "setattr" and len(plain) == 3:
                self.set_cell(value[2], self.values[plain[1]], plain[2])

    # --- definitions ---

    def defines(self, frame: Live, step: Step, node: int, inputs: list[int], labels: list[int]) -> None:
        """Note that a `def` or `class` statement is done."""
        words, module, site = self.graph.columns.words, frame.module, step.site
        function = module.made_by.get(site.id)
        if function is not None:
            module.made[function.id] = node
        if site.kind == "class":
            body = module.classes.get(function.id, {}) if function is not None else {}
            bases = [ref for ref, label in zip(site.operands, site.labels) if label == "base" and isinstance(ref, str)]
            bodies = self.classes.setdefault(site.attr, [])
            if len(bodies) < MOST_CLASSES:
                bodies.append((body, bases))
            return
        self.defaults[node] = {words[label]: i for i, label in zip(inputs, labels)}
        if frame.function.kind not in ("module", "class"):
            self.defined_in[node] = frame

    def effects(self, frame: Live, step: Step, node: int, inputs: list[int], labels: list[int]) -> None:
        """Note what a node binds, stores or changes."""
        for name in step.binds:
            frame.env[name] = node
        for name in step.outside:
            self.bind_outside(frame, name, node, step.site)
        kind = step.site.kind
        if kind in STORES:
            self.stores(step, node, inputs, labels)
        elif step.changes:
            self.changes(step, node, inputs, labels)
        elif kind == "aug" and inputs:
            held, made = self.values[inputs[0]], self.values[node]
            if type(held) is tuple and is_same(held, made):  # changed in place
                self.touched[held[2]] = self.shuffled[held[2]] = node
        elif kind in ("def", "class"):
            self.defines(frame, step, node, inputs, labels)
        elif kind == "import":
            self.imported_by(frame, step.site, node)
        elif step.site.attr == NEW_CELL:
            self.owners.pop(self.identity(node), None)
