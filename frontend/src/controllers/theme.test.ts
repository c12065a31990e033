import { expect, it } from "vitest";

import { find, page, server, settled } from "../testing/page.ts";
import ThemeController from "./theme.ts";

it("is seen at once and kept", async () => {
  const asked = server({ "POST /preferences/": { status: 200 } });
  await page(
    `<span data-controller="theme" data-theme-url-value="/preferences/"><button name="theme" value="" aria-pressed="true" data-action="theme#choose">Gerät</button>
     <button name="theme" value="dark" aria-pressed="false" data-action="theme#choose">Dunkel</button></span>`,
    { theme: ThemeController },
  );
  find("[value=dark]").click();
  await settled();
  expect(document.documentElement.dataset.theme).toBe("dark");
  expect([...document.querySelectorAll("button")].map((button) => button.ariaPressed)).toEqual(["false", "true"]);
  expect(asked[0]).toMatchObject({ method: "POST", url: "/preferences/", body: "theme=dark" });
  find("[value='']").click();
  expect(document.documentElement.dataset.theme).toBeUndefined();
});
