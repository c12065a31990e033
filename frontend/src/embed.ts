/**
 * Shows web forms of Kundig in a page of the house's website, without an iframe: as plain elements, so that the page's
 * own styles hold. It keeps nothing, sets no cookie and asks nobody but the address that the page names.
 *
 * <div data-kundig-form="https://crm.example.com/forms/anfrage/"></div>
 * <script src="https://crm.example.com/forms/embed.js" async></script>
 */

interface Question {
  name: string;
  label: string;
  required: boolean;
  input: string;
  choices: [string, string][];
  complete: string;
  longest: number;
}

interface Form {
  title: string;
  intro: string;
  button: string;
  consent: string;
  action: string;
  language: string;
  token: string;
  trap: string;
  required: string;
  choose: string;
  failed: string;
  questions: Question[];
  purposes: string[];
}

type Attributes = Record<string, string | boolean>;

(() => {
  const element = <Name extends keyof HTMLElementTagNameMap>(
    name: Name,
    attributes: Attributes = {},
    ...children: (Node | string)[]
  ): HTMLElementTagNameMap[Name] => {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes)) {
      if (value !== false && value !== "") made.setAttribute(key, value === true ? "" : value);
    }
    made.append(...children);
    return made;
  };

  const control = (asked: Question, id: string, choose: string): HTMLElement => {
    const shared = { id, name: asked.name, required: asked.required, autocomplete: asked.complete };
    const longest = asked.longest ? String(asked.longest) : "";
    if (asked.input === "textarea") return element("textarea", { ...shared, rows: "5", maxlength: longest });
    if (asked.input === "select") {
      const options = asked.choices.map(([value, label]) => element("option", { value }, label));
      const none = element("option", {}, choose);
      none.value = "";
      return element("select", shared, none, ...options);
    }
    if (asked.input === "checkbox") return element("input", { ...shared, type: "checkbox", value: "yes" });
    return element("input", { ...shared, type: asked.input, maxlength: longest });
  };

  const field = (asked: Question, number: number, form: Form): HTMLElement => {
    const id = `kundig-${number}-${asked.name.replaceAll(".", "-")}`;
    const label = element("label", { for: id }, asked.required ? `${asked.label} (${form.required})` : asked.label);
    return element("p", { class: "kundig-form__field", "data-name": asked.name }, label, control(asked, id, form.choose));
  };

  const build = (place: HTMLElement, form: Form, number: number): void => {
    const token = element("input", { type: "hidden", name: "token", value: form.token });
    const trap = element("div", { hidden: true }, element("input", { name: form.trap, tabindex: "-1", autocomplete: "off" }));
    const status = element("p", { class: "kundig-form__status", role: "alert" });
    const button = element("button", { type: "submit" }, form.button);
    const body = element("form", { class: "kundig-form", novalidate: true, lang: form.language });
    body.append(token, trap, ...form.questions.map((asked) => field(asked, number, form)));
    if (form.consent) {
      const box = element("input", { type: "checkbox", name: "consent", value: "yes" });
      body.append(element("p", { class: "kundig-form__field", "data-name": "consent" }, element("label", {}, box, ` ${form.consent}`)));
    }
    body.append(status, element("p", {}, button));
    body.append(element("p", { class: "kundig-form__purposes" }, form.purposes.join(" ")));

    const tell = (errors: Record<string, string>): void => {
      for (const old of body.querySelectorAll(".kundig-form__error")) old.remove();
      for (const row of body.querySelectorAll<HTMLElement>("[data-name]")) {
        const text = errors[row.dataset["name"] ?? ""];
        const input = row.querySelector("input, select, textarea");
        input?.toggleAttribute("aria-invalid", Boolean(text));
        if (text) row.append(element("span", { class: "kundig-form__error" }, text));
      }
      status.textContent = errors[""] ?? "";
      body.querySelector<HTMLElement>("[aria-invalid]")?.focus();
    };

    body.addEventListener("submit", (event) => {
      event.preventDefault();
      button.disabled = true;
      const sent = new URLSearchParams();
      for (const [name, value] of new FormData(body)) sent.append(name, String(value));
      void fetch(form.action, { method: "POST", body: sent, credentials: "omit" })
        .then(async (answer) => {
          const told = (await answer.json()) as { thanks?: string; errors?: Record<string, string>; token?: string };
          if (told.thanks) {
            const thanks = element("p", { class: "kundig-form__thanks", role: "status", tabindex: "-1" }, told.thanks);
            place.replaceChildren(thanks);
            thanks.focus();
            return;
          }
          if (told.token) token.value = told.token;
          tell(told.errors ?? { "": form.failed });
        })
        .catch(() => tell({ "": form.failed }))
        .finally(() => (button.disabled = false));
    });

    const heading = form.title ? [element("h2", {}, form.title)] : [];
    const intro = form.intro ? [element("p", {}, form.intro)] : [];
    place.replaceChildren(...heading, ...intro, body);
  };

  const show = (place: HTMLElement, number: number): void => {
    const address = place.dataset["kundigForm"];
    if (!address) return;
    const asked = new URL(address);
    if (document.documentElement.lang) asked.searchParams.set("lang", document.documentElement.lang.slice(0, 2));
    asked.searchParams.set("as", "data");
    void fetch(asked, { credentials: "omit" })
      .then(async (answer) => {
        if (answer.ok) build(place, (await answer.json()) as Form, number);
      })
      .catch(() => undefined);
  };

  const begin = (): void => {
    for (const [number, place] of document.querySelectorAll<HTMLElement>("[data-kundig-form]").entries()) show(place, number);
  };
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", begin);
  else begin();
})();
