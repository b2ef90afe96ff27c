/* Completes the question while it is typed. Without this script the box is an ordinary form. */
(() => {
  "use strict";
  const box = document.querySelector('.searchbox input[type="search"]');
  if (!box) return;
  const list = document.createElement("ul");
  list.id = "search-suggestions";
  list.className = "suggestions";
  list.setAttribute("role", "listbox");
  list.hidden = true;
  box.after(list);
  box.autocomplete = "off";
  for (const [name, value] of [["role", "combobox"], ["aria-autocomplete", "list"], ["aria-controls", list.id], ["aria-expanded", "false"]]) {
    box.setAttribute(name, value);
  }
  let chosen = -1;
  let waiting = 0;
  let asked = 0;

  // An answer that comes later must not take back what the reader chose, nor open what was closed.
  const forget = () => {
    clearTimeout(waiting);
    asked += 1;
  };
  const close = () => {
    forget();
    list.hidden = true;
    chosen = -1;
    box.setAttribute("aria-expanded", "false");
    box.removeAttribute("aria-activedescendant");
  };
  const choose = (number) => {
    forget();
    const items = [...list.children];
    chosen = (number + items.length) % items.length;
    items.forEach((item, place) => item.setAttribute("aria-selected", String(place === chosen)));
    box.setAttribute("aria-activedescendant", items[chosen].id);
    items[chosen].scrollIntoView({ block: "nearest" });
  };
  const search = (text) => {
    box.value = text;
    close();
    box.form.submit();
  };
  const show = (lines) => {
    list.replaceChildren(...lines.map((line, number) => {
      const item = document.createElement("li");
      item.id = `search-suggestion-${number}`;
      item.setAttribute("role", "option");
      item.setAttribute("aria-selected", "false");
      item.textContent = line;
      item.addEventListener("mousedown", (event) => { event.preventDefault(); search(line); });
      return item;
    }));
    chosen = -1;
    box.removeAttribute("aria-activedescendant");
    list.hidden = lines.length === 0;
    box.setAttribute("aria-expanded", String(lines.length > 0));
  };
  const ask = async () => {
    const mine = ++asked;
    const response = await fetch(`/search/suggest/?q=${encodeURIComponent(box.value)}`);
    const lines = response.ok ? (await response.json()).suggestions : [];
    if (response.ok && mine === asked && document.activeElement === box) show(lines);
  };
  const later = () => {
    clearTimeout(waiting);
    if (box.value.trim()) waiting = setTimeout(ask, 150);
    else close();
  };
  box.addEventListener("input", (event) => { if (!event.isComposing) later(); });
  box.addEventListener("compositionend", later);
  box.addEventListener("blur", close);
  box.addEventListener("keydown", (event) => {
    if (event.isComposing || list.hidden) return;
    if (event.key === "ArrowDown") choose(chosen + 1);
    else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
    else if (event.key === "Escape") close();
    else if (event.key === "Enter" && chosen >= 0) search(list.children[chosen].textContent);
    else return;
    event.preventDefault();
  });
})();
