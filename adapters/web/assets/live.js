// Clicks as they come: server-sent events of the native API, put into a table.
(() => {
  "use strict";

  const keep = 200; // rows
  const table = document.getElementById("live");
  if (!table) return;
  const $ = (id) => document.getElementById("live-" + id);
  const body = table.tBodies[0];
  const regions = new Intl.DisplayNames(undefined, { type: "region", fallback: "code" });
  const clock = new Intl.DateTimeFormat(undefined, { timeStyle: "medium" });
  const day = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "medium" });

  // Roughly: what is counted is decided by the server, with longer lists.
  const first = (text, pairs, otherwise) => (pairs.find(([pattern]) => pattern.test(text)) || [, otherwise])[1];
  const isBot = (agent) => !agent || /bot\b|bot[/;]|crawl|spider|slurp|preview|facebookexternalhit|whatsapp|curl\/|wget|python|go-http|java\/|okhttp|headless|monitor/i.test(agent);
  const browser = (agent) => first(agent, [
    [/edg(e|a|ios)?\//i, "Edge"], [/opr\/|opera/i, "Opera"], [/samsungbrowser/i, "Samsung Browser"], [/firefox|fxios/i, "Firefox"],
    [/chrome|crios/i, "Chrome"], [/instagram/i, "Instagram"], [/safari/i, "Safari"],
  ], "");
  const device = (agent) => first(agent, [
    [/ipad/i, "iPad"], [/iphone/i, "iPhone"], [/android.*mobile/i, "Android phone"], [/android/i, "Android tablet"],
    [/windows/i, "Windows"], [/mac os x/i, "Mac"], [/cros/i, "ChromeOS"], [/linux/i, "Linux"],
  ], "");
  const country = (code) => { try { return regions.of(code); } catch { return code; } };

  const cell = (label, ...parts) => {
    const td = document.createElement("td");
    td.dataset.label = label;
    td.append(...parts);
    return td;
  };
  const without = (label, text) => { // what a phone needn't show
    const td = cell(label, text);
    td.className = "without";
    return td;
  };
  const badge = (text, kind) => Object.assign(document.createElement("span"), { className: "badge " + kind, textContent: text });
  const cut = (text, title) => Object.assign(document.createElement("span"), { className: "cut", textContent: text, title: title || text });

  const row = (c) => {
    const tr = document.createElement("tr"), at = new Date(c.time);
    const link = Object.assign(document.createElement("a"), { className: "cut", textContent: c.host + "/" + c.slug });
    link.href = "/analytics?link=" + encodeURIComponent(c.link_id);
    const when = Object.assign(document.createElement("time"), { dateTime: c.time, textContent: clock.format(at), title: day.format(at) });
    const bot = isBot(c.user_agent || "");
    const with_ = c.imported ? "" : [device(c.user_agent || ""), browser(c.user_agent || "")].filter(Boolean).join(", ");
    const marks = [];
    if (c.method === "HEAD") marks.push(badge("HEAD", ""));
    if (bot) marks.push(badge("bot", "warn"));
    if (c.trigger === "qr") marks.push(badge("QR", "accent"));
    if (bot || c.method === "HEAD") tr.classList.add("machine");
    const place = [c.city, c.country ? country(c.country) : ""].filter(Boolean).join(", ") || "Unknown";
    tr.append(
      cell("", link), cell("Time", when), cell("From", cut(place)),
      cell("With", Object.assign(document.createElement("span"), { className: "with" })),
      c.referrer_host ? cell("Referrer", cut(c.referrer_host, c.referrer_host + (c.referrer_path || ""))) : without("Referrer", "Direct"),
      c.rule ? cell("Rule", badge(c.rule, "")) : without("Rule", "–"),
    );
    tr.querySelector(".with").append(cut(with_ || (c.user_agent ? c.user_agent.slice(0, 40) : "Nothing said"), c.user_agent), ...marks);
    return tr;
  };

  let paused = false, waiting = [], unsaid = 0, latest = null;
  const add = (clicks) => {
    if (!clicks.length) return;
    $("empty").hidden = true;
    table.hidden = false;
    body.prepend(...clicks.map(row).reverse());
    while (body.rows.length > keep) body.deleteRow(-1);
  };
  const state = (text, kind) => { $("state").textContent = text; $("state").className = "badge " + (kind || ""); };
  const came = (c) => {
    unsaid++;
    latest = c;
    if (!paused) return add([c]);
    waiting.push(c);
    if (waiting.length > keep) waiting.shift();
    $("pause").textContent = "Go on (" + waiting.length + (waiting.length === keep ? "+" : "") + " new)";
  };

  $("pause").addEventListener("click", () => {
    paused = !paused;
    $("pause").setAttribute("aria-pressed", String(paused));
    if (!paused) {
      add(waiting);
      waiting = [];
    }
    $("pause").textContent = paused ? "Go on" : "Pause";
  });
  $("people").addEventListener("change", (e) => table.classList.toggle("people", e.target.checked));

  // Whoever listens is told every few seconds, not with every click.
  setInterval(() => {
    if (!unsaid || paused) return;
    $("said").textContent = (unsaid === 1 ? "A click" : unsaid + " clicks") + ", the last on " + latest.host + "/" + latest.slug + (latest.country ? " from " + country(latest.country) : "");
    unsaid = 0;
  }, 4000);

  const trouble = (text) => {
    $("trouble").hidden = !text;
    $("trouble").firstElementChild.textContent = text;
  };
  let source = null;
  const listen = () => {
    source?.close();
    trouble("");
    state("Connecting…");
    source = new EventSource(table.dataset.from);
    source.onopen = () => { state("Listening", "good"); trouble(""); };
    source.addEventListener("click", (e) => came(JSON.parse(e.data)));
    source.addEventListener("gap", () => trouble("The connection was away for so long that some clicks are missing here. They are counted all the same."));
    source.onerror = () => {
      if (source.readyState !== EventSource.CLOSED) return state("Connecting again…", "warn");
      state("Not listening", "bad");
      trouble("The server ended the connection. You may have signed out, or have too many of these pages open.");
    };
  };
  $("again").addEventListener("click", listen);
  addEventListener("pagehide", () => source?.close());
  addEventListener("pageshow", (e) => { if (e.persisted) listen(); });
  listen();
})();
