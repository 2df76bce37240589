"use strict";
(() => {
  const sections = [...document.querySelectorAll("main > section")];
  const box = document.getElementById("filter");
  const rows = [...document.querySelectorAll("#list tbody tr")];
  const here = () => {
    const head = document.activeElement.closest("h2");
    const near = sections.findLast(s => s.getBoundingClientRect().top < 80);
    return head && head.getBoundingClientRect().top > -10 ? head.parentElement : near;
  };
  const go = step => {
    const next = sections[sections.indexOf(here()) + step];
    if (!next) return;
    next.scrollIntoView();
    next.querySelector("h2").focus({preventScroll: true});
  };
  const toggle = () => {
    const found = [...(here() ?? sections[0]).querySelectorAll("details")], open = found.every(d => d.open);
    for (const d of found) d.open = !open;
  };
  const filter = () => {
    const words = box.value.toLowerCase();
    for (const row of rows) row.hidden = Boolean(words) && !row.textContent.toLowerCase().includes(words);
  };
  for (const s of sections) s.querySelector("h2").tabIndex = -1;
  if (box) box.addEventListener("input", filter);
  document.addEventListener("keydown", event => {
    if (event.target.tagName === "INPUT") {
      if (event.key === "Escape") event.target.blur();
      return;
    }
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "j") go(1);
    else if (event.key === "k") go(-1);
    else if (event.key === "o") toggle();
    else if (event.key === "/" && box) {
      event.preventDefault();
      box.closest("details").open = true;
      box.focus();
    }
  });
})();
