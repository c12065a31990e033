/**
 * Lets a passkey answer: asks the browser for it, puts the answer into the form and sends it.
 *
 * <form method="post" data-controller="passkey" data-passkey-options-value="{…}" data-passkey-cancelled-value="…" data-passkey-missing-value="…">
 *   <input type="hidden" name="credential" data-passkey-target="credential">
 *   <button type="button" data-action="passkey#ask">…</button>
 *   <p data-passkey-target="error" hidden><span></span></p></form>
 *
 * `data-passkey-url-value` instead of the options: they are fetched when asked for. `data-passkey-create-value` makes a new passkey.
 */
import { Controller } from "@hotwired/stimulus";

type Json = { [key: string]: any };

const bytes = (text: string): ArrayBuffer =>
  Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (sign) => sign.charCodeAt(0)).buffer;

const text = (buffer: ArrayBuffer): string =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

/** What the server writes as text the browser wants as bytes. */
export function options(json: Json): Json {
  const list = (credentials: Json[] = []) => credentials.map((one) => ({ ...one, id: bytes(one.id) }));
  return {
    ...json,
    challenge: bytes(json.challenge),
    ...(json.user && { user: { ...json.user, id: bytes(json.user.id) } }),
    ...(json.allowCredentials && { allowCredentials: list(json.allowCredentials) }),
    ...(json.excludeCredentials && { excludeCredentials: list(json.excludeCredentials) }),
  };
}

/** And the other way round. */
export function answer(credential: PublicKeyCredential): Json {
  const response: Json = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    const value = (credential.response as Json)[name];
    if (value) response[name] = text(value);
  }
  return {
    id: credential.id,
    rawId: text(credential.rawId),
    type: credential.type,
    response,
    clientExtensionResults: credential.getClientExtensionResults(),
  };
}

export default class PasskeyController extends Controller<HTMLFormElement> {
  static override targets = ["credential", "error"];
  static override values = { options: Object, url: String, create: Boolean, cancelled: String, missing: String };
  declare readonly credentialTarget: HTMLInputElement;
  declare readonly errorTarget: HTMLElement;
  declare readonly optionsValue: Json;
  declare readonly hasOptionsValue: boolean;
  declare readonly urlValue: string;
  declare readonly createValue: boolean;
  declare readonly cancelledValue: string;
  declare readonly missingValue: string;

  async ask(event: Event): Promise<void> {
    event.preventDefault();
    this.errorTarget.hidden = true;
    if (!window.PublicKeyCredential) return this.tell(this.missingValue);
    try {
      const json = this.hasOptionsValue ? this.optionsValue : await (await fetch(this.urlValue)).json();
      const publicKey = options(json.publicKey) as any;
      const credential = await (this.createValue
        ? navigator.credentials.create({ publicKey })
        : navigator.credentials.get({ publicKey }));
      this.credentialTarget.value = JSON.stringify(answer(credential as PublicKeyCredential));
    } catch {
      return this.tell(this.cancelledValue);
    }
    this.element.submit();
  }

  private tell(message: string): void {
    this.errorTarget.querySelector("span")!.textContent = message;
    this.errorTarget.hidden = false;
  }
}
