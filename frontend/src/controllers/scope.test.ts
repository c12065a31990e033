import { expect, it } from "vitest";

import { find, page } from "../testing/page.ts";
import ScopeController from "./scope.ts";

it("draws the bars of what is chosen and marks it until it is as before", async () => {
  await page(
    `<form data-controller="scope"><span class="scope" data-scope="team"><select data-action="scope#choose">
       <option value="as-always" data-scope="all">(alle)</option><option value="own">eigene</option><option value="team" selected>Team</option>
     </select></span></form>`,
    { scope: ScopeController },
  );
  const [select, scope] = [find("select") as HTMLSelectElement, find(".scope")];
  const choose = (value: string) => {
    select.value = value;
    select.dispatchEvent(new Event("change", { bubbles: true }));
    return [scope.dataset["scope"], scope.dataset["state"]];
  };
  expect(choose("own")).toEqual(["own", "changed"]);
  expect(choose("as-always")).toEqual(["all", "changed"]);
  expect(choose("team")).toEqual(["team", undefined]);
});
