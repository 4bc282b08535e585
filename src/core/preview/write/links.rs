//! Links and images: what leads out of the text, and what stands where nothing may.

use pulldown_cmark::{CowStr, LinkType};

use super::{Close, MAX_ELEMENTS, Writer, escape};
use crate::core::preview::address::{self, Kind};

/// A refused address is shown up to this many characters: a `data:` address can be a book.
const MAX_ADDRESS: usize = 120;

/// An image whose description is being read.
pub(super) struct Image<'a> {
    pub(super) address: CowStr<'a>,
    pub(super) alt: String,
    /// Elements open within the description, further images included.
    pub(super) inner: usize,
}

impl<'a> Writer<'a> {
    /// Opens a link, or what stands in its place.
    pub(super) fn link(&mut self, link_type: LinkType, address: CowStr<'a>, title: &str) -> Close<'a> {
        // Links do not nest, yet the parser lets one through: `<![CDATA[<http://a>\[b](#c)`.
        if self.open >= MAX_ELEMENTS || self.in_link {
            return Close::Nothing;
        }
        self.open += 1;
        let address = address::complete(link_type, address);
        let kind = address::kind(&address);
        match kind {
            Kind::Web | Kind::Mail => {
                self.out.push_str("<a");
                self.attribute("href", &address);
                if !title.is_empty() {
                    self.attribute("title", title);
                }
                self.out.push_str(" target=\"_blank\" rel=\"noopener noreferrer nofollow\">");
            }
            Kind::Fragment => {
                self.out.push_str("<a");
                self.attribute("href", &["#ap-h-", &address::target(&address)].concat());
                self.out.push('>');
            }
            Kind::Relative => {
                self.out.push_str("<span class=\"link-relative\"");
                self.attribute("title", &address);
                self.out.push('>');
            }
            Kind::Refused => self.out.push_str("<span class=\"link-refused\">"),
        }
        self.in_link = matches!(kind, Kind::Web | Kind::Mail | Kind::Fragment);
        let is_own_text = matches!(link_type, LinkType::Autolink | LinkType::Email);
        Close::Link { kind, address, is_own_text, from: self.out.len() }
    }

    pub(super) fn end_link(&mut self, kind: Kind, address: &str, is_own_text: bool, from: usize) {
        self.open -= 1;
        self.in_link = false;
        let is_empty = self.out.len() == from;
        match kind {
            Kind::Refused => {
                if !is_own_text {
                    self.out.push_str(if is_empty { "" } else { " " });
                    self.address(address);
                }
                self.out.push_str("</span>");
            }
            // A link that shows nothing cannot be followed.
            Kind::Relative | Kind::Web | Kind::Mail | Kind::Fragment => {
                if is_empty {
                    escape(&mut self.out, address);
                }
                self.out.push_str(if kind == Kind::Relative { "</span>" } else { "</a>" });
            }
        }
        let after = std::mem::take(&mut self.after_link);
        self.out.push_str(&after);
    }

    pub(super) fn end_image(&mut self) {
        let Some(Image { address, alt, .. }) = self.image.take() else { return };
        let alt = alt.trim();
        self.note_heading(alt);
        match address::kind(&address) {
            Kind::Web if self.remote_images => {
                self.out.push_str("<img");
                self.attribute("src", &address);
                self.attribute("alt", alt);
                self.out.push_str(" loading=\"lazy\" referrerpolicy=\"no-referrer\">");
            }
            Kind::Web if self.in_link => {
                let host = address::host(&address);
                escape(&mut self.out, if alt.is_empty() { host } else { alt });
                self.after_link.push(' ');
                let before = std::mem::take(&mut self.out);
                self.image_button(&address, alt);
                let button = std::mem::replace(&mut self.out, before);
                self.after_link.push_str(&button);
            }
            Kind::Web => self.image_button(&address, alt),
            Kind::Relative => {
                self.out.push_str("<span class=\"image-relative\"");
                self.attribute("title", &address);
                self.out.push('>');
                escape(&mut self.out, if alt.is_empty() { &address } else { alt });
                self.out.push_str("</span>");
            }
            Kind::Mail | Kind::Fragment | Kind::Refused => {
                self.out.push_str("<span class=\"image-refused\">");
                escape(&mut self.out, alt);
                self.out.push_str(if alt.is_empty() { "" } else { " " });
                self.address(&address);
                self.out.push_str("</span>");
            }
        }
    }

    fn image_button(&mut self, address: &str, alt: &str) {
        self.out.push_str("<button type=\"button\" class=\"remote-image\"");
        self.attribute("data-src", address);
        self.attribute("data-alt", alt);
        self.out.push_str(">Show image");
        if !alt.is_empty() {
            self.out.push_str(": ");
            escape(&mut self.out, alt);
        }
        self.wrapped(" (", address::host(address), ")</button>");
    }

    /// A refused address, for the eye.
    fn address(&mut self, address: &str) {
        self.out.push_str("<code class=\"address\">");
        let mut shown: String = address.chars().take(MAX_ADDRESS).map(visible).collect();
        if address.chars().nth(MAX_ADDRESS).is_some() {
            shown.push('…');
        }
        escape(&mut self.out, &shown);
        self.out.push_str("</code>");
    }
}

fn visible(c: char) -> char {
    if c.is_control() { char::REPLACEMENT_CHARACTER } else { c }
}
