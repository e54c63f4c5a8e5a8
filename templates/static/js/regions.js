// A scroll region needs to take the focus only while there is something to scroll: one stop less on the way through the page.
const watcher = new ResizeObserver((entries) => {
  for (const { target } of entries) settle(target.closest("[data-scroll-region]"));
});

function settle(region) {
  const scrolls = region.scrollWidth > region.clientWidth || region.scrollHeight > region.clientHeight;
  if (scrolls) region.tabIndex = 0;
  else region.removeAttribute("tabindex");
}

function watch() {
  watcher.disconnect();
  for (const region of document.querySelectorAll("[data-scroll-region]")) {
    watcher.observe(region);
    if (region.firstElementChild) watcher.observe(region.firstElementChild);
  }
}

document.addEventListener("screening:replaced", watch);
watch();
