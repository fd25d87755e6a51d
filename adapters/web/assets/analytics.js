// The pages of analytics: the chart, the map, and the time zone, which only a browser knows.
(() => {
  "use strict";

  const own = Intl.DateTimeFormat().resolvedOptions().timeZone || "UTC";
  const page = () => document.getElementById("analytics");
  const data = (id) => JSON.parse(document.getElementById(id)?.textContent || "null");
  const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
  const number = new Intl.NumberFormat();

  // The address is all there is to a page, so going back means loading it again.
  htmx.config.refreshOnHistoryMiss = true;

  // An address without a zone means the reader's: the server is told once, and from then on the
  // address says it, so that whoever is sent it sees the same.
  const zone = () => {
    const known = page().dataset.zone;
    document.cookie = "linklog_zone=" + encodeURIComponent(own) + ";path=/;max-age=31536000;samesite=lax";
    const at = new URL(location);
    if (at.searchParams.get("timezone")) return;
    at.searchParams.set("timezone", own);
    if (known === own) history.replaceState(history.state, "", at);
    else location.replace(at);
  };

  const zones = () => {
    const list = document.getElementById("zones");
    if (!list || list.children.length || !Intl.supportedValuesOf) return;
    for (const name of Intl.supportedValuesOf("timeZone")) list.append(new Option(name, name));
  };

  let plot = null;
  const formats = { "15min": { hour: "2-digit", minute: "2-digit" }, hour: { hour: "2-digit", minute: "2-digit" }, month: { month: "short", year: "numeric" } };
  const chart = () => {
    plot?.destroy();
    plot = null;
    const box = document.getElementById("chart"), d = data("series");
    if (!box || !d || !d.times.length) return;
    const short = new Intl.DateTimeFormat(undefined, { timeZone: d.zone, ...(formats[d.step] || { day: "numeric", month: "short" }) });
    const long = new Intl.DateTimeFormat(undefined, { timeZone: d.zone, dateStyle: "medium", ...(d.step === "hour" || d.step === "15min" ? { timeStyle: "short" } : {}) });
    const say = (u, v) => v == null ? "–" : number.format(v);
    const rows = [d.times, d.clicks];
    const line = { label: "Clicks", stroke: color("--series-1"), width: 2, fill: color("--series-1") + "1f", value: say, points: { show: d.times.length < 3 } };
    const series = [{ label: "When", value: (u, v) => v == null ? "" : long.format(v * 1000) }, line];
    if (d.before) {
      rows.push(d.before);
      series.push({ label: "Before", stroke: color("--muted"), width: 1.25, dash: [4, 4], value: say, points: { show: false } });
    }
    if (d.bots) {
      rows.push(d.bots);
      series.push({ label: "Bots", stroke: color("--series-3"), width: 1.5, value: say, points: { show: false } });
    }
    const axis = { stroke: color("--muted"), grid: { stroke: color("--line"), width: 1 }, ticks: { show: false }, font: "12px system-ui, sans-serif" };
    plot = new uPlot({
      width: box.clientWidth, height: 240, series,
      legend: { live: true }, cursor: { y: false, drag: { x: false, y: false } },
      scales: { y: { range: (u, min, max) => [0, Math.max(4, max * 1.08)] } },
      axes: [
        { ...axis, grid: { show: false }, space: 76, size: 30, values: (u, all) => all.map((v) => short.format(v * 1000)),
          splits: (u) => { const n = Math.max(1, Math.ceil(d.times.length / Math.max(2, u.width / 92))); return d.times.filter((_, i) => i % n === 0); } },
        { ...axis, size: 48, space: 44, incrs: [1, 2, 5].flatMap((n) => [0, 1, 2, 3, 4, 5, 6, 7, 8].map((e) => n * 10 ** e)).sort((a, b) => a - b),
          values: (u, all) => all.map((v) => Intl.NumberFormat(undefined, { notation: "compact" }).format(v)) },
      ],
    }, rows, box);
  };

  let drawn = null; // the world, read once
  const map = async () => {
    const box = document.getElementById("world"), countries = data("countries");
    if (!box || !countries) return;
    drawn ??= await fetch(box.dataset.map).then((r) => r.ok ? r.text() : Promise.reject(r.status)).catch(() => null);
    if (!drawn) return;
    const svg = document.importNode(new DOMParser().parseFromString(drawn, "image/svg+xml").documentElement, true);
    svg.setAttribute("aria-hidden", "true");
    for (const c of countries) {
      for (const path of svg.querySelectorAll('path[data-country="' + CSS.escape(c.code) + '"]')) {
        path.classList.add("level-" + c.level);
        const title = document.createElementNS("http://www.w3.org/2000/svg", "title");
        title.textContent = c.name + ": " + number.format(c.clicks);
        path.append(title);
        path.addEventListener("click", () => {
          const a = document.createElement("a");
          a.href = c.to;
          a.hidden = true;
          page().append(a);
          htmx.process(a);
          a.click();
        });
      }
    }
    box.replaceChildren(svg);
  };

  const show = () => { zones(); chart(); map(); };

  // A form's empty fields would make a long address of nothing.
  document.addEventListener("htmx:configRequest", (e) => {
    if (e.detail.verb !== "get" || !page()?.contains(e.detail.elt)) return;
    for (const name of Object.keys(e.detail.parameters)) {
      if (e.detail.parameters[name] === "") delete e.detail.parameters[name];
    }
  });
  document.addEventListener("htmx:afterSettle", (e) => { if (e.detail.target?.id === "analytics" || e.detail.elt?.id === "analytics") show(); });
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", chart);
  let wide = innerWidth;
  addEventListener("resize", () => {
    if (innerWidth === wide || !plot) return;
    wide = innerWidth;
    plot.setSize({ width: document.getElementById("chart").clientWidth, height: 240 });
  });

  if (page()) {
    zone();
    show();
  }
})();
