//! The borders between panes.

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent, PointerEvent};

use super::element::{El, el};
use super::state::State;
use crate::core::layout::{Border, Layout};
use crate::edge::storage;

/// Where the sizes of the panes are kept.
pub const KEY: &str = "ap:layout";

impl State {
    /// Gives the panes other sizes, and keeps them.
    pub fn set_layout(self, layout: Layout) {
        self.layout.set(layout);
        // Sizes that are forgotten tomorrow still hold today.
        let _ = storage::write(KEY, &layout.write());
    }
}

/// The sizes as the style sheet reads them; `theme.ts` does the same before the first paint.
pub fn style(layout: Layout) -> String {
    let Layout { left, right, problems } = layout;
    format!("--left:{left}px;--middle:{}fr;--right:{right}fr;--problems:{problems}px", 100 - right)
}

/// A border that a pointer or the arrow keys move. `controls` is the id of the pane it sizes.
pub fn splitter(state: State, border: Border, label: &'static str, controls: &'static str) -> El {
    let across = border == Border::Problems;
    let (least, most) = border.limits();
    el("div", if across { "splitter across" } else { "splitter" })
        .attr("role", "separator")
        .attr("tabindex", "0")
        .attr("aria-label", label)
        .attr("aria-controls", controls)
        .attr("aria-orientation", if across { "horizontal" } else { "vertical" })
        .put("aria-valuemin", least.to_string())
        .put("aria-valuemax", most.to_string())
        .bind("aria-valuenow", move || Some(state.layout.get().get(border).to_string()))
        .on("pointerdown", |event| grab(event.unchecked_ref()))
        .on("pointermove", move |event| drag(state, border, event.unchecked_ref()))
        .on("lostpointercapture", move |_| state.set_layout(state.layout.get_untracked()))
        .on("dblclick", move |_| reset(state, border))
        .on("keydown", move |event| key(state, border, event.unchecked_ref()))
}

fn grab(event: &PointerEvent) {
    let Some(target) = event.current_target().and_then(|it| it.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    if event.button() == 0 {
        let _ = target.set_pointer_capture(event.pointer_id());
    }
}

fn drag(state: State, border: Border, event: &PointerEvent) {
    let Some(target) = event.current_target().and_then(|it| it.dyn_into::<HtmlElement>().ok()) else {
        return;
    };
    if !target.has_pointer_capture(event.pointer_id()) {
        return;
    }
    let Some(frame) = target.parent_element().map(|parent| parent.get_bounding_client_rect()) else { return };
    let size = match border {
        Border::Left => f64::from(event.client_x()) - frame.left(),
        Border::Right => {
            let left = f64::from(state.layout.get_untracked().left);
            (frame.right() - f64::from(event.client_x())) * 100.0 / (frame.width() - left).max(1.0)
        }
        Border::Problems => frame.bottom() - f64::from(event.client_y()),
    };
    // The keyboard's and the pointer's sizes are the same whole numbers.
    state.layout.update(|layout| *layout = layout.with(border, size.round().max(0.0) as u32));
}

fn reset(state: State, border: Border) {
    let layout = state.layout.get_untracked();
    state.set_layout(layout.with(border, Layout::default().get(border)));
}

fn key(state: State, border: Border, event: &KeyboardEvent) {
    let layout = state.layout.get_untracked();
    let (least, most) = border.limits();
    let (size, step) = (layout.get(border), border.step());
    // The arrow moves the border the way it points; the right and the lower pane grow backwards.
    let size = match (event.key().as_str(), border) {
        ("ArrowRight", Border::Left) | ("ArrowLeft", Border::Right) | ("ArrowUp", Border::Problems) => {
            size + step
        }
        ("ArrowLeft", Border::Left) | ("ArrowRight", Border::Right) | ("ArrowDown", Border::Problems) => {
            size.saturating_sub(step)
        }
        ("Home", _) => least,
        ("End", _) => most,
        ("Enter", _) => return reset(state, border),
        _ => return,
    };
    event.prevent_default();
    state.set_layout(layout.with(border, size));
}
