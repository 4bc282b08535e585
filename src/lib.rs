//! Agent Playground: edit, check, preview, share and try agent definitions.
//!
//! | module | what it holds | may use |
//! | --- | --- | --- |
//! | [`core`] | understanding definitions, links, chats: pure data in, data out | nothing of the outside |
//! | `edge` | the browser: editor, storage, address bar, network; one thin file each | `core` |
//! | `ui` | Leptos components: they show what structs decide | `edge`, `core` |
//! | `cli` | the native program: files, terminal, the relay | `core` |

pub mod core;

#[cfg(feature = "cli")]
pub mod cli;
#[cfg(feature = "web")]
pub mod edge;
#[cfg(feature = "web")]
pub mod ui;
