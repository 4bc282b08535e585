// The chosen theme and the sizes of the panes, before anything is painted. Without a chosen theme
// the page follows the system and the attribute is absent. Loaded in the head as a classic script.

try {
  const theme = localStorage.getItem("ap:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // Storage that is forbidden holds no choice.
}

try {
  // As the application writes them (core/layout.rs) and shows them (ui/layout.rs).
  const layout = JSON.parse(localStorage.getItem("ap:layout") ?? "null") as Partial<Record<string, number>> | null;
  const { left, right, problems } = layout ?? {};
  const { style } = document.documentElement;
  if (left) style.setProperty("--left", `${left}px`);
  if (right) style.setProperty("--right", `${right}fr`);
  if (right) style.setProperty("--middle", `${100 - right}fr`);
  if (problems) style.setProperty("--problems", `${problems}px`);
} catch {
  // The usual sizes hold.
}
