// Signs in without leaving the page: where a code of a second factor turns out to be needed, nothing has to be typed again.

import { forgetShell } from "./shell.js";

// Nobody is signed in, however that came: what was kept for the session goes with it.
forgetShell();

const form = document.querySelector('[data-part="sign-in"]');
const within = (name) => form.querySelector(`[data-part="${name}"]`);

function say(text) {
  within("problem").textContent = text;
  within("problem").hidden = text === "";
}

form.addEventListener("submit", async (submit) => {
  submit.preventDefault();
  const { name, password, code, next } = form.elements;
  const button = form.querySelector("button");
  button.disabled = true;
  try {
    const answer = await fetch("/api/v1/session", {
      method: "POST",
      headers: { accept: "application/json", "content-type": "application/json" },
      body: JSON.stringify({ name: name.value, password: password.value, ...(code.value.trim() === "" ? {} : { code: code.value }) }),
    });
    if (answer.ok) {
      location.assign(next.value);
      return;
    }
    const problem = await answer.json();
    say(problem.detail);
    if (problem.parameter === "code") {
      within("code").hidden = false;
      code.required = true;
      code.value = "";
      code.focus();
    } else {
      password.select();
    }
  } catch {
    say("The hub does not answer. Try again in a moment.");
  }
  button.disabled = false;
});
