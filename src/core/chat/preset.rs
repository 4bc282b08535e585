//! The servers that people use, by name: one click fills in the address.

use super::Wire;
use super::address::{host_of, is_loopback};

/// A server by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Preset {
    /// As people know it.
    pub name: &'static str,
    /// As [`super::address::base_url`] gives it.
    pub base_url: &'static str,
    /// What it speaks.
    pub wire: Wire,
    /// The page on which its keys are given out; empty where it needs none.
    pub keys: &'static str,
    /// What lets a page in, as one sentence with `{}` for the page's origin; empty where the
    /// server lets every page in.
    pub cors: &'static str,
    /// Whether the first model of its list is one to begin with: not where hundreds are listed,
    /// some of them for other things than chats.
    pub first: bool,
}

/// All of them: those on the network, then those on one's own machine.
///
/// Addresses and ports from the documentation of each, 2026-11. CORS: Anthropic takes the
/// header of [`Wire::headers`] (npm `@anthropic-ai/sdk` 1.12.0), OpenAI and OpenRouter let
/// every page in; Ollama 0.40 lets in pages of this machine alone, LM Studio none until it is
/// told to, llama.cpp every page unless it was started with origins of its own (its pull
/// request 25655, 2026-07), vLLM every page unless it was started with others.
pub const PRESETS: [Preset; 7] = [
    Preset {
        name: "Anthropic",
        base_url: "https://api.anthropic.com/v1",
        wire: Wire::Anthropic,
        keys: "https://console.anthropic.com/settings/keys",
        cors: "",
        first: true,
    },
    Preset {
        name: "OpenAI",
        base_url: "https://api.openai.com/v1",
        wire: Wire::OpenAi,
        keys: "https://platform.openai.com/api-keys",
        cors: "",
        first: false,
    },
    Preset {
        name: "OpenRouter",
        base_url: "https://openrouter.ai/api/v1",
        wire: Wire::OpenAi,
        keys: "https://openrouter.ai/settings/keys",
        cors: "",
        first: false,
    },
    Preset {
        name: "Ollama",
        base_url: "http://localhost:11434/v1",
        wire: Wire::OpenAi,
        keys: "",
        cors: "Start Ollama with OLLAMA_ORIGINS={}, then retry.",
        first: true,
    },
    Preset {
        name: "LM Studio",
        base_url: "http://localhost:1234/v1",
        wire: Wire::OpenAi,
        keys: "",
        cors: "Switch on “Enable CORS” in LM Studio’s server settings, then retry.",
        first: true,
    },
    Preset {
        name: "llama.cpp",
        base_url: "http://localhost:8080/v1",
        wire: Wire::OpenAi,
        keys: "",
        cors: "Start llama-server with --cors-origins {}, then retry.",
        first: true,
    },
    Preset {
        name: "vLLM",
        base_url: "http://localhost:8000/v1",
        wire: Wire::OpenAi,
        keys: "",
        cors: "Start vLLM with --allowed-origins '[\"{}\"]', then retry.",
        first: true,
    },
];

/// The preset that `server` (host and port) is: by its name, or by the port, wherever a server
/// runs that is usually on one's own machine.
pub fn of(server: &str) -> Option<&'static Preset> {
    let port = |host: &str| host.rsplit_once(':').map(|(_, port)| port.to_owned());
    PRESETS.iter().find(|preset| {
        let host = host_of(preset.base_url);
        host == server || is_loopback(host) && port(server).is_some_and(|it| port(host) == Some(it))
    })
}

#[cfg(test)]
mod tests {
    use super::super::address::base_url;
    use super::*;

    #[test]
    fn every_preset_is_an_address_that_can_be_typed() {
        for preset in &PRESETS {
            assert_eq!(base_url(preset.base_url).as_deref(), Ok(preset.base_url), "{}", preset.name);
            assert_eq!(of(host_of(preset.base_url)), Some(preset));
            let local = is_loopback(host_of(preset.base_url));
            assert_eq!(local, preset.keys.is_empty(), "{}", preset.name);
            assert_eq!(local, preset.cors.ends_with(", then retry."), "{}", preset.name);
        }
    }

    #[test]
    fn servers_are_known_by_name_or_port() {
        let name = |server| of(server).map(|preset| preset.name);
        assert_eq!(name("api.anthropic.com"), Some("Anthropic"));
        assert_eq!(name("192.168.1.7:11434"), Some("Ollama"));
        assert_eq!(name("[::1]:8080"), Some("llama.cpp"));
        for server in ["", "localhost", "llm.example", "llm.example:443", "the relay", "[::1]"] {
            assert_eq!(name(server), None, "{server}");
        }
    }
}
