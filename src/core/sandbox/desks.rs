//! The workspaces of a page.

use std::collections::BTreeMap;

use super::desk::Desk;
use super::tools::Sandbox;
use super::tree::Fault;

/// The workspaces of a page, one for each document.
#[derive(Debug, Clone, Default)]
pub struct Desks {
    by_document: BTreeMap<String, Desk>,
    begun: u64,
}

impl Desks {
    /// The one of `document`, if there is one.
    pub fn get(&self, document: &str) -> Option<&Desk> {
        self.by_document.get(document)
    }

    /// The one of `document`, begun if there is none.
    pub fn at(&mut self, document: &str) -> &mut Desk {
        let begun = &mut self.begun;
        self.by_document.entry(document.to_owned()).or_insert_with(|| {
            let number = *begun;
            *begun += 1;
            Desk::numbered(number)
        })
    }

    /// Offers `to` what `from` is offered: tools, if any, on a copy of the files as they are by
    /// now. A copy that it has already it keeps, with all that was done there. Servers are not
    /// connected to it, and what was allowed at `from` is not allowed there.
    pub fn copy(&mut self, from: &str, to: &str) {
        let Some(from) = self.get(from) else { return };
        let (on, name, tree) = (from.is_open() && from.on, from.name.clone(), &from.sandbox.tree);
        let tree = on.then(|| tree.copy());
        let desk = self.at(to);
        if let Some(tree) = tree.filter(|_| !desk.is_open()) {
            (desk.name, desk.sandbox) = (name, Sandbox::new(tree));
        }
        desk.on = on;
    }

    /// Takes what was changed in the workspace of `from` over into that of `to`, as one step.
    ///
    /// # Errors
    /// Why it cannot be taken over; then nothing is.
    pub fn take(&mut self, title: &str, from: &str, to: &str) -> Result<(), Fault> {
        let Some(tree) = self.get(from).map(|from| from.sandbox.tree.clone()) else { return Ok(()) };
        let sandbox = &mut self.at(to).sandbox;
        let changed = sandbox.tree.take(title, &tree)?;
        sandbox.unsee(&changed);
        Ok(())
    }

    /// Forgets the one of `document`.
    pub fn remove(&mut self, document: &str) {
        self.by_document.remove(document);
    }
}
