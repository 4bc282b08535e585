//! `check --format sarif` against what SARIF 2.1.0 asks (OASIS, sections 3.13 to 3.57).

use serde_json::Value;

use crate::program::Folder;

const KEYS: &[(&str, &[&str])] = &[
    ("", &["$schema", "version", "runs"]),
    ("run", &["tool", "columnKind", "results"]),
    ("driver", &["name", "semanticVersion", "rules"]),
    ("rule", &["id", "shortDescription", "fullDescription", "help", "defaultConfiguration"]),
    ("result", &["ruleId", "ruleIndex", "level", "message", "locations", "fixes", "properties"]),
    ("region", &["startLine", "startColumn", "endLine", "endColumn", "byteOffset", "byteLength"]),
];

/// The object has no key that the specification does not name.
fn assert_keys(what: &str, value: &Value) {
    let (_, known) = KEYS.iter().find(|(name, _)| *name == what).unwrap();
    for key in value.as_object().unwrap().keys() {
        assert!(known.contains(&key.as_str()), "{what} has `{key}`");
    }
}

fn assert_region(region: &Value) {
    assert_keys("region", region);
    let number = |key: &str| region[key].as_u64().unwrap();
    assert!(number("startLine") >= 1 && number("startColumn") >= 1);
    let (from, to) = ((number("startLine"), number("startColumn")), (number("endLine"), number("endColumn")));
    assert!(from <= to, "{region}");
    let _ = (number("byteOffset"), number("byteLength"));
}

#[test]
fn the_report_has_the_shape_that_the_specification_asks() {
    let folder = Folder::with(&[
        (
            "a b%.md",
            "---\nname: é🙂\ndescription: Use when: asked.\ntools: Read, Grpe\n---\n\nYou review.\n"
                .as_bytes(),
        ),
        ("latin.md", b"---\nname: a\xff\n---\n"),
    ]);
    let ended =
        folder.run(&["check", "--format", "sarif", "--host", "claude-code", "--host", "factory", "."]);
    assert_eq!(ended.code, 1);
    let report = ended.json();
    assert_keys("", &report);
    assert_eq!(report["version"], "2.1.0");
    assert_eq!(report["runs"].as_array().unwrap().len(), 1);
    let run = &report["runs"][0];
    assert_keys("run", run);
    assert_eq!(run["columnKind"], "unicodeCodePoints");
    let driver = &run["tool"]["driver"];
    assert_keys("driver", driver);
    let rules = driver["rules"].as_array().unwrap();
    let mut ids: Vec<&str> = rules.iter().map(|rule| rule["id"].as_str().unwrap()).collect();
    for rule in rules {
        assert_keys("rule", rule);
        assert!(!rule["shortDescription"]["text"].as_str().unwrap().is_empty());
    }
    ids.sort_unstable();
    let count = ids.len();
    ids.dedup();
    assert_eq!(ids.len(), count, "ids of rules are unique");
    let results = run["results"].as_array().unwrap();
    for result in results {
        assert_keys("result", result);
        assert!(["error", "warning", "note"].contains(&result["level"].as_str().unwrap()));
        let index = usize::try_from(result["ruleIndex"].as_u64().unwrap()).unwrap();
        assert_eq!(rules[index]["id"], result["ruleId"]);
        assert!(!result["message"]["text"].as_str().unwrap().is_empty());
        let place = &result["locations"][0]["physicalLocation"];
        assert!(["a%20b%25.md", "latin.md"].contains(&place["artifactLocation"]["uri"].as_str().unwrap()));
        assert_region(&place["region"]);
        for fix in result["fixes"].as_array().into_iter().flatten() {
            assert!(fix["description"]["text"].is_string());
            for change in fix["artifactChanges"].as_array().unwrap() {
                let replacements = change["replacements"].as_array().unwrap();
                assert!(!replacements.is_empty());
                for replacement in replacements {
                    assert_region(&replacement["deletedRegion"]);
                    assert!(replacement["insertedContent"]["text"].is_string());
                }
            }
        }
    }
    let colon = results.iter().find(|result| result["ruleId"] == "unquoted-colon").unwrap();
    let region = &colon["locations"][0]["physicalLocation"]["region"];
    assert_eq!((region["startLine"].as_u64(), region["startColumn"].as_u64()), (Some(3), Some(22)));
    assert!(results.iter().any(|result| result["ruleId"] == "not-utf8"));
    assert!(results.iter().any(|result| result["properties"]["host"] == "factory"));
}

#[test]
fn without_findings_there_is_an_empty_list() {
    let folder = Folder::with(&[]);
    let good = b"---\nname: a\ndescription: Reviews code. Use after each change.\n---\n\nYou review.\n";
    let ended = folder.run_with(&["check", "--format", "sarif", "-"], good);
    assert_eq!((ended.code, ended.json()["runs"][0]["results"].as_array().unwrap().len()), (0, 0));
}
