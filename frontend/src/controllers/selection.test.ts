import { beforeEach, expect, it, vi } from "vitest";

import { find, page, press } from "../testing/page.ts";
import SelectionController from "./selection.ts";

const row = (id: number) => `<tr><td><input class="check" type="checkbox" name="id" value="${id}" id="c${id}"></td></tr>`;

beforeEach(() =>
  page(
    `<main data-controller="selection"><input type="checkbox" id="all" data-selection-target="all">
     <table><tbody id="rows">${[1, 2, 3, 4].map(row).join("")}</tbody></table>
     <div id="bar" hidden data-selection-target="bar"><output data-selection-target="count" data-text="{n} ausgewählt"></output></div></main>`,
    { selection: SelectionController },
  ),
);

const chosen = () => [...document.querySelectorAll("tr[aria-selected=true] input")].map((box) => box.id);

it("counts, marks rows and shows the bar", () => {
  find("#c2").click();
  expect(chosen()).toEqual(["c2"]);
  expect(find("output").textContent).toBe("1 ausgewählt");
  expect(find("#bar").hidden).toBe(false);
  expect(find<HTMLInputElement>("#all").indeterminate).toBe(true);
});

it("selects all, and clears with Esc", () => {
  find("#all").click();
  expect(chosen()).toHaveLength(4);
  press("Escape", { on: find("#c1") });
  expect(chosen()).toEqual([]);
  expect(find("#bar").hidden).toBe(true);
});

it("selects all between two with Shift", () => {
  find("#c1").click();
  find("#c3").dispatchEvent(new MouseEvent("click", { bubbles: true, shiftKey: true }));
  expect(chosen()).toEqual(["c1", "c2", "c3"]);
});

it("takes rows into account that come later", () => {
  find("#all").click();
  find("#rows").insertAdjacentHTML("beforeend", row(5));
  find("#rows").dispatchEvent(new Event("htmx:after:swap", { bubbles: true }));
  expect(find<HTMLInputElement>("#all").checked).toBe(false);
  expect(find<HTMLInputElement>("#all").indeterminate).toBe(true);
});

it("offers all that match once the whole page is selected, and forgets it with one row less", async () => {
  await page(
    `<main data-controller="selection"><span class="list-count">12,806 customers</span><input type="checkbox" id="all" data-selection-target="all">
     <table><tbody>${[1, 2].map(row).join("")}</tbody></table>
     <form hidden data-selection-target="bar"><input type="hidden" name="all" id="every" disabled data-selection-target="every">
       <output data-selection-target="count" data-text="{n} selected"></output>
       <button type="button" id="offer" hidden data-selection-target="offer" data-text="All {n}" data-action="selection#every"></button></form></main>`,
    { selection: SelectionController },
  );
  find("#c1").click();
  expect(find("#offer").hidden).toBe(true);
  find("#c2").click();
  expect(find("#offer").textContent).toBe("All 12,806 customers");
  find("#offer").click();
  expect(find<HTMLInputElement>("#every").disabled).toBe(false);
  expect(find("output").textContent).toBe("All 12,806 customers");
  find("#c1").click();
  expect(find<HTMLInputElement>("#every").disabled).toBe(true);
  expect(find("output").textContent).toBe("1 selected");
});

it("has nothing selected once it is done", () => {
  find("#all").click();
  document.dispatchEvent(new Event("bulkdone"));
  expect(chosen()).toEqual([]);
});

it("selects by tapping, once a long press or a button has begun it", async () => {
  const cell = (id: number) => `<tr><td><input class="check" type="checkbox" name="id" value="${id}"></td><td>Firma ${id}</td></tr>`;
  await page(
    `<main data-controller="selection"><table><tbody>${[1, 2, 3].map(cell).join("")}</tbody></table>
     <form hidden id="bar" data-selection-target="bar"><output data-selection-target="count" data-text="{n} ausgewählt"></output>
       <button type="button" data-action="selection#clear"></button></form></main>`,
    { selection: SelectionController },
  );
  const finger = (type: string, on: Element, x = 0) => on.dispatchEvent(Object.assign(new MouseEvent(type, { bubbles: true, cancelable: true, clientX: x }), { pointerType: "touch" }));
  const rows = [...document.querySelectorAll("tbody tr")];
  const ticked = () => [...document.querySelectorAll<HTMLInputElement>("input[name=id]")].map((box) => Number(box.checked)).join("");
  vi.useFakeTimers();
  finger("pointerdown", rows[1]!);
  finger("pointermove", rows[1]!, 40);
  vi.advanceTimersByTime(600);
  expect(find("main").hasAttribute("data-selecting")).toBe(false);
  finger("pointerdown", rows[1]!);
  vi.advanceTimersByTime(501);
  finger("pointerup", rows[1]!);
  rows[1]!.dispatchEvent(new MouseEvent("click", { bubbles: true, cancelable: true }));
  expect([find("main").hasAttribute("data-selecting"), ticked()]).toEqual([true, "010"]);
  vi.advanceTimersByTime(100);
  vi.useRealTimers();
  const click = new MouseEvent("click", { bubbles: true, cancelable: true });
  rows[2]!.querySelector("td:last-child")!.dispatchEvent(click);
  expect([ticked(), click.defaultPrevented]).toEqual(["011", true]);
  find("[data-action='selection#clear']").click();
  expect([find("main").hasAttribute("data-selecting"), ticked()]).toEqual([false, "000"]);
});
