import { expect, it, vi } from "vitest";

import { find, page } from "../testing/page.ts";
import PromisesController from "./promises.ts";

const CONTACT = `<section data-controller="promises"><button type="button" hidden data-promises-target="pick" data-action="promises#note">Zusage</button></section>
  <p data-touchpoint="t1">Ich schicke bis Freitag das Angebot.</p><p data-touchpoint="t2">Anderes</p>`;

function select(from: Node, to: Node): void {
  const range = document.createRange();
  range.setStart(from, 0);
  range.setEnd(to, to.textContent!.length);
  range.getBoundingClientRect = () => new DOMRect(10, 20, 30, 40);
  getSelection()!.removeAllRanges();
  getSelection()!.addRange(range);
  document.dispatchEvent(new Event("selectionchange"));
}

it("offers a button for words of one contact only", async () => {
  vi.stubGlobal("CSS", {});
  await page(CONTACT, { promises: PromisesController });
  const [one, two] = [...document.querySelectorAll("p")].map((each) => each.firstChild!);
  const button = find("button") as HTMLButtonElement;
  select(one!, one!);
  expect(button.hidden).toBe(false);
  select(one!, two!);
  expect(button.hidden).toBe(true);
  getSelection()!.removeAllRanges();
  document.dispatchEvent(new Event("selectionchange"));
  expect(button.hidden).toBe(true);
});
