(() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  const figures = read("figures");
  const template = read("look");
  const config = {
    displaylogo: false,
    responsive: true,
    modeBarButtons: [["toImage"]],
    toImageButtonOptions: { scale: 2 },
  };
  const hidden = (place) => place.closest("details.drawn-when-open:not([open])");
  const places = Array.from(document.querySelectorAll(".plot"));
  const waiting = places.filter((place) => !hidden(place));
  const drawn = [];

  function draw(place) {
    const figure = figures[place.id];
    place.textContent = "";
    if (window.innerWidth < 600) {
      const { height, above, below, labels, font } = figure.narrow;
      if (height) figure.layout.height = height;
      if (above) figure.layout.margin.t = above;
      if (below) figure.layout.margin.b = below;
      if (font) figure.layout.yaxis.tickfont = { ...figure.layout.yaxis.tickfont, size: font };
      if (labels) figure.layout.yaxis.ticktext = labels;
      place.style.minHeight = "0";
    }
    Plotly.newPlot(place, figure.data, { ...figure.layout, template }, config);
    drawn.push(place);
  }

  // One chart at a time, so that the page answers while the rest are drawn.
  function next() {
    if (waiting.length) {
      draw(waiting.shift());
      setTimeout(next);
    } else {
      document.documentElement.dataset.drawn = "all";
    }
  }
  setTimeout(next);

  // What is hidden has no width to be drawn by.
  for (const list of document.querySelectorAll("details.drawn-when-open")) {
    list.addEventListener("toggle", () => {
      for (const place of list.querySelectorAll(".plot")) {
        if (list.open && !drawn.includes(place) && !waiting.includes(place)) draw(place);
      }
    });
  }

  // A link to a number or a source opens the list that it stands in.
  function reveal() {
    const target = location.hash && document.getElementById(location.hash.slice(1));
    const list = target && target.closest("details");
    if (list && !list.open) {
      list.open = true;
      target.scrollIntoView();
    }
  }
  window.addEventListener("hashchange", reveal);
  // The same link, followed again after its list was closed, changes no address.
  document.addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) reveal();
  });
  reveal();

  // Paper has its own width, which a drawing does not learn by itself.
  window.addEventListener("beforeprint", () => {
    while (waiting.length) draw(waiting.shift());
    for (const place of drawn) {
      const [width, most] = place.dataset.print.split(" ").map(Number);
      // A resize drops the height from the drawing's own layout.
      const height = Math.min(figures[place.id].layout.height, most);
      // The resize that comes with printing asks the place, not the layout.
      Object.assign(place.style, { minHeight: "0", height: `${height}px` });
      Plotly.relayout(place, { autosize: false, width, height });
    }
  });
  window.addEventListener("afterprint", () => {
    for (const place of drawn) {
      const { height } = figures[place.id].layout;
      place.style.height = "";
      Plotly.relayout(place, { autosize: true, width: null, height });
    }
  });
})();
