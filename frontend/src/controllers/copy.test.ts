import { expect, it, vi } from "vitest";

import { find, page, settled } from "../testing/page.ts";
import CopyController from "./copy.ts";

const HTML = `<div data-controller="copy"><input readonly value="kundig_abc" data-copy-target="text">
  <button type="button" data-action="copy#copy" data-copy-done-param="Kopiert"><span data-copy-target="label">Kopieren</span></button></div>`;

it("copies and says so", async () => {
  const writeText = vi.fn(() => Promise.resolve());
  vi.stubGlobal("navigator", { clipboard: { writeText } });
  await page(HTML, { copy: CopyController });
  find("button").click();
  await settled();
  expect(writeText).toHaveBeenCalledWith("kundig_abc");
  expect(find("span").textContent).toBe("Kopiert");
  vi.unstubAllGlobals();
});

it("selects the text where there is no clipboard", async () => {
  vi.stubGlobal("navigator", {});
  await page(HTML, { copy: CopyController });
  find("button").click();
  await settled();
  const input = find("input") as HTMLInputElement;
  expect([input.selectionStart, input.selectionEnd]).toEqual([0, 10]);
  expect(find("span").textContent).toBe("Kopieren");
  vi.unstubAllGlobals();
});
