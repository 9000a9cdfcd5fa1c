"use strict";
const find = (id) => document.getElementById(id);
const split = document.querySelector(".slider input");

for (const copy of document.querySelectorAll(".copy")) {
  copy.addEventListener("click", async () => {
    const text = find(copy.dataset.of);
    try {
      await navigator.clipboard.writeText(text.textContent);
      copy.textContent = "Copied";
    } catch {
      getSelection().selectAllChildren(text);
      copy.textContent = "Selected";
    }
    setTimeout(() => { copy.textContent = "Copy"; }, 1500);
  });
}

if (split) {
  const slider = split.parentElement, back = find("back");
  const after = slider.querySelector(".after"), label = slider.querySelector(".tag.right");
  const first = { src: after.src, alt: after.alt, label: label.textContent };
  const frames = [...document.querySelectorAll(".frame")];
  let player = 0;
  let divided = split.value;

  const divide = () => slider.style.setProperty("--split", split.value + "%");
  split.addEventListener("input", divide);
  divide();

  function show(button) {
    const picture = button && button.querySelector("img");
    const isFirst = !button || "first" in button.dataset;
    after.src = isFirst ? first.src : picture.src;
    after.alt = isFirst ? first.alt : picture.alt;
    label.textContent = isFirst ? first.label : button.dataset.label;
    back.hidden = isFirst;
    for (const other of frames) other.setAttribute("aria-pressed", String(other === button));
  }

  const home = () => frames.find((button) => "first" in button.dataset);

  function bring() {
    const { top, bottom } = slider.getBoundingClientRect();
    const middle = (top + bottom) / 2;
    if (middle < 0 || middle > innerHeight) slider.scrollIntoView({ block: "nearest" });
  }

  function reveal(button) {
    const strip = button.parentElement;
    strip.scrollLeft = button.offsetLeft - strip.offsetLeft - (strip.clientWidth - button.clientWidth) / 2;
  }

  function stop() {
    if (!player) return;
    split.value = divided;
    divide();
    clearInterval(player);
    player = 0;
    for (const play of document.querySelectorAll(".play")) play.textContent = "Play";
  }

  for (const button of frames) {
    button.addEventListener("click", () => { stop(); show(button); bring(); });
    button.addEventListener("keydown", (event) => {
      const way = { ArrowLeft: "previousElementSibling", ArrowRight: "nextElementSibling" }[event.key];
      const next = way && button[way];
      if (!next) return;
      event.preventDefault();
      next.focus();
      next.click();
    });
  }

  back.addEventListener("click", () => { stop(); show(home()); });

  for (const play of document.querySelectorAll(".play")) {
    play.addEventListener("click", () => {
      if (player) { stop(); show(home()); return; }
      const own = [...play.closest("section").querySelectorAll(".frame")];
      let at = 0;
      play.textContent = "Stop";
      bring();
      divided = split.value;
      split.value = 0;
      divide();
      player = setInterval(() => {
        if (at === own.length) { stop(); show(home()); return; }
        show(own[at]);
        reveal(own[at]);
        at += 1;
      }, 125);
    });
  }

  show(home());
  for (const chosen of document.querySelectorAll(".frame.chosen, .frame.closest")) reveal(chosen);
}
