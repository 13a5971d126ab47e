// The sentences that scripts say, in the page's language; and the notices they say them with.
const given = document.getElementById("words")?.dataset ?? {};

export function words(name, values = {}) {
  return (given[name] ?? "").replace(/\{(\w+)\}/g, (_, key) => values[key] ?? "");
}

export function notice(text, { name = "", action, href, inPlace = false, onAction } = {}) {
  const place = document.getElementById("notices");
  const box = document.createElement("div");
  box.className = "notice";
  box.dataset.name = name;
  box.append(text);
  if (action) {
    const link = document.createElement(href ? "a" : "button");
    link.textContent = action;
    if (href) Object.assign(link, inPlace ? { href } : { href, target: "_blank", rel: "opener" });
    else link.addEventListener("click", () => { box.remove(); onAction(); });
    box.append(" ", link);
  }
  if (name) place.querySelector(`[data-name="${name}"]`)?.remove();
  place.append(box);
  return box;
}

export function settle(name) {
  document.querySelector(`#notices [data-name="${name}"]`)?.remove();
}
