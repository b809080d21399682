"use strict";
(() => {
  const tip = document.getElementById("tip");
  const views = new WeakMap();
  const read = (script) => JSON.parse(script.textContent);
  const numbersOf = (figure) => read(figure.querySelector("script"));

  function drawingOf(figure) {
    const spec = read(document.getElementById(figure.dataset.drawing));
    spec.data.find((one) => one.name === "data").values = numbersOf(figure);
    return spec;
  }

  // Text only: what a label says is never read as markup.
  function showTip(handler, event, item, value) {
    if (value === null || value === undefined || value === "") {
      tip.hidden = true;
      return;
    }
    const list = document.createElement("dl");
    const pairs = typeof value === "object" ? Object.entries(value) : [["", value]];
    for (const [name, text] of pairs) {
      list.append(Object.assign(document.createElement("dt"), { textContent: name }));
      list.append(Object.assign(document.createElement("dd"), { textContent: text }));
    }
    tip.replaceChildren(list);
    tip.hidden = false;
    const room = document.documentElement.clientWidth - tip.offsetWidth - 8;
    tip.style.left = `${window.scrollX + Math.max(4, Math.min(event.clientX + 14, room))}px`;
    tip.style.top = `${window.scrollY + event.clientY + 16}px`;
  }

  async function draw(figure) {
    const place = figure.querySelector(".drawing");
    if (views.has(figure) || place.clientWidth === 0) return;
    views.set(figure, null);
    const found = await vegaEmbed(place, drawingOf(figure), {
      mode: "vega", renderer: "svg", actions: false, defaultStyle: false, tooltip: showTip,
    });
    views.set(figure, found.view);
    place.style.minHeight = "0";
  }

  const figures = [...document.querySelectorAll("figure.chart")];
  const waiting = figures.slice();
  const later = window.requestIdleCallback || ((work) => setTimeout(work, 1));

  async function drawNext() {
    if (waiting.length === 0) {
      document.documentElement.dataset.ready = "yes";
      return;
    }
    await draw(waiting.shift());
    later(drawNext);
  }

  window.addEventListener("beforeprint", () => figures.forEach(draw));
  document.addEventListener("scroll", () => { tip.hidden = true; }, { passive: true });

  function tabulate(figure, place) {
    const rows = views.get(figure).data("data");
    const table = document.createElement("table");
    const line = (cells, tag) => {
      const row = document.createElement("tr");
      for (const text of cells) {
        row.append(Object.assign(document.createElement(tag), { textContent: text }));
      }
      return row;
    };
    const head = document.createElement("thead");
    const columns = Object.keys(rows[0] || {});
    head.append(line(columns, "th"));
    const body = document.createElement("tbody");
    for (const row of rows) body.append(line(columns.map((name) => row[name]), "td"));
    table.append(head, body);
    place.replaceChildren(table);
  }

  for (const figure of figures) {
    const numbers = figure.querySelector("details.numbers");
    numbers.addEventListener("toggle", () => {
      if (numbers.open) tabulate(figure, numbers.querySelector(".scroll"));
    });
    const link = figure.querySelector("a.data");
    link.addEventListener("click", () => {
      const file = new Blob([numbersOf(figure)], { type: "text/csv" });
      link.href = URL.createObjectURL(file);
    });
  }

  function sort(table, column, ascending) {
    const body = table.tBodies[0];
    const key = (row) => {
      const cell = row.cells[column];
      return cell.dataset.key === undefined ? cell.textContent : Number(cell.dataset.key);
    };
    const isNumber = [...body.rows].some((row) => row.cells[column].dataset.key !== undefined);
    const compare = (a, b) => {
      const [x, y] = [key(a), key(b)];
      if (!isNumber) return x.localeCompare(y);
      const [unknownX, unknownY] = [typeof x !== "number", typeof y !== "number"];
      if (unknownX || unknownY) return (unknownX - unknownY) * (ascending ? 1 : -1);
      return x - y;
    };
    const rows = [...body.rows].sort((a, b) => (ascending ? compare(a, b) : compare(b, a)));
    body.append(...rows);
  }

  for (const table of document.querySelectorAll("table.sortable")) {
    const heads = [...table.tHead.rows[0].cells];
    heads.forEach((head, column) => {
      head.querySelector("button").addEventListener("click", () => {
        const ascending = head.getAttribute("aria-sort") !== "ascending";
        heads.forEach((other) => other.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", ascending ? "ascending" : "descending");
        sort(table, column, ascending);
      });
    });
  }

  later(drawNext);
})();
