"use strict";
// Moving about in a picture: by pointer, wheel, keyboard and buttons; whole on paper.
{
  const [SMALLEST, LARGEST] = [0.05, 3];
  //: Below this size the words of a step cannot be read: the picture then begins at the entry.
  const READABLE = 0.6;
  const COMFORTABLE = 0.85;
  const STEP = 60;
  const CLICK = 4;

  // Shows `picture` in `canvas`, whole where that can be read.
  const fitted = (picture, canvas, { start }) => {
    const { svg, drawing, across, size } = picture;
    let [x, y, scale] = [0, 0, 1];
    const room = () => ({ width: canvas.clientWidth, height: canvas.clientHeight });
    const apply = () => drawing.setAttribute("transform", `translate(${x} ${y}) scale(${scale})`);
    const bounded = (wanted) => Math.min(LARGEST, Math.max(SMALLEST, wanted));

    const zoom = (factor, at) => {
      const { width, height } = room();
      const [cx, cy] = at || [width / 2, height / 2];
      const next = bounded(scale * factor);
      x = cx - ((cx - x) * next) / scale;
      y = cy - ((cy - y) * next) / scale;
      scale = next;
      apply();
    };
    const move = (dx, dy) => {
      x += dx;
      y += dy;
      apply();
    };
    const whole = () => {
      const { width, height } = room();
      return Math.min(width / size.width, height / size.height, 1);
    };
    const fit = () => {
      const { width, height } = room();
      scale = bounded(whole());
      x = (width - size.width * scale) / 2;
      y = Math.max(0, (height - size.height * scale) / 2);
      apply();
    };
    const place_of = (node) => {
      const [, left, top] = node.getAttribute("transform").match(/translate\(([-\d.e]+) ([-\d.e]+)\)/).map(Number);
      const box = node.querySelector(".box");
      return { left, top, width: Number(box.getAttribute("width")), height: Number(box.getAttribute("height")) };
    };
    const begin = () => {
      const first = drawing.querySelectorAll(".node")[Math.max(start, 0)];
      if (whole() >= READABLE || !first) return fit();
      const place = place_of(first);
      scale = COMFORTABLE;
      const { width, height } = room();
      x = across ? 28 - place.left * scale : width / 2 - (place.left + place.width / 2) * scale;
      y = across ? height / 2 - (place.top + place.height / 2) * scale : 28 - place.top * scale;
      return apply();
    };
    const show = (node) => {
      const place = place_of(node);
      const { width, height } = room();
      const gap = 20;
      const [left, top] = [x + place.left * scale, y + place.top * scale];
      const [right, bottom] = [left + place.width * scale, top + place.height * scale];
      move(
        left < gap ? gap - left : Math.min(0, width - gap - right),
        top < gap ? gap - top : Math.min(0, height - gap - bottom),
      );
    };

    listen({ svg, canvas, drawing, zoom, move, fit, show });
    begin();
    return { zoom, move, fit };
  };

  const listen = ({ svg, canvas, drawing, zoom, move, fit, show }) => {
    const pointers = new Map();
    let moved = 0;
    const at = (event) => {
      const box = canvas.getBoundingClientRect();
      return [event.clientX - box.left, event.clientY - box.top];
    };
    svg.addEventListener("dragstart", (event) => event.preventDefault());
    svg.addEventListener("pointerdown", (event) => {
      if (event.button) return;
      if (!pointers.size) moved = 0;
      pointers.set(event.pointerId, at(event));
    });
    svg.addEventListener("pointermove", (event) => {
      const before = pointers.get(event.pointerId);
      if (!before) return;
      const now = at(event);
      const [dx, dy] = [now[0] - before[0], now[1] - before[1]];
      const other = [...pointers].find(([id]) => id !== event.pointerId);
      pointers.set(event.pointerId, now);
      moved += Math.abs(dx) + Math.abs(dy);
      if (other) {
        const apart = (point) => Math.hypot(point[0] - other[1][0], point[1] - other[1][1]) || 1;
        zoom(apart(now) / apart(before), [(now[0] + other[1][0]) / 2, (now[1] + other[1][1]) / 2]);
      } else if (moved > CLICK) {
        svg.setPointerCapture(event.pointerId);
        svg.classList.add("moving");
        move(dx, dy);
      }
    });
    const lift = (event) => {
      pointers.delete(event.pointerId);
      svg.classList.remove("moving");
    };
    svg.addEventListener("pointerup", lift);
    svg.addEventListener("pointercancel", lift);
    svg.addEventListener("click", (event) => {
      if (moved > CLICK) event.preventDefault();
    }, true);
    svg.addEventListener("wheel", (event) => {
      if (!event.ctrlKey && !event.metaKey) return;
      event.preventDefault();
      zoom(Math.exp(-event.deltaY / 300), at(event));
    }, { passive: false });

    const keys = {
      ArrowLeft: () => move(STEP, 0),
      ArrowRight: () => move(-STEP, 0),
      ArrowUp: () => move(0, STEP),
      ArrowDown: () => move(0, -STEP),
      "+": () => zoom(1.25),
      "=": () => zoom(1.25),
      "-": () => zoom(0.8),
      0: () => fit(),
    };
    svg.addEventListener("keydown", (event) => {
      const act = keys[event.key];
      if (!act || event.ctrlKey || event.metaKey || event.altKey) return;
      event.preventDefault();
      act();
    });
    // Not on the drawing: Chromium lets the focus stop at what listens for it.
    canvas.addEventListener("focusin", (event) => {
      const node = event.target.closest(".node");
      if (node && !pointers.size) show(node);
    });
    // Browsers scroll to what has the focus; here the picture moves instead.
    canvas.addEventListener("scroll", () => canvas.scrollTo(0, 0));
  };

  // On paper the whole picture is on one page, whatever the window shows of it.
  const framed = (picture) => {
    const { svg, drawing, across, size } = picture;
    let transform = "";
    window.addEventListener("beforeprint", () => {
      transform = drawing.getAttribute("transform");
      drawing.removeAttribute("transform");
      svg.setAttribute("viewBox", `0 0 ${size.width} ${size.height}`);
    });
    window.addEventListener("afterprint", () => {
      svg.removeAttribute("viewBox");
      drawing.setAttribute("transform", transform);
    });
  };

  Object.assign(window.voicegatherDiagram, { fitted, framed });
}
