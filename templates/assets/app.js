// Ratusha: small help for those whose browser runs scripts; every page works without it.
"use strict";
(() => {
  const all = (selector) => document.querySelectorAll(selector);

  // A refused form: the reader begins at what has to be corrected.
  document.querySelector("[data-focus]")?.focus();

  // A file that is too large is told before it travels.
  for (const input of all("input[type=file][data-max]")) {
    input.addEventListener("change", () => {
      const large = [...input.files].some((file) => file.size > Number(input.dataset.max));
      input.setCustomValidity(large ? input.dataset.tooLarge : "");
      input.reportValidity();
    });
  }

  // Drafts: what is typed stays in this browser until the server has taken it.
  const store = {
    get: (key) => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
    set: (key, value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* full or forbidden */ } },
    drop: (key) => { try { localStorage.removeItem(key); } catch { /* forbidden */ } },
  };
  const kept = (form) => [...form.elements].filter((e) => e.name && !["hidden", "password", "file", "submit", "button"].includes(e.type));
  const read = (form) => kept(form).map((e) => [e.name, e.type === "checkbox" || e.type === "radio" ? (e.checked ? e.value : null) : e.value]);
  const write = (form, values) => kept(form).forEach((e, i) => {
    const [name, value] = values[i] ?? [];
    if (name !== e.name) return;
    if (e.type === "checkbox" || e.type === "radio") e.checked = value !== null;
    else e.value = value;
  });
  const forms = [...all("form[data-draft]")];
  const keys = new Set(forms.map((form) => "draft:" + form.dataset.draft));

  // A form that was sent and is not here any more was taken.
  const sent = store.get("draft-sent");
  if (sent) {
    if (!keys.has(sent)) store.drop(sent);
    store.drop("draft-sent");
  }

  for (const form of forms) {
    const key = "draft:" + form.dataset.draft;
    const blank = read(form);
    const saved = store.get(key);
    let dirty = false;
    let timer;
    const same = (a, b) => JSON.stringify(a) === JSON.stringify(b);
    if (saved && !same(saved, blank) && !document.querySelector(".error-summary")) {
      write(form, saved);
      const note = document.createElement("div");
      note.className = "notice info";
      note.setAttribute("role", "status");
      const text = document.createElement("p");
      text.textContent = form.dataset.restored + " ";
      const drop = document.createElement("button");
      drop.type = "button";
      drop.className = "button plain";
      drop.textContent = form.dataset.drop;
      drop.addEventListener("click", () => { store.drop(key); write(form, blank); note.remove(); dirty = false; });
      text.append(drop);
      note.append(text);
      form.prepend(note);
    }
    const save = () => store.set(key, read(form));
    form.addEventListener("input", () => {
      dirty = true;
      clearTimeout(timer);
      timer = setTimeout(save, 600);
    });
    form.addEventListener("submit", () => {
      clearTimeout(timer);
      save();
      dirty = false;
      store.set("draft-sent", key);
    });
    addEventListener("pagehide", () => { if (dirty) save(); });
    addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
  }
})();
