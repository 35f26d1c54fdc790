"use strict";
const token = document.querySelector("meta[name=token]").content;
const $ = id => document.getElementById(id);
const state = { runs: [], chosen: [], details: new Map(), sure: 0, asked: 0, rollout: { key: "", asked: 0 } };

/** Makes an element. Texts are set as text, never as markup: names of runs are anything. */
function make(name, attributes = {}, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key === "class") element.className = value;
    else if (key === "text") element.textContent = value;
    else if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (value !== false && value != null) element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children);
  return element;
}

function draw(name, attributes = {}, text) {
  const element = document.createElementNS("http://www.w3.org/2000/svg", name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  if (text != null) element.textContent = text;
  return element;
}

/** Four significant digits. */
function number(value) {
  if (value == null) return "–";
  if (value === 0) return "0";
  const size = Math.abs(value);
  return size >= 1e6 || size < 1e-4 ? value.toExponential(2) : String(Number(value.toPrecision(4)));
}

const percent = share => share == null ? "–" : `${(share * 100).toFixed(1)} %`;

function duration(seconds) {
  const s = Math.round(seconds);
  if (s < 60) return `${s} s`;
  if (s < 3600) return `${Math.floor(s / 60)} min ${s % 60} s`;
  return `${Math.floor(s / 3600)} h ${Math.floor(s % 3600 / 60)} min`;
}

const colour = path => `var(--c${state.chosen.indexOf(path) % 8})`;

/** The part of a path that tells it from the others. */
function shortName(path) {
  const parts = state.runs.map(run => run.path.split("/"));
  const own = path.split("/");
  let shared = 0;
  while (parts.length > 1 && shared < own.length - 1 && parts.every(p => p[shared] === own[shared])) shared++;
  return own.slice(parts.length > 1 ? shared : -1).join("/");
}

// Charts

/** Round steps that make about `count` of a range. */
function ticks(low, high, count) {
  const raw = (high - low) / count, power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(f => f * power).find(s => s >= raw) || raw;
  const found = [];
  for (let i = Math.ceil(low / step - 1e-9); i * step <= high + step * 1e-9; i++) found.push(i * step);
  return found;
}

/** Lines over steps: series of {name, colour, points: [[x, y]]}. */
function chart(place, series, { log = false, smooth = false, diagonal = false, dots = false, label = "", xLabel = "step", empty = "Choose a run." } = {}) {
  const usable = series.map(s => ({ ...s, points: s.points.filter(p => p[1] != null && (!log || p[1] > 0)) }))
    .filter(s => s.points.length);
  if (!usable.length) {
    place.replaceChildren(make("p", { class: "empty", text: series.length ? "No numbers yet." : empty }));
    return;
  }
  const width = Math.max(place.clientWidth, 260), height = Math.round(Math.min(300, Math.max(190, width * 0.36)));
  const scale = v => log ? Math.log10(v) : v;
  let [x0, x1, y0, y1] = [Infinity, -Infinity, Infinity, -Infinity];
  for (const s of usable) for (const [x, y] of s.points) {
    x0 = Math.min(x0, x); x1 = Math.max(x1, x);
    y0 = Math.min(y0, scale(y)); y1 = Math.max(y1, scale(y));
  }
  if (diagonal) { x0 = y0 = Math.min(x0, y0); x1 = y1 = Math.max(x1, y1); }
  if (x0 === x1) { x0 -= 0.5; x1 += 0.5; }
  if (y0 === y1) { y0 -= 0.5; y1 += 0.5; }
  const pad = (y1 - y0) * 0.05; y0 -= pad; y1 += pad;
  if (diagonal || dots) { const p = (x1 - x0) * 0.05; x0 -= p; x1 += p; }
  const yTicks = log && y1 - y0 >= 1.2
    ? ticks(y0, y1, 5).filter(t => Number.isInteger(t)) : ticks(y0, y1, 5);
  const yTexts = yTicks.map(t => number(log ? 10 ** t : Math.abs(t) < (y1 - y0) * 1e-9 ? 0 : t));
  const left = 14 + Math.max(...yTexts.map(t => t.length)) * 7.2, right = 12, top = 8, bottom = 34;
  const X = x => left + (x - x0) / (x1 - x0) * (width - left - right);
  const Y = y => height - bottom - (scale(y) - y0) / (y1 - y0) * (height - top - bottom);
  const svg = draw("svg", { viewBox: `0 0 ${width} ${height}`, role: "img", "aria-label": label });
  yTicks.forEach((t, i) => {
    const y = Y(log ? 10 ** t : t);
    svg.append(draw("line", { class: "grid", x1: left, x2: width - right, y1: y, y2: y }));
    svg.append(draw("text", { x: left - 7, y: y + 4, "text-anchor": "end" }, yTexts[i]));
  });
  for (const t of ticks(x0, x1, Math.max(2, Math.floor(width / 110)))) {
    const anchor = X(t) > width - 24 ? "end" : "middle";
    svg.append(draw("text", { x: Math.min(X(t), width - 2), y: height - bottom + 16, "text-anchor": anchor }, number(Math.abs(t) < (x1 - x0) * 1e-9 ? 0 : t)));
  }
  svg.append(draw("text", { x: width - right, y: height - 3, "text-anchor": "end" }, xLabel));
  svg.append(draw("line", { class: "axis", x1: left, x2: width - right, y1: height - bottom, y2: height - bottom }));
  if (diagonal) svg.append(draw("line", { class: "diagonal", x1: X(x0 + pad), y1: Y(x0 + pad), x2: X(x1 - pad), y2: Y(x1 - pad) }));
  const path = points => points.map((p, i) => `${i ? "L" : "M"}${X(p[0]).toFixed(1)} ${Y(p[1]).toFixed(1)}`).join("");
  for (const s of usable) {
    if (smooth && s.points.length > 4) {
      svg.append(draw("path", { class: "faint", d: path(s.points), stroke: s.colour }));
      svg.append(draw("path", { d: path(smoothed(s.points)), stroke: s.colour }));
    } else {
      svg.append(draw("path", { d: path(s.points), stroke: s.colour, "stroke-dasharray": s.dash || "none" }));
    }
    if (dots || s.points.length < 25) {
      for (const p of s.points) svg.append(draw("circle", { cx: X(p[0]), cy: Y(p[1]), r: 3, fill: s.colour }));
    }
  }
  const cursor = draw("line", { class: "cursor", y1: top, y2: height - bottom, visibility: "hidden" });
  svg.append(cursor);
  const legend = make("div", { class: "legend" });
  const tell = at => {
    legend.replaceChildren(...(at == null || dots ? [] : [make("span", {}, xLabel, make("b", { text: number(at) }))]),
      ...usable.map(s => {
        const point = at == null ? s.points[s.points.length - 1]
          : s.points.reduce((a, b) => Math.abs(b[0] - at) < Math.abs(a[0] - at) ? b : a);
        let swatch = make("i", { class: "swatch" });
        if (s.dash) {
          swatch = draw("svg", { width: 24, height: 8, "aria-hidden": "true" });
          swatch.append(draw("path", { d: "M0 4L24 4", stroke: s.colour, "stroke-dasharray": s.dash }));
        } else {
          swatch.style.background = s.colour;
        }
        return make("span", {}, swatch, s.name, make("b", { text: number(point[1]) }));
      }));
  };
  svg.addEventListener("pointermove", event => {
    const box = svg.getBoundingClientRect();
    const at = x0 + ((event.clientX - box.left) / box.width * width - left) / (width - left - right) * (x1 - x0);
    if (at < x0 || at > x1) return;
    const near = usable.flatMap(s => s.points).reduce((a, b) => Math.abs(b[0] - at) < Math.abs(a[0] - at) ? b : a)[0];
    cursor.setAttribute("x1", X(near)); cursor.setAttribute("x2", X(near));
    cursor.setAttribute("visibility", "visible");
    tell(near);
  });
  svg.addEventListener("pointerleave", () => { cursor.setAttribute("visibility", "hidden"); tell(null); });
  tell(null);
  place.replaceChildren(svg, legend);
}

/** The mean over a twentieth of the points around each. */
function smoothed(points) {
  const reach = Math.max(1, Math.round(points.length / 40));
  return points.map((p, i) => {
    const near = points.slice(Math.max(0, i - reach), i + reach + 1);
    return [p[0], near.reduce((sum, q) => sum + q[1], 0) / near.length];
  });
}

// What is shown

function offer(select, names, first) {
  const before = select.value;
  if ([...select.options].map(o => o.value).join("\n") === names.join("\n")) return;
  select.replaceChildren(...names.map(name => make("option", { value: name, text: name })));
  select.value = names.includes(before) ? before : names.includes(first) ? first : names[0] || "";
}

const chosenDetails = () => state.chosen.map(path => state.details.get(path)).filter(Boolean);
const focus = () => state.runs.find(run => run.path === state.chosen[state.chosen.length - 1]);

function showList() {
  const wanted = $("filter").value.trim().toLowerCase();
  const shown = state.runs.filter(run =>
    !wanted || `${run.path} ${run.agent} ${run.environment} ${run.state}`.toLowerCase().includes(wanted));
  const running = state.runs.filter(run => run.state === "running").length;
  $("summary").textContent = `${state.runs.length} ${state.runs.length === 1 ? "run" : "runs"}, ${running} running`;
  document.title = `Hindsight: ${running ? `${running} running` : "runs"}`;
  const focused = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.path : null;
  $("runs").replaceChildren(...shown.map(run => {
    const isChosen = state.chosen.includes(run.path);
    const box = make("input", { type: "checkbox", "data-path": run.path, "aria-label": `Show ${run.path}`,
      onchange: () => { choose(run.path); } });
    box.checked = isChosen;
    if (isChosen) box.style.accentColor = colour(run.path);
    const bar = make("progress", { max: Math.max(run.steps, 1), value: run.step, "aria-label": `${run.step} of ${run.steps} steps` });
    const facts = [run.agent, run.environment, `step ${run.step}/${run.steps}`];
    if (run.best_score != null) facts.push(`best ${number(run.best_score)}`);
    if (run.evaluation) facts.push(`return ${number(run.evaluation.mean_return)}`);
    return make("li", {}, make("label", { class: "row" }, box,
      make("span", { class: "name", text: shortName(run.path) }),
      make("span", { class: `state ${run.state}`, text: run.state }),
      make("span", { class: "about", text: facts.join(" · ") }), bar));
  }));
  if (!shown.length) $("runs").append(make("li", { class: "empty", text: state.runs.length ? "No run fits." : "No runs yet: `hindsight train` begins one." }));
  if (focused) for (const box of $("runs").querySelectorAll("input")) if (box.dataset.path === focused) box.focus();
}

function showCurves() {
  const details = chosenDetails();
  const columns = [...new Set(details.flatMap(d => Object.keys(d.metrics).filter(key => key !== "steps")))];
  offer($("metric"), columns, "loss");
  const metric = $("metric").value;
  chart($("metric-chart"), details.map(d => ({
    name: shortName(d.path), colour: colour(d.path),
    points: d.metrics.steps.map((step, i) => [step, (d.metrics[metric] || [])[i]]),
  })), { log: $("log").checked, smooth: $("smooth").checked, label: `${metric} by step` });

  offer($("measure"), ["score", "mean return", "success rate"], "mean return");
  const measure = $("measure").value, key = measure.replace(" ", "_");
  chart($("validation-chart"), details.flatMap(d => {
    if (key === "score") {
      return [{ name: shortName(d.path), colour: colour(d.path), points: d.validation.map(v => [v.step, v.score]) }];
    }
    const count = Math.max(0, ...d.validation.map(v => v.targets.length));
    return [...Array(count).keys()].map(i => {
      const target = d.validation[0].targets[i] ? d.validation[0].targets[i].target_return : null;
      return { name: shortName(d.path) + (target == null ? "" : `, target ${number(target)}`), colour: colour(d.path),
        dash: ["none", "6 3", "2 3", "9 3 2 3"][i % 4],
        points: d.validation.filter(v => v.targets[i]).map(v => [v.step, v.targets[i][key]]) };
    });
  }), { label: `${measure} in validation by step`, empty: details.length ? "No chosen run was validated." : "Choose a run." });
}

function showRun() {
  const run = focus(), detail = run && state.details.get(run.path);
  $("run").hidden = $("settings").hidden = !run;
  if (!run) return;
  $("run-title").textContent = run.path;
  $("stop").hidden = run.state !== "running";
  const facts = [["state", run.state], ["step", `${run.step} of ${run.steps}`], ["agent", run.agent],
    ["environment", run.environment], ["seed", run.seed], ["started", run.started],
    ["time", duration(run.seconds)], ["best score", number(run.best_score)]];
  $("facts").replaceChildren(...facts.flatMap(([name, value]) => [make("dt", { text: name }), make("dd", { text: value })]));
  if (!detail) return;
  const parts = [];
  for (const evaluation of [...detail.evaluations].reverse()) {
    const rows = evaluation.evaluation;
    const head = ["target", "selection", "mean return", "95 % interval", "success", "length", "episodes"];
    const table = make("table", {}, make("thead", {}, make("tr", {}, ...head.map((h, i) => make("th", { class: i === 1 ? "" : "number", scope: "col", text: h })))),
      make("tbody", {}, ...rows.map(r => make("tr", {}, ...[number(r.target_return), r.selection, number(r.mean_return),
        `${number(r.ci_low)} to ${number(r.ci_high)}`, percent(r.success_rate), number(r.mean_length), r.episodes]
        .map((text, i) => make("td", { class: i === 1 ? "" : "number", text }))))));
    const drawn = make("div", { class: "chart" });
    parts.push(make("h3", { text: `Evaluation ${evaluation.name}, after step ${evaluation.step}` }),
      make("div", { class: "pair" }, make("div", { class: "scroll" }, table), drawn));
    const selections = [...new Set(rows.map(r => r.selection))];
    const series = selections.map((s, i) => ({ name: s, colour: `var(--c${i})`,
      points: rows.filter(r => r.selection === s && r.target_return != null).map(r => [r.target_return, r.mean_return]) }));
    drawn.draw = () => {
      if (series.some(s => s.points.length > 1)) chart(drawn, series, { diagonal: true, dots: true, xLabel: "target return", label: "achieved by target return" });
      else drawn.remove();
    };
  }
  if (!parts.length) parts.push(make("h3", { text: "Evaluations" }), make("p", { class: "empty", text: "None yet." }));
  $("evaluations").replaceChildren(...parts);
  for (const place of $("evaluations").querySelectorAll(".chart")) place.draw();
}

function showSettings() {
  const details = chosenDetails();
  const text = value => value == null ? "" : typeof value === "string" ? value : JSON.stringify(value);
  const keys = [...new Set(details.flatMap(d => Object.keys(d.settings)))];
  const table = (rows, columns) => make("div", { class: "scroll" }, make("table", { class: `settings of-${Math.min(columns.length, 4)}` },
    make("thead", {}, make("tr", {}, make("th", { scope: "col", text: "setting" }), ...columns.map(c => {
      const swatch = make("i", { class: "swatch" });
      swatch.style.background = colour(c);
      return make("th", { scope: "col" }, swatch, ` ${shortName(c)}`);
    }))),
    make("tbody", {}, ...rows.map(key => make("tr", {}, make("td", { class: "key", text: key }),
      ...columns.map(c => make("td", { class: "value", text: text(state.details.get(c).settings[key]) })))))));
  const paths = details.map(d => d.path);
  const shared = keys.filter(key => details.every(d => key in d.settings));
  const different = shared.filter(key => new Set(details.map(d => text(d.settings[key]))).size > 1);
  const own = keys.length - shared.length;
  $("settings-title").textContent = paths.length > 1 ? "Settings that differ" : "Settings";
  $("differences").replaceChildren(paths.length < 2 ? make("p", { class: "empty", text: "Choose more runs to see in what they differ." })
    : different.length ? table(different, paths) : make("p", { class: "empty", text: "The chosen runs have the same settings." }));
  if (paths.length > 1 && own) $("differences").append(make("p", { class: "note", text: `${own} settings more belong to some of the runs alone, whose environments or agents differ.` }));
  const last = paths[paths.length - 1];
  $("settings-of").textContent = last || "the run";
  $("all-settings").replaceChildren(...(last ? [table(Object.keys(state.details.get(last).settings), [last])] : []));
}

function show() { showList(); showCurves(); showRun(); showSettings(); }

// Talking with the server

async function get(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (!answer.ok) throw new Error((await answer.text()).trim());
  return answer.json();
}

function trouble(text) {
  $("trouble").hidden = !text;
  $("trouble").textContent = text || "";
}

async function load(path) {
  const detail = await get(`/api/run?path=${encodeURIComponent(path)}`);
  if (state.chosen.includes(path)) state.details.set(path, detail);
}

function choose(path) {
  if (state.chosen.includes(path)) {
    state.chosen = state.chosen.filter(p => p !== path);
    state.details.delete(path);
  } else {
    state.chosen.push(path);
  }
  disarm();
  $("stop-said").textContent = "";
  state.rollout = { key: "", asked: 0 };
  $("rollout").hidden = true;
  show();
  refresh();
}

/** The newest checkpoint's policy in one episode; the server draws it, which takes a moment. */
async function showRollout() {
  const run = focus(), detail = run && state.details.get(run.path);
  if (!detail || detail.checkpoint == null) {
    $("rollout-said").textContent = detail ? "(no checkpoint yet)" : "";
    return;
  }
  const key = `${run.path} ${detail.checkpoint}`;
  if (key === state.rollout.key || Date.now() - state.rollout.asked < 3000) return;
  state.rollout.asked = Date.now();
  const answer = await fetch(`/api/rollout?path=${encodeURIComponent(run.path)}`, { cache: "no-store" });
  if (focus() !== run && (!focus() || focus().path !== run.path)) return;
  if (answer.status === 202) { $("rollout-said").textContent = "(being drawn…)"; state.rollout.asked -= 2000; return; }
  state.rollout.key = key;
  if (!answer.ok) { $("rollout-said").textContent = `(${(await answer.text()).trim()})`; $("rollout").hidden = true; return; }
  const before = $("rollout").src;
  $("rollout").src = URL.createObjectURL(await answer.blob());
  if (before.startsWith("blob:")) URL.revokeObjectURL(before);
  $("rollout").alt = `An episode of ${run.environment}, played by ${run.agent}`;
  $("rollout").hidden = false;
  $("rollout-said").textContent = `(greedy, checkpoint of step ${detail.step_saved})`;
}

let refreshing = false;
async function refresh() {
  if (refreshing) return;
  refreshing = true;
  try {
    state.runs = (await get("/api/runs")).runs;
    if (!state.chosen.length && !state.asked && state.runs.length) {
      const running = state.runs.filter(run => run.state === "running").slice(0, 3).map(run => run.path).reverse();
      state.chosen = running.length ? running : [state.runs[0].path];
    }
    state.asked++;
    state.chosen = state.chosen.filter(path => state.runs.some(run => run.path === path));
    for (const path of state.chosen) {
      const run = state.runs.find(run => run.path === path), detail = state.details.get(path);
      const told = r => JSON.stringify([r.state, r.step, r.evaluation, r.best_score]);
      if (!detail || run.state === "running" || told(run) !== told(detail)) await load(path);
    }
    trouble("");
    show();
    await showRollout();
  } catch (error) {
    trouble(error instanceof TypeError ? "The server does not answer: is `hindsight serve` still running?" : error.message);
  } finally {
    refreshing = false;
  }
}

function disarm() {
  state.sure = 0;
  $("stop").className = "";
  $("stop").textContent = "Save and stop";
}

$("stop").addEventListener("click", async () => {
  const run = focus();
  if (!run) return;
  if (Date.now() - state.sure > 5000) {
    state.sure = Date.now();
    $("stop").className = "sure";
    $("stop").textContent = "Really stop this run?";
    setTimeout(() => { if (state.sure && Date.now() - state.sure >= 5000) disarm(); }, 5100);
    return;
  }
  disarm();
  $("stop").disabled = true;
  try {
    const answer = await fetch(`/api/stop?path=${encodeURIComponent(run.path)}`, { method: "POST", headers: { "X-Hindsight-Token": token } });
    $("stop-said").textContent = answer.ok
      ? `Process ${(await answer.json()).process} saves after the step it is at and stops; go on with: hindsight train --resume ${run.path}`
      : (await answer.text()).trim();
  } catch (error) {
    trouble(error.message);
  } finally {
    $("stop").disabled = false;
  }
  refresh();
});

for (const id of ["metric", "log", "smooth", "measure"]) $(id).addEventListener("change", showCurves);
$("filter").addEventListener("input", showList);
let resizing;
addEventListener("resize", () => { clearTimeout(resizing); resizing = setTimeout(() => { showCurves(); showRun(); }, 150); });
refresh();
setInterval(() => { if (!document.hidden) refresh(); }, 2000);
