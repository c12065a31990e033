import { expect, it, vi } from "vitest";

import { find, page } from "../testing/page.ts";
import PrintController from "./print.ts";

it("prints", async () => {
  const print = vi.fn();
  vi.stubGlobal("print", print);
  await page(`<button type="button" data-controller="print" data-action="print#print">Drucken</button>`, { print: PrintController });
  find("button").click();
  expect(print).toHaveBeenCalledOnce();
  vi.unstubAllGlobals();
});
