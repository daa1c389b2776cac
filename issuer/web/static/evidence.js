// The evidence form while it is being filled in: saved by itself, checked by the server, nothing lost.
// Without this script the same form works by its buttons. All rules are the server's; this only asks and shows.
"use strict";

(() => {
  const WAIT_MS = 2000;
  const LONGEST_WAIT_MS = 15000;
  const RETRY_MS = 10000;
  const KEPT_FOR_MS = 7 * 24 * 3600 * 1000;
  const ABSENT = new Set(["evidence.missing", "evidence.too_few", "evidence.blank", "evidence.not_confirmed"]);
  const ROW_ACTION = /^(add|remove|up|down):/;
  const NOT_TYPED = new Set(["csrf_token", "revision"]);

  const find = (id) => document.getElementById(id);
  const form = () => find("evidence");
  if (!form()) return;
  const address = form().getAttribute("action");
  const keptName = `draft ${form().dataset.submission} ${form().dataset.person}`;
  const showsAll = new URLSearchParams(location.search).has("check");
  let touched = new Set();
  let changes = 0;
  let savedChanges = 0;
  let dirtySince = 0;
  let timer = 0;
  let saving = null;
  let stopped = false;
  let leaving = false;
  let found = null;

  // -- what the form says

  const content = () => {
    const sent = new FormData(form());
    for (const [name, value] of [...sent.entries()]) if (value instanceof File) sent.delete(name);
    return sent;
  };
  const typed = () => [...content().entries()].filter(([name]) => !NOT_TYPED.has(name));
  const revision = () => Number(form().elements.revision.value);
  const isDirty = () => changes !== savedChanges;
  const hasFiles = () => [...form().elements].some((one) => one.type === "file" && one.files.length);

  const say = (text, isBad = false) => {
    const state = find("save-state");
    if (!state || state.textContent === text) return;
    if (isBad) state.setAttribute("role", "alert");
    else state.removeAttribute("role");
    state.classList.toggle("bad", isBad);
    state.textContent = text;
  };
  const clock = (moment) => moment.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  // -- kept on this device while the server cannot be reached

  const keep = (wasSent) => {
    try {
      const kept = { at: Date.now(), wasSent, revision: revision(), fields: typed() };
      localStorage.setItem(keptName, JSON.stringify(kept));
      return true;
    } catch {
      return false;
    }
  };
  const forget = () => {
    try { localStorage.removeItem(keptName); } catch { /* without storage nothing was kept */ }
  };
  const kept = () => {
    try {
      const one = JSON.parse(localStorage.getItem(keptName) || "null");
      const isNews = one && Date.now() - one.at < KEPT_FOR_MS && JSON.stringify(one.fields) !== JSON.stringify(typed());
      return isNews && !(one.wasSent && one.revision < revision()) ? one : null;
    } catch {
      return null;
    }
  };
  const notSaved = (why) => {
    say(keep(false) ? `Not saved: ${why} What you wrote is kept on this device.` : `Not saved: ${why}`, true);
  };

  // -- saving

  const later = (wait_ms) => {
    clearTimeout(timer);
    timer = setTimeout(save, wait_ms);
  };

  const save = (isLast = false) => {
    clearTimeout(timer);
    if (!saving && !stopped && !leaving && isDirty()) {
      saving = send(changes, isLast).finally(() => {
        saving = null;
      });
    }
    return saving;
  };

  const send = async (sentChanges, isLast) => {
    try {
      const answer = await fetch(`${address}/autosave`, {
        method: "POST", body: content(), headers: { Accept: "application/json" }, keepalive: isLast,
      });
      const told = await answer.json();
      if (answer.ok) saved(told, sentChanges);
      else if (answer.status === 409) keptAside(told, sentChanges);
      else if (told.code === "csrf" && await renew()) later(0);
      else if (answer.status === 401 || told.code === "csrf") {
        notSaved("you are signed out. Sign in in another tab, then go on here.");
        later(RETRY_MS);
      } else {
        notSaved(told.title);
        later(2 * RETRY_MS);
      }
    } catch {
      notSaved("no connection.");
      later(RETRY_MS);
    }
  };

  const saved = (told, sentChanges) => {
    savedChanges = sentChanges;
    dirtySince = isDirty() ? Date.now() : 0;
    form().elements.revision.value = told.revision;
    forget();
    if (isDirty()) later(WAIT_MS);
    else say(`Saved ${clock(new Date(told.saved_at))}`);
    show(told);
  };

  const keptAside = (told, sentChanges) => {
    stopped = true;
    savedChanges = sentChanges;
    say(`${told.title} `, true);
    const link = document.createElement("a");
    link.href = `${address}/versions`;
    link.textContent = "Compare the versions";
    find("save-state").append(link);
  };

  const renew = async () => {
    // After signing in again in another tab the form needs the token of the session there is now.
    const page = await (await fetch(location.pathname, { headers: { Accept: "text/html" } })).text();
    const fresh = new DOMParser().parseFromString(page, "text/html").getElementById("evidence");
    if (!fresh || fresh.dataset.person !== form().dataset.person) return false;
    form().elements.csrf_token.value = fresh.elements.csrf_token.value;
    return true;
  };

  // -- showing what the server found

  const show = (told) => {
    found = told;
    for (const one of told.progress) {
      for (const meter of document.querySelectorAll(`[data-progress="${CSS.escape(one.requirement)}"]`)) {
        const bar = meter.querySelector("progress");
        [bar.max, bar.value] = [one.needed, one.done];
        const words = meter.querySelector(".words");
        words.textContent = one.words;
        words.classList.toggle("good", one.complete);
      }
    }
    const missing = find("missing");
    const count = told.findings.length;
    missing.removeAttribute("role");
    missing.className = "card";
    missing.querySelector("h2").textContent = !count ? "Everything the badge asks for is here"
      : count === 1 ? "1 thing is still missing" : `${count} things are still missing`;
    missing.querySelector("details").hidden = !count;
    missing.querySelector("p").hidden = count > 0;
    missing.querySelector("ul").replaceChildren(...told.findings.map(line));
    mark();
  };

  const line = (finding) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = `#${finding.target}`;
    link.textContent = finding.message;
    item.append(find(finding.target) ? link : finding.message);
    return item;
  };

  const isDue = (finding) => {
    // What is wrong is said at once; what is only missing, once its neighbourhood was filled in and left.
    if (showsAll || !ABSENT.has(finding.code)) return true;
    const place = finding.pointer;
    const around = place.split("/").length > 2 ? place.slice(0, place.lastIndexOf("/")) : place;
    const isAround = (name) => name === place || name.startsWith(`${around}/`);
    return [...touched].some(isAround) && !isAround(document.activeElement?.name || "");
  };

  const mark = () => {
    const due = new Map();
    for (const one of found.findings) {
      if (isDue(one)) due.set(one.target, [...(due.get(one.target) || []), one.detail]);
    }
    for (const error of form().querySelectorAll('.field-error[id^="f-"]')) {
      const target = error.id.replace(/-error$/, "");
      if (due.has(target)) continue;
      find(target)?.removeAttribute("aria-invalid");
      error.remove();
    }
    for (const [target, messages] of due) put(find(target), messages.join(" "));
  };

  const put = (target, text) => {
    if (!target || !form().contains(target)) return;
    let error = find(`${target.id}-error`);
    if (!error) {
      error = document.createElement("p");
      error.id = `${target.id}-error`;
      error.className = "field-error";
      place(error, target);
    }
    if (error.textContent !== text) error.textContent = text;
  };

  const place = (error, target) => {
    const head = target.querySelector(":scope > legend, :scope > summary");
    const cell = target.querySelector(":scope > th");
    if (target.matches("input, select, textarea")) {
      const described = (target.getAttribute("aria-describedby") || "").split(" ").filter((id) => id && id !== error.id);
      target.setAttribute("aria-describedby", [...described, error.id].join(" "));
      target.setAttribute("aria-invalid", "true");
      target.before(error);
    } else if (cell) cell.append(error);
    else if (head) head.after(error);
    else target.prepend(error);
  };

  // -- rows are added, moved and removed without leaving the page

  const rearrange = async (button) => {
    leaving = true;
    clearTimeout(timer);
    await saving;
    const sent = new FormData(form());
    sent.set("action", button.value);
    try {
      const answer = await fetch(address, { method: "POST", body: sent, headers: { Accept: "text/html" } });
      const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
      swap(fresh, button);
    } catch {
      notSaved("no connection.");
    } finally {
      leaving = false;
    }
  };

  const swap = (fresh, button) => {
    const at = button.getBoundingClientRect().top;
    const open = [...form().querySelectorAll("details[open][id]")].map((one) => one.id);
    find("main").replaceChildren(...document.adoptNode(fresh.getElementById("main")).childNodes);
    changes = savedChanges = 0;
    touched = new Set();
    forget();
    if (!form()) return scrollTo(0, 0); // the server had something else to say
    for (const id of open) if (find(id)?.matches("details")) find(id).open = true;
    const same = [...form().elements].find((one) => one.name === "action" && one.value === button.value);
    if (same) scrollBy(0, same.getBoundingClientRect().top - at);
    focusAfter(...button.value.split(":"));
    say(`Saved ${clock(new Date())}`);
    document.dispatchEvent(new CustomEvent("evidence:swapped"));
  };

  const focusAfter = (verb, name) => {
    const part = (pointer) => find(`f${pointer.replaceAll("/", "-")}`);
    const list = verb === "add" ? name : name.slice(0, name.lastIndexOf("/"));
    const number = Number(name.slice(name.lastIndexOf("/") + 1));
    let row = part(`${list}/${number + ({ up: -1, down: 1 }[verb] || 0)}`);
    if (verb === "add") for (let next = 0; part(`${list}/${next}`); next += 1) row = part(`${list}/${next}`);
    const control = (row || part(list) || form()).querySelector("input:not([type=hidden]), select, textarea, button");
    control?.focus({ preventScroll: verb !== "add" });
  };

  // -- what an earlier visit could not save

  const offer = () => {
    const earlier = kept();
    if (!earlier) return forget();
    const box = find("kept");
    box.hidden = false;
    box.querySelector("time").textContent = new Date(earlier.at).toLocaleString();
    box.querySelector("[data-kept=restore]").addEventListener("click", () => sendAgain(earlier));
    box.querySelector("[data-kept=forget]").addEventListener("click", () => {
      forget();
      box.hidden = true;
    });
  };

  const sendAgain = (earlier) => {
    const again = document.createElement("form");
    Object.assign(again, { method: "post", action: address, enctype: "multipart/form-data", hidden: true });
    const fixed = [["csrf_token", form().elements.csrf_token.value], ["revision", earlier.revision]];
    for (const [name, value] of [...fixed, ...earlier.fields]) {
      again.append(Object.assign(document.createElement("textarea"), { name, value }));
    }
    document.body.append(again);
    leaving = true;
    again.submit();
  };

  // -- listening

  document.addEventListener("input", (event) => {
    if (!form() || event.target.form !== form() || event.target.type === "file") return;
    changes += 1;
    if (stopped) return void keep(false);
    dirtySince ||= Date.now();
    say("Not saved yet …");
    later(Math.max(0, Math.min(WAIT_MS, dirtySince + LONGEST_WAIT_MS - Date.now())));
  });
  document.addEventListener("focusout", (event) => {
    if (!form() || event.target.form !== form() || !event.target.name) return;
    if (event.target.value) touched.add(event.target.name);
    setTimeout(() => {
      if (found && form() && !isDirty()) mark();
    });
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest("#evidence button[name=action]");
    if (!button || !ROW_ACTION.test(button.value)) return;
    event.preventDefault();
    if (!leaving) rearrange(button);
  });
  document.addEventListener("submit", (event) => {
    if (event.target !== form()) return;
    if (saving) {
      event.preventDefault();
      saving.then(() => form().requestSubmit(event.submitter));
      return;
    }
    clearTimeout(timer);
    keep(true);
    leaving = true;
  });
  addEventListener("online", () => later(0));
  addEventListener("focus", () => later(0));
  document.addEventListener("visibilitychange", () => {
    if (document.hidden) save();
  });
  addEventListener("beforeunload", (event) => {
    if (leaving || !form() || !(isDirty() || hasFiles())) return;
    if (isDirty()) keep(false);
    save(true);
    event.preventDefault();
  });
  addEventListener("pageshow", (event) => {
    if (event.persisted) location.reload();
  });
  offer();
})();
