"use strict";
// The list of files: filters, sorting, pages, details. What it shows is written
// with textContent only; the names of files are hostile until shown otherwise.
(() => {
  const byId = (id) => document.getElementById(id);
  const island = (id) => {
    const element = byId(id);
    const data = JSON.parse(element.textContent);
    element.textContent = "";
    return data;
  };
  const rows = island("rows");
  const t = island("tables");
  const say = t.say;

  // Fields of a row, as island.rs writes them.
  const [FOLDER, NAME, VERDICT, STATUS, KIND, CHANGE, BEFORE, OWNER, MODIFIED, SEEN, SIZE, ERROR, PERSONS, FLAGS, REASONS, GAPS, DECISION] = Array(17).keys();
  const GONE = 3;
  const PAGE = 100;
  const PRINTED = 500;
  const collator = new Intl.Collator(t.lang, { numeric: true });
  const decimal = new Intl.NumberFormat(t.lang === "sv" ? "sv-SE" : "en-GB");

  const el = (name, props, ...children) => {
    const element = document.createElement(name);
    for (const [key, value] of Object.entries(props || {})) {
      if (key === "class") element.className = value;
      else if (key === "on") element.addEventListener("click", value);
      else if (value !== false) element.setAttribute(key, value);
    }
    element.append(...children.filter((child) => child !== null && child !== ""));
    return element;
  };
  const fill = (pattern, values) => pattern.replace(/\{(\w)\}/g, (_, key) => values[key]);
  const text = (cell) => (typeof cell === "number" ? t.texts[cell] : cell);
  const verdict = (index, form) => el("span", { class: "v " + t.verdicts[index][0] }, t.verdicts[index][form]);
  const day = (seconds) => (seconds ? new Date((seconds + t.zone) * 1000).toISOString().slice(0, 10) : "");
  const bytes = (size) => {
    const units = ["byte", "kB", "MB", "GB", "TB"];
    let unit = 0;
    while (size >= 1000 && unit < 4) { size /= 1000; unit++; }
    return decimal.format(unit && size < 10 ? Math.round(size * 10) / 10 : Math.round(size)) + " " + units[unit];
  };
  const folderPath = (row) => t.folders[row[FOLDER]][1];
  const raised = (row) => row[CHANGE] !== GONE && row[BEFORE] >= 0 && row[BEFORE] < row[VERDICT];
  const lowered = (row) => row[CHANGE] !== GONE && row[BEFORE] > row[VERDICT];

  // Collation is slow, so names are ranked once and rows are compared by rank.
  const ranks = (names, compare) => {
    const rank = new Int32Array(names.length);
    [...names.keys()].sort(compare || ((a, b) => collator.compare(names[a], names[b]))).forEach((at, place) => { rank[at] = place; });
    return rank;
  };
  const folderLower = t.folders.map((folder) => folder[1].toLowerCase());
  let placed = null;
  const place = (row) => {
    if (!placed) {
      const rank = ranks(t.folders, (a, b) => t.folders[a][0] - t.folders[b][0] || collator.compare(t.folders[a][1], t.folders[b][1]));
      const inOrder = [...rows].sort((a, b) => rank[a[FOLDER]] - rank[b[FOLDER]] || collator.compare(a[NAME], b[NAME]));
      placed = new Map(inOrder.map((one, at) => [one, at]));
    }
    return placed.get(row);
  };
  const ruleRank = ranks(t.rules.map((rule) => rule.title));
  const ownerRank = ranks(t.owners);
  const kindRank = ranks(t.kinds);
  const ruled = (row) => (row[REASONS].length ? ruleRank[row[REASONS][0][0]] : -1);
  const movement = (row) => (raised(row) ? 5 : lowered(row) ? 4 : row[CHANGE]);
  const columns = [
    { id: "path", title: say.file, value: place },
    { id: "verdict", title: say.verdict, value: (row) => row[VERDICT] },
    { id: "rule", title: say.reason, value: ruled },
    { id: "owner", title: say.owner, value: (row) => (row[OWNER] < 0 ? -1 : ownerRank[row[OWNER]]) },
    { id: "kind", title: say.kind, value: (row) => kindRank[row[KIND]] },
    { id: "modified", title: say.modified, value: (row) => row[MODIFIED] },
    { id: "change", title: say.change, value: movement },
  ].filter((column) => column.id !== "owner" || t.owners.length);

  // The state is the page's address, so that a selection can be sent to someone.
  const form = byId("filter");
  const KEYS = ["q", "root", "folder", "rule", "owner", "kind", "change", "since", "flag", "cause", "decision"];
  const DEFAULT_SORT = "-verdict";
  const readState = () => {
    const state = { verdict: "", sort: DEFAULT_SORT, page: 1, open: "" };
    for (const key of KEYS) state[key] = "";
    for (const [key, value] of new URLSearchParams(location.hash.slice(1))) if (key in state) state[key] = value;
    state.page = Math.max(1, parseInt(state.page, 10) || 1);
    return state;
  };
  const writeState = () => {
    const query = new URLSearchParams();
    for (const key of ["verdict", ...KEYS]) if (state[key]) query.set(key, state[key]);
    if (state.sort !== DEFAULT_SORT) query.set("sort", state.sort);
    if (state.page > 1) query.set("page", state.page);
    const hash = query.toString();
    history.replaceState(null, "", "#" + (hash || "files"));
  };
  let state = readState();
  let found = [];

  const tests = {
    verdict: (value) => {
      const wanted = new Set(value.split(",").map((id) => t.verdicts.findIndex((v) => v[0] === id)));
      return (row) => wanted.has(row[VERDICT]);
    },
    q: (value) => {
      const wanted = value.toLowerCase();
      return (row) => (folderLower[row[FOLDER]] + "/" + row[NAME].toLowerCase()).includes(wanted);
    },
    root: (value) => (row) => t.folders[row[FOLDER]][0] === Number(value),
    folder: (value) => {
      const inside = t.folders.map((folder) => folder[1] === value || folder[1].startsWith(value + "/"));
      return (row) => inside[row[FOLDER]];
    },
    rule: (value) => {
      const rule = t.rules.findIndex((r) => r.id === value);
      return (row) => row[REASONS].some((reason) => reason[0] === rule);
    },
    owner: (value) => (row) => t.owners[row[OWNER]] === value,
    kind: (value) => (row) => t.kinds[row[KIND]] === value,
    change: (value) => {
      const wanted = value.split(",");
      const is = { new: (r) => r[CHANGE] === 1, changed: (r) => r[CHANGE] === 2, gone: (r) => r[CHANGE] === GONE, raised, lowered };
      const any = wanted.map((id) => is[id]).filter(Boolean);
      return (row) => any.some((one) => one(row));
    },
    decision: (value) => (row) => {
      const decided = t.decisions[row[DECISION]];
      return value === "none" ? !decided : decided !== undefined && decided[1] === (value === "holds");
    },
    since: (value) => (row) => day(row[SEEN]) >= value,
    flag: (value) => {
      const wanted = new Set(value.split(",").map((id) => t.flags.findIndex((flag) => flag[0] === id)));
      return (row) => row[FLAGS].some((flag) => wanted.has(flag));
    },
    cause: (value) => {
      const error = t.errors.findIndex((e) => e[0] === value);
      const cause = t.causes.findIndex((c) => c[0] === value);
      const gap = (row) => row[GAPS].some((item, at) => at % 3 === 0 && item === cause);
      return (row) => (error >= 0 && row[ERROR] === error) || (cause >= 0 && gap(row));
    },
  };

  const select = () => {
    const active = Object.keys(tests).filter((key) => state[key]).map((key) => tests[key](state[key]));
    // Files that are gone show only when they are asked for: they are not in the totals.
    if (!state.change.includes("gone")) active.push((row) => row[CHANGE] !== GONE);
    found = rows.filter((row) => active.every((test) => test(row)));
    const down = state.sort.startsWith("-");
    const column = columns.find((c) => c.id === state.sort.replace(/^-/, "")) || columns[0];
    const sign = down ? -1 : 1;
    // Rows come in the order of their paths, which sorting keeps among equals.
    found.sort((a, b) => sign * (column.value(a) - column.value(b)));
  };

  const heads = byId("list").tHead.rows[0];
  const body = byId("list").tBodies[0];
  for (const column of columns) {
    const sort = () => {
      state.sort = state.sort === column.id ? "-" + column.id : column.id;
      state.page = 1;
      update();
    };
    column.head = el("th", { scope: "col", class: "c-" + column.id }, el("button", { type: "button", on: sort }, column.title));
    heads.append(column.head);
  }

  const draw = (most) => {
    const first = most ? 0 : (state.page - 1) * PAGE;
    const shown = found.slice(first, first + (most || PAGE));
    body.replaceChildren(...shown.map(line));
    for (const column of columns) {
      const up = state.sort === column.id;
      const down = state.sort === "-" + column.id;
      if (up || down) column.head.setAttribute("aria-sort", up ? "ascending" : "descending");
      else column.head.removeAttribute("aria-sort");
    }
    const pages = Math.max(1, Math.ceil(found.length / PAGE));
    const cut = most && found.length > most;
    const pattern = !found.length ? say.none : cut ? say.printed : say.showing;
    const numbers = { a: cut ? most : first + 1, b: first + shown.length, n: found.length };
    byId("count").textContent = fill(pattern, Object.fromEntries(Object.entries(numbers).map(([key, value]) => [key, decimal.format(value)])));
    byId("page").textContent = fill(say.of, { a: decimal.format(state.page), b: decimal.format(pages) });
    byId("pages").hidden = pages === 1;
    for (const button of byId("pages").querySelectorAll("button")) {
      const to = state.page + Number(button.dataset.step);
      button.disabled = to < 1 || to > pages;
    }
  };

  const because = (row) => {
    const rest = row[REASONS].length - 2;
    if (rest > -2) return row[REASONS].slice(0, 2).map((reason) => t.rules[reason[0]].title).join("; ") + (rest > 0 ? " +" + rest : "");
    if (row[ERROR] >= 0) return t.errors[row[ERROR]][1];
    return row[GAPS].length ? t.causes[row[GAPS][0]][1] : "";
  };
  const line = (row) => {
    const root = t.roots.length > 1 ? t.roots[t.folders[row[FOLDER]][0]] : "";
    const where = [root, folderPath(row)].filter(Boolean).join(" / ") || say.top;
    const opener = el("button", { type: "button", "aria-expanded": "false" }, row[NAME]);
    const cells = {
      verdict: () => el("td", { class: "c-verdict" }, verdict(row[VERDICT], 2), decidedShort(row)),
      rule: () => el("td", { class: "c-rule" }, because(row), row[FLAGS].length ? el("small", {}, row[FLAGS].map((flag) => t.flags[flag][1]).join("; ")) : ""),
      owner: () => el("td", { class: "c-owner" }, t.owners[row[OWNER]] || ""),
      kind: () => el("td", { class: "c-kind" }, t.kinds[row[KIND]]),
      modified: () => el("td", { class: "c-modified" }, day(row[MODIFIED])),
      change: () => el("td", { class: "c-change" }, raised(row) ? "↑ " + say.raised : lowered(row) ? "↓ " + say.lowered : row[CHANGE] ? t.changes[row[CHANGE]] : ""),
    };
    const rest = columns.slice(1).map((column) => cells[column.id]());
    const tr = el("tr", { class: row[CHANGE] === GONE ? "gone" : "" }, el("th", { scope: "row" }, opener, el("small", {}, where)), ...rest);
    opener.addEventListener("click", () => {
      const open = opener.getAttribute("aria-expanded") === "true";
      opener.setAttribute("aria-expanded", String(!open));
      if (open) tr.nextSibling.remove();
      else tr.after(el("tr", { class: "detail" }, el("td", { colspan: columns.filter((column) => column.head.offsetWidth > 0).length }, card(row))));
    });
    return tr;
  };

  // A person's decision stands beside the tool's own verdict, never in its place.
  const decidedShort = (row) => {
    const decided = t.decisions[row[DECISION]];
    return decided ? el("small", { class: decided[1] ? "" : "lapsed" }, say.decided + ": " + t.verdicts[decided[0]][2]) : "";
  };
  const decision = ([index, , standing, by, why, made, until]) => el("article", {},
    verdict(index, 1), " – " + standing + (until ? ", " + fill(say.until, { d: until }) : ""),
    el("p", {}, by + ", " + made), why ? el("p", {}, why) : "");

  const card = (row) => {
    const box = el("div", { class: "card" });
    const decided = t.decisions[row[DECISION]];
    if (decided) box.append(el("h3", {}, say.decided), decision(decided));
    const why = row[REASONS].map(reason);
    if (why.length) box.append(el("h3", {}, say.why), ...why);
    else if (row[VERDICT] === 0) box.append(el("h3", {}, say.why), el("p", {}, say.nothing));
    const unread = [];
    if (row[ERROR] >= 0) unread.push(advice(t.errors[row[ERROR]], ""));
    for (let at = 0; at < row[GAPS].length; at += 3) {
      unread.push(advice(t.causes[row[GAPS][at]], fill(say.times, { n: decimal.format(row[GAPS][at + 1]), p: text(row[GAPS][at + 2]) })));
    }
    if (unread.length) box.append(el("h3", {}, say.unread), ...unread);
    if (row[FLAGS].length) box.append(el("h3", {}, say.beside), ...row[FLAGS].map((flag) => advice(t.flags[flag], "")));
    box.append(el("h3", {}, say.about), facts(row));
    return box;
  };

  const reason = ([rule, total, ...found]) => {
    const { id, title, todo, quotes } = t.rules[rule];
    const list = el("ul");
    for (let at = 0; at < found.length; at += 4) {
      const [entity, confidence, place, masked] = found.slice(at, at + 4);
      list.append(el("li", {}, t.entities[entity] + " ", el("code", {}, text(masked)), " – " + text(place) + ", " + t.confidences[confidence]));
    }
    const left = total - found.length / 4;
    if (left > 0) list.append(el("li", {}, fill(say.more, { n: decimal.format(left) })));
    const quoted = quotes.map(([quote, source, section]) => el("blockquote", {}, quote ? el("p", {}, quote) : "", el("cite", {}, source + ", " + section)));
    const known = byId("rule-" + id);
    return el("article", {}, el("b", {}, title), found.length ? list : "", ...quoted,
      todo ? el("p", {}, el("b", {}, say.todo + ": "), todo) : "",
      known ? el("p", {}, el("a", { href: "#rule-" + id }, say.howrule)) : "");
  };
  const advice = ([, what, todo], where) => el("article", {}, el("b", {}, what), where ? " (" + where + ")" : "", todo ? el("p", {}, todo) : "");
  const facts = (row) => {
    const folder = folderPath(row);
    const pairs = [
      [say.path, t.roots[t.folders[row[FOLDER]][0]] + "/" + (folder ? folder + "/" : "") + row[NAME]],
      [say.reading, t.statuses[row[STATUS]]],
      [say.before, row[BEFORE] >= 0 ? t.verdicts[row[BEFORE]][1] : ""],
      [say.owner, t.owners[row[OWNER]] || ""],
      [say.persons, row[PERSONS] ? decimal.format(row[PERSONS]) : ""],
      [say.kind, t.kinds[row[KIND]]],
      [say.size, bytes(row[SIZE])],
      [say.modified, day(row[MODIFIED])],
      [say.seen, day(row[SEEN])],
    ];
    return el("dl", {}, ...pairs.filter(([, value]) => value).flatMap(([name, value]) => [el("dt", {}, name), el("dd", {}, value)]));
  };

  // The form shows the state and changes it.
  const options = (name, choices) => {
    const field = form.elements[name];
    const label = field.closest("label");
    label.hidden = choices.length < 1;
    field.append(el("option", { value: "" }, say.all), ...choices.map(([value, title]) => el("option", { value }, title)));
  };
  const sorted = (choices) => choices.sort((a, b) => collator.compare(a[1], b[1]));
  options("root", t.roots.length > 1 ? t.roots.map((root, index) => [String(index), root]) : []);
  options("rule", sorted(t.rules.map((rule) => [rule.id, rule.title])));
  options("owner", sorted(t.owners.map((owner) => [owner, owner])));
  options("kind", sorted([...new Set(t.kinds)].map((kind) => [kind, kind])));
  options("flag", t.flags.length ? [[t.archive.join(","), say.forarchive], ...sorted(t.flags.map((flag) => [flag[0], flag[1]]))] : []);
  options("cause", sorted([...t.errors, ...t.causes].map((cause) => [cause[0], cause[1]])));
  options("decision", t.decisions.length ? [["holds", say.holds], ["lapsed", say.lapsed], ["none", say.undecided]] : []);
  options("change", [["new", t.changes[1]], ["changed", t.changes[2]], ["raised", say.raised], ["lowered", say.lowered], ["new,raised", t.changes[1] + " + " + say.raised], ["gone", t.changes[3]]]);
  const shallow = new Set(t.folders.flatMap((folder) => folder[1].split("/").slice(0, 2).map((_, at, parts) => parts.slice(0, at + 1).join("/"))));
  byId("folders-known").append(...[...shallow].sort(collator.compare).slice(0, 500).map((value) => el("option", { value })));
  for (let index = t.verdicts.length - 1; index >= 0; index--) {
    const [id] = t.verdicts[index];
    byId("f-verdict").append(el("label", {}, el("input", { type: "checkbox", name: "verdict", value: id }), verdict(index, 2)));
  }
  const boxes = [...form.querySelectorAll("[name=verdict]")];
  const show = () => {
    const wanted = state.verdict.split(",");
    for (const box of boxes) box.checked = wanted.includes(box.value);
    for (const key of KEYS) form.elements[key].value = state[key];
  };
  const take = () => {
    state.verdict = boxes.filter((box) => box.checked).map((box) => box.value).join(",");
    for (const key of KEYS) state[key] = form.elements[key].value;
    state.page = 1;
    update();
  };
  const update = () => {
    select();
    draw();
    writeState();
  };

  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("change", take);
  form.elements.q.addEventListener("input", take);
  form.addEventListener("reset", () => setTimeout(take));
  for (const button of byId("pages").querySelectorAll("button")) {
    button.addEventListener("click", () => {
      state.page += Number(button.dataset.step);
      draw();
      writeState();
      byId("files").focus({ preventScroll: true });
      byId("files").scrollIntoView({ behavior: "instant" });
    });
  }

  const cell = (value) => {
    const runs = /^[=+\-@\t\r\n＝＋－＠]/.test(value);
    return '"' + (runs ? "'" : "") + value.replaceAll('"', '""') + '"';
  };
  byId("save").addEventListener("click", () => {
    // With the columns of decisions, so that `aktsam decide --from` takes what is filled in.
    const titles = [say.root, say.folder, say.file, say.verdict, say.reason, say.owner, say.kind, say.modified, ...t.decision].map(cell);
    const decided = (row) => {
      const [verdict, holds, , by, why, , until] = t.decisions[row[DECISION]] || [];
      return holds ? [t.verdicts[verdict][1], by, why, until] : ["", "", "", ""];
    };
    const lines = found.map((row) => [t.roots[t.folders[row[FOLDER]][0]], folderPath(row), row[NAME], t.verdicts[row[VERDICT]][1], row[REASONS].map((r) => t.rules[r[0]].title).join(", "), t.owners[row[OWNER]] || "", t.kinds[row[KIND]], day(row[MODIFIED]), ...decided(row)].map(cell).join(";"));
    const file = new Blob(["\ufeff", [titles.join(";"), ...lines, ""].join("\r\n")], { type: "text/csv" });
    const link = el("a", { href: URL.createObjectURL(file), download: "aktsam.csv" });
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10000);
  });

  const arrive = () => {
    const hash = location.hash.slice(1);
    const target = hash.startsWith("rule-") && byId(hash);
    if (target) target.open = true;
    if (!hash.includes("=")) return;
    state = readState();
    show();
    select();
    draw();
    byId("files").scrollIntoView({ behavior: "instant" });
    if (state.open !== "") body.querySelectorAll("th > button")[Number(state.open)]?.click();
  };
  addEventListener("hashchange", arrive);
  addEventListener("beforeprint", () => {
    // Of the rules, those that spoke are printed in full.
    for (const rule of document.querySelectorAll(".rule.spoke")) rule.open = true;
    draw(PRINTED);
  });
  addEventListener("afterprint", () => draw());

  form.hidden = false;
  byId("list").hidden = false;
  show();
  select();
  draw();
  arrive();
})();
