// The button that leads to the portal from an organisation's own website. Never changed: websites name it with its
// checksum. What is to be otherwise is a new file, button-2.js. It asks nobody anything and keeps nothing.
class AccountButton extends HTMLElement {
  connectedCallback() {
    if (this.shadowRoot) return;
    const colour = /^#[0-9a-f]{6}$/i.exec(this.getAttribute("colour"))?.[0] ?? "#1f4fa3";
    const ink = this.getAttribute("ink") === "black" ? "#000" : "#fff";
    const sheet = new CSSStyleSheet();
    sheet.replaceSync(`
      ::slotted(a) { display: inline-block; padding: .75em 1.25em; border-radius: .6em; background: ${colour} !important;
        color: ${ink} !important; font: 600 1rem/1.25 system-ui, sans-serif; text-decoration: none !important; }
      ::slotted(a:hover) { text-decoration: underline !important; }
      ::slotted(a:focus-visible) { outline: 3px solid ${colour}; outline-offset: 3px; }
      :host([place="corner"]) { position: fixed; inset-block-end: 1rem; inset-inline-end: 1rem; z-index: 9999; }
      @media print { :host([place="corner"]) { display: none; } }`);
    const root = this.attachShadow({ mode: "open" });
    root.adoptedStyleSheets = [sheet];
    root.append(document.createElement("slot"));
  }
}
customElements.get("account-button") ?? customElements.define("account-button", AccountButton);
