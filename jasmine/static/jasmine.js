"use strict";
// Nothing here is needed: each page works without it. It makes the way out quicker and leaves less behind.
(function () {
  const exit = document.getElementById("exit");
  const ESCAPES = 3;
  let escapes = 0;

  function cover() {
    document.documentElement.classList.add("covered");
  }

  function leave(event) {
    if (event) event.preventDefault();
    cover();
    location.replace(exit.href); // and not a new entry: this page is not behind the back button
  }

  exit.addEventListener("pointerdown", (event) => event.button === 0 && cover());
  exit.addEventListener("touchstart", cover, { passive: true }); // also lets old iPhones see :active
  exit.addEventListener("click", leave);
  document.addEventListener("keydown", (event) => {
    escapes = event.key === "Escape" ? escapes + 1 : 0;
    if (escapes === ESCAPES) leave();
  });

  // A page that the browser kept in memory is asked for anew, so that nothing stands behind the back button.
  addEventListener("pagehide", (event) => event.persisted && cover());
  addEventListener("pageshow", (event) => event.persisted && location.reload());

  // An invitation behind the "#" of an address: into its box, and out of the address.
  const invitation = document.getElementById("id_invitation");
  if (invitation && /^#\d{12}$/.test(location.hash)) {
    invitation.value = location.hash.slice(1);
    history.replaceState(null, "", location.pathname);
  }

  // What is to be written down can be copied or printed too.
  document.querySelectorAll("[data-script]").forEach((line) => { line.hidden = false; });
  document.addEventListener("click", ({ target }) => {
    if (target.matches("[data-copy]")) navigator.clipboard.writeText(target.dataset.copy);
    if (target.matches("[data-print]")) print();
  });

  // A passkey: the page brings the question, the browser's answer goes into the form, and the form is sent like any other.
  const form = document.querySelector("[data-passkey]");
  if (!form || !window.PublicKeyCredential) return;
  const PARTS = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];

  function bytes(text) {
    return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (letter) => letter.charCodeAt(0));
  }

  function text(buffer) {
    const letters = btoa(String.fromCharCode.apply(null, new Uint8Array(buffer)));
    return letters.replace(/\+/g, "-").replace(/\//g, "_").replace(/=/g, "");
  }

  function ask() {
    const asked = JSON.parse(form.dataset.passkey);
    asked.challenge = bytes(asked.challenge);
    (asked.excludeCredentials || asked.allowCredentials || []).forEach((known) => { known.id = bytes(known.id); });
    if (!asked.user) return navigator.credentials.get({ publicKey: asked });
    asked.user.id = bytes(asked.user.id);
    return navigator.credentials.create({ publicKey: asked });
  }

  function send(key) {
    const response = {};
    PARTS.forEach((part) => { if (key.response[part]) response[part] = text(key.response[part]); });
    form.elements.answer.value = JSON.stringify({ id: key.id, rawId: key.id, type: key.type, response });
    form.submit();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    ask().then(send).catch(() => { form.querySelector("[role=alert]").hidden = false; });
  });
  form.hidden = false;
  document.querySelector("[data-without-passkeys]").hidden = true;
})();
