// The chosen theme, before anything is painted. Without a choice the page follows the system and
// the attribute is absent. Loaded in the head as a classic script.

try {
  const theme = localStorage.getItem("ap:theme");
  if (theme === "light" || theme === "dark") document.documentElement.dataset["theme"] = theme;
} catch {
  // Storage that is forbidden holds no choice.
}
