import htmx from "htmx.org";
import { expect, it, vi } from "vitest";

import { find, page, press } from "../testing/page.ts";
import BlockController, { cellsOf } from "./block.ts";
import GridController from "./grid.ts";

const TABLE = `<table role="grid" data-controller="grid block" data-block-url-value="/o/cells/"><thead><tr><th></th><th data-column="name">N</th><th data-column="city">C</th></tr></thead><tbody>
<tr id="r1" data-record="o:1"><td class="table__check"></td><th id="a" tabindex="0"><span class="who"><a href="/o/1/">Anker</a><span>GmbH</span></span></th><td id="b" data-field="city" tabindex="-1">Kiel</td></tr>
<tr id="r2" data-record="o:2"><td class="table__check"></td><th id="c" tabindex="-1"><span class="who"><a href="/o/2/">Bach</a></span></th><td id="d" data-field="city" tabindex="-1">Wien</td></tr></tbody></table>`;

function marked(): string[] {
  return [...document.querySelectorAll("[data-marked]")].map((cell) => cell.id);
}

it("marks a block with Shift and the arrows, and Escape takes the marks away", async () => {
  await page(TABLE, { block: BlockController, grid: GridController });
  find("#a").focus();
  press("ArrowRight", { shiftKey: true });
  press("ArrowDown", { shiftKey: true });
  expect(marked()).toEqual(["a", "b", "c", "d"]);
  press("Escape");
  expect(marked()).toEqual([]);
});

it("adds what is pasted into the blank row and below it, where the table knows whose parts it shows", async () => {
  const blank = TABLE.replace("</tbody>", '<tr id="blank" data-blank><td class="table__check"></td><td id="e" tabindex="-1"></td><td tabindex="-1"></td></tr></tbody>');
  await page(blank.replace('data-block-url-value', 'data-block-of-value="7" data-block-url-value'), { block: BlockController, grid: GridController });
  const asked = vi.spyOn(htmx, "ajax").mockResolvedValue(undefined);
  find("#c").focus();
  press("ArrowDown");
  expect(document.activeElement!.id).toBe("e");
  find("#c").focus();
  const clipboardData = { getData: () => "Bach\tWien\nDvo\tPrag\nElgar\tWorcester" };
  document.dispatchEvent(Object.assign(new Event("paste"), { clipboardData }));
  const { values } = asked.mock.calls[0]![2] as { values: { block: string } };
  expect(JSON.parse(values.block)).toEqual({
    records: ["2", null, null], of: "7", fields: ["name", "city"], texts: [["Bach", "Wien"], ["Dvo", "Prag"], ["Elgar", "Worcester"]],
  });
  asked.mockRestore();
});

it("reads what Excel puts into the clipboard", () => {
  expect(cellsOf("a\tb\r\nc\td\r\n")).toEqual([["a", "b"], ["c", "d"]]);
  expect(cellsOf('"mit ""Wort""\nund Zeile"\t2')).toEqual([['mit "Wort"\nund Zeile', "2"]]);
  expect(cellsOf("eins")).toEqual([["eins"]]);
  expect(cellsOf("\tb")).toEqual([["", "b"]]);
  expect(cellsOf('5" Rohr\tx')).toEqual([['5" Rohr', "x"]]);
});

it("says at a cell why it was refused, also after its row came anew, and not once the cell is another", async () => {
  await page(TABLE, { block: BlockController, grid: GridController });
  const detail = { cells: [{ record: "2", field: "city", why: "Wien liegt nicht hier." }] };
  document.dispatchEvent(new CustomEvent("refused", { detail }));
  expect(find("#d").title).toBe("Wien liegt nicht hier.");
  const anew = (city: string): void => {
    find("#d").outerHTML = `<td id="d" data-field="city" tabindex="-1">${city}</td>`;
    document.dispatchEvent(new Event("htmx:after:process"));
  };
  anew("Wien");
  expect(find("#d").title).toBe("Wien liegt nicht hier.");
  expect(find("#d").dataset.refused).toBe("");
  anew("Graz");
  expect(find("#d").dataset.refused).toBeUndefined();
});
