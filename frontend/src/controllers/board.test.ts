import { beforeEach, expect, it, vi } from "vitest";

import { type Asked, find, leave, page, press, server, settled } from "../testing/page.ts";
import BoardController from "./board.ts";

const card = (id: number, column: string, name = `Firma ${id}`) =>
  `<li class="deal" id="c${id}" data-record="organisations:${id}" data-column="${column}" data-movable tabindex="-1"><h3><a href="#o${id}">${name}</a></h3>
   <footer><button type="button" tabindex="-1" data-action="board#offer">…</button></footer></li>`;
const stage = (key: string, cards: string) =>
  `<section class="stage" data-key="${key}" data-label="${key}"><ul class="stage__list" id="${key}">${cards}</ul></section>`;
const words = { lifted: "{card} lifted", over: "{column}, {n} / {all}", dropped: "{card} in {column}", back: "{card} back" };

let asked: Asked[];

beforeEach(async () => {
  asked = server({
    "POST /organisations/1/move/lifecycle/": "",
    "POST /organisations/2/move/lifecycle/": { status: 422 },
    "GET /organisations/board/?q=x": "",
    "GET /organisations/board/?q=x&by=lifecycle&ids=2": card(2, "lead", "Firma 2, Ulm"),
    "GET /organisations/board/?q=x&by=lifecycle&ids=1": card(1, "customer"),
    "GET /organisations/board/?q=x&by=lifecycle&ids=3": `<li id="c3" hidden></li>`,
    "GET /organisations/board/?q=x&by=lifecycle&ids=9": card(9, "customer"),
  });
  await page(
    `<main data-controller="board" data-rows="/organisations/board/?by=lifecycle&ids={id}" data-board-object-value="organisations" data-board-field-value="lifecycle"
       data-board-move-value="/organisations/{id}/move/lifecycle/" data-board-here-value="/organisations/board/?q=x" data-board-words-value='${JSON.stringify(words)}'>
     <span id="totals" hx-get="/organisations/board/?q=x" hx-trigger="stale"></span>
     ${stage("contact", card(1, "contact"))}${stage("lead", card(2, "lead") + card(3, "lead"))}${stage("customer", "")}
     <ul id="arrivals" hidden></ul>
     <menu id="m-move">${["contact", "lead", "customer"].map((key) => `<button data-key="${key}" data-action="board#choose">${key}</button>`).join("")}</menu>
     <p data-board-target="voice"></p><template data-board-target="keys"><p class="deal__keys"></p></template></main>`,
    { board: BoardController },
  );
  find("#m-move").showPopover = () => {};
});

const standsIn = (id: number) => find(`#c${id}`).parentElement!.id;
const heard = (...names: string[]) => document.dispatchEvent(new CustomEvent("heard", { detail: new Set(names) }));
const posts = () => asked.filter(({ method }) => method === "POST");

it("moves the focus by arrows and opens with Enter", async () => {
  expect(find("#c1").tabIndex).toBe(0);
  find("#c1").focus();
  press("ArrowRight");
  expect(document.activeElement!.id).toBe("c2");
  press("ArrowDown");
  expect(document.activeElement!.id).toBe("c3");
  expect([find("#c1").tabIndex, find("#c3").tabIndex]).toEqual([-1, 0]);
  press("Enter");
  await settled();
  expect(location.hash).toBe("#o3");
});

it("carries a card and drops it, and tells the server", async () => {
  find("#c1").focus();
  press(" ");
  expect(find("#c1").dataset.state).toBe("carried");
  expect(find("[data-board-target=voice]").textContent).toBe("Firma 1 lifted");
  press("ArrowRight");
  press("ArrowRight");
  expect([standsIn(1), find("#contact").children.length]).toEqual(["customer", 1]);
  expect(find("[data-board-target=voice]").textContent).toBe("customer, 3 / 3");
  expect(posts()).toEqual([]);
  press(" ");
  await settled();
  expect(posts().map(({ url, body }) => [url, body])).toEqual([["/organisations/1/move/lifecycle/", "to=customer&seen=contact"]]);
  expect([standsIn(1), find("#c1").dataset.column, find("#contact").children.length]).toEqual(["customer", "customer", 0]);
  expect(document.activeElement!.id).toBe("c1");
  expect(document.querySelector(".deal__keys")).toBeNull();
});

it("puts a carried card back with Esc, and when the focus goes elsewhere", () => {
  for (const leave of [() => press("Escape"), () => find("#c3").focus()]) {
    find("#c1").focus();
    press(" ");
    press("ArrowRight");
    expect(standsIn(1)).toBe("lead");
    leave();
    expect([standsIn(1), find("#c1").dataset.state, posts().length]).toEqual(["contact", undefined, 0]);
  }
});

it("puts back what the server refuses", async () => {
  find("#c2").focus();
  press(" ");
  press("ArrowLeft");
  press(" ");
  expect(standsIn(2)).toBe("contact");
  await settled();
  expect([standsIn(2), find("#c2").nextElementSibling!.id]).toEqual(["lead", "c3"]);
  expect(find("[data-board-target=voice]").textContent).toBe("Firma 2 back");
});

it("moves by the menu", async () => {
  find("#c1 button").click();
  expect(find<HTMLButtonElement>("#m-move [data-key=contact]").disabled).toBe(true);
  find("#m-move [data-key=customer]").click();
  await settled();
  expect(standsIn(1)).toBe("customer");
  expect(posts()).toHaveLength(1);
});

it("takes cards that changed to their column, and away what left", async () => {
  find("#c2").focus();
  heard("organisations:2", "persons:1");
  await settled();
  expect(find("#c2 a").textContent).toBe("Firma 2, Ulm");
  expect(document.activeElement!.id).toBe("c2");
  heard("organisations:1");
  await settled();
  expect(standsIn(1)).toBe("customer");
  heard("organisations:3");
  await settled();
  expect(document.getElementById("c3")).toBeNull();
  heard("organisations:9");
  await new Promise((resolve) => setTimeout(resolve, 220));
  await settled();
  expect(standsIn(9)).toBe("customer");
  expect(find("#arrivals").children).toHaveLength(0);
});

it("takes cards that came unasked, and asks for those of other boards", async () => {
  const arrived = (source: string, rows: Record<string, string | null>) =>
    document.dispatchEvent(new CustomEvent("arrived", { detail: { source, rows }, cancelable: true }));
  const gets = () => asked.filter(({ url }) => url.includes("ids=")).length;
  const before = gets();
  expect(arrived("/organisations/board/?by=lifecycle&ids={id}", { 2: card(2, "customer", "Firma 2, Ulm"), 3: null, 9: card(9, "lead") })).toBe(false);
  await settled();
  expect([standsIn(2), standsIn(9), find("#c2 a").textContent]).toEqual(["customer", "lead", "Firma 2, Ulm"]);
  expect(document.getElementById("c3")).toBeNull();
  expect(find("#arrivals").children).toHaveLength(0);
  expect(gets()).toBe(before);
  expect(arrived("/organisations/board/?by=owner&ids={id}", { 2: null })).toBe(true);
  expect(standsIn(2)).toBe("customer");
});

it("moves the card whose menu is open from where it came to stand meanwhile", async () => {
  const isBarred = (key: string) => find<HTMLButtonElement>(`#m-move [data-key=${key}]`).disabled;
  find("#c1 button").click();
  expect([isBarred("contact"), isBarred("customer")]).toEqual([true, false]);
  heard("organisations:1");
  await settled();
  expect([standsIn(1), isBarred("contact"), isBarred("customer")]).toEqual(["customer", false, true]);
  find("#m-move [data-key=lead]").click();
  await settled();
  expect([standsIn(1), posts()[0]!.body]).toEqual(["lead", "to=lead&seen=customer"]);
});

it("redraws nothing while a card is carried, but afterwards", () => {
  const redrawn = vi.fn();
  find("main").addEventListener("stale", redrawn);
  find("#c1").focus();
  press(" ");
  find("main").dispatchEvent(new Event("stale"));
  expect(redrawn).not.toHaveBeenCalled();
  press("Escape");
  expect(redrawn).toHaveBeenCalledOnce();
});

it("carries by weeks where lists are days, and fetches all anew", async () => {
  await leave();
  const days = ["1", "2", "3", "8", "9", "10"].map((day) => stage(day, day === "2" ? card(1, "2") : "")).join("");
  await page(
    `<main data-controller="board" data-board-object-value="courses" data-board-stride-value="3"
       data-board-move-value="/courses/{id}/reschedule/starts_on/" data-board-words-value='${JSON.stringify(words)}'>${days}
     <p data-board-target="voice"></p><template data-board-target="keys"><p class="deal__keys"></p></template></main>`,
    { board: BoardController },
  );
  asked = server({ "POST /courses/1/reschedule/starts_on/": "" });
  find("#c1").focus();
  press(" ");
  press("ArrowDown");
  press("ArrowDown");
  expect(standsIn(1)).toBe("9");
  press("ArrowUp");
  press("ArrowRight");
  press(" ");
  await settled();
  expect([standsIn(1), posts()[0]!.body]).toEqual(["3", "to=3&seen=2"]);
  const redrawn = vi.fn();
  find("main").addEventListener("stale", redrawn);
  heard("courses:1");
  expect(redrawn).toHaveBeenCalledOnce();
});

it("takes all columns as they are now, unless a card is held or the board has other columns", async () => {
  const source = "/organisations/board/?by=lifecycle&ids={id}";
  const bring = (columns: Record<string, string>, from = source) => document.dispatchEvent(new CustomEvent("columns", { detail: { source: from, columns } }));
  const stale = vi.fn();
  find("main").addEventListener("stale", (event) => event.target === find("main") && stale());
  find("#c2").focus();
  bring({ contact: "", lead: card(9, "lead") + card(1, "lead") + card(2, "lead", "Firma 2, Ulm"), customer: card(3, "customer") });
  await settled();
  expect([1, 2, 3, 9].map(standsIn)).toEqual(["lead", "lead", "customer", "lead"]);
  expect([...document.querySelectorAll(".deal")].map(({ id }) => id)).toEqual(["c9", "c1", "c2", "c3"]);
  expect(find("#c2 a").textContent).toBe("Firma 2, Ulm");
  bring({ contact: "", lead: "", customer: "" }, "/organisations/board/?by=owner&ids={id}");
  await settled();
  expect([standsIn(9), stale.mock.calls.length]).toEqual(["lead", 0]);
  bring({ contact: "", lead: "" });
  expect(stale).toHaveBeenCalledTimes(1);
  find("#c2").focus();
  press(" ");
  bring({ contact: "", lead: "", customer: "" });
  await settled();
  expect(standsIn(2)).toBe("lead");
});
