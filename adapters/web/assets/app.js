// What pages do by themselves. Everything works without it but what only a script can do; nothing
// here is needed to read or to change anything.
(() => {
  "use strict";

  // Times are sent in UTC, and shown in the reader's zone.
  const zoned = new Intl.DateTimeFormat(undefined, { dateStyle: "medium", timeStyle: "short" });
  const times = (root) => {
    for (const t of root.querySelectorAll("time[datetime]")) {
      const at = new Date(t.dateTime);
      if (!isNaN(at) && !t.dataset.shown) {
        t.title = t.textContent;
        t.textContent = zoned.format(at);
        t.dataset.shown = "1";
      }
    }
  };

  const copied = async (button) => {
    const label = button.textContent;
    try {
      await navigator.clipboard.writeText(button.dataset.copy);
      button.textContent = "Copied";
    } catch {
      button.textContent = "Press Ctrl+C";
      button.parentElement.querySelector("input")?.select();
    }
    setTimeout(() => { button.textContent = label; }, 1500);
  };

  // A form or button with data-confirm asks before it goes on.
  const asked = new WeakSet();
  const confirmed = (text) => new Promise((resolve) => {
    const dialog = document.getElementById("confirm");
    dialog.querySelector("#confirm-text").textContent = text;
    dialog.returnValue = "no";
    dialog.addEventListener("close", () => resolve(dialog.returnValue === "yes"), { once: true });
    dialog.showModal();
  });

  document.addEventListener("click", (e) => {
    const target = e.target.closest("[data-copy], .close, [data-dialog], [data-dismiss]");
    for (const menu of document.querySelectorAll("details.menu[open]")) {
      if (!menu.contains(e.target)) menu.open = false;
    }
    if (!target) return;
    if (target.dataset.copy !== undefined) copied(target);
    else if (target.dataset.dialog) document.getElementById(target.dataset.dialog)?.showModal();
    else if (target.dataset.dismiss !== undefined) target.closest("dialog")?.close();
    else target.closest(".notice")?.remove();
  });

  document.addEventListener("keydown", (e) => {
    if (e.key === "Escape") {
      for (const menu of document.querySelectorAll("details.menu[open]")) {
        menu.open = false;
        menu.querySelector("summary").focus();
      }
    }
    // "/" goes to the search of a page, as in most tools of this kind.
    const typing = e.target.closest("input, textarea, select, [contenteditable]");
    const search = document.querySelector("main input[type=search]");
    if (e.key === "/" && !typing && search && !e.ctrlKey && !e.metaKey) {
      e.preventDefault();
      search.focus();
    }
  });

  // Capturing, so that it comes before htmx.
  document.addEventListener("submit", (e) => {
    const form = e.target;
    const text = e.submitter?.dataset.confirm ?? form.dataset.confirm;
    if (text && !asked.has(form)) {
      e.preventDefault();
      e.stopImmediatePropagation();
      const by = e.submitter;
      confirmed(text).then((yes) => {
        if (!yes) return;
        asked.add(form);
        form.requestSubmit(by);
        asked.delete(form);
      });
      return;
    }
    if (form.method !== "post" || e.defaultPrevented) return;
    if (form.dataset.sent && !form.closest(".htmx-request")) {
      e.preventDefault(); // a second click; the server would do it only once as well
      return;
    }
    if (!form.hasAttribute("hx-post")) {
      form.dataset.sent = "1";
      setTimeout(() => { delete form.dataset.sent; }, 4000);
    }
  }, true);

  // Fields that send their form when they change.
  document.addEventListener("change", (e) => {
    if (e.target.matches("[data-submit]")) e.target.form.requestSubmit();
  });

  document.addEventListener("htmx:sendError", () => {
    const notice = document.createElement("div");
    notice.className = "notice bad";
    const p = document.createElement("p");
    p.textContent = "The server can't be reached. What you typed is still here; try again in a moment.";
    notice.append(p);
    document.getElementById("notices").replaceChildren(notice);
  });
  document.addEventListener("htmx:load", (e) => times(e.detail.elt));
  window.addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });
  times(document);
  document.querySelector(".side [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
})();
