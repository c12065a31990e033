import { expect, it } from "vitest";

import { find, page } from "../testing/page.ts";
import MergeController from "./merge.ts";

const ROW = (name: string) =>
  `<tr data-merge-target="row"><td><input type="radio" name="${name}" value="a" checked></td><td><input type="radio" name="${name}" value="b"></td></tr>`;
const press = (key: string) => (document.activeElement ?? document.body).dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));

it("goes from value to value, past those that are the same", async () => {
  await page(
    `<form data-controller="merge"><table><tbody>${ROW("name")}<tr data-merge-target="row"><td colspan="2">Lemgo</td></tr>${ROW("mail")}</tbody></table></form>`,
    { merge: MergeController },
  );
  press("ArrowDown");
  expect((document.activeElement as HTMLInputElement).name).toBe("name");
  press("ArrowDown");
  expect((document.activeElement as HTMLInputElement).name).toBe("mail");
  expect(find("[aria-current=true] input").getAttribute("name")).toBe("mail");
  press("ArrowDown");
  press("ArrowUp");
  expect((document.activeElement as HTMLInputElement).name).toBe("name");
});
