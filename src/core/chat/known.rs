//! Small open models that a tab can run, by the address of their weights. None is contacted
//! before it is chosen.
//!
//! Addresses name a revision, so that what lies there does not change. Licences: the models'
//! cards. Sizes: as several public projects note them for these very revisions, each with the
//! same SHA-256 (looked up in November 2026); the download tells its own size.

/// A model whose weights lie elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    /// As people know it.
    pub name: &'static str,
    /// The address of its weights, a GGUF file.
    pub url: &'static str,
    /// Its size.
    pub bytes: u64,
    /// An SPDX identifier.
    pub licence: &'static str,
}

/// The models, the smallest first.
pub static KNOWN: [Known; 3] = [
    Known {
        name: "SmolLM2 360M Instruct",
        url: "https://huggingface.co/HuggingFaceTB/SmolLM2-360M-Instruct-GGUF/resolve/593b5a2e04c8f3e4ee880263f93e0bd2901ad47f/smollm2-360m-instruct-q8_0.gguf",
        bytes: 386_404_992,
        licence: "Apache-2.0",
    },
    Known {
        name: "Qwen2.5 0.5B Instruct",
        url: "https://huggingface.co/Qwen/Qwen2.5-0.5B-Instruct-GGUF/resolve/9217f5db79a29953eb74d5343926648285ec7e67/qwen2.5-0.5b-instruct-q4_k_m.gguf",
        bytes: 491_400_032,
        licence: "Apache-2.0",
    },
    Known {
        name: "Qwen2.5 1.5B Instruct",
        url: "https://huggingface.co/Qwen/Qwen2.5-1.5B-Instruct-GGUF/resolve/91cad51170dc346986eccefdc2dd33a9da36ead9/qwen2.5-1.5b-instruct-q4_k_m.gguf",
        bytes: 1_117_320_736,
        licence: "Apache-2.0",
    },
];

#[cfg(test)]
mod tests {
    use super::super::address::{host_of, weights_url};
    use super::*;

    #[test]
    fn each_is_a_file_that_a_tab_can_load() {
        assert!(KNOWN.windows(2).all(|pair| pair[0].bytes < pair[1].bytes));
        for model in KNOWN {
            assert_eq!(weights_url(model.url).as_deref(), Ok(model.url));
            assert!(model.url.starts_with("https://") && model.url.ends_with(".gguf"), "{}", model.url);
            assert_eq!(host_of(model.url), "huggingface.co");
            let revision = model.url.split("/resolve/").nth(1).and_then(|rest| rest.split('/').next());
            assert!(revision.is_some_and(|it| it.len() == 40), "{}", model.url);
            assert!(model.bytes < 2_000_000_000, "the engine takes no larger file");
        }
    }
}
