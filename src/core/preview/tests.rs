use std::collections::BTreeSet;

use proptest::prelude::*;

use super::*;

const HIDDEN: Options = Options { remote_images: false };
const SHOWN: Options = Options { remote_images: true };

fn html(markdown: &str) -> String {
    html_with(markdown, &HIDDEN)
}

fn html_with(markdown: &str, options: &Options) -> String {
    render(markdown, options).blocks.into_iter().map(|block| block.html).collect()
}

/// Tag, attributes, and the tags that it may stand in; `""` is the top of a block.
const BLOCK: &[&str] = &["", "blockquote", "div", "li"];
const INLINE: &[&str] = &[
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "th",
    "td",
    "em",
    "strong",
    "del",
    "a",
    "span",
    "sup",
    "ul",
    "ol",
    "blockquote",
    "div",
];
const ALLOWED: &[(&str, &[&str], &[&str])] = &[
    ("p", &["class"], BLOCK),
    ("h1", &["id"], BLOCK),
    ("h2", &["id"], BLOCK),
    ("h3", &["id"], BLOCK),
    ("h4", &["id"], BLOCK),
    ("h5", &["id"], BLOCK),
    ("h6", &["id"], BLOCK),
    ("blockquote", &[], BLOCK),
    ("div", &["class", "role"], BLOCK),
    ("section", &["class", "aria-label"], &[""]),
    ("pre", &["class"], BLOCK),
    ("hr", &[], BLOCK),
    ("ul", &[], BLOCK),
    ("ol", &["start"], &["", "blockquote", "div", "li", "section"]),
    ("li", &["id"], &["ul", "ol"]),
    ("table", &[], &["div"]),
    ("thead", &[], &["table"]),
    ("tbody", &[], &["table"]),
    ("tr", &[], &["thead", "tbody"]),
    ("th", &["class", "scope"], &["tr"]),
    ("td", &["class"], &["tr"]),
    (
        "code",
        &["class", "data-language"],
        &[
            "p", "h1", "h2", "h3", "h4", "h5", "h6", "li", "th", "td", "em", "strong", "del", "a", "span",
            "pre",
        ],
    ),
    ("em", &[], INLINE),
    ("strong", &[], INLINE),
    ("del", &[], INLINE),
    ("sup", &[], INLINE),
    ("a", &["href", "title", "target", "rel", "id", "role", "aria-label"], INLINE),
    ("span", &["class", "title"], INLINE),
    ("button", &["type", "class", "data-src", "data-alt"], INLINE),
    ("img", &["src", "alt", "loading", "referrerpolicy"], INLINE),
    ("input", &["type", "disabled", "checked", "aria-label"], &["li", "p", "h1", "h2"]),
    ("br", &[], INLINE),
];
const VOID: &[&str] = &["br", "hr", "img", "input"];

/// Reads `html` as strictly as it is written and says what is wrong with it.
fn fault(html: &str, options: &Options) -> Option<String> {
    let mut open: Vec<&str> = Vec::new();
    let mut ids = BTreeSet::new();
    let mut rest = html;
    while let Some(at) = rest.find(['<', '>', '&', '"', '\0']) {
        let found = &rest[at..];
        let list_text = rest[..at].trim();
        if !list_text.is_empty()
            && open.last().is_some_and(|tag| ["table", "thead", "tbody", "tr"].contains(tag))
        {
            return Some(format!("text in a table: {list_text:?}"));
        }
        if let Some(entity) = found.strip_prefix('&') {
            let name = entity.split_once(';').map_or("", |(name, _)| name);
            if !["amp", "lt", "gt", "quot"].contains(&name) {
                return Some(format!("a bare & before {:?}", &entity.chars().take(9).collect::<String>()));
            }
            rest = &entity[name.len() + 1..];
            continue;
        }
        let Some(tag) = found.strip_prefix('<') else {
            return Some(format!("a bare {:?}", found.chars().next()));
        };
        let Some((tag, after)) = tag.split_once('>') else { return Some("an open tag".into()) };
        rest = after;
        if let Some(name) = tag.strip_prefix('/') {
            if open.pop() != Some(name) {
                return Some(format!("</{name}> closes another element"));
            }
            continue;
        }
        let name = tag.split(' ').next().unwrap_or("");
        let Some((_, attributes, parents)) = ALLOWED.iter().find(|(allowed, ..)| *allowed == name) else {
            return Some(format!("<{name}> is not allowed"));
        };
        if !parents.contains(open.last().unwrap_or(&"")) {
            return Some(format!("<{name}> in <{}>", open.last().unwrap_or(&"")));
        }
        if ["a", "button"].contains(&name) && open.iter().any(|tag| ["a", "button"].contains(tag)) {
            return Some(format!("<{name}> within something to click"));
        }
        let mut left = &tag[name.len()..];
        while !left.is_empty() {
            let Some(attribute) = left.strip_prefix(' ') else { return Some(format!("odd tag <{tag}>")) };
            let length =
                attribute.find(|c: char| !c.is_ascii_lowercase() && c != '-').unwrap_or(attribute.len());
            let (key, after) = attribute.split_at(length);
            if !attributes.contains(&key) {
                return Some(format!("{key}= on <{name}>"));
            }
            let mut value = "";
            left = after;
            if let Some(quoted) = after.strip_prefix("=\"") {
                let Some((inner, after)) = quoted.split_once('"') else { return Some("open quote".into()) };
                (value, left) = (inner, after);
            }
            if value.contains(['<', '>', '\0']) || value.replace("&amp;", "").contains("&#") {
                return Some(format!("bare characters in {key}={value:?}"));
            }
            if let Some(fault) = attribute_fault(name, key, value, options) {
                return Some(fault);
            }
            if key == "id" && !ids.insert(value) {
                return Some(format!("the id {value} twice"));
            }
        }
        if !VOID.contains(&name) {
            open.push(name);
        }
        if open.len() > 200 {
            return Some("too deep for a browser".into());
        }
    }
    open.last().map(|tag| format!("<{tag}> is not closed"))
}

fn attribute_fault(name: &str, key: &str, value: &str, options: &Options) -> Option<String> {
    let web = ["http://", "https://"].iter().any(|scheme| value.to_ascii_lowercase().starts_with(scheme));
    let good = match key {
        "href" => web || value.to_ascii_lowercase().starts_with("mailto:") || value.starts_with("#ap-"),
        "src" => name == "img" && options.remote_images && web,
        "data-src" => name == "button" && !options.remote_images && web,
        "id" => ["ap-h-", "ap-fn-", "ap-fnref-"].iter().any(|prefix| value.starts_with(prefix)),
        "type" => value == if name == "button" { "button" } else { "checkbox" },
        "target" => value == "_blank",
        "rel" => value == "noopener noreferrer nofollow",
        "data-language" => value.chars().all(|c| c.is_ascii_alphanumeric() || "+#._-".contains(c)),
        _ => true,
    };
    (!good || value.contains('\t') && key == "href").then(|| format!("{key}={value:?} on <{name}>"))
}

fn check(markdown: &str) -> Result<(), String> {
    for options in [HIDDEN, SHOWN] {
        let preview = render(markdown, &options);
        let mut end = 0;
        for block in &preview.blocks {
            if let Some(fault) = fault(&block.html, &options) {
                return Err(format!("{fault}\n{}", block.html));
            }
            if markdown.get(block.range.start..block.range.end).is_none() {
                return Err(format!("{:?} is no range of the text", block.range));
            }
            let is_notes = block.html.starts_with("<section");
            if !is_notes && block.range.start < end {
                return Err(format!("{:?} overlaps the block before", block.range));
            }
            end = block.range.end;
        }
        if let Some(fault) = ids_fault(&preview) {
            return Err(fault);
        }
    }
    Ok(())
}

fn ids_fault(preview: &Preview) -> Option<String> {
    let all: String = preview.blocks.iter().map(|block| block.html.as_str()).collect();
    let mut seen = BTreeSet::new();
    all.split(" id=\"")
        .skip(1)
        .filter_map(|rest| rest.split('"').next())
        .find(|id| !seen.insert(*id))
        .map(|id| format!("the id {id} stands in two blocks"))
}

#[track_caller]
fn shows(markdown: &str, expected: &str) {
    assert_eq!(html(markdown), expected, "{markdown:?}");
    assert_eq!(check(markdown), Ok(()));
}

#[test]
fn paragraphs_and_marks() {
    shows(
        "a *b* **c** ~~d~~ `e<f`",
        "<p>a <em>b</em> <strong>c</strong> <del>d</del> <code>e&lt;f</code></p>",
    );
    shows("a\nb  \nc", "<p>a\nb<br>c</p>");
    shows("---", "<hr>");
    shows("> a\n>\n> b", "<blockquote><p>a</p><p>b</p></blockquote>");
    shows("", "");
}

#[test]
fn headings_have_ids_of_their_own() {
    shows(
        "# The `x` *thing*\n\n## The x thing\n\n[up](#the-x-thing)",
        "<h1 id=\"ap-h-the-x-thing\">The <code>x</code> <em>thing</em></h1>\
         <h2 id=\"ap-h-the-x-thing-1\">The x thing</h2>\
         <p><a href=\"#ap-h-the-x-thing\">up</a></p>",
    );
    shows("# 🙂", "<h1 id=\"ap-h-section\">🙂</h1>");
}

#[test]
fn lists_and_tasks() {
    shows("- a\n- b", "<ul><li>a</li><li>b</li></ul>");
    shows("3) a\n\n   b", "<ol start=\"3\"><li><p>a</p><p>b</p></li></ol>");
    shows(
        "- [x] a\n- [ ] b",
        "<ul><li><input type=\"checkbox\" disabled checked aria-label=\"Done\"> a</li>\
         <li><input type=\"checkbox\" disabled aria-label=\"To do\"> b</li></ul>",
    );
}

#[test]
fn tables_scroll_in_a_box() {
    shows(
        "|a|b|\n|-:|-|\n|1|",
        "<div class=\"table\"><table><thead><tr><th scope=\"col\" class=\"align-right\">a</th>\
         <th scope=\"col\">b</th></tr></thead><tbody><tr><td class=\"align-right\">1</td><td></td></tr>\
         </tbody></table></div>",
    );
    shows(
        "|a|\n|-|",
        "<div class=\"table\"><table><thead><tr><th scope=\"col\">a</th></tr></thead></table></div>",
    );
}

#[test]
fn alerts_are_named() {
    shows(
        "> [!NOTE]\n> Mind *this*.",
        "<div class=\"alert alert-note\" role=\"note\"><p class=\"alert-title\">Note</p>\
         <p>Mind <em>this</em>.</p></div>",
    );
    for (mark, title) in
        [("TIP", "Tip"), ("IMPORTANT", "Important"), ("WARNING", "Warning"), ("CAUTION", "Caution")]
    {
        let out = html(&format!("> [!{mark}]\n> x"));
        assert!(out.contains(&format!("alert-{}\"", title.to_lowercase())) && out.contains(title), "{out}");
    }
}

#[test]
fn code_names_its_language() {
    shows(
        "```Rust,ignore x\nlet a = \"<b>\";\n```",
        "<pre class=\"code\"><code data-language=\"rust\">let a = &quot;&lt;b&gt;&quot;;\n</code></pre>",
    );
    shows("    a", "<pre class=\"code\"><code>a</code></pre>");
    shows("```\"><script>\nx\n```", "<pre class=\"code\"><code>x\n</code></pre>");
    shows("``` c++\n```", "<pre class=\"code\"><code data-language=\"c++\"></code></pre>");
}

#[test]
fn raw_html_is_text() {
    shows(
        "<script>alert(1)</script>\n\na <b onclick=x>c</b> <!-- d -->",
        "<pre class=\"raw-html\">&lt;script&gt;alert(1)&lt;/script&gt;</pre>\
         <p>a <code class=\"raw-html\">&lt;b onclick=x&gt;</code>c<code class=\"raw-html\">&lt;/b&gt;</code> \
         <code class=\"raw-html\">&lt;!-- d --&gt;</code></p>",
    );
    shows("<!-- a\n\nb -->\n", "<pre class=\"raw-html\">&lt;!-- a\n\nb --&gt;</pre>");
}

#[test]
fn footnotes_stand_at_the_end() {
    shows(
        "a[^x] b[^Y] c[^x]\n\n[^y]: Why\n\n[^x]: *Ex*\n\n[^z]: Unused\n\nend",
        "<p>a<sup><a href=\"#ap-fn-1\" role=\"doc-noteref\" id=\"ap-fnref-1\">1</a></sup> \
         b<sup><a href=\"#ap-fn-2\" role=\"doc-noteref\" id=\"ap-fnref-2\">2</a></sup> \
         c<sup><a href=\"#ap-fn-1\" role=\"doc-noteref\" id=\"ap-fnref-1-2\">1</a></sup></p><p>end</p>\
         <section class=\"footnotes\" aria-label=\"Footnotes\"><ol><li id=\"ap-fn-1\"><p><em>Ex</em> \
         <a href=\"#ap-fnref-1\" role=\"doc-backlink\" aria-label=\"Back to reference 1\">↩</a> \
         <a href=\"#ap-fnref-1-2\" role=\"doc-backlink\" aria-label=\"Back to reference 1\">↩</a></p></li>\
         <li id=\"ap-fn-2\"><p>Why <a href=\"#ap-fnref-2\" role=\"doc-backlink\" \
         aria-label=\"Back to reference 2\">↩</a></p></li><li id=\"ap-fn-3\"><p>Unused</p></li></ol></section>",
    );
    shows("a[^x]", "<p>a[^x]</p>");
    let quoted = html("> a[^x]\n>\n> [^x]: b");
    assert!(quoted.starts_with("<blockquote><p>a") && quoted.ends_with("</section>"), "{quoted}");
}

#[test]
fn links_lead_only_where_the_list_leads() {
    shows(
        "[a](https://example.org/?a=1&b=2 \"T\")",
        "<p><a href=\"https://example.org/?a=1&amp;b=2\" title=\"T\" target=\"_blank\" \
         rel=\"noopener noreferrer nofollow\">a</a></p>",
    );
    shows("[a](docs/b.md)", "<p><span class=\"link-relative\" title=\"docs/b.md\">a</span></p>");
    shows(
        "[a](javascript:alert(1))",
        "<p><span class=\"link-refused\">a <code class=\"address\">javascript:alert(1)</code></span></p>",
    );
    shows("<javascript:alert(1)>", "<p><span class=\"link-refused\">javascript:alert(1)</span></p>");
    let mail = html("<a@example.org>");
    assert!(mail.contains("href=\"mailto:a@example.org\"") && mail.contains(">a@example.org</a>"), "{mail}");
    let empty = html("[](https://example.org)");
    assert!(empty.contains(">https://example.org</a>"), "{empty}");
}

#[test]
fn links_do_not_nest() {
    for text in ["# <![CDATA[<m@a.example>\\[a](#b)", "[a [b](#c)](https://d.example)", "[![a](b)](#c)"] {
        assert_eq!(check(text), Ok(()));
    }
}

#[test]
fn disguised_schemes_are_refused() {
    for address in [
        "javascript&#58;alert(1)",
        "&#106;avascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        "java&Tab;script:alert(1)",
        "java&#10;script:alert(1)",
        "&#1;javascript:alert(1)",
        "<  javascript:alert(1)>",
        "javascript\\:alert(1)",
        "vbscript:x",
        "data:text/html;base64,PHNjcmlwdD4=",
        "file:///etc/passwd",
        "//example.org/x",
        "\\\\\\\\example.org",
    ] {
        for text in [format!("[a]({address})"), format!("![a]({address})"), format!("[a]\n\n[a]: {address}")]
        {
            for options in [HIDDEN, SHOWN] {
                let out = html_with(&text, &options);
                assert!(out.contains("-refused\">a <code"), "{text}: {out}");
                assert!(!out.contains("<a ") && !out.contains("src="), "{text}: {out}");
            }
        }
    }
}

#[test]
fn images_wait_for_a_click() {
    shows(
        "![A *b*](https://i.example/x.png)",
        "<p><button type=\"button\" class=\"remote-image\" data-src=\"https://i.example/x.png\" \
         data-alt=\"A b\">Show image: A b (i.example)</button></p>",
    );
    assert_eq!(
        html_with("![A](https://i.example/x.png)", &SHOWN),
        "<p><img src=\"https://i.example/x.png\" alt=\"A\" loading=\"lazy\" referrerpolicy=\"no-referrer\"></p>"
    );
    shows("![A](x.png)", "<p><span class=\"image-relative\" title=\"x.png\">A</span></p>");
    let badge = html("[![CI](https://i.example/b.svg)](https://example.org)");
    assert!(badge.contains(">CI</a> <button"), "{badge}");
    let data = html_with("![A](data:image/svg+xml,<svg>)", &SHOWN);
    assert!(!data.contains("<img"), "{data}");
    shows(
        "![a ![b](https://x.example) c](https://y.example)",
        "<p><button type=\"button\" class=\"remote-image\" data-src=\"https://y.example\" \
         data-alt=\"a b c\">Show image: a b c (y.example)</button></p>",
    );
}

#[test]
fn long_refused_addresses_are_cut() {
    let out = html(&format!("[a](data:{})", "x".repeat(5000)));
    assert!(out.len() < 300 && out.contains('…'), "{out}");
}

#[test]
fn a_change_touches_only_its_block() {
    let before = render("# a\n\nb\n\n- c\n", &HIDDEN).blocks;
    let after = render("# a\n\nbb\n\n- c\n", &HIDDEN).blocks;
    let changed: Vec<bool> = before.iter().zip(&after).map(|(a, b)| a.hash != b.hash).collect();
    assert_eq!(changed, [false, true, false]);
    assert_eq!(after[1].range.slice("# a\n\nbb\n\n- c\n").trim_end(), "bb");
}

#[test]
fn absurd_nesting_is_plain_text() {
    let text = ">".repeat(5000);
    let out = html(&text);
    assert!(out.contains("more than 256 levels deep") && out.contains(&"&gt;".repeat(5000)));
    assert_eq!(check(&text), Ok(()));
}

#[test]
fn what_is_nested_too_deep_is_left_out_around_its_content() {
    let nested = |open: &str, close: &str| format!("{}x{}", open.repeat(400), close.repeat(400));
    for text in [
        nested("*a ", " a*"),
        nested("**a ", " a**"),
        nested("![", "](http://a.example)"),
        nested("[", "](http://a.example)"),
        (0..120).map(|depth| format!("{}- a\n", "  ".repeat(depth))).collect(),
        format!("{}| a |\n", "> ".repeat(120)),
        format!("{}*a **b ~~c~~***\n\n    code", "- ".repeat(120)),
        format!("{}> [!NOTE]\n> x", "> ".repeat(120)),
    ] {
        assert_eq!(check(&text), Ok(()));
        assert!(html(&text).contains(['x', 'a']), "{text}");
    }
}

fn markdown() -> impl Strategy<Value = String> {
    let parts = prop::sample::select(vec![
        "a",
        "b c",
        " ",
        "  ",
        "    ",
        "\t",
        "\n",
        "\n\n",
        "\r\n",
        "\r",
        "*",
        "**",
        "_",
        "~",
        "~~",
        "`",
        "``",
        "```",
        "> ",
        ">",
        "- ",
        "+ ",
        "* ",
        "1. ",
        "7) ",
        "# ",
        "## ",
        "#",
        "- [ ] ",
        "- [x] ",
        "|",
        "|a|b|\n|-|:-:|\n",
        "|\n",
        "-|-",
        "[",
        "]",
        "(",
        ")",
        "![",
        "](",
        "[^a]",
        "[^b]",
        "[^a]: ",
        "[^B]: ",
        "[x]: ",
        "[x]",
        "[a](#b)",
        "<",
        ">",
        "</",
        "<b>",
        "<script>",
        "<!--",
        "-->",
        "<?",
        "<![CDATA[",
        "<a href=\"",
        "\"",
        "'",
        "=",
        "onx=",
        "javascript:",
        "https://h.example/",
        "http:",
        "mailto:",
        "data:",
        "//",
        "\\",
        "&",
        "&amp;",
        "&#58;",
        "&Tab;",
        "&#0;",
        "\0",
        "\u{1}",
        "\u{200b}",
        "é",
        "🙂",
        "\u{feff}",
        "---",
        "===",
        "***",
        "> [!NOTE]\n",
        "[!TIP]",
        "![i](https://i.example/p.png)",
        "[l](https://l.example)",
        "[r](r.md)",
        "[d](data:x)",
        "<m@a.example>",
        "~~~ js\n",
        "$",
        "^",
        ":",
        "<https://x.example>",
        "<vbscript:x>",
    ]);
    prop::collection::vec(parts, 0..60).prop_map(|parts| parts.concat())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn markdown_gives_only_allowed_html(text in markdown()) {
        prop_assert_eq!(check(&text), Ok(()));
    }

    #[test]
    fn any_text_gives_only_allowed_html(text in "\\PC{0,200}|(?s).{0,200}") {
        prop_assert_eq!(check(&text), Ok(()));
    }

    #[test]
    fn any_address_is_judged(
        scheme in "(?i)(javascript|data|vbscript|https?|mailto|file| |\u{1}|\t|//|\\\\)?",
        colon in "(:|&#58;|&colon;|\\\\:|%3A)?",
        rest in "[a-z/@<>\"'&;#?\\\\ \u{0}-\u{20}]{0,12}",
    ) {
        for text in [
            format!("[a]({scheme}{colon}{rest})"),
            format!("![a](<{scheme}{colon}{rest}>)"),
            format!("<{scheme}{colon}{rest}>"),
            format!("[a]\n\n[a]: {scheme}{colon}{rest}"),
        ] {
            prop_assert_eq!(check(&text), Ok(()));
        }
    }
}
