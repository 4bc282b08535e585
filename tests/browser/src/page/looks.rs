//! How the page looks and what assistive technology finds in it, as far as it can be measured.

use serde_json::{Value, json};

use super::{Page, strings};

/// Text whose colour is too near to what lies behind it.
///
/// Colours go through a canvas, because the style sheet writes them in many forms. Text over a
/// picture is left out, and what is disabled, as WCAG 2.2 (1.4.3) has it.
const CONTRAST: &str = r#"
    const least = arguments[0];
    const pen = new OffscreenCanvas(1, 1).getContext("2d", { willReadFrequently: true });
    const known = new Map();
    const rgba = (colour) => {
        if (!known.has(colour)) {
            pen.clearRect(0, 0, 1, 1);
            pen.fillStyle = colour;
            pen.fillRect(0, 0, 1, 1);
            const [r, g, b, a] = pen.getImageData(0, 0, 1, 1).data;
            known.set(colour, [r, g, b, a / 255]);
        }
        return known.get(colour);
    };
    const over = (above, below) => [0, 1, 2].map((i) => above[i] * above[3] + below[i] * (1 - above[3])).concat(1);
    const behind = (element) => {
        const layers = [];
        for (let it = element; it; it = it.parentElement) {
            const colour = rgba(getComputedStyle(it).backgroundColor);
            if (colour[3] > 0) layers.push(colour);
            if (colour[3] === 1) break;
        }
        return layers.reduceRight((below, above) => over(above, below), rgba("Canvas"));
    };
    const luminance = (colour) => {
        const [r, g, b] = colour.map((it) => it / 255).map((it) => it <= 0.04045 ? it / 12.92 : ((it + 0.055) / 1.055) ** 2.4);
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    };
    const found = new Map();
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const text = walker.currentNode.data.trim();
        const element = walker.currentNode.parentElement;
        if (!text || !element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
        if (element.closest("[disabled], option, script, style, noscript, .hidden")) continue;
        const back = behind(element);
        const front = over(rgba(getComputedStyle(element).color), back);
        const [high, low] = [luminance(front), luminance(back)].sort((a, b) => b - a);
        const ratio = (high + 0.05) / (low + 0.05);
        if (ratio < least) {
            const key = element.tagName + "." + element.className;
            if (!found.has(key)) found.set(key, `${ratio.toFixed(2)} for “${text.slice(0, 40)}” in ${key}`);
        }
    }
    return [...found.values()];
"#;

/// Roles whose elements are of no use without a name.
const NAMED: [&str; 13] = [
    "button",
    "link",
    "textbox",
    "searchbox",
    "combobox",
    "radio",
    "checkbox",
    "tab",
    "dialog",
    "slider",
    "separator",
    "option",
    "image",
];

impl Page {
    /// Text with a contrast below `least`, one line for each kind.
    pub fn faint_text(&self, least: f64) -> Vec<String> {
        strings(&self.script(CONTRAST, &[json!(least)]))
    }

    /// What the accessibility tree holds without a name: role and place.
    pub fn nameless(&self) -> Vec<String> {
        let tree = self.devtools("Accessibility.getFullAXTree", json!({}));
        let nodes = tree["nodes"].as_array().map(Vec::as_slice).unwrap_or_default();
        assert!(nodes.len() > 20, "the accessibility tree is empty");
        nodes.iter().filter_map(|node| self.fault(node)).collect()
    }

    fn fault(&self, node: &Value) -> Option<String> {
        let role = node["role"]["value"].as_str()?;
        let named = node["name"]["value"].as_str().is_some_and(|name| !name.trim().is_empty());
        if node["ignored"] == true || named || !NAMED.contains(&role) {
            return None;
        }
        let id = json!({ "backendNodeId": node["backendDOMNodeId"] });
        let described = self.devtools("DOM.describeNode", id);
        Some(format!("{role} {} {}", described["node"]["localName"], described["node"]["attributes"]))
    }

    /// How far the page has moved under the reader's eyes since it began, as the Layout
    /// Instability API counts it; moves after input do not count.
    pub fn layout_shift(&self) -> f64 {
        let script = "return await new Promise((done) => {
            let sum = 0;
            const observer = new PerformanceObserver((list) => {
                for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
            });
            observer.observe({ type: 'layout-shift', buffered: true });
            // Entries that are buffered are delivered before the second frame from now.
            requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(() => {
                for (const entry of observer.takeRecords()) if (!entry.hadRecentInput) sum += entry.value;
                done(sum);
            })));
        })";
        self.promise(script, &[]).as_f64().expect("a number")
    }

    /// Whether the page can be scrolled sideways, which a page that fits its window cannot.
    pub fn overflows(&self) -> bool {
        self.sees("document.documentElement.scrollWidth > document.documentElement.clientWidth")
    }
}
