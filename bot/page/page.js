// Runs once, when the source viewer is on the page. Gives citation links their meaning and keeps
// the cited words in sight. `element`, `trigger` and `watch` come from Gradio.

const active = document.head.appendChild(document.createElement("style"));
let clicked = false; // a person opened the source, rather than an answer that arrived

const onClick = (event) => {
  const link = event.target.closest && event.target.closest('a[href^="#cite-"]');
  if (!link) return;
  // Capture phase, before any other handler; also keeps "#cite-…" out of the address.
  event.preventDefault();
  event.stopPropagation();
  clicked = true;
  trigger("select", { cite: link.getAttribute("href").slice("#cite-".length) });
};
document.addEventListener("click", onClick, true);

const show = () => {
  const box = element.querySelector(".by-scroll");
  if (!box) return;
  const mark = box.querySelector("mark#cited");
  const above = mark ? mark.getBoundingClientRect().top - box.getBoundingClientRect().top : 0;
  box.scrollTop = mark ? box.scrollTop + above - box.clientHeight / 3 : 0;
  // A rule rather than a class: it outlives the chat's own re-rendering of its messages.
  const article = box.querySelector("article[data-href]");
  active.textContent = article
    ? `#by-chat a[href="${CSS.escape(article.dataset.href)}"] {
         --by-pill: var(--by-accent); --by-ink: var(--by-panel); --by-edge: var(--by-accent); }`
    : "";
  // On a narrow screen the viewer lies below the chat: go there, but only when asked to.
  if (clicked && window.matchMedia("(max-width: 768px)").matches) {
    element.scrollIntoView({ block: "start" });
  }
  clicked = false;
};
watch("value", () => requestAnimationFrame(show));
