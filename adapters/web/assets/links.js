// The pages of links. Without it all rows are ticked one by one, and times are those of UTC.
(() => {
  "use strict";

  // Fields for times have no zone: the server is told the browser's, for the next form.
  const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone) document.cookie = "linklog_zone=" + encodeURIComponent(zone) + ";path=/;max-age=31536000;samesite=lax";

  // One box ticks all rows of the page; the bar says how many are ticked.
  const ticked = (form) => {
    const boxes = [...form.querySelectorAll("input[name=link]")];
    const on = boxes.filter((box) => box.checked).length;
    const all = form.querySelector("input.all");
    const many = form.querySelector(".bulk .many");
    if (all) {
      all.hidden = false;
      all.checked = on > 0 && on === boxes.length;
      all.indeterminate = on > 0 && on < boxes.length;
    }
    if (many) many.textContent = on ? on + " selected" : "";
  };
  document.addEventListener("change", (e) => {
    const form = e.target.closest("form.several");
    if (!form) return;
    if (e.target.matches("input.all")) {
      for (const box of form.querySelectorAll("input[name=link]")) box.checked = e.target.checked;
    }
    ticked(form);
  });

  const seen = () => {
    for (const form of document.querySelectorAll("form.several")) ticked(form);
  };
  document.addEventListener("htmx:afterSettle", seen);
  window.addEventListener("pageshow", seen);
  seen();
})();
