import { expect, it, vi } from "vitest";

import { find, page, settled } from "../testing/page.ts";
import PasskeyController, { answer, options } from "./passkey.ts";

const buffer = (...bytes: number[]) => new Uint8Array(bytes).buffer;
const HTML = `<form data-controller="passkey" data-passkey-options-value='{"publicKey": {"challenge": "-_8"}}' data-passkey-cancelled-value="Nichts" data-passkey-missing-value="Geht nicht">
  <input type="hidden" name="credential" data-passkey-target="credential"><button type="button" data-action="passkey#ask">Los</button>
  <p data-passkey-target="error" hidden><span></span></p></form>`;

it("turns what the server writes as text into bytes", () => {
  const made = options({ challenge: "-_8", user: { id: "YQ", name: "a" }, allowCredentials: [{ id: "AQ", type: "public-key" }] });
  expect([...new Uint8Array(made.challenge)]).toEqual([251, 255]);
  expect([...new Uint8Array(made.user.id)]).toEqual([97]);
  expect([...new Uint8Array(made.allowCredentials[0].id)]).toEqual([1]);
  expect("excludeCredentials" in made).toBe(false);
});

it("turns the answer into text", () => {
  const credential = {
    id: "AQ", rawId: buffer(1), type: "public-key", getClientExtensionResults: () => ({}),
    response: { clientDataJSON: buffer(251, 255), signature: buffer(2), userHandle: null },
  };
  expect(answer(credential as any)).toEqual({
    id: "AQ", rawId: "AQ", type: "public-key", clientExtensionResults: {}, response: { clientDataJSON: "-_8", signature: "Ag" },
  });
});

it("says so where there are no passkeys, and where none was used", async () => {
  await page(HTML, { passkey: PasskeyController });
  find("button").click();
  await settled();
  expect(find("span").textContent).toBe("Geht nicht");
  vi.stubGlobal("PublicKeyCredential", class {});
  vi.stubGlobal("navigator", { credentials: { get: () => Promise.reject(new Error("cancelled")) } });
  find("button").click();
  await settled();
  expect(find("span").textContent).toBe("Nichts");
  expect(find("p").hidden).toBe(false);
  vi.unstubAllGlobals();
});
