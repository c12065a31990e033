import { beforeEach, expect, it, vi } from "vitest";

import { take } from "./shared.ts";
import { type Asked, find, page, server, settled } from "./testing/page.ts";

const row = (id: number, name: string) =>
  `<tr id="r${id}" data-record="organisations:${id}" hx-get="/organisations/${id}/row/" hx-trigger="stale" hx-swap="outerMorph"><td>${name}</td></tr>`;
const source = "/organisations/{id}/row/";
let asked: Asked[];
const gets = () => asked.filter(({ method }) => method === "GET").map(({ url }) => url);

beforeEach(async () => {
  asked = server({ "GET /organisations/1/": `<p id="head" data-record="organisations:1">fetched</p>` });
  await page(
    `<p id="head" data-record="organisations:1" hx-get="/organisations/1/" hx-trigger="stale" hx-swap="outerMorph">old</p>
     <table><tbody>${row(1, "eins")}${row(2, "zwei")}</tbody></table>`,
    {},
  );
});

it("puts rows in their places without asking, and lets other parts ask", async () => {
  take({ source, rows: { 1: row(1, "EINS"), 2: row(2, "ZWEI"), 3: row(3, "DREI") } });
  await settled();
  expect(find("#r1").textContent).toBe("EINS");
  expect(find("#r2").textContent).toBe("ZWEI");
  expect(document.querySelector("#r3")).toBeNull();
  expect(find("#head").textContent).toBe("fetched");
  expect(gets()).toEqual(["/organisations/1/"]);
});

it("takes away what is not there for the reader any more", async () => {
  take({ source, rows: { 2: null } });
  await settled();
  expect(document.querySelector("#r2")).toBeNull();
  expect(find("#r1").textContent).toBe("eins");
  expect(gets()).toEqual([]);
});

it("tells of what was heard, unless a board has taken it", () => {
  const heard = vi.fn();
  document.addEventListener("heard", (event) => heard([...(event as CustomEvent<Set<string>>).detail]));
  take({ source, rows: { 1: row(1, "EINS") } });
  expect(heard).toHaveBeenCalledExactlyOnceWith(["organisations:1"]);
  document.addEventListener("arrived", (event) => event.preventDefault(), { once: true });
  take({ source, rows: { 1: row(1, "EINS") } });
  expect(heard).toHaveBeenCalledTimes(1);
});
