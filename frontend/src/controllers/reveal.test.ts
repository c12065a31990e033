import { expect, it } from "vitest";

import { find, page } from "../testing/page.ts";
import RevealController from "./reveal.ts";

it("shows the password and hides it again", async () => {
  await page(
    `<div data-controller="reveal"><input type="password" data-reveal-target="input" value="geheim">
     <button type="button" aria-pressed="false" data-action="reveal#toggle">Anzeigen</button></div>`,
    { reveal: RevealController },
  );
  const [input, button] = [find("input") as HTMLInputElement, find("button")];
  button.click();
  expect([input.type, button.ariaPressed, input.value]).toEqual(["text", "true", "geheim"]);
  button.click();
  expect([input.type, button.ariaPressed]).toEqual(["password", "false"]);
});
