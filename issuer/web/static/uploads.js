// Files of the evidence form: dropped or chosen, several at once, sent in pieces, taken up again after a break.
// Without this script the same inputs send their files with the form. All rules are the server's.
"use strict";

(() => {
  const PIECE_BYTES = 512 * 1024;
  const MOST_AT_ONCE = 2;
  const RETRY_MS = [1000, 3000, 8000, 15000, 30000];
  const SAVED_AFTER_MS = 3500; // by then the form has saved by itself where a file went
  const HASHED_BYTES = 64 * 1024 * 1024;

  const form = () => document.getElementById("evidence");
  const limits = document.querySelector("[data-upload-limits]");
  if (!form() || !limits) return;
  const submission = limits.dataset.uploadLimits;
  const maxBytes = Number(limits.dataset.maxBytes);
  const jobs = [];
  let unfinished = [];
  let placing = Promise.resolve();

  const mib = (bytes) => (bytes < 1e6 ? `${Math.max(1, Math.round(bytes / 1024))} KiB` : `${(bytes / 2 ** 20).toFixed(1)} MiB`);
  const make = (tag, properties = {}, ...parts) => {
    const element = Object.assign(document.createElement(tag), properties);
    element.append(...parts);
    return element;
  };
  const hidden = (text) => make("span", { className: "hidden" }, text);
  const tell = (text) => {
    const region = document.getElementById("upload-state");
    if (region) region.textContent = text;
  };
  const box = (place) => document.querySelector(`[data-file-input="${CSS.escape(place)}"]`);

  // -- what is asked of the server

  class Said extends Error {
    constructor(status, told, wait_s) {
      super(told.title || "The service could not take it.");
      Object.assign(this, { status, code: told.code, wait_ms: wait_s * 1000 });
    }
  }
  const ask = async (job, method, path, body, headers = {}) => {
    const options = { method, body, headers: { Accept: "application/json", ...headers }, signal: job.stop.signal };
    const answer = await fetch(path, options);
    const told = answer.status === 204 ? {} : await answer.json();
    if (!answer.ok) throw new Said(answer.status, told, Number(answer.headers.get("Retry-After") || 0));
    return told;
  };
  const json = { "Content-Type": "application/json" };

  // -- one file

  class Job {
    constructor(file, place, earlier) {
      Object.assign(this, { file, place, id: earlier?.id, offset: earlier?.offset || 0, state: "waiting" });
      this.stop = new AbortController();
      this.bar = make("progress", { max: file.size, value: this.offset });
      this.bar.setAttribute("aria-label", `Sending ${file.name}`);
      this.words = make("span", { className: "words" }, "Waiting for its turn");
      this.button = make("button", { type: "button", className: "link" }, "Cancel", hidden(` ${file.name}`));
      this.button.addEventListener("click", () => this.cancel());
      this.line = make("li", {}, make("strong", {}, file.name), this.bar, this.words, this.button);
    }

    say(text, isBad = false) {
      this.words.textContent = text;
      this.line.classList.toggle("bad", isBad);
    }

    async run() {
      this.state = "sending";
      for (let failures = 0; this.state === "sending";) {
        try {
          await this.step();
          failures = 0;
        } catch (error) {
          if (this.stop.signal.aborted) return;
          if (error instanceof Said && !(await this.goesOn(error))) return this.fail(error.message);
          if (error instanceof Said) continue;
          this.say(`No connection. It goes on by itself at ${Math.round((100 * this.offset) / this.file.size)} %.`, true);
          await pause(RETRY_MS[Math.min(failures, RETRY_MS.length - 1)]);
          failures += 1;
          if (this.id) this.offset = null;
        }
      }
    }

    async step() {
      if (!this.id) {
        const announced = { name: this.file.name, size_bytes: this.file.size, media_type: this.file.type };
        const begun = await ask(this, "POST", `/api/submissions/${submission}/uploads`, JSON.stringify(announced), json);
        [this.id, this.offset] = [begun.id, begun.offset];
        remember(this);
      } else if (this.offset === null) {
        this.offset = (await ask(this, "GET", `/api/uploads/${this.id}`)).offset;
      } else if (this.offset < this.file.size) {
        await this.send();
      } else {
        await this.finish();
      }
    }

    async send() {
      const piece = this.file.slice(this.offset, this.offset + PIECE_BYTES);
      const headers = { "Content-Type": "application/offset+octet-stream", "Upload-Offset": String(this.offset) };
      this.offset = (await ask(this, "PATCH", `/api/uploads/${this.id}`, piece, headers)).offset;
      this.bar.value = this.offset;
      const share = Math.round((100 * this.offset) / this.file.size);
      this.say(`${share} % of ${mib(this.file.size)}`);
    }

    async finish() {
      this.say("Being looked at");
      this.bar.removeAttribute("value");
      const sent = {};
      if (globalThis.crypto?.subtle && this.file.size <= HASHED_BYTES) {
        const digest = await crypto.subtle.digest("SHA-256", await this.file.arrayBuffer());
        sent.sha256 = [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
      }
      const file = await ask(this, "POST", `/api/uploads/${this.id}/complete`, JSON.stringify(sent), json);
      this.state = "done";
      forget(this);
      this.bar.remove();
      this.button.firstChild.textContent = "Close";
      const notes = file.notes.map((note) => note.message).join(" ");
      this.say(`Attached, ${mib(file.size_bytes)}. ${notes}`);
      placing = placing.then(() => put(file, this)).catch(() => this.say("Attached. Choose it where it belongs."));
      await placing;
      tell(`${file.name} is attached. ${notes}`);
    }

    async goesOn(said) {
      // Whether sending goes on after what the service said.
      if (said.status === 409 && said.code === "state.conflict" && this.id) this.offset = null;
      else if (said.code === "evidence.integrity") this.offset = 0;
      else if (said.status === 404 && this.id && this.resumed) [this.id, this.offset, this.resumed] = [null, 0, false];
      else if (said.status === 429 || said.status === 503) await pause(Math.max(said.wait_ms, 2000));
      else if (said.status === 401) {
        this.say("You are signed out. Sign in in another tab; then it goes on.", true);
        await pause(5000);
      } else return false;
      this.conflicts = (this.conflicts || 0) + (said.status === 409 ? 1 : 0);
      return this.conflicts < 20;
    }

    fail(why) {
      this.state = "failed";
      this.bar.remove();
      this.button.firstChild.textContent = "Close";
      this.say(why, true);
      tell(`${this.file.name} was not attached. ${why}`);
      forget(this);
      if (this.id) fetch(`/api/uploads/${this.id}`, { method: "DELETE" }).catch(() => {});
    }

    cancel() {
      const wasOver = this.state === "done" || this.state === "failed";
      const [list, next] = [this.line.closest(".file-input"), this.line.nextElementSibling];
      this.state = "cancelled";
      this.stop.abort();
      this.line.remove();
      jobs.splice(jobs.indexOf(this), 1);
      (next?.querySelector("button") || list?.querySelector("input[type=file]"))?.focus();
      if (wasOver) return;
      forget(this);
      if (this.id) fetch(`/api/uploads/${this.id}`, { method: "DELETE" }).catch(() => {});
      tell(`${this.file.name} was given up.`);
      go();
    }
  }

  const pause = (wait_ms) => new Promise((done) => {
    const timer = setTimeout(done, wait_ms);
    addEventListener("online", () => { clearTimeout(timer); done(); }, { once: true });
  });
  const go = () => {
    const under = jobs.filter((one) => one.state === "sending").length;
    for (const job of jobs.filter((one) => one.state === "waiting").slice(0, MOST_AT_ONCE - under)) {
      job.run().finally(() => { go(); setTimeout(refresh, SAVED_AFTER_MS); });
    }
  };

  // -- where a file goes

  const offered = (file) => {
    for (const choice of document.querySelectorAll("[data-file-input] select")) {
      if (![...choice.options].some((one) => one.value === file.id)) choice.add(new Option(file.name, file.id));
    }
  };
  const listOf = (place) => /^(.*)\/\d+\/file$/.exec(place)?.[1];
  const empty = (place) => {
    const [wanted, list] = [box(place)?.querySelector("select"), listOf(place)];
    if (wanted && !wanted.value) return wanted;
    const isBeside = (one) => list !== undefined && listOf(one.name) === list && !one.value;
    return [...document.querySelectorAll("[data-file-input] select")].find(isBeside);
  };
  const put = async (file, job) => {
    offered(file);
    let choice = empty(job.place);
    const list = listOf(job.place);
    const more = [...form().elements].find((one) => one.name === "action" && one.value === `add:${list}`);
    if (!choice && list !== undefined && more && document.querySelector('script[src*="/evidence.js"]')) {
      const swapped = new Promise((done) => {
        document.addEventListener("evidence:swapped", () => done(true), { once: true });
        setTimeout(() => done(false), 8000);
      });
      more.click();
      if (await swapped) choice = empty(job.place);
      offered(file);
    }
    if (!choice) return job.say(`${job.words.textContent} Choose it where it belongs.`);
    choice.value = file.id;
    choice.dispatchEvent(new Event("input", { bubbles: true }));
    return undefined;
  };
  const refresh = async () => {
    if (jobs.some((one) => one.state === "waiting" || one.state === "sending")) return;
    const old = document.getElementById("attached-files");
    if (!old) return;
    const page = await (await fetch(location.pathname, { headers: { Accept: "text/html" } })).text();
    const fresh = new DOMParser().parseFromString(page, "text/html").getElementById("attached-files");
    if (fresh && !old.contains(document.activeElement)) old.replaceWith(document.adoptNode(fresh));
  };

  // -- what was begun on an earlier visit

  const remember = (job) => { try { localStorage.setItem(`upload ${job.id}`, job.place); } catch { /* only convenience */ } };
  const forget = (job) => { try { localStorage.removeItem(`upload ${job.id}`); } catch { /* only convenience */ } };
  const placeOf = (id) => { try { return localStorage.getItem(`upload ${id}`); } catch { return null; } };
  const offer = async () => {
    const answer = await fetch(`/api/submissions/${submission}/uploads`, { headers: { Accept: "application/json" } });
    if (!answer.ok) return;
    const working = new Set(jobs.map((one) => one.id));
    unfinished = (await answer.json()).uploads.filter((one) => !working.has(one.id));
    const panel = document.getElementById("unfinished-uploads");
    if (!panel) return;
    panel.hidden = !unfinished.length;
    panel.querySelector("ul").replaceChildren(...unfinished.map((one) => {
      const share = Math.round((100 * one.offset) / one.size_bytes);
      const button = make("button", { type: "button", className: "link" }, "Give it up", hidden(` ${one.name}`));
      const line = make("li", {}, make("strong", {}, one.name), ` ${share} % of ${mib(one.size_bytes)} has arrived. `, button);
      button.addEventListener("click", async () => {
        await fetch(`/api/uploads/${one.id}`, { method: "DELETE" });
        await offer();
      });
      return line;
    }));
  };

  // -- choosing and dropping

  const take = (files, place) => {
    for (const file of files) {
      const earlier = unfinished.find((one) => one.name === file.name && one.size_bytes === file.size);
      unfinished = unfinished.filter((one) => one !== earlier);
      const job = new Job(file, (earlier && placeOf(earlier.id)) || place, earlier);
      job.resumed = Boolean(earlier);
      jobs.push(job);
      show(job);
      if (!file.size) job.fail("This file is empty.");
      else if (file.size > maxBytes) job.fail(`It has ${mib(file.size)}; a file may have at most ${mib(maxBytes)}.`);
    }
    tell(files.length === 1 ? `Sending ${files[0].name}.` : `Sending ${files.length} files.`);
    go();
    setTimeout(offer, 300);
  };
  const show = (job) => {
    const home = box(job.place) || box(listOf(job.place) + "/0/file") || document.querySelector("[data-file-input]");
    if (!home) return;
    if (!home.querySelector(".uploads")) home.append(make("ul", { className: "uploads" }));
    home.querySelector(".uploads").append(job.line);
    job.line.closest("details")?.setAttribute("open", "");
  };
  const enhance = () => {
    for (const home of document.querySelectorAll("[data-file-input]:not([data-enhanced])")) {
      const input = home.querySelector("input[type=file]");
      home.dataset.enhanced = "yes";
      home.querySelector("[data-drop-hint]")?.removeAttribute("hidden");
      input.addEventListener("change", () => {
        const files = [...input.files];
        input.value = "";
        take(files, home.dataset.fileInput);
      });
    }
    for (const job of jobs) if (!job.line.isConnected) show(job);
  };
  const holdsFiles = (event) => [...(event.dataTransfer?.types || [])].includes("Files");
  const target = (event) => event.target.closest?.("[data-file-input]");
  for (const kind of ["dragenter", "dragover"]) {
    document.addEventListener(kind, (event) => {
      if (!holdsFiles(event)) return;
      event.preventDefault();
      const home = target(event);
      event.dataTransfer.dropEffect = home ? "copy" : "none";
      for (const one of document.querySelectorAll(".dropping")) if (one !== home) one.classList.remove("dropping");
      home?.classList.add("dropping");
    });
  }
  document.addEventListener("dragleave", (event) => {
    if (!event.relatedTarget) for (const one of document.querySelectorAll(".dropping")) one.classList.remove("dropping");
  });
  document.addEventListener("drop", (event) => {
    if (!holdsFiles(event)) return;
    event.preventDefault();
    const home = target(event);
    home?.classList.remove("dropping");
    if (home) take([...event.dataTransfer.files], home.dataset.fileInput);
  });
  document.addEventListener("evidence:swapped", enhance);
  addEventListener("beforeunload", (event) => {
    if (jobs.some((one) => one.state === "waiting" || one.state === "sending")) event.preventDefault();
  });
  enhance();
  offer().catch(() => {});
})();
