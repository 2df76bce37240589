"use strict";
const DATA = JSON.parse(document.getElementById("data").textContent), LIMIT = 400, MANY = 3, NEAR = 40, LISTED = 60, LOOKED = 5000;
const $ = id => document.getElementById(id);
const note = text => { $("note").textContent = text; };
const make = (tag, text, name) => { const e = document.createElement(tag); e.textContent = text ?? ""; if (name) e.className = name; return e; };
const push = (map, key, item) => { const list = map.get(key); if (list) list.push(item); else map.set(key, [item]); };

/* One run: its nodes as objects, and by what they are looked up. */
function unpacked(run) {
  const c = run.nodes, count = c.id.length, found = new Array(count);
  for (let i = 0; i < count; i++) {
    const [kind, text, file, line, column, endLine, endColumn, binds] = run.sites[c.site[i]];
    const inputs = [];
    for (let k = c.first[i]; k < c.first[i + 1]; k++) inputs.push([c.inputs[k], run.words[c.labels[k]]]);
    found[i] = {id: c.id[i], site: c.site[i], kind, text, file, path: run.files[file].path, line, column, endLine, endColumn, binds,
      value: run.values[c.value[i]], frame: c.frame[i], control: c.control[i], changed: c.changed[i], inputs};
  }
  return found;
}
const nodes = unpacked(DATA), frames = new Map(DATA.frames.map(f => [f.id, f]));
const at = new Map(nodes.map(n => [n.id, n]));
const children = new Map(), groups = new Map(), readers = new Map();
for (const f of frames.values()) push(children, f.parent, f.id);
for (const n of nodes) {
  n.group = "g" + n.frame + ":" + n.site;
  push(groups, n.group, n);
  for (const [source] of n.inputs) if (at.has(source)) push(readers, source, [n.id, true]);
  if (at.has(n.control)) push(readers, n.control, [n.id, false]);
}
const open = new Set(), folded = new Set(), split = new Set(), calls = new Map();
for (const f of frames.values()) { f.calls = "c" + f.parent + ":" + f.path + ":" + f.line + ":" + f.name; calls.set(f.calls, (calls.get(f.calls) ?? 0) + 1); }
let kept = null, chosen = null, hits = [], hit = -1, cy = null;
const trail = [];
/* Of the other run, where there is one: its nodes, and which of them is the same step as one of ours. */
const OTHER = DATA.other ? {...DATA.other, list: unpacked(DATA.other)} : null;
const across = new Map(), parted = new Map();
if (OTHER) {
  OTHER.at = new Map(OTHER.list.map(n => [n.id, n]));
  DATA.pairs.forEach(([one, other]) => across.set(one, other));
  DATA.differences.forEach(d => { if (d.one >= 0) parted.set(d.one, d); });
}
/* The step of the other run that is the same as one of ours, else the one where it went another way, else one before. */
function counterpart(id) {
  if (across.has(id)) return across.get(id);
  const d = parted.get(id);
  if (d && d.other >= 0) return d.other;
  for (let i = id - 1; i >= 0 && i > id - LOOKED; i--) if (across.has(i)) return across.get(i);
  return -1;
}
/* What stands for a node: itself, its loop's group, or the call it is folded into. */
function standing(n) {
  let found = folded.has(n.group) ? n.group : "n" + n.id;
  for (let f = frames.get(n.frame); f; f = frames.get(f.parent)) if (!open.has(f.id)) found = calls.get(f.calls) > MANY && !split.has(f.calls) ? f.calls : "f" + f.id;
  return found;
}
function start() {
  const sizes = new Map(), roots = [...frames.values()].filter(f => !frames.has(f.parent)).map(f => f.id);
  for (const [name, list] of groups) if (nodes.length > LIMIT && list.length > MANY) folded.add(name);
  for (const [name, list] of groups) { const f = list[0].frame; sizes.set(f, (sizes.get(f) ?? 0) + (folded.has(name) ? 1 : list.length)); }
  let shown = 0;
  for (const queue = [...roots]; queue.length;) {
    const f = queue.shift(), size = sizes.get(f) ?? 0;
    const alike = calls.get(frames.get(f).calls) > MANY && nodes.length > LIMIT;  // what is called often stays folded
    if (roots.includes(f) || (shown + size <= LIMIT && !alike)) { open.add(f); shown += size; queue.push(...(children.get(f) ?? [])); }
  }
}
function short(text, length) { text = text.replace(/\s+/g, " "); return text.length > length ? text.slice(0, length - 1) + "…" : text; }
function elements() {
  const found = new Map(), edges = new Map();
  const inside = n => kept === null || kept.has(n.id);
  for (const n of nodes) {
    if (!inside(n)) continue;
    const id = standing(n), known = found.get(id);
    if (known) { known.count += 1; known.last = n; continue; }
    found.set(id, {id, first: n, last: n, count: 1});
  }
  let left = 0;
  if (found.size > LIMIT) for (const id of [...found.keys()].slice(0, found.size - LIMIT)) { found.delete(id); left += 1; }
  for (const n of nodes) {
    if (!inside(n)) continue;
    const to = standing(n);
    if (!found.has(to)) continue;
    const sources = n.inputs.map(([s, label]) => [s, label, "data"]);
    if (document.getElementById("control").checked) sources.push([n.control, "", "control"]);
    for (const [s, label, kind] of sources) {
      const source = at.get(s);
      if (!source || !inside(source)) continue;
      const from = standing(source), key = from + ">" + to;
      if (from === to || !found.has(from) || (edges.has(key) && kind === "control")) continue;
      edges.set(key, {id: key, source: from, target: to, label, kind});
    }
  }
  return [[...found.values()], [...edges.values()], left];
}
function looks(part) {
  const n = part.first;
  if (part.id[0] === "f") { const f = frames.get(+part.id.slice(1)); return {label: f.name + "()\n" + part.count + " nodes", kind: "frame"}; }
  if (part.id[0] === "c") return {label: frames.get(n.frame).name + "()\n" + calls.get(part.id) + " calls, " + part.count + " nodes", kind: "frame"};
  if (part.id[0] === "g") return {label: short(n.text, 34) + "\n" + part.count + " times: " + short(n.value, 10) + " … " + short(part.last.value, 10), kind: "group"};
  return {label: short(n.text, 34) + "\n" + short(n.value, 34), kind: n.kind};
}
function draw() {
  const [parts, edges, left] = elements();
  const g = new dagre.graphlib.Graph();
  g.setGraph({rankdir: "TB", ranker: parts.length > 300 ? "longest-path" : "network-simplex", nodesep: 14, ranksep: 30});
  g.setDefaultEdgeLabel(() => ({}));
  const made = parts.map(part => {
    const look = looks(part), width = Math.max(...look.label.split("\n").map(l => l.length)) * 6.6 + 16;
    g.setNode(part.id, {width, height: 36});
    return {data: {id: part.id, width, ...look}};
  });
  for (const e of edges) g.setEdge(e.source, e.target);
  dagre.layout(g);
  for (const m of made) { const p = g.node(m.data.id); m.position = {x: p.x, y: p.y}; }
  if (cy) cy.destroy();
  const css = getComputedStyle(document.documentElement), colour = name => css.getPropertyValue("--" + name).trim();
  cy = cytoscape({
    container: document.getElementById("graph"), elements: [...made, ...edges.map(data => ({data}))], layout: {name: "preset"},
    wheelSensitivity: .3, hideEdgesOnViewport: parts.length > 600, textureOnViewport: parts.length > 600,
    style: [
      {selector: "node", style: {shape: "round-rectangle", width: "data(width)", height: 34, label: "data(label)", "text-wrap": "wrap", "text-valign": "center", "font-size": 11, "font-family": "ui-monospace, monospace", color: colour("text"), "background-color": colour("node"), "border-width": 1, "border-color": colour("nodeline"), "min-zoomed-font-size": 5}},
      {selector: "node[kind='frame']", style: {"background-color": colour("frame"), "border-color": colour("frameline")}},
      {selector: "node[kind='group']", style: {"background-color": colour("group"), "border-color": colour("groupline"), "border-style": "double", "border-width": 3}},
      {selector: "node[kind='exception']", style: {"background-color": colour("badback"), "border-color": colour("bad")}},
      {selector: "node[kind='compare'], node[kind='test'], node[kind='bool']", style: {"background-color": colour("test"), "border-color": colour("testline")}},
      {selector: "node[kind='call'], node[kind='return']", style: {"background-color": colour("call"), "border-color": colour("callline")}},
      {selector: "edge", style: {width: 1.2, "line-color": colour("edge"), "target-arrow-color": colour("edge"), "target-arrow-shape": "triangle", "arrow-scale": .7, "curve-style": "bezier"}},
      {selector: "edge[kind='control']", style: {"line-style": "dashed", "line-color": colour("control"), "target-arrow-color": colour("control")}},
      {selector: ".hit", style: {"border-color": "#e08a00", "border-width": 4}},
      {selector: ".chosen", style: {"border-color": colour("markline"), "border-width": 4}},
    ],
  });
  cy.on("tap", "node", event => choose(event.target.id()));
  cy.on("dbltap", "node", event => toggle(event.target.id()));
  cy.fit(undefined, 20);
  if (cy.zoom() > 1.4) { cy.zoom(1.4); cy.center(); }
  if (cy.zoom() < .2 && parts.length) { cy.zoom(.6); cy.center(cy.getElementById(parts[parts.length - 1].id)); }
  note(parts.length + " shown" + (left ? ", " + left + " left out" : "") + " of " + nodes.length + " nodes");
  mark();
  document.body.dataset.drawn = parts.length;
}
function mark() {
  cy.nodes().removeClass("hit chosen");
  if (chosen !== null) cy.getElementById(standing(at.get(chosen))).addClass("chosen");
  for (const n of hits) cy.getElementById(standing(n)).addClass("hit");
}
function toggle(id) {
  if (id[0] === "f") open.add(+id.slice(1));
  else if (id[0] === "c") split.add(id);
  else if (id[0] === "g") folded.delete(id);
  else {
    const n = at.get(+id.slice(1));
    if (groups.get(n.group).length > MANY) folded.add(n.group);
    else if (frames.has(frames.get(n.frame)?.parent)) open.delete(n.frame);
  }
  draw();
}
function reveal(n) {
  if (!cy) return;
  if (kept !== null && !kept.has(n.id)) { kept = near(n); draw(); }
  const found = cy.getElementById(standing(n));
  if (found.length) cy.animate({center: {eles: found}, zoom: Math.max(cy.zoom(), .8)}, {duration: 150});
}
/* The nodes nearest to one, on the way back from it. */
function near(n) {
  const found = new Set([n.id]);
  for (const id of found) {
    const one = at.get(id);
    for (const i of [...one.inputs.map(([i]) => i), one.control]) if (at.has(i) && found.size < NEAR) found.add(i);
  }
  return found;
}
function slice(next) {
  if (chosen === null) { note("choose a value first"); return; }
  kept = new Set([chosen]);
  for (let todo = [chosen]; todo.length;) for (const i of next(at.get(todo.pop()))) if (at.has(i) && !kept.has(i)) { kept.add(i); todo.push(i); }
  draw();
}
const tests = () => document.getElementById("control").checked;
document.getElementById("back").onclick = () => slice(n => [...n.inputs.map(([i]) => i), ...(tests() ? [n.control] : [])]);
document.getElementById("ahead").onclick = () => slice(n => (readers.get(n.id) ?? []).filter(([, data]) => data || tests()).map(([i]) => i));
document.getElementById("all").onclick = () => { kept = null; draw(); };
document.getElementById("control").onchange = draw;
document.getElementById("fold").onclick = () => {
  const roots = [...frames.values()].filter(f => !frames.has(f.parent)).map(f => f.id);
  const many = [...open].some(f => !roots.includes(f));
  split.clear(); open.clear(); roots.forEach(f => open.add(f));
  if (!many) { open.clear(); start(); }
  draw();
};

/* A source pane: the lines of one file, each expression with the value that it had at a moment. */
class Pane {
  constructor(run, list, box, pick) {
    Object.assign(this, {run, list, box, pick, file: -1, lines: [], marks: []});
    this.bySite = new Map();
    for (const n of list) push(this.bySite, n.site, n);
    this.sitesOf = new Map();
    for (const site of this.bySite.keys()) push(this.sitesOf, run.sites[site][2], site);
    box.addEventListener("click", event => this.clicked(event));
    box.addEventListener("mousemove", event => this.hovered(event));
    box.addEventListener("mouseleave", () => { $("tip").hidden = true; });
  }
  show(file) {
    if (this.file === file) return;
    this.file = file;
    const {lines, first} = this.run.files[file], spans = new Map();
    for (const site of this.sitesOf.get(file) ?? []) {
      const [, , , line, column, endLine, endColumn] = this.run.sites[site];
      push(spans, line, {site, from: column, to: endLine === line ? endColumn : Infinity});
    }
    const rows = lines.map((text, i) => {
      const row = make("div", "", "row"), code = make("code");
      row.append(make("i", String(first + i)), code, make("span"));
      fill(code, text, spans.get(first + i) ?? []);
      return row;
    });
    this.box.replaceChildren(...rows);
    this.first = first;
    this.places = new Map();
    for (const e of this.box.querySelectorAll(".x")) this.places.set(+e.dataset.site, e);
  }
  /* What a place had, seen from a moment: in the moment's own call where it ran there, the last before it. */
  nodeOf(site, moment) {
    const list = this.bySite.get(site) ?? [], own = list.filter(n => n.frame === moment.frame);
    const from = own.length ? own : list;
    let low = 0, high = from.length;
    while (low < high) { const mid = (low + high) >> 1; if (from[mid].id <= moment.id) low = mid + 1; else high = mid; }
    return from[Math.max(0, low - 1)];
  }
  render(moment) {
    this.moment = moment;
    this.show(moment.file);
    for (const [e, name] of this.marks) e.classList.remove(name);
    for (const row of this.told ?? []) row.lastChild.textContent = "";
    this.marks = []; this.told = new Set();
    const mark = (e, name) => { if (e) { e.classList.add(name); this.marks.push([e, name]); } };
    const rowOf = line => this.box.children[line - this.first];
    const mine = new Set();
    for (const site of this.sitesOf.get(this.file) ?? []) {
      const n = this.nodeOf(site, moment);
      if (n.frame !== moment.frame) continue;
      const row = rowOf(n.line);
      if (!mine.has(n.line)) { mine.add(n.line); mark(row, "frame"); }
      if (n.id <= moment.id && n.binds && row && !["def", "class", "import"].includes(n.kind)) { this.told.add(row); const said = n.binds + " = " + short(n.value, 40), e = row.lastChild; e.textContent += (e.textContent ? "   " : "") + said; }
    }
    if (this.run === DATA) for (const site of this.sitesOf.get(this.file) ?? []) if (parted.has(this.nodeOf(site, moment).id)) mark(this.places.get(site), "differs");
    mark(rowOf(moment.line), "here");
    mark(this.places.get(moment.site), "chosen");
    for (const [i] of moment.inputs) { const n = this.atNode(i); if (n && n.file === this.file) mark(this.places.get(n.site), "input"); }
    const test = this.atNode(moment.control);
    if (test && test.file === this.file) mark(this.places.get(test.site), "test");
    rowOf(moment.line)?.scrollIntoView({block: "center"});
  }
  atNode(id) { return this.run === DATA ? at.get(id) : OTHER.at.get(id); }
  under(event) {
    const e = event.target.closest?.(".x");
    return e && this.moment ? this.nodeOf(+e.dataset.site, this.moment) : null;
  }
  clicked(event) { const n = this.under(event); if (n) this.pick(n); }
  hovered(event) {
    const n = this.under(event), tip = $("tip");
    tip.hidden = !n;
    if (!n) return;
    const turns = this.bySite.get(n.site), mine = turns.filter(t => t.frame === n.frame);
    const times = mine.length > 1 ? "\nturn " + (mine.indexOf(n) + 1) + " of " + mine.length : turns.length > 1 ? "\nrun " + (turns.indexOf(n) + 1) + " of " + turns.length : "";
    const theirs = this.run === DATA && across.has(n.id) ? "\nin the other run: " + short(OTHER.at.get(across.get(n.id)).value, 200) : "";
    const later = n.id > this.moment.id ? "\nlater than what is chosen" : "";
    tip.textContent = short(n.text, 80) + " = " + short(n.value, 240) + times + later + theirs;
    const box = tip.getBoundingClientRect();
    tip.style.left = Math.max(4, Math.min(event.clientX + 12, innerWidth - box.width - 8)) + "px";
    tip.style.top = (event.clientY + 18 + box.height > innerHeight ? event.clientY - box.height - 10 : event.clientY + 18) + "px";
  }
}
/* Text with nested marks: those that begin first stand outside, of two that begin together the longer one. */
function fill(into, text, spans) {
  const stack = [{e: into, to: Infinity}];
  let place = 0;
  const write = to => { if (to > place) { stack.at(-1).e.append(text.slice(place, to)); place = to; } };
  for (const {site, from, to} of spans.sort((a, b) => a.from - b.from || b.to - a.to)) {
    while (stack.at(-1).to <= from) { write(stack.at(-1).to); stack.pop(); }
    write(from);
    const e = make("span", "", "x"), end = Math.min(to, stack.at(-1).to, text.length);
    e.dataset.site = site;
    stack.at(-1).e.append(e);
    stack.push({e, to: end});
  }
  while (stack.length > 1) { write(stack.at(-1).to); stack.pop(); }
  write(text.length);
}

function choose(id, silent) {
  const n = id[0] === "n" ? at.get(+id.slice(1)) : nodes.find(n => standing(n) === id && (kept === null || kept.has(n.id)));
  if (!silent && chosen !== null && chosen !== n.id) trail.push(chosen);
  chosen = n.id;
  $("file").value = n.file;
  pane.render(n);
  const theirs = otherPane ? OTHER.at.get(counterpart(n.id)) : null;
  if (theirs) otherPane.render(theirs);
  turnsOf(n);
  explain(n);
  if (cy) mark();
}
/* The turns of the chosen place: within its call, or over all calls where it ran once in each. */
function turnsOf(n) {
  const mine = groups.get(n.group), all = mine.length > 1 ? mine : pane.bySite.get(n.site), place = all.indexOf(n), box = $("turns");
  box.replaceChildren();
  if (all.length < 2) return;
  const button = (text, title, to) => { const e = make("button", text); e.title = title; e.disabled = !all[to]; e.onclick = () => walk(all[to].id); return e; };
  const what = mine.length > 1 ? "turn " : "run ";
  box.append(button("|◀", "first", 0), button("◀", "before (h)", place - 1), make("span", " " + what + (place + 1) + " of " + all.length + " "), button("▶", "after (l)", place + 1), button("▶|", "last", all.length - 1));
}
function explain(n) {
  const side = $("side"), f = frames.get(n.frame);
  side.replaceChildren();
  const put = (tag, text, name) => { const e = make(tag, text, name); side.append(e); return e; };
  if (trail.length) { const e = put("button", "← back (b)"); e.onclick = back; }
  put("h2", n.binds && !n.text.startsWith(n.binds) ? n.binds + " = " + n.text : n.text);
  put("div", "%" + n.id + " " + n.kind + " in " + (f ? f.name : "?") + ", " + n.path + ":" + n.line, "dim");
  put("pre", n.value);
  const line = DATA.files[n.file].lines[n.line - DATA.files[n.file].first];
  if (line !== undefined) { put("h3", "line " + n.line); put("pre", line.trim()); }
  if (OTHER) beside(n, put);
  const list = (title, ids) => {
    const found = ids.filter(([i]) => at.has(i));
    if (!found.length) return;
    put("h3", title);
    const ul = put("ul");
    for (const [i, label] of found.slice(0, LISTED)) {
      const other = at.get(i), li = make("li"), e = make("button", (label ? label + ": " : "") + short(other.text, 60) + " = " + short(other.value, 60));
      e.append(document.createElement("br"), make("small", other.path + ":" + other.line + (parted.has(i) ? " · differs" : "")));
      e.onclick = () => walk(i);
      li.append(e); ul.append(li);
    }
    if (found.length > LISTED) put("p", "… and " + (found.length - LISTED) + " more", "dim");
  };
  list("came from", n.inputs.filter(([, label]) => label !== "()"));
  list("ran because of", n.control >= 0 ? [[n.control, ""]] : []);
  list("changed by", n.changed >= 0 ? [[n.changed, ""]] : []);
  list("read by", (readers.get(n.id) ?? []).map(([i, data]) => [i, data ? "" : "test of"]));
  if (OTHER) ways(put);
  put("p", "i what it came from · u why it ran · h l turns · b back · / search", "dim");
  side.scrollTop = 0;
}
/* What the other run has at the same step. */
function beside(n, put) {
  put("h3", "in the other run");
  const other = OTHER.at.get(across.get(n.id));
  if (other) { put("pre", other.value, parted.has(n.id) ? "differs" : ""); return; }
  const d = parted.get(n.id), way = d && OTHER.at.get(d.other);
  put("p", way ? "it went another way:" : "it did not come here", "dim");
  if (way) put("pre", short(way.text, 200) + "\n" + way.value, "differs");
}
/* Where the two runs part: values that do not follow from others, and turns of the way. */
function ways(put) {
  const found = DATA.differences.filter(d => !d.follows && d.one >= 0 && at.has(d.one));
  put("h3", "where the runs part (" + found.length + ")");
  const ul = put("ul");
  for (const d of found.slice(0, LISTED)) {
    const n = at.get(d.one), other = OTHER.at.get(d.other), li = make("li");
    const what = d.kind === "value" ? short(n.text, 40) + " = " + short(n.value, 30) + " ≠ " + (other ? short(other.value, 30) : "") : d.kind === "path" ? "another way: " + short(n.text, 40) + " / " + (other ? short(other.text, 40) : "the end") : "the other run ends";
    const e = make("button", what);
    e.append(document.createElement("br"), make("small", n.path + ":" + n.line));
    e.onclick = () => walk(d.one);
    li.append(e); ul.append(li);
  }
}
function walk(id) {
  const n = at.get(id);
  choose("n" + id);
  reveal(n);
}
function back() {
  if (!trail.length) return;
  const id = trail.pop();
  choose("n" + id, true);
  reveal(at.get(id));
}

$("search").oninput = event => {
  const words = event.target.value.toLowerCase();
  hits = words ? nodes.filter(n => (n.text + " " + n.value + " " + n.path + ":" + n.line).toLowerCase().includes(words)) : [];
  hit = -1;
  if (cy) mark();
  note(words ? hits.length + " found, Enter goes to the next" : "");
};
$("search").onkeydown = event => {
  if (event.key === "Escape") { event.target.blur(); return; }
  if (event.key !== "Enter" || !hits.length) return;
  hit = (hit + 1) % hits.length;
  walk(hits[hit].id);
  note((hit + 1) + " of " + hits.length);
};
function tab(name) {
  document.body.dataset.tab = name;
  for (const e of $("tabs").children) e.setAttribute("aria-pressed", String(e.dataset.tab === name));
  if (!cy && $("graph").clientWidth) draw();
  else if (cy) { cy.resize(); cy.fit(undefined, 20); }
}
for (const e of $("tabs").children) e.onclick = () => tab(e.dataset.tab);
document.addEventListener("keydown", event => {
  if (["INPUT", "SELECT"].includes(event.target.tagName) || event.ctrlKey || event.metaKey || event.altKey) return;
  const n = at.get(chosen), turns = [...$("turns").querySelectorAll("button")];
  const cause = n.inputs.filter(([i, label]) => at.has(i) && label !== "()");
  if (event.key === "i" && cause.length) walk((cause.find(([i]) => parted.has(i)) ?? cause[0])[0]);
  else if (event.key === "u" && at.has(n.control)) walk(n.control);
  else if (event.key === "b") back();
  else if (event.key === "h") turns[1]?.click();
  else if (event.key === "l") turns[2]?.click();
  else if (event.key === "/") { event.preventDefault(); $("search").focus(); }
});
const pane = new Pane(DATA, nodes, $("code"), n => walk(n.id));
let otherPane = null;
if (OTHER) {
  document.body.classList.add("two");
  $("other").hidden = false;
  $("othername").textContent = "the other run: " + OTHER.name;
  const home = new Map([...across].map(([one, other]) => [other, one]));
  otherPane = new Pane(OTHER, OTHER.list, $("othercode"), n => { if (home.has(n.id)) walk(home.get(n.id)); else { otherPane.render(n); note("only the other run came here"); } });
}
DATA.files.forEach((f, i) => { const e = make("option", f.path); e.value = i; $("file").append(e); });
$("file").onchange = event => { const n = nodes.findLast(n => n.file === +event.target.value); if (n) walk(n.id); };
if (nodes.length) {
  start();
  if (nodes.length > LIMIT) kept = near(at.get(DATA.start));
  choose("n" + DATA.start, true);
  tab("source");
} else note("nothing was recorded");
document.body.dataset.ready = Math.round(performance.now());
