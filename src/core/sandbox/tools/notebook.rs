//! Jupyter notebooks: how they are read, and `NotebookEdit`.
//!
//! Cells as in nbformat 4 (nbformat.readthedocs.io, read 2026-11). A notebook is written as
//! Jupyter writes it: keys sorted, one blank a level.

use serde_json::{Value, json};

use super::Sandbox;
use super::input::Input;
use crate::core::chat::json::pretty;

/// The cells of a notebook with their ids and kinds; `None` for what is none.
pub(super) fn show(text: &str) -> Option<String> {
    let notebook: Value = serde_json::from_str(text).ok()?;
    let cells = notebook.get("cells")?.as_array()?;
    let mut out = String::new();
    for (at, cell) in cells.iter().enumerate() {
        let kind = cell.get("cell_type").and_then(Value::as_str).unwrap_or("");
        out.push_str(&["<cell id=\"", &id(cell, at), "\" type=\"", kind, "\">\n"].concat());
        out.push_str(&source(cell));
        out.push_str("\n</cell>\n");
    }
    Some(out)
}

/// A cell's id; older notebooks have none, and their cells are numbered.
fn id(cell: &Value, at: usize) -> String {
    cell.get("id").and_then(Value::as_str).map_or_else(|| format!("cell-{at}"), str::to_owned)
}

/// A source is a text or a list of lines.
fn source(cell: &Value) -> String {
    match cell.get("source") {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Array(lines)) => lines.iter().filter_map(Value::as_str).collect(),
        _ => String::new(),
    }
}

fn lines(text: &str) -> Value {
    text.split_inclusive('\n').map(Value::from).collect()
}

impl Sandbox {
    pub(super) fn notebook_edit(&mut self, input: &Input) -> Result<String, String> {
        let path = input.text("notebook_path");
        if !path.ends_with(".ipynb") {
            return Err("This is no Jupyter notebook. Use Edit to change it.".into());
        }
        let (place, text) = self.text(path)?;
        self.known(&place)?;
        let Ok(mut notebook) = serde_json::from_str::<Value>(&text) else {
            return Err("The notebook is no JSON that can be read.".into());
        };
        let minor = notebook.get("nbformat_minor").and_then(Value::as_u64).unwrap_or(0);
        let has_ids = notebook.get("nbformat").and_then(Value::as_u64).unwrap_or(4) > 4 || minor >= 5;
        let Some(cells) = notebook.get_mut("cells").and_then(Value::as_array_mut) else {
            return Err("The notebook has no cells.".into());
        };
        let wanted = input.given("cell_id");
        let found = wanted.map(|wanted| {
            let at = cells.iter().enumerate().position(|(at, cell)| id(cell, at) == wanted);
            at.ok_or_else(|| ["The notebook has no cell ", wanted, "."].concat())
        });
        let found = found.transpose()?;
        let kind = input.given("cell_type");
        let source = lines(input.text("new_source"));
        let said = match input.given("edit_mode").unwrap_or("replace") {
            "insert" => {
                let Some(kind) = kind else { return Err("A new cell needs a cell_type.".into()) };
                let mut cell = json!({ "cell_type": kind, "metadata": {}, "source": source });
                clear(&mut cell, kind);
                if has_ids && let Some(fields) = cell.as_object_mut() {
                    let fresh = (cells.len()..).map(|number| format!("cell-{number}"));
                    let taken: Vec<String> =
                        cells.iter().enumerate().map(|(at, cell)| id(cell, at)).collect();
                    let fresh = fresh.into_iter().find(|id| !taken.contains(id)).unwrap_or_default();
                    fields.insert("id".into(), fresh.into());
                }
                cells.insert(found.map_or(0, |at| at + 1), cell);
                "A cell was inserted."
            }
            mode => {
                let Some(at) = found else { return Err("Say which cell: cell_id is missing.".into()) };
                if mode == "delete" {
                    cells.remove(at);
                    "The cell was deleted."
                } else {
                    if let Some(cell) = cells.get_mut(at) {
                        let kind =
                            kind.or_else(|| cell.get("cell_type")?.as_str()).unwrap_or("code").to_owned();
                        if let Some(fields) = cell.as_object_mut() {
                            fields.insert("source".into(), source);
                            fields.insert("cell_type".into(), kind.clone().into());
                        }
                        clear(cell, &kind);
                    }
                    "The cell was replaced."
                }
            }
        };
        self.put(&place, [&pretty(&notebook.to_string(), 1), "\n"].concat())?;
        Ok(said.into())
    }
}

/// The output of code that has changed is no longer its own, and text has none.
fn clear(cell: &mut Value, kind: &str) {
    let Some(fields) = cell.as_object_mut() else { return };
    if kind == "code" {
        fields.insert("outputs".into(), json!([]));
        fields.insert("execution_count".into(), Value::Null);
    } else {
        fields.remove("outputs");
        fields.remove("execution_count");
    }
}
