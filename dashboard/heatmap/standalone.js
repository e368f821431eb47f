// The reader inside an exported page: everything it needs is in the page.

function openExportedPage() {
  const place = document.getElementById("reader");
  const { view } = JSON.parse(document.getElementById("view").textContent);
  const reader = new Reader(place, new InlineSource(document.getElementById("frame").textContent), view);
  reader.start().catch((error) => {
    place.replaceChildren(element("p", "broken", `This page cannot be shown (${error.message}).`));
  });
  const dark = window.matchMedia("(prefers-color-scheme: dark)");
  dark.addEventListener("change", () => reader.activation && reader.recolor());
}

openExportedPage();
