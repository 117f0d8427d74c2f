// The Evaluation tab: run a set and show its figures, plots and misses; list earlier runs.

import { at, el, getJSON, send } from "./dom.js";

const API = "/api/evaluation";
const PAUSE = 700; // milliseconds between two polls of a run
const NOTHING = "–";
const COUNTS = new Set(["cases", "answerable", "citations"]);
const PLOTS = {
  "risk-coverage": "Share of wrong answers over the share of answers given, the surest first",
  calibration: "Share of right answers over confidence, in ten bins with their counts",
  "recall-at-k": "Share of supporting files found among the first k, for k from 1 to 10",
};

export const mount = (element) => {
  const parts = build();
  element.append(parts.root);
  refresh(parts).then((succeeded) => succeeded && watch(parts));
};

const build = () => {
  const parts = {
    set: el("select", { id: "by-eval-set" }),
    damaged: el("ul", { class: "by-eval-damaged", "aria-label": "Damaged sets" }),
    bar: el("progress", { "aria-label": "Questions asked", hidden: true }),
    counted: el("p", { class: "by-eval-settings" }),
    line: el("p", { class: "by-eval-line", role: "status" }),
    run: el("section", { "aria-label": "The run" }),
    kept: el("ul", { class: "by-eval-kept" }),
    opened: 0, // number of the newest request for a run; replies to older ones are ignored
  };
  parts.start = el("button", { type: "button", text: "Run", on: { click: () => start(parts) } });
  parts.stop = el("button", { type: "button", text: "Stop", disabled: true, on: { click: () => stop(parts) } });
  parts.root = el(
    "div",
    { class: "by-eval" },
    el("div", { class: "by-eval-row" }, label("Questions with known answers", parts.set), parts.start, parts.stop),
    parts.damaged,
    parts.bar,
    parts.counted,
    parts.line,
    parts.run,
    el("h2", { text: "Earlier runs" }),
    parts.kept,
  );
  return parts;
};

const label = (text, field) => el("label", { for: field.id }, el("span", { text }), field);

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
    parts.start.disabled = !sound.length;
    parts.kept.replaceChildren(...runs.map((run) => kept(parts, run)));
    if (!runs.length) parts.kept.append(el("li", { text: "None yet." }));
  });

const when = (run) => new Date(run.when).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "medium" });
const name = (run) => `${run.set}, ${when(run)}, accuracy ${shown("accuracy", run.figures.accuracy)}`;

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
    if (number === parts.opened) parts.run.replaceChildren(...report(run));
  });

const report = (run) => [
  el("h2", { text: `${run.set}, ${when(run)}` }),
  el("p", { class: "by-eval-settings", text: settings(run) }),
  table(
    ["Figure", "Value", "95 % interval"],
    run.figures.map((each) => [each.label, shown(each.name, each.value), span(each.interval)]),
  ),
  el("div", { class: "by-eval-plots" }, run.plots.map((plot) => image(run, plot))),
  el("h3", { text: run.misses.length ? `Missed questions (${run.misses.length})` : "No question was missed" }),
  ...run.misses.map(miss),
];

const settings = (run) => Object.entries(run.settings).map(([key, value]) => `${key}: ${value}`).join(" · ");

const shown = (figure, value) => {
  if (value === null || value === undefined) return NOTHING;
  return COUNTS.has(figure) ? String(value) : value.toFixed(figure.endsWith("_ms") ? 1 : 3);
};

const span = (interval) => (interval ? interval.map((end) => end.toFixed(2)).join(" to ") : "");

const table = (heads, rows) =>
  el(
    "table",
    {},
    el("thead", {}, el("tr", {}, heads.map((head) => el("th", { scope: "col", text: head })))),
    el("tbody", {}, rows.map(([first, ...rest]) =>
      el("tr", {}, el("th", { scope: "row", text: first }), rest.map((cell) => el("td", { text: cell }))))),
  );

const image = (run, plot) =>
  el("img", {
    src: at(`${API}/runs/${encodeURIComponent(run.id)}/plots/${encodeURIComponent(plot)}.svg`),
    alt: `${PLOTS[plot] ?? plot}. The figures stand in the table.`,
    width: 480,
    height: 320,
  });

const miss = (one) =>
  el(
    "details",
    { class: "by-eval-miss" },
    el("summary", {}, el("span", { text: one.question }), " ", el("em", { text: one.cause })),
    facts([
      ["Asked after", one.history.join(" / ")],
      ["Asked as", one.asked === one.question ? "" : one.asked],
      ["Expected", one.expected.join(" | ") || "a refusal"],
      ["Given", `${given(one)} (confidence ${one.confidence.toFixed(2)})`],
      ["Should cite", one.files.join(", ")],
      ["Cites", one.cited.join(", ")],
    ]),
    one.passages.length ? el("ol", {}, one.passages.map(passage)) : el("p", { text: "Nothing was retrieved." }),
  );

const given = (one) => (one.refused ? "a refusal" : one.given || "nothing");

const facts = (pairs) =>
  el("dl", {}, pairs.filter(([, value]) => value).flatMap(([term, value]) => [el("dt", { text: term }), el("dd", { text: value })]));

const passage = (one) =>
  el(
    "li",
    {},
    el("p", { class: "by-eval-where" }, el("strong", { text: one.title || one.file }), ` ${one.file}, score ${one.score.toFixed(4)}${one.read ? "" : ", not read"}`),
    el("blockquote", { text: one.text }),
  );
