//! The browser, one thin file for each part of it. Nothing here decides anything.

pub mod blocks;
pub mod boxes;
pub mod built_in;
pub mod clipboard;
pub mod clock;
pub mod editor;
pub mod endpoint;
pub mod fetch;
pub mod files;
pub mod find;
pub mod folder;
pub mod frame;
pub mod location;
pub mod mcp;
pub mod module;
pub mod net;
pub mod resize;
pub mod storage;
pub mod tab_model;
pub mod talks;
pub mod task;
pub mod theme;
pub mod timer;
pub mod timing;
