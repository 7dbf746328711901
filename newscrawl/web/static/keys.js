// Keys of diff pages: n and p go to the next and previous change on the page, j and k to the next and previous version, ? shows
// this help. Everything that they do can be done without.
"use strict";
const changes = [...document.querySelectorAll(".row.changed, .block.changed")].filter((row) => row.getClientRects().length);
const help = document.querySelector("#keys");
let at = -1;

function go(step) {
  if (!changes.length) return;
  at = Math.min(Math.max(at + step, 0), changes.length - 1);
  changes[at].tabIndex = -1;
  changes[at].focus({ preventScroll: true });
  changes[at].scrollIntoView({ block: "center" });
}

function follow(relation) {
  const link = document.querySelector(`nav a[rel=${relation}]`);
  if (link) link.click();
}

const actions = {
  n: () => go(1),
  p: () => go(-1),
  j: () => follow("next"),
  k: () => follow("prev"),
  "?": () => (help.open ? help.close() : help.showModal()),
};

document.addEventListener("keydown", (event) => {
  const isTyping = event.target.closest("input, select, textarea, [contenteditable]");
  if (isTyping || event.ctrlKey || event.metaKey || event.altKey || !(event.key in actions)) return;
  event.preventDefault();
  actions[event.key]();
});

// What is folded is printed too, also by browsers whose style sheets cannot unfold it.
addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((each) => (each.open = true)));
