// One run of the Evaluation tab: cards, plots, all figures, and every miss with links to the words.

import { at, el } from "./dom.js";

const API = "/api/evaluation";
const NOTHING = "–";
const COUNTS = new Set(["cases", "answerable", "citations"]);
const CARDS = [
  ["accuracy", "Right answers", "of the questions that the articles answer"],
  ["wrong_answers", "Wrong answers", "among the answers given"],
  ["refusal_recall", "Rightly refused", "of the questions that they do not answer"],
  ["citation_validity", "Exact citations", "word for word as in the file"],
  ["ece", "Calibration error", "between confidence and right answers"],
  ["p50_ms", "Time to answer", "half of the questions took less"],
];
const PLOTS = {
  "risk-coverage": "If only the surest answers were given, so many of them would be wrong.",
  calibration: "Of answers with a confidence of 0.8, eight in ten should be right: on the dashed line.",
  "recall-at-k": "How often a file that holds the answer is among the first k that the search finds.",
};

export const percent = (value) => (typeof value === "number" ? `${Math.round(100 * value)} %` : NOTHING);

export const when = (run) => new Date(run.when).toLocaleString("en-GB", { dateStyle: "long", timeStyle: "medium" });

// The elements of `run`; `before` is the summary of the run of the same set before it, if any.
export const report = (run, before) => [
  el("h2", { text: `${run.set}, ${when(run)}` }),
  el("p", { class: "by-eval-settings", text: settings(run) }),
  el("ul", { class: "by-eval-cards", "aria-label": "The main figures" }, CARDS.map((one) => card(run, before, ...one))),
  el("div", { class: "by-eval-plots" }, run.plots.map((plot) => figure(run, plot))),
  el(
    "details",
    { class: "by-eval-all" },
    el("summary", { text: "All figures" }),
    table(
      ["Figure", "Value", "95 % interval"],
      run.figures.map((each) => [each.label, shown(each.name, each.value), span(each.interval)]),
    ),
  ),
  ...misses(run.misses),
];

const settings = (run) => Object.entries(run.settings).map(([key, value]) => `${key}: ${value}`).join(" · ");

const short = (name, value) => {
  if (typeof value !== "number") return NOTHING;
  if (name === "ece") return value.toFixed(2);
  return name.endsWith("_ms") ? `${Math.round(value)} ms` : percent(value);
};

const card = (run, before, name, title, note) => {
  const found = run.figures.find((each) => each.name === name) ?? { value: null, interval: null };
  const earlier = before?.figures[name];
  return el(
    "li",
    {},
    el("h3", { text: title }),
    el("p", { class: "by-eval-value", text: short(name, found.value) }),
    found.interval ? range(found) : null,
    el("p", { class: "by-eval-note", text: note }),
    typeof earlier === "number" ? el("p", { class: "by-eval-note", text: `The run before: ${short(name, earlier)}` }) : null,
  );
};

// The 95 % interval of a share, as a bar from 0 to 1 and in words.
const range = ({ interval: [low, high] }) => {
  const bar = el("span", { class: "by-eval-range", "aria-hidden": "true" }, el("span"));
  bar.firstChild.style.left = `${100 * Math.max(0, low)}%`;
  bar.firstChild.style.width = `${Math.max(1, 100 * (Math.min(1, high) - Math.max(0, low)))}%`;
  return el("p", { class: "by-eval-note" }, bar, `${Math.round(100 * low)} to ${percent(high)} (95 % interval)`);
};

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

const figure = (run, plot) =>
  el(
    "figure",
    {},
    el("img", {
      src: at(`${API}/runs/${encodeURIComponent(run.id)}/plots/${encodeURIComponent(plot)}.svg`),
      alt: `${plot.replaceAll("-", " ")}. The figures stand under “All figures”.`,
      width: 480,
      height: 320,
    }),
    PLOTS[plot] ? el("figcaption", { text: PLOTS[plot] }) : null,
  );

// The misses, and a button for each cause that leaves only these.
const misses = (all) => {
  if (!all.length) return [el("h3", { text: "No question was missed" })];
  const items = all.map((one) => [one.cause, miss(one)]);
  const causes = [...new Set(all.map((one) => one.cause))];
  const buttons = causes.map((cause) => {
    const count = all.filter((one) => one.cause === cause).length;
    return el("button", { type: "button", "aria-pressed": "false", text: `${cause} (${count})`, on: { click: ({ target }) => choose(target, cause) } });
  });
  const choose = (button, cause) => {
    const chosen = button.getAttribute("aria-pressed") !== "true";
    for (const each of buttons) each.setAttribute("aria-pressed", String(chosen && each === button));
    for (const [its, item] of items) item.hidden = chosen && its !== cause;
  };
  return [
    el("h3", { text: `Missed questions (${all.length})` }),
    causes.length > 1 ? el("div", { class: "by-eval-causes", role: "group", "aria-label": "Show only" }, buttons) : null,
    ...items.map(([, item]) => item),
  ].filter(Boolean);
};

const miss = (one) =>
  el(
    "details",
    { class: "by-eval-miss" },
    el("summary", {}, el("span", { dir: "auto", text: one.question }), " ", el("em", { text: one.cause })),
    el("p", { class: "by-eval-note", text: `What went wrong: ${one.why}.` }),
    facts([
      ["Asked after", one.history.join(" / ")],
      ["Asked as", one.asked === one.question ? "" : one.asked],
      ["Expected", one.expected.join(" | ") || "a refusal"],
      ["Supported by", one.supporting.map((words) => quoted(words.text, words.link))],
      ["Given", `${given(one)} (confidence ${one.confidence.toFixed(2)})`],
      ["Should cite", one.files.join(", ")],
      ["Cites", one.cited.map((cited) => linked(cited.file, cited.link))],
    ]),
    one.passages.length
      ? el("details", {}, el("summary", { text: `Passages found (${one.passages.length})` }), el("ol", {}, one.passages.map(passage)))
      : el("p", { text: "Nothing was retrieved." }),
  );

const given = (one) => (one.refused ? "a refusal" : one.given || "nothing");

// A link opens the article at the words: see viewer.js.
const linked = (text, link) => (link ? el("a", { href: link, text }) : el("span", { text }));
const quoted = (text, link) => el("q", { dir: "auto" }, linked(text, link));

const facts = (pairs) =>
  el("dl", {}, pairs.filter(([, value]) => value.length).flatMap(([term, value]) => [el("dt", { text: term }), el("dd", {}, described(value))]));

const described = (value) => (typeof value === "string" ? value : value.map((part) => el("div", {}, part)));

const passage = (one) =>
  el(
    "li",
    {},
    el("p", { class: "by-eval-where" }, el("strong", {}, linked(one.title || one.file, one.link)), ` ${one.file}, score ${one.score.toFixed(4)}${one.read ? "" : ", not read"}`),
    el("blockquote", { dir: "auto", text: one.text }),
  );
