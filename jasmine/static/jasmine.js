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
})();
