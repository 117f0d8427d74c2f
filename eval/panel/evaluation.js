// The Evaluation tab: run a set of questions with known answers, and open this run or an earlier one.

import { el, getJSON, send } from "./dom.js";
import { percent, report, when } from "./evaluation_run.js";

const API = "/api/evaluation";
const PAUSE = 700; // milliseconds between two polls of a run

export const mount = (element) => {
  const parts = build();
  element.append(parts.root);
  refresh(parts).then((succeeded) => succeeded && watch(parts));
};

const build = () => {
  const parts = {
    set: el("select", { id: "by-eval-set" }),
    damaged: el("ul", { class: "by-eval-damaged", "aria-label": "Damaged sets" }),
    own: el("div", { class: "by-eval-own", hidden: true }, ...ownSet()),
    bar: el("progress", { "aria-label": "Questions asked", hidden: true }),
    counted: el("p", { class: "by-eval-settings" }),
    line: el("p", { class: "by-eval-line", role: "status" }),
    run: el("section", { "aria-label": "The run" }),
    kept: el("ul", { class: "by-eval-kept" }),
    runs: [], // the runs that are kept, the newest first
    opened: 0, // number of the newest request for a run; replies to older ones are ignored
  };
  parts.start = el("button", { type: "button", class: "by-eval-start", text: "Run", on: { click: () => start(parts) } });
  parts.stop = el("button", { type: "button", text: "Stop", disabled: true, on: { click: () => stop(parts) } });
  parts.root = el(
    "div",
    { class: "by-eval" },
    el("div", { class: "by-eval-row" }, label("Questions with known answers", parts.set), parts.start, parts.stop),
    parts.damaged,
    parts.bar,
    parts.counted,
    parts.line,
    parts.own,
    parts.run,
    el("h2", { text: "Earlier runs" }),
    parts.kept,
  );
  return parts;
};

const label = (text, field) => el("label", { for: field.id }, el("span", { text }), field);

// Shown while the folder has no set of its own.
const ownSet = () => [
  el("h2", { text: "How good are the answers about your own articles?" }),
  el("p", {}, "1. In the chat, mark answers with a thumb up or down. At a thumb down, give the right answer in the note."),
  el("p", {}, "2. Where Byline runs, type ", el("code", { text: "python -m eval from-feedback" }), ": a set of these questions appears here."),
];

// Runs `action` and shows its error in the status line; true when it succeeded.
const reporting = async (parts, action) => {
  try {
    await action();
    return true;
  } catch (error) {
    parts.line.textContent = error.message;
    return false;
  }
};

const refresh = (parts) =>
  reporting(parts, async () => {
    const [{ sets }, { runs }] = await Promise.all([getJSON(`${API}/sets`), getJSON(`${API}/runs`)]);
    const sound = sets.filter((set) => !set.error);
    const picked = parts.set.value;
    parts.set.replaceChildren(...sound.map((set) => el("option", { value: set.name, text: `${set.name} (${set.cases} questions)` })));
    parts.damaged.replaceChildren(...sets.filter((set) => set.error).map((set) => el("li", { text: set.error })));
    if (sound.some((set) => set.name === picked)) parts.set.value = picked;
    parts.own.hidden = sets.some((set) => set.own);
    parts.start.disabled = !sound.length;
    parts.runs = runs;
    parts.kept.replaceChildren(...runs.map((run) => kept(parts, run)));
    if (!runs.length) parts.kept.append(el("li", { text: "None yet." }));
  });

const name = (run) => `${run.set}, ${when(run)}, right answers ${percent(run.figures.accuracy)}`;

const kept = (parts, run) => {
  if (run.error) return el("li", { text: run.error });
  const show = async () => (await open(parts, run.id)) && parts.run.scrollIntoView({ block: "start" });
  return el("li", {}, el("button", { type: "button", text: name(run), on: { click: show } }));
};

const start = (parts) =>
  reporting(parts, async () => {
    await send("POST", `${API}/runs`, { set: parts.set.value });
    await watch(parts);
  });

const stop = (parts) => reporting(parts, async () => progress(parts, await send("POST", `${API}/stop`)));

// Polls a run until it ends, then shows it. Only one watch at a time.
const watch = async (parts) => {
  if (parts.watching) return;
  parts.watching = true;
  let ran = false;
  await reporting(parts, async () => {
    for (;;) {
      const state = await getJSON(`${API}/state`);
      progress(parts, state);
      if (state.state !== "running") {
        if (ran) await refresh(parts);
        if (state.run) await open(parts, state.run);
        return;
      }
      ran = true;
      await new Promise((resolve) => setTimeout(resolve, PAUSE));
    }
  });
  parts.watching = false;
};

const progress = (parts, state) => {
  const running = state.state === "running";
  parts.start.disabled = running;
  parts.stop.disabled = !running;
  parts.bar.hidden = !running;
  parts.bar.max = Math.max(state.of, 1);
  parts.bar.value = state.done;
  parts.counted.textContent = running ? `${state.set}: ${state.done} of ${state.of} questions` : "";
  const line = state.state === "failed" ? `The run failed: ${state.line}` : state.line;
  if (parts.line.textContent !== line) parts.line.textContent = line; // a screen reader announces every change
};

const open = (parts, id) =>
  reporting(parts, async () => {
    const number = ++parts.opened;
    const run = await getJSON(`${API}/runs/${encodeURIComponent(id)}`);
    if (number === parts.opened) parts.run.replaceChildren(...report(run, before(parts, run)));
  });

// The run of the same set before this one, if it is kept.
const before = (parts, run) => {
  const same = parts.runs.filter((one) => one.set === run.set && !one.error);
  return same[same.findIndex((one) => one.id === run.id) + 1];
};
