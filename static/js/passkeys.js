/* Passkeys: a form[data-passkey] asks the browser for one ("get") or makes one ("create"), puts the
   answer into its field `credential` and goes on as a form. Without passkeys it stays hidden. */
"use strict";

const given = document.getElementById("passkey-options");

/* On the login page nobody is known yet: the challenge is fetched when it is needed. */
async function optionsFor(form) {
  if (given) return JSON.parse(given.textContent);
  const answer = await fetch(form.action, { headers: { Accept: "application/json" } });
  if (!answer.ok || answer.redirected) throw new Error("no challenge");
  return answer.json();
}

function say(form, text) {
  const place = form.querySelector("p[role=alert]");
  place.textContent = text;
  place.hidden = false;
}

let answered = null; // the form that has its answer: it goes on as any other

async function ask(event) {
  const form = event.target;
  if (form === answered) return;
  event.preventDefault();
  try {
    const answer = await webauthnJSON[form.dataset.passkey](await optionsFor(form));
    form.elements.credential.value = JSON.stringify(answer);
    answered = form;
    form.requestSubmit();
    answered = null;
  } catch (error) {
    say(form, error.name === "InvalidStateError"
      ? "This device holds a passkey for this desk already."
      : "No passkey was given. Try again, or use another way.");
  }
}

for (const form of document.querySelectorAll("form[data-passkey]")) {
  if (!webauthnJSON.supported()) continue;
  form.hidden = false;
  form.addEventListener("submit", ask);
}
